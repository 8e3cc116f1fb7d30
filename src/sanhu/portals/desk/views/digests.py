"""The digests of a post: where they go and when, a test message, and leaving off."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from sanhu.domains.evidence.fields import mask_contact
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.subjects.models import DigestSubscription
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.services import digests as services
from sanhu.domains.subjects.services.doors import NotFound
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.exports import CancelForm, DigestForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.submitting import Written, submit


@dataclass(frozen=True)
class Line:
    """A digest as its page shows it: of its address no more than tells it from another."""

    digest: DigestSubscription
    where: str
    hour: str


def _where(digest: DigestSubscription) -> str:
    """Of a mail address its first letter and host stay, of a robot's the host alone: the rest is its password."""
    if digest.channel == Channel.EMAIL:
        return mask_contact(digest.address)
    return f"{urlsplit(digest.address).hostname or ''}/***"


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.MATTER_VIEW)
def digest(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Show where digests of this post go, and subscribe to another."""
    form = DigestForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, acting, form, status=422 if form.is_bound else 200)
    said = form.cleaned_data
    written = submit(
        form,
        acting,
        lambda: (
            services.subscribe(
                channel=said["channel"],
                address=said["address"].strip(),
                hour=said["hour"],
                actor=acting.actor,
                at=clock.now(),
            ).pk
        ),
    )
    if not written.is_done:
        return _page(request, acting, form, written, status=written.status)
    messages.success(request, _("已订阅。可以发一条测试消息，看看能不能收到。"))
    return redirect("desk:digest")


def _page(
    request: HttpRequest, acting: Acting, form: DigestForm, written: Written | None = None, *, status: int
) -> HttpResponse:
    running = services.digests_visible_to(acting.actor)
    context: dict[str, Any] = {
        "form": form,
        "act": CancelForm(),
        "decision": written.decision if written else None,
        "lines": [Line(digest=found, where=_where(found), hour=f"{found.hour:02}:00") for found in running],
        "hosts": settings.SANHU_WEBHOOK_HOSTS,
    }
    return desk_page(request, "digest", acting, context, status=status)


@require_POST
@at_the_desk(Permission.MATTER_VIEW)
def digest_end(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Leave a digest off; its address is destroyed."""
    form = _asked_or_404(request, acting, pk)
    if form.is_valid():
        submit(
            form,
            acting,
            lambda: services.unsubscribe(digest_id=pk, actor=acting.actor, at=clock.now()).pk,
            about=f"digest:{pk}:end",
        )
        messages.success(request, _("已退订，地址已经销毁。"))
    return redirect("desk:digest")


@require_POST
@at_the_desk(Permission.MATTER_VIEW)
def digest_test(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Send a test message where the digest goes, in the language digests have."""
    form = _asked_or_404(request, acting, pk)
    with translation.override(settings.LANGUAGE_CODE):
        text = gettext("这是一条测试消息：临近到期和超期的办件会发到这里。")
    if form.is_valid():
        mark: UUID = form.cleaned_data["client_id"]
        try:
            services.send_test(digest_id=pk, text=text, mark=mark.hex, actor=acting.actor, at=clock.now())
        except NotFound:
            raise Http404 from None
        messages.success(request, _("测试消息正在发出。"))
    return redirect("desk:digest")


def _asked_or_404(request: HttpRequest, acting: Acting, pk: int) -> CancelForm:
    if not services.digests_visible_to(acting.actor).filter(pk=pk).exists():
        raise Http404
    return CancelForm(request.POST)
