"""The four outcomes (R28): what went back is listed under who gave it up, what is bought is read from the books."""

from datetime import date

import pytest

from sanhu.domains.evaluation.burden import Burden
from sanhu.domains.evaluation.contradictions import contradictions_of
from sanhu.domains.evaluation.indicators import indicators_of, led_for_government, self_governed
from sanhu.domains.evaluation.months import Month, Period, months_to
from sanhu.domains.evaluation.outcomes import Outcomes, outcomes_of
from sanhu.domains.evaluation.sources import seen_by
from sanhu.domains.funding.terms import FundSource
from tests.cast import COMMUNITY
from tests.domains.admission.bearing import Bearing
from tests.domains.admission.returning import Going
from tests.domains.evaluation.carrying import YEARS_END, november
from tests.domains.funding.budgets import COMPLETE, SERVICE, Budgets
from tests.gate import COMMITTEE, OTHER_COMMITTEE

AUTUMN = Period(months_to(Month(2026, 12), 3), date(2026, 12, 31))


def outcomes(bearing: Bearing, committee: str = COMMITTEE) -> Outcomes:
    gate = bearing.purse.gate
    body = gate.bodies[committee]
    sources = seen_by(gate.actor("高", YEARS_END)).of(body)
    said = contradictions_of(sources, AUTUMN, areas=[COMMUNITY], at=YEARS_END)
    return outcomes_of(body, AUTUMN, said=said)


@pytest.mark.covers("R28")
def test_what_went_back_is_counted_under_the_committee_that_gave_it_up(bearing: Bearing):
    task = bearing.task(COMMITTEE)
    Going(bearing.purse.gate, bearing.purse.now()).return_of(task, to="transferred")
    [line] = outcomes(bearing).returned
    assert (line.name, line.committee) == (task.application.name, COMMITTEE)
    assert outcomes(bearing, OTHER_COMMITTEE).returned == []


@pytest.mark.covers("R28")
def test_what_is_bought_is_what_the_budget_and_the_books_say(bearing: Bearing):
    assert outcomes(bearing).bought is None  # no budget, no data: never a nought
    Budgets(bearing.purse).locked(2026, {**COMPLETE, ("L8", SERVICE): 900})
    bearing.purse.appropriate(500, source=FundSource.FISCAL, line="L8")
    bought = outcomes(bearing).bought
    assert bought is not None
    assert (bought.budgeted_fen, bought.appropriated_fen, bought.paid_fen) == (900, 500, 0)


@pytest.mark.covers("R28", "R12")
def test_what_is_disputed_is_the_sum_of_what_waits(bearing: Bearing):
    november(bearing)
    found = outcomes(bearing)
    assert (found.awaiting_ruling, found.escalated, found.contested, found.disputed) == (0, 0, 0, 0)
    some = Outcomes(returned=(), year=2026, bought=None, awaiting_ruling=2, escalated=1, contested=3)
    assert some.disputed == 6


@pytest.mark.covers("R4")
def test_what_a_committee_leads_for_the_government_is_told_and_self_governance_has_its_share():
    burden = Burden()
    assert led_for_government(burden) == 0
    burden.kinds.update({("K1", "lead"): 2, ("K1", "assist"): 5, ("K5", "lead"): 1})
    assert led_for_government(burden) == 2
    own = self_governed(indicators_of(burden, [burden]))
    assert (own.code, own.numerator, own.denominator) == ("R28", 1, 8)
