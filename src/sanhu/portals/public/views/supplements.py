"""Adding words and photos to one's own matter while it is open."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.services import supplements
from sanhu.domains.casework.services.supplements import Addition, may_supplement
from sanhu.domains.evidence.attachments import drafts_of
from sanhu.domains.evidence.requests import ConflictError
from sanhu.engines.actors import resident
from sanhu.engines.decisions import Decision, Refused
from sanhu.portals import clock
from sanhu.portals.drafts import client_id_of, keep_photos, kept_with
from sanhu.portals.public.forms import SupplementForm
from sanhu.portals.public.own_matter import with_shown_matter
from sanhu.portals.public.page import public_page


@require_http_methods(["GET", "HEAD", "POST"])
@with_shown_matter
def supplement(request: HttpRequest, *, matter: Matter) -> HttpResponse:
    """Show the form, and add what is sent."""
    if request.method != "POST":
        return _show(request, matter, SupplementForm(initial={"client_id": uuid4()}))
    at, posted = clock.now(), request.POST.copy()
    client_id = client_id_of(str(posted.get("client_id", "")))
    posted["client_id"] = str(client_id)
    refusals = keep_photos(request, client_id, actor=resident(matter.district), at=at) if may_supplement(matter) else []
    form = SupplementForm(posted, request.FILES)
    if not form.is_valid() or refusals:
        return _show(request, matter, form, client_id=client_id, photo_refusals=refusals, status=422)
    photos = tuple(photo.sha256 for photo in drafts_of(client_id))
    addition = Addition(words=form.cleaned_data["words"], photos=photos)
    try:
        supplements.supplement(at=at, client_id=client_id, receipt_hash=matter.receipt_hash, addition=addition)
    except Refused as refused:
        return _show(request, matter, form, client_id=client_id, decision=refused.decision, status=422)
    except ConflictError:
        return public_page(request, "refused", {"conflict": True, "matter": matter}, status=409)
    messages.success(request, _("收到了，办理的人会看到您补充的内容。"))
    return redirect("public:my_matter")


def _show(
    request: HttpRequest,
    matter: Matter,
    form: SupplementForm,
    *,
    client_id: UUID | None = None,
    photo_refusals: list[Decision] | None = None,
    decision: Decision | None = None,
    status: int = 200,
) -> HttpResponse:
    allowed = may_supplement(matter)
    context = {
        "matter": matter,
        "form": form if allowed else None,
        "allowed": allowed,
        "decision": decision if allowed else None,
        "kept": kept_with(client_id),
        "photo_refusals": photo_refusals or [],
    }
    return public_page(request, "supplement", context, status=status)
