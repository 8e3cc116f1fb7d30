"""Acts on a person's account: opening and closing it, a one-time password shown once, unlocking, linking, resetting."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from sanhu.domains.subjects.models import Person
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import accounts_visible_to
from sanhu.domains.subjects.rules.signing_in import ResetReason
from sanhu.domains.subjects.services import accounts as services
from sanhu.domains.subjects.services.doors import NotFound
from sanhu.domains.subjects.services.external_identities import link_for
from sanhu.domains.subjects.services.second_factors import reset_second_factor
from sanhu.domains.subjects.services.unlocking import unlock_sign_in
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.administering import Asked, Words, ask
from sanhu.portals.desk.forms.sign_on import SignOnForm
from sanhu.portals.desk.submitting import submit
from sanhu.portals.desk.views.people import crumbs_of, person_or_404, show_person

OPEN, PASSWORD, RESET = "open", "password", "reset"


@dataclass(frozen=True)
class _Act:
    """An act on an account that exists: what does it, and what is said afterwards."""

    do: Callable[[int, Actor, datetime], object]
    done: Words


_ACTS = {
    "deactivate": _Act(
        lambda pk, actor, at: services.deactivate_account(account_id=pk, actor=actor, at=at), _("账号已停用。")
    ),
    "reactivate": _Act(
        lambda pk, actor, at: services.reactivate_account(account_id=pk, actor=actor, at=at), _("账号已恢复。")
    ),
    "unlock": _Act(lambda pk, actor, at: unlock_sign_in(account_id=pk, actor=actor, at=at), _("已解锁，可以再登录。")),
}


@require_POST
@at_the_desk(Permission.ACCOUNT_MANAGE, Permission.ACCOUNT_UNLOCK)
def account_act(request: HttpRequest, *, acting: Acting, pk: int, act: str) -> HttpResponse:
    """Do one act; a refusal stands on the person's page. Each service asks for the power the act needs."""
    found = person_or_404(acting, pk)
    try:
        return _do(request, acting, found, act)
    except NotFound:
        raise Http404 from None
    except Refused as refused:
        return show_person(request, acting, found, decision=refused.decision, status=422)


def _do(request: HttpRequest, acting: Acting, found: Person, act: str) -> HttpResponse:
    at, actor = clock.now(), acting.actor
    if act == OPEN:
        services.open_account(person_id=found.pk, actor=actor, at=at)
        messages.success(request, _("账号已开立。发放一次性密码以后才能登录。"))
        return redirect("desk:person", pk=found.pk)
    account = accounts_visible_to(actor).filter(person=found).first()
    if account is None:
        raise Http404
    if act == PASSWORD:
        # Shown in this answer and nowhere else: not in the session, not after a redirect.
        password = services.issue_password(account_id=account.pk, actor=actor, at=at)
        return show_person(request, acting, found, password=password)
    if act == RESET:
        if request.POST.get("reason") not in ResetReason.values:
            raise Refused(refuse(gettext_noop("请选择重置的原因")))
        reset_second_factor(account_id=account.pk, reason=ResetReason(request.POST["reason"]), actor=actor, at=at)
        messages.success(request, _("第二重验证已重置，本人下次登录时会看到。"))
        return redirect("desk:person", pk=found.pk)
    if act not in _ACTS:
        raise Http404
    _ACTS[act].do(account.pk, actor, at)
    messages.success(request, str(_ACTS[act].done))
    return redirect("desk:person", pk=found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.ACCOUNT_MANAGE)
def account_sign_on(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Link an account to the district's own sign-on beforehand."""
    found = person_or_404(acting, pk)
    account = accounts_visible_to(acting.actor).filter(person=found).first()
    if account is None or not settings.SANHU_OIDC_ISSUER:
        raise Http404
    form = SignOnForm(request.POST or None)
    asked = Asked(title=_("关联统一身份认证"), submit=_("关联"), crumbs=crumbs_of(found), form=form)
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked)
    written = submit(
        form,
        acting,
        lambda: (
            link_for(
                account_id=account.pk,
                issuer=settings.SANHU_OIDC_ISSUER,
                subject=form.cleaned_data["subject"],
                actor=acting.actor,
                at=clock.now(),
            ).pk
        ),
        about=f"account:{account.pk}",
    )
    if not written.is_done:
        return ask(request, acting, asked, written)
    messages.success(request, _("已关联。"))
    return redirect("desk:person", pk=found.pk)
