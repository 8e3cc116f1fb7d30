"""What went back from residents' committees to whoever is to bear it (R14, R28): by date, none above another."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.admission.queries.returns import ReturnLine, public_returns
from sanhu.domains.admission.tables import RETURN
from sanhu.domains.admission.terms import ReturnOutcome
from sanhu.domains.subjects.kinds import Sector, SubjectKind, sector_of
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock, site
from sanhu.portals.public.page import public_page


@dataclass(frozen=True)
class Told:
    """One return in words: how it stands, and what came of it."""

    line: ReturnLine
    sector: Sector
    state: str
    outcome: str
    is_overdue: bool


@require_safe
def returns(request: HttpRequest) -> HttpResponse:
    """List what was decided on, newest first, with what moved and whether it came back."""
    on = legal_day(clock.now())
    lines = public_returns(site.home_district())
    went = [line for line in lines if line.transferred_on is not None]
    context = {
        "returns": [
            Told(
                line=line,
                sector=sector_of(SubjectKind(line.bearer_kind)),
                state=gettext(RETURN.state(line.state).public_label),
                outcome=str(ReturnOutcome(line.outcome).label) if line.outcome else "",
                is_overdue=line.is_overdue(on),
            )
            for line in lines
        ],
        "on": on,
        "decided": len(lines),
        "went": len(went),
        "held": sum(line.outcome == ReturnOutcome.HELD for line in went),
        "came_back": sum(line.outcome == ReturnOutcome.CAME_BACK for line in went),
        "crumbs": [(_("任务回归"), "")],
    }
    return public_page(request, "returns", context)
