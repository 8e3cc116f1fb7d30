"""A task that goes on into the next year keeps its money there: set aside anew, paid, handed over and ended."""

from datetime import date

import pytest

from sanhu.domains.admission.models import Task
from sanhu.domains.admission.verification_tasks import (
    instalments_make_the_money,
    tasks_have_their_money,
    what_was_handed_over_went_on,
)
from sanhu.domains.funding.holds import over_years, standing_hold
from sanhu.domains.funding.models import LedgerAccount
from sanhu.domains.funding.verification import CHECKS as FUNDING
from tests.domains.admission.bearing import BUDGET, Bearing
from tests.domains.funding.money import COMMITTEE, ORGAN, OTHER_COMMITTEE
from tests.domains.funding.settling import close, left_over, settle, to_new_year

ENDS_ON, IN_JANUARY, IN_FEBRUARY = date(2027, 3, 31), date(2027, 1, 20), date(2027, 2, 10)
PARTS = [
    {"due_on": "2026-12-05", "amount_fen": 30_000},
    {"due_on": "2027-01-20", "amount_fen": 20_000},
    {"due_on": "2027-03-01", "amount_fen": 10_000},
]
CHECKS = (tasks_have_their_money, instalments_make_the_money, what_was_handed_over_went_on, *FUNDING)


def findings() -> list[object]:
    return [finding for check in CHECKS for finding in check()]


@pytest.fixture
def running(bearing: Bearing) -> tuple[Bearing, Task]:
    """Give a task of ¥600 whose year was settled and closed when half of it was paid."""
    task = bearing.task(ends_on=ENDS_ON, instalments=PARTS, amount_each_fen=60_000)
    bearing.pay(task)
    to_new_year(bearing.purse)
    settle(bearing.purse)
    close(bearing.purse)
    return bearing, task


@pytest.mark.covers("R34", "R53")
def test_its_money_is_set_aside_in_the_new_year_and_paid_from_there(running: tuple[Bearing, Task]):
    bearing, task = running
    assert left_over() == {("fee_follows_affair", 2027): 60_000}  # the rest of the organ's went back
    assert LedgerAccount.objects.get(body=None, year=2026).cap_fen == BUDGET - 60_000
    hold = standing_hold(task.reservation_id)
    assert (hold.account.year, hold.held_fen, hold.payee.year) == (2027, 30_000, 2027)
    bearing.pay(task, 2, on=IN_JANUARY)
    whole = over_years(task.reservation_id)
    assert (whole.amount_fen, whole.paid_fen, whole.held_fen, whole.released_fen) == (60_000, 50_000, 10_000, 0)
    assert bearing.purse.totals(COMMITTEE, year=2027) == (50_000, 0, 0)
    assert findings() == []
    task.refresh_from_db()
    bearing.revoke(task.application, at=bearing.purse.now())
    assert over_years(task.reservation_id).released_fen == 10_000
    assert bearing.purse.totals(ORGAN, year=2027) == (30_000, 20_000, 0)
    assert findings() == []


@pytest.mark.covers("R34")
def test_what_the_old_bearer_has_not_used_goes_along_into_other_hands(running: tuple[Bearing, Task]):
    bearing, task = running
    bearing.hand_over(task, on=IN_FEBRUARY, unspent_fen=30_000)
    heir = Task.objects.get(succeeds=task)
    assert heir.reservation.account.year == 2027
    assert (heir.amount_fen, heir.reservation.held_fen) == (30_000, 30_000)
    assert bearing.purse.totals(COMMITTEE, year=2027) == (30_000, 30_000, 0)
    assert bearing.purse.totals(OTHER_COMMITTEE, year=2027) == (30_000, 0, 0)
    assert findings() == []
