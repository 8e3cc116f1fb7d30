"""Registering for somebody who stands at the window, calls or opens the door, with photos where there are any."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.casework.services.intake import Report
from sanhu.domains.casework.services.intake import register as register_report
from sanhu.domains.evidence.attachments import drafts_of
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.decisions import Decision, Refused
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.page import desk_page
from sanhu.portals.drafts import client_id_of, keep_photos, kept_with
from sanhu.portals.reporting import ReportForm, community_choices


class WindowForm(ReportForm):
    """The residents' form in an official's hand; there is no map to click on beside it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].help_text = ""


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.MATTER_REGISTER)
def register(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Show the form; register; show number and receipt code to hand over."""
    at = clock.now()
    communities = community_choices(acting.actor.district, legal_day(at))
    if request.method != "POST":
        return _show(request, acting, WindowForm(communities=communities))
    posted = request.POST.copy()
    client_id = client_id_of(str(posted.get("client_id", "")))
    posted["client_id"] = str(client_id)
    faulty = keep_photos(request, client_id, actor=acting.actor, at=at)
    form = WindowForm(posted, request.FILES, communities=communities)
    if not form.is_valid() or faulty:
        return _show(request, acting, form, client_id=client_id, photo_refusals=faulty, status=422)
    report = _report(form.cleaned_data, acting.actor.district, client_id)
    try:
        registered = register_report(actor=acting.actor, at=at, client_id=client_id, report=report)
    except Refused as refused:
        return _show(request, acting, form, client_id=client_id, decision=refused.decision, status=422)
    except ConflictError:
        posted["client_id"] = str(uuid4())
        form = WindowForm(posted, communities=communities)
        form.add_error(None, _("这张表已经提交过一次，内容不同。如果是另一件事，请再次提交；原来那件已经登记。"))
        return _show(request, acting, form, status=409)
    return desk_page(request, "registered", acting, {"registered": registered})


def _report(cleaned: dict[str, Any], district: str, client_id: UUID) -> Report:
    return Report(
        district=district,
        area_code=cleaned["area"],
        address=cleaned["address"],
        words=cleaned["words"],
        contact_channel=Channel(cleaned["tell"]) if cleaned["tell"] else None,
        contact_address=cleaned["contact"],
        photos=tuple(photo.sha256 for photo in drafts_of(client_id)),
    )


def _show(
    request: HttpRequest,
    acting: Acting,
    form: WindowForm,
    *,
    client_id: UUID | None = None,
    photo_refusals: list[Decision] | None = None,
    decision: Decision | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "decision": decision,
        "kept": kept_with(client_id),
        "photo_refusals": photo_refusals or [],
    }
    return desk_page(request, "register", acting, context, status=status)
