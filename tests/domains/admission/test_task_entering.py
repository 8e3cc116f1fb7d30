"""An admission comes into force with task, power and money for every committee, or not at all (R33, R34, R58)."""

from datetime import date, timedelta
from itertools import count

import pytest

from sanhu.domains.admission.models import Instalment, PowerGrant, Task
from sanhu.domains.admission.queries.tasks import overdue
from sanhu.domains.admission.terms import GrantKind
from sanhu.domains.admission.verification_tasks import tasks_have_their_power
from sanhu.domains.evidence.models import Entry, Serial
from sanhu.domains.funding.models import LedgerAccount, Reservation
from sanhu.engines.decisions import Refused
from tests.domains.admission.bearing import (
    BUDGET,
    DOCUMENT,
    EACH_FEN,
    ENDS_ON,
    FIRST_DUE,
    MINUTES,
    PARTS,
    SECOND_DUE,
    STARTS_ON,
    STATUTORY_ITEM,
    Bearing,
    Broken,
    failing_at,
    noon,
)
from tests.gate import COMMITTEE, ORGAN, OTHER_COMMITTEE

DAY = timedelta(days=1)


@pytest.mark.covers("R33", "R34", "R58")
def test_each_committee_gets_its_task_its_power_and_its_money_at_once(bearing: Bearing):
    application = bearing.approved()
    tasks = bearing.put_in_force(application)
    assert [task.number for task in tasks] == ["990101-2026-T0001", "990101-2026-T0002"]
    for task, (name, area) in zip(tasks, [(COMMITTEE, "990101001001"), (OTHER_COMMITTEE, "990101001002")], strict=True):
        body, grant, reservation = bearing.purse.gate.bodies[name], task.grant, task.reservation
        assert (task.committee, task.area_code, task.state, task.is_open, task.revision) == (
            body,
            area,
            "in_force",
            True,
            1,
        )
        assert (task.starts_on, task.ends_on, task.minutes, task.amount_fen) == (STARTS_ON, ENDS_ON, MINUTES, EACH_FEN)
        assert (grant.giver, grant.holder) == (bearing.purse.gate.bodies[ORGAN], body)
        assert (grant.kind, grant.document_number) == (GrantKind.COMMISSION, DOCUMENT)
        assert (grant.valid_from, grant.valid_to) == (STARTS_ON, ENDS_ON)
        assert (reservation.amount_fen, reservation.held_fen) == (EACH_FEN, EACH_FEN)
        assert (reservation.purpose_ref, reservation.payee.body) == (task.ref, body)
        assert reservation.payee.year == reservation.account.year == 2026
        parts = task.instalments.order_by("ordinal").values_list("ordinal", "due_on", "amount_fen")
        assert list(parts) == [(1, FIRST_DUE, 120_000), (2, SECOND_DUE, 60_000)]
        events = Entry.objects.filter(subject_ref=task.ref).order_by("id").values_list("event", flat=True)
        assert list(events) == ["power.granted", "admission.in_force"]
    assert bearing.purse.totals() == (BUDGET, 0, 2 * EACH_FEN)
    application.refresh_from_db()
    assert application.state == "effective"


@pytest.mark.covers("R58")
def test_nobody_is_late_with_money_that_could_not_be_paid_yet(bearing: Bearing):
    """Its first part was to be paid by the fifth; it comes into force on the tenth, and is due on the tenth."""
    tenth = date(2026, 12, 10)
    (task,) = bearing.put_in_force(bearing.approved(COMMITTEE), at=noon(tenth))
    assert list(task.instalments.order_by("ordinal").values_list("due_on", flat=True)) == [tenth, SECOND_DUE]
    assert (overdue(task, on=tenth), len(overdue(task, on=date(2026, 12, 11)))) == ([], 1)


def nothing_of(bearing: Bearing, application: object) -> bool:
    """Nothing of task, power or money is there, nor a number used up."""
    return not (
        Task.objects.exists()
        or PowerGrant.objects.exists()
        or Instalment.objects.exists()
        or Reservation.objects.exists()
        or LedgerAccount.objects.filter(reserved_fen__gt=0).exists()
        or Serial.objects.filter(kind="task").exists()
        or Entry.objects.filter(event__in=["power.granted", "admission.in_force"]).exists()
    )


WITHOUT_POWER = {
    "no document": ({}, ""),
    "no article": ({"power_article": " "}, DOCUMENT),
    "no kind": ({"power_kind": "goodwill"}, DOCUMENT),
}


@pytest.mark.covers("R33", "X-07")
@pytest.mark.parametrize("case", WITHOUT_POWER)
def test_without_power_nothing_comes_into_force(bearing: Bearing, case: str):
    changes, document = WITHOUT_POWER[case]
    application = bearing.approved(**changes)
    with pytest.raises(Refused) as refused:
        bearing.put_in_force(application, document_number=document)
    assert refused.value.decision.code == "X-07"
    assert refused.value.decision.citations == ("分类管理办法第十九条",)
    assert nothing_of(bearing, application)


@pytest.mark.covers("R33", "X-07")
@pytest.mark.parametrize(
    "period", [{"valid_from": STARTS_ON + DAY}, {"valid_to": ENDS_ON - DAY}], ids=["from later on", "not to the end"]
)
def test_a_paper_that_does_not_hold_for_the_whole_period_brings_nothing_into_force(
    bearing: Bearing, period: dict[str, date]
):
    application = bearing.approved()
    with pytest.raises(Refused) as refused:
        bearing.put_in_force(application, **period)
    assert (refused.value.decision.reasons, refused.value.decision.code) == (
        ("授权期限：须覆盖任务的全部期限",),
        "X-07",
    )
    assert nothing_of(bearing, application)


@pytest.mark.covers("R33")
def test_a_paper_that_holds_for_longer_is_kept_as_it_says(bearing: Bearing):
    longer = {"valid_from": STARTS_ON - DAY, "valid_to": ENDS_ON + DAY}
    (task,) = bearing.put_in_force(bearing.approved(COMMITTEE), **longer)
    assert (task.grant.valid_from, task.grant.valid_to) == (STARTS_ON - DAY, ENDS_ON + DAY)
    assert list(tasks_have_their_power()) == []


@pytest.mark.covers("R33")
def test_a_statutory_power_needs_its_article_but_no_document(bearing: Bearing):
    application = bearing.approved(COMMITTEE, power_kind=GrantKind.STATUTORY)
    (task,) = bearing.put_in_force(application, document_number="")
    assert (task.grant.kind, task.grant.document_number) == ("statutory", "")


WITHOUT_MONEY = {
    "no account": {"account": None},
    "no amount": {"amount_each_fen": 0, "instalments": []},
    "parts that make less": {"instalments": PARTS[:1]},
    "a part of nothing": {"instalments": [*PARTS, {"due_on": "2026-12-24", "amount_fen": 0}]},
    "another line": {"line": "L8"},
    "more for two than there is": {
        "amount_each_fen": 500_001,
        "instalments": [{"due_on": "2026-12-05", "amount_fen": 500_001}],
    },
}


@pytest.mark.covers("R34", "R58", "X-08")
@pytest.mark.parametrize("case", WITHOUT_MONEY)
def test_without_money_nothing_comes_into_force(bearing: Bearing, case: str):
    application = bearing.approved(**WITHOUT_MONEY[case])
    with pytest.raises(Refused) as refused:
        bearing.put_in_force(application)
    assert refused.value.decision.code == "X-08"
    assert nothing_of(bearing, application)


def test_late_is_better_than_never_until_the_last_day(bearing: Bearing):
    application = bearing.approved(COMMITTEE)
    with pytest.raises(Refused) as refused:
        bearing.put_in_force(application, at=noon(date(2026, 12, 31)))
    assert refused.value.decision.reasons == ("准入期限已过，不能再生效",)
    (task,) = bearing.put_in_force(application, at=noon(ENDS_ON))
    assert (task.starts_on, task.in_force_at) == (STARTS_ON, noon(ENDS_ON))


def test_nobody_to_bear_it(bearing: Bearing):
    application = bearing.approved(COMMITTEE)
    application.committees.update(ended_at=noon(STARTS_ON))
    with pytest.raises(Refused) as refused:
        bearing.put_in_force(application)
    assert refused.value.decision.reasons == ("没有登记协助的居民委员会，不能生效",)


@pytest.mark.parametrize(("item_code", "is_statutory"), [("", False), ("K1-06", False), (STATUTORY_ITEM, True)])
def test_what_a_statute_demands_is_known_on_the_task(bearing: Bearing, item_code: str, is_statutory: bool):
    assert bearing.task(item_code=item_code).is_statutory is is_statutory


@pytest.mark.covers("R33", "R34", "R58")
def test_a_fault_at_any_write_leaves_nothing_behind(bearing: Bearing):
    """Each statement that changes the database fails once, in turn: task, power and money are all there or none is."""
    application = bearing.approved()
    outcomes = []
    for nth in count(1):
        with failing_at(nth) as reached:
            try:
                bearing.put_in_force(application)
            except Broken:
                assert nothing_of(bearing, application), nth
                application.refresh_from_db()
                assert (application.state, application.revision) == ("approved", 1)
        outcomes.append(reached.broke)
        if not reached.broke:
            break
    assert outcomes.count(False) == 1
    assert len(outcomes) > 20
    assert Task.objects.count() == PowerGrant.objects.count() == Reservation.objects.count() == 2
