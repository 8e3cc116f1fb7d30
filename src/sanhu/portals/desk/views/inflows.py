"""What organs hand down to committees, counted from what was recorded (R7, R8, R40): ordered by code, never ranked."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.admission.queries import inflows as queries
from sanhu.domains.admission.rules.inflows import check_order
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.demands import PeriodForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.views.demands import demand_tabs


@require_safe
@at_the_desk(Permission.DEMAND_SETTLE)
def inflows(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Count per organ and per community in a period; any other order than by code is refused (X-21)."""
    today = legal_day(clock.now())
    decision = check_order(request.GET.get("order", ""))
    initial = {"since": date(today.year, 1, 1), "until": today}
    form = PeriodForm(request.GET if "since" in request.GET or "until" in request.GET else None, initial=initial)
    since, until = initial["since"], initial["until"]
    is_sound = not form.is_bound or form.is_valid()
    if form.is_bound and is_sound:
        since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    district = acting.actor.district
    is_shown = is_sound and bool(decision)
    context = {
        "form": form,
        "since": since,
        "until": until,
        "decision": None if decision else decision,
        "is_shown": is_shown,
        "organs": queries.by_organ(district, since, until) if is_shown else [],
        "committees": queries.by_committee(district, since, until) if is_shown else [],
        "tabs": demand_tabs(acting, "desk:inflows"),
        "tabs_label": _("下派"),
    }
    return desk_page(request, "inflows", acting, context, status=200 if is_shown else 422)
