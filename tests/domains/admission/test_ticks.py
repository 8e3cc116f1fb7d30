"""What time does at the gate: admissions expire and lateness is noted, each once, however often it is looked (R39)."""

from datetime import date, timedelta

import pytest

from sanhu.domains.admission.models import Application, GateStep, Instalment, Task
from sanhu.domains.admission.services.ticks import tick
from sanhu.domains.evidence.models import Entry
from sanhu.domains.funding.models import Reservation
from tests.domains.admission.bearing import BUDGET, ENDS_ON, FIRST_DUE, SECOND_DUE, STARTS_ON, Bearing, noon
from tests.gate import COMMITTEE

DAY = timedelta(days=1)


def noted(event: str) -> int:
    return Entry.objects.filter(event=event).count()


@pytest.mark.covers("R39")
def test_an_admission_expires_after_its_last_day_with_its_tasks(bearing: Bearing):
    mine, theirs = bearing.put_in_force(bearing.approved())
    for task in (mine, theirs):
        bearing.pay(task, 1)
        bearing.pay(task, 2)
    assert tick(at=noon(ENDS_ON)) == 0
    assert [tick(at=noon(ENDS_ON + DAY)) for _again in range(2)] == [1, 0]
    application = Application.objects.get()
    assert (application.state, application.is_open, application.ended_at) == ("expired", False, noon(ENDS_ON + DAY))
    for task in Task.objects.all():
        assert (task.state, task.ended_at, task.grant.valid_to) == ("expired", noon(ENDS_ON + DAY), ENDS_ON)
        assert task.grant.withdrawn_at is None
    assert set(GateStep.objects.filter(move="expire").values_list("person_id", flat=True)) == {None}


def test_an_admission_that_never_came_into_force_expires_too(bearing: Bearing):
    bearing.approved()
    assert [tick(at=noon(ENDS_ON + 90 * DAY)) for _again in range(2)] == [1, 0]
    assert Application.objects.get().state == "expired"


def test_what_was_not_paid_by_the_end_is_let_go(bearing: Bearing):
    task = bearing.task()
    bearing.pay(task)
    tick(at=noon(ENDS_ON + DAY))
    assert bearing.purse.totals() == (BUDGET, 120_000, 0)
    assert [part.cancelled_at is None for part in task.instalments.order_by("ordinal")] == [True, False]


@pytest.mark.covers("R58")
def test_an_overdue_instalment_is_noted_once(bearing: Bearing):
    task = bearing.task()
    assert tick(at=noon(FIRST_DUE)) == 0
    late = noon(FIRST_DUE + DAY)
    assert [tick(at=late) for _again in range(2)] == [1, 0]
    assert Instalment.objects.get(task=task, ordinal=1).overdue_at == late
    bearing.pay(task, on=FIRST_DUE + DAY)
    assert tick(at=noon(SECOND_DUE + DAY)) == 1
    assert noted("instalment.overdue") == 2


def test_an_undecided_application_is_noted_once_and_anew_when_it_came_in_again(bearing: Bearing):
    due_on = date(2026, 11, 30)
    bearing.approved(COMMITTEE, state="reviewing", due_on=due_on, decide_within=15)
    assert tick(at=noon(due_on)) == 0
    assert [tick(at=noon(due_on + DAY)) for _again in range(3)] == [1, 0, 0]
    application = Application.objects.get()
    assert (application.overdue_at, application.revision) == (noon(due_on + DAY), 1)
    Application.objects.update(state="joint_meeting", accepted_at=noon(STARTS_ON + DAY), due_on=STARTS_ON + 20 * DAY)
    assert tick(at=noon(STARTS_ON + 20 * DAY)) == 0
    assert [tick(at=noon(STARTS_ON + 21 * DAY)) for _again in range(2)] == [1, 0]
    assert noted("admission.overdue") == 2


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "approved", "rejected"])
def test_what_waits_for_no_decision_is_not_overdue(bearing: Bearing, state: str):
    bearing.approved(COMMITTEE, state=state, due_on=STARTS_ON)
    assert tick(at=noon(STARTS_ON + DAY)) == 0


def test_so_many_of_each_kind_and_the_rest_next_time(bearing: Bearing):
    bearing.put_in_force(bearing.approved())
    late = noon(FIRST_DUE + DAY)
    assert [tick(at=late, limit=1) for _again in range(3)] == [1, 1, 0]


def test_a_missed_tick_changes_nothing_but_the_hour(bearing: Bearing):
    """Nobody looked from the first day to the year after: the task expires, and was never late by the record."""
    bearing.task()
    assert [tick(at=noon(date(2027, 3, 1))) for _again in range(2)] == [1, 0]
    assert Task.objects.get().state == "expired"
    assert noted("instalment.overdue") == 0


def test_a_row_with_which_something_is_wrong_keeps_no_other_waiting(bearing: Bearing):
    """The books of the first one's money were meddled with; the second one's last day passes all the same."""
    broken, sound = bearing.task(), bearing.task(name="文明养犬入户宣传")
    Reservation.objects.filter(pk=broken.reservation_id).update(amount_fen=BUDGET * 3)
    with pytest.raises(ExceptionGroup) as raised:
        tick(at=noon(ENDS_ON + DAY))
    assert [type(fault) for fault in raised.value.exceptions] == [RuntimeError]
    assert dict(Task.objects.values_list("pk", "state")) == {broken.pk: "in_force", sound.pk: "expired"}
