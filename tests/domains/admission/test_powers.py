"""Power follows duty (R33): its giver takes it back, its end is told ahead, and then its task stands still."""

from datetime import date, timedelta

import pytest

from sanhu.domains.admission.models import GateStep, PowerGrant, Task
from sanhu.domains.admission.rules.tasks import Power, check_power
from sanhu.domains.admission.services.errors import GateNotFound
from sanhu.domains.admission.services.ticks import tick
from sanhu.domains.admission.terms import GrantKind
from sanhu.domains.admission.verification_tasks import tasks_have_their_power
from sanhu.domains.evidence.models import Entry
from sanhu.engines.decisions import Refused
from tests.domains.admission.bearing import ENDS_ON, STARTS_ON, Bearing, noon
from tests.gate import OTHER_COMMITTEE

DAY = timedelta(days=1)
LAST_DAY = date(2026, 12, 15)
TOLD_ON = date(2026, 12, 5)  # ten days ahead


def events(task: Task, event: str) -> int:
    return Entry.objects.filter(subject_ref=task.ref, event=event).count()


@pytest.mark.covers("R33", "X-07")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"kind": "statutory", "document_number": ""}, None),
        ({"valid_from": STARTS_ON - DAY, "valid_to": ENDS_ON + DAY}, None),
        ({"valid_from": STARTS_ON + DAY}, "授权期限：须覆盖任务的全部期限"),
        ({"valid_to": ENDS_ON - DAY}, "授权期限：须覆盖任务的全部期限"),
        ({"document_number": " "}, "授权文书号：授权或者委托须附文书，写明文号"),
        ({"article": ""}, "授权依据：须写明法律、法规或办法的条款"),
        ({"kind": "statutory", "article": ""}, "授权依据：须写明法律、法规或办法的条款"),
        ({"kind": ""}, "授权：须写明是授权、委托还是法定职权"),
    ],
)
def test_a_duty_needs_a_power_for_its_whole_period(changes: dict[str, object], reason: str | None):
    said = {
        "kind": "delegation",
        "article": "示范区市容条例第十条",
        "document_number": "示城管〔2026〕5号",
        "valid_from": STARTS_ON,
        "valid_to": ENDS_ON,
    }
    decision = check_power(Power(**(said | changes)), starts_on=STARTS_ON, ends_on=ENDS_ON)  # type: ignore[arg-type]
    if reason is None:
        assert decision.allowed
    else:
        assert (decision.allowed, decision.reasons, decision.code) == (False, (reason,), "X-07")


@pytest.mark.covers("R33")
def test_a_power_taken_back_is_told_ahead_and_then_its_task_stands_still(bearing: Bearing):
    task = bearing.task()
    grant = bearing.withdraw(task, last_day=LAST_DAY, on=STARTS_ON)
    assert (grant.valid_to, grant.withdrawn_at, grant.withdrawn_reason) == (LAST_DAY, noon(STARTS_ON), "机构调整。")
    assert tick(at=noon(TOLD_ON - DAY)) == 0
    assert tick(at=noon(TOLD_ON)) == 1
    grant.refresh_from_db()
    assert (grant.told_at, events(task, "power.lapsing")) == (noon(TOLD_ON), 1)
    bearing.pay(task, on=TOLD_ON)
    assert tick(at=noon(LAST_DAY)) == 0
    assert tick(at=noon(LAST_DAY + DAY)) == 1
    task.refresh_from_db()
    assert (task.state, task.suspended_for) == ("suspended", "power")
    step = GateStep.objects.get(subject_ref=task.ref, move="suspend_for_power")
    assert (step.person_id, step.article) == (None, "分类管理办法第十九条")
    assert tick(at=noon(LAST_DAY + DAY)) == 0
    with pytest.raises(Refused) as refused:
        bearing.move(task, "resume", by="陈", on=LAST_DAY + DAY)
    assert refused.value.decision.code == "X-07"


def test_a_new_last_day_is_told_anew(bearing: Bearing):
    task = bearing.task()
    bearing.withdraw(task, last_day=LAST_DAY, on=STARTS_ON)
    assert tick(at=noon(TOLD_ON)) == 1
    bearing.withdraw(task, last_day=LAST_DAY - DAY, on=TOLD_ON)
    bearing.pay(task, on=TOLD_ON)
    assert [tick(at=noon(TOLD_ON)), tick(at=noon(TOLD_ON))] == [1, 0]
    assert events(task, "power.lapsing") == 2


def test_a_power_that_lasts_as_long_as_its_task_is_not_spoken_of(bearing: Bearing):
    task = bearing.task()
    for ordinal in (1, 2):
        bearing.pay(task, ordinal)
    assert tick(at=noon(ENDS_ON)) == 0


def test_a_task_whose_power_was_taken_back_may_be_handed_over_with_a_new_one(bearing: Bearing):
    task = bearing.task()
    bearing.withdraw(task, last_day=LAST_DAY, on=LAST_DAY)
    tick(at=noon(LAST_DAY + DAY))
    new = bearing.hand_over(task, on=LAST_DAY + DAY, to=OTHER_COMMITTEE).succeeded_by
    assert (new.state, new.grant.valid_from, new.grant.valid_to) == ("in_force", LAST_DAY + DAY, ENDS_ON)
    assert Task.objects.get(pk=task.pk).grant.valid_to == LAST_DAY


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"by": "孙"}, "您的岗位没有这项权限"),
        ({"by": "陈"}, "您的岗位没有这项权限"),
        ({"last_day": STARTS_ON - DAY}, "最后有效日：不能早于今天"),
        ({"last_day": ENDS_ON}, "最后有效日：须早于原定的期限"),
        ({"reason": " "}, "理由：收回权限须写明理由"),
        ({"reason": "字" * 201}, "理由：不超过 200 个字"),
    ],
)
def test_taking_back_is_refused(bearing: Bearing, changes: dict[str, object], reason: str):
    task = bearing.task()
    with pytest.raises(Refused) as refused:
        bearing.withdraw(task, **({"last_day": LAST_DAY, "on": STARTS_ON} | changes))  # type: ignore[arg-type]
    assert refused.value.decision.reasons == (reason,)
    assert Task.objects.get().grant.valid_to == ENDS_ON


def test_another_organ_does_not_see_the_power_and_the_law_is_not_taken_back(bearing: Bearing):
    task = bearing.task(power_kind=GrantKind.STATUTORY)
    with pytest.raises(GateNotFound):
        bearing.withdraw(task, last_day=LAST_DAY, on=STARTS_ON, by="董")
    with pytest.raises(Refused) as refused:
        bearing.withdraw(task, last_day=LAST_DAY, on=STARTS_ON)
    assert refused.value.decision.reasons == ("法定职权不能由部门收回",)


def test_nothing_is_taken_back_from_a_task_that_has_ended(bearing: Bearing):
    task = bearing.task()
    bearing.revoke(task.application, at=noon(STARTS_ON))
    with pytest.raises(Refused):
        bearing.withdraw(task, last_day=STARTS_ON, on=STARTS_ON)


@pytest.mark.covers("R33", "R39")
def test_a_revoked_admission_takes_its_powers_and_lets_go_of_its_money(bearing: Bearing):
    mine, theirs = bearing.put_in_force(bearing.approved())
    bearing.pay(mine)
    bearing.revoke(mine.application, at=noon(LAST_DAY))
    for task in (mine, theirs):
        task.refresh_from_db()
        assert (task.state, task.is_open, task.ended_at) == ("revoked", False, noon(LAST_DAY))
        assert (task.grant.valid_to, task.grant.withdrawn_reason) == (LAST_DAY, "准入已撤销，权限随之收回")
        assert task.reservation.held_fen == 0
    assert [part.cancelled_at is None for part in mine.instalments.order_by("ordinal")] == [True, False]
    assert [part.cancelled_at is None for part in theirs.instalments.order_by("ordinal")] == [False, False]
    assert bearing.purse.totals() == (1_000_000, 120_000, 0)
    assert GateStep.objects.get(subject_ref=mine.ref, move="revoke").person_id is None


@pytest.mark.covers("R33")
def test_a_power_given_anew_lets_its_task_go_on(bearing: Bearing):
    task = bearing.task()
    old = bearing.withdraw(task, last_day=LAST_DAY, on=STARTS_ON)
    bearing.pay(task)
    tick(at=noon(LAST_DAY + DAY))
    new = bearing.give_anew(task, on=LAST_DAY + 2 * DAY)
    assert (new.valid_from, new.valid_to, new.follows) == (LAST_DAY + 2 * DAY, ENDS_ON, old)
    assert (new.document_number, new.scope, new.holder) == ("示城管委〔2026〕8号", old.scope, old.holder)
    assert bearing.move(task, "resume", by="陈", on=LAST_DAY + 2 * DAY).state == "in_force"
    assert [finding.detail for finding in tasks_have_their_power()] == []
    bearing.revoke(task.application, at=noon(LAST_DAY + 3 * DAY))
    new.refresh_from_db()
    assert (new.valid_to, PowerGrant.objects.get(pk=old.pk).valid_to) == (LAST_DAY + 3 * DAY, LAST_DAY)
    assert [finding.detail for finding in tasks_have_their_power()] == []


def test_a_power_given_anew_in_time_leaves_no_day_without_one(bearing: Bearing):
    task = bearing.task()
    bearing.withdraw(task, last_day=LAST_DAY, on=STARTS_ON)
    bearing.pay(task)
    new = bearing.give_anew(task, on=TOLD_ON)
    assert new.valid_from == LAST_DAY + DAY
    assert tick(at=noon(LAST_DAY + DAY)) == 0
    bearing.revoke(task.application, at=noon(TOLD_ON + DAY))
    assert set(PowerGrant.objects.values_list("valid_to", flat=True)) == {TOLD_ON + DAY}
    assert [finding.detail for finding in tasks_have_their_power()] == []


def test_in_force_on_a_day_between_two_powers_is_named(bearing: Bearing):
    task = bearing.task()
    bearing.withdraw(task, last_day=LAST_DAY, on=STARTS_ON)
    bearing.pay(task)
    tick(at=noon(LAST_DAY + DAY))
    bearing.give_anew(task, on=LAST_DAY + 2 * DAY)
    bearing.move(task, "resume", by="陈", on=LAST_DAY + 2 * DAY)
    GateStep.objects.filter(subject_ref=task.ref, move="resume").update(at=noon(LAST_DAY + DAY))
    assert [finding.detail for finding in tasks_have_their_power()] == ["step 3: in force without its power"]


@pytest.mark.covers("X-07")
@pytest.mark.parametrize(
    ("changes", "reason", "code"),
    [
        ({"by": "孙"}, "您的岗位没有这项权限", ""),
        ({"document_number": " "}, "授权文书号：授权或者委托须附文书，写明文号", "X-07"),
        ({"document_number": "号" * 61}, "授权文书号：不超过 60 个字", ""),
        ({"on": ENDS_ON + DAY}, "任务已经结束，不再授权", ""),
    ],
)
def test_giving_anew_is_refused(bearing: Bearing, changes: dict[str, object], reason: str, code: str):
    task = bearing.task()
    bearing.withdraw(task, last_day=LAST_DAY, on=STARTS_ON)
    with pytest.raises(Refused) as refused:
        bearing.give_anew(task, **({"on": LAST_DAY} | changes))  # type: ignore[arg-type]
    assert (refused.value.decision.reasons, refused.value.decision.code) == ((reason,), code)
    assert PowerGrant.objects.count() == 1


def test_a_power_that_lasts_is_not_given_anew_nor_by_another_organ(bearing: Bearing):
    task = bearing.task()
    with pytest.raises(Refused) as refused:
        bearing.give_anew(task, on=STARTS_ON)
    assert refused.value.decision.reasons == ("现有授权有效至任务期满，不必重新授权",)
    with pytest.raises(GateNotFound):
        bearing.give_anew(task, on=STARTS_ON, by="董")
