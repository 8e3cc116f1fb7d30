"""Registering for somebody who stands at the window or calls."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.casework.services.intake import Report
from sanhu.domains.casework.services.intake import register as register_report
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.decisions import Decision, Refused
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.page import desk_page
from sanhu.portals.reporting import ReportForm, community_choices


class WindowForm(ReportForm):
    """The residents' form without photos and map: what a clerk writes down while listening."""

    photos = None  # type: ignore[assignment]


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.MATTER_REGISTER)
def register(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Show the form; register; show number and receipt code to hand over."""
    communities = community_choices(acting.actor.district, legal_day(clock.now()))
    if request.method != "POST":
        return _show(request, acting, WindowForm(communities=communities))
    form = WindowForm(request.POST, communities=communities)
    if not form.is_valid():
        return _show(request, acting, form, status=422)
    cleaned = form.cleaned_data
    report = Report(
        district=acting.actor.district,
        area_code=cleaned["area"],
        address=cleaned["address"],
        words=cleaned["words"],
        contact_channel=Channel(cleaned["tell"]) if cleaned["tell"] else None,
        contact_address=cleaned["contact"],
    )
    try:
        registered = register_report(actor=acting.actor, at=clock.now(), client_id=cleaned["client_id"], report=report)
    except Refused as refused:
        return _show(request, acting, form, decision=refused.decision, status=422)
    except ConflictError:
        kept = request.POST.copy()
        kept["client_id"] = str(uuid4())
        form = WindowForm(kept, communities=communities)
        form.add_error(None, _("这张表已经提交过一次，内容不同。如果是另一件事，请再次提交；原来那件已经登记。"))
        return _show(request, acting, form, status=409)
    return desk_page(request, "registered", acting, {"registered": registered})


def _show(
    request: HttpRequest, acting: Acting, form: WindowForm, *, decision: Decision | None = None, status: int = 200
) -> HttpResponse:
    return desk_page(request, "register", acting, {"form": form, "decision": decision}, status=status)
