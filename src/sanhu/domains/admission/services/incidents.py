"""What follows where nobody admitted a demand (X-05): a letter, a day for the answer, and a step."""

from datetime import date, datetime

from django.conf import settings

from sanhu.domains.admission.models import Demand, GateStep
from sanhu.domains.admission.queries.demands import right_in_force
from sanhu.domains.admission.rules.demands import LAPSED, UNADMITTED, UNADMITTED_ARTICLE, UNADMITTED_CODE
from sanhu.domains.admission.services.notices import issue_demand_letter, issue_lapse_letter
from sanhu.domains.admission.services.steps import apply
from sanhu.domains.admission.tables import DEMAND
from sanhu.domains.admission.terms import Ground
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.domains.evidence.models import Letter
from sanhu.engines.actors import SYSTEM, Actor
from sanhu.engines.deadlines import Fact, FactKind, Rule, Unit, compute
from sanhu.engines.legal_time import legal_day


def give_notice(demand: Demand, *, actor: Actor, at: datetime) -> GateStep:
    """Answer a demand that was just found unadmitted. `actor` took it down and sends the letter."""
    right = right_in_force(demand.district, legal_day(at))
    within, due_on = start_answering(demand, settings.SANHU_ANSWER_NOTICE_WORKING_DAYS, at=at)
    demand.is_refusal = right is not None
    letter = issue_demand_letter(demand, right=right, within=within, due_on=due_on, actor=actor, at=at)
    return _noticed(demand, "give_notice", letter, reason=UNADMITTED, at=at)


def lapse(demand: Demand, *, at: datetime) -> GateStep:
    """Treat an emergency whose record is late as what nobody admitted. It is never refused afterwards."""
    late_since = demand.due_on
    assert late_since is not None, "an emergency has a day for its record"
    within, due_on = start_answering(demand, settings.SANHU_ANSWER_NOTICE_WORKING_DAYS, at=at)
    demand.ground, demand.ground_article = Ground.UNADMITTED, UNADMITTED_ARTICLE
    letter = issue_lapse_letter(demand, late_since=late_since, within=within, due_on=due_on, actor=SYSTEM, at=at)
    return _noticed(demand, "lapse", letter, reason=LAPSED, at=at)


def start_answering(demand: Demand, within: int, *, at: datetime) -> tuple[int, date]:
    """Set the last day of so many working days. Raises BeyondCalendar (X-17) past the loaded calendar."""
    started = [Fact(FactKind.STARTED, at)]
    due_on = compute(Rule(within, Unit.WORKING_DAY), started, working_calendar(at)).due_on
    assert due_on is not None, "a clock that never pauses has its day"
    demand.answer_within, demand.due_on = within, due_on
    return within, due_on


def _noticed(demand: Demand, move: str, letter: Letter, *, reason: str, at: datetime) -> GateStep:
    return apply(
        demand,
        DEMAND.move(move),
        actor=SYSTEM,
        at=at,
        reason=reason,
        article=demand.ground_article,
        facts={"code": UNADMITTED_CODE, "letter": letter.number},
    )
