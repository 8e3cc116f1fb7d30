"""What people do with a task in force: suspend it for a late payer, resume it, hand it over with its money (R34)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from uuid import uuid4

import pytest

from sanhu.domains.admission.models import GateStep, Instalment, Task
from sanhu.domains.admission.queries.tasks import overdue, unpaid, visible_to
from sanhu.domains.admission.rules.persons import Parties
from sanhu.domains.admission.rules.tasks import Standing, may_move
from sanhu.domains.admission.services import task_moves
from sanhu.domains.admission.services.errors import GateNotFound, StaleForm
from sanhu.domains.admission.services.task_moves import TaskMove
from sanhu.domains.admission.services.ticks import tick
from sanhu.domains.evidence.letters import letters_about
from sanhu.domains.evidence.models import Entry
from sanhu.domains.funding.models import Reservation, Voucher
from sanhu.domains.funding.verification import CHECKS as FUNDING_CHECKS
from sanhu.engines.decisions import Decision, Refused
from tests.cast import DISTRICT
from tests.domains.admission.bearing import (
    BUDGET,
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
from tests.gate import COMMITTEE, OTHER_COMMITTEE, Gate

LATE_ON = FIRST_DUE + timedelta(days=1)


def refusal_of(deed: Callable[[], object]) -> Decision:
    with pytest.raises(Refused) as refused:
        deed()
    return refused.value.decision


# --- suspending and resuming


@pytest.mark.covers("R58")
def test_a_late_payers_task_is_suspended_with_a_letter_and_resumed_when_the_money_is_there(bearing: Bearing):
    task = bearing.task()
    assert refusal_of(lambda: bearing.move(task, "suspend", by="陈", on=FIRST_DUE)).reasons == (
        "没有逾期未到账的经费，不能中止任务",
    )
    suspended = bearing.move(task, "suspend", by="陈", on=LATE_ON)
    assert (suspended.state, suspended.suspended_for, suspended.revision) == ("suspended", "payment", 2)
    (letter,) = letters_about(task.ref)
    assert (letter.kind, letter.addressee) == ("suspension_notice", "区城市管理局")
    assert "1,200.00" in "".join(letter.paragraphs)
    assert refusal_of(lambda: bearing.move(task, "resume", by="陈", on=LATE_ON)).reasons == (
        "还有逾期未到账的经费，不能恢复任务",
    )
    bearing.pay(task, on=LATE_ON)
    resumed = bearing.move(task, "resume", by="陈", on=LATE_ON)
    assert (resumed.state, resumed.suspended_for) == ("in_force", "")
    steps = GateStep.objects.filter(subject_ref=task.ref).order_by("ordinal").values_list("move", "to_state")
    assert list(steps) == [("begin", "in_force"), ("suspend", "suspended"), ("resume", "in_force")]


@pytest.mark.covers("R58")
def test_what_a_statute_demands_is_not_suspended_however_late_the_payer(bearing: Bearing):
    task = bearing.task(item_code=STATUTORY_ITEM)
    decision = refusal_of(lambda: bearing.move(task, "suspend", by="陈", on=LATE_ON))
    assert decision.citations == ("城市居民委员会组织法第十条",)
    assert not letters_about(task.ref)


def standing(**changes: object) -> Standing:
    parties = Parties(district=DISTRICT, organ_id=1, committee_ids=frozenset({2}), coordination_id=3)
    return replace(Standing(parties=parties, state="in_force", has_overdue=True), **changes)


BESIDE_STATE: dict[str, tuple[str, str, dict[str, object], tuple[str, ...], str]] = {
    "suspend a late payer's": ("suspend", "陈", {}, (), ""),
    "suspend a statutory one": ("suspend", "陈", {"is_statutory": True}, ("城市居民委员会组织法第十条",), ""),
    "suspend an emergency": ("suspend", "陈", {"is_emergency": True}, ("突发事件应对法第二十二条、第七十七条",), ""),
    "suspend a punctual payer's": (
        "suspend",
        "陈",
        {"has_overdue": False},
        ("城市居民委员会组织法第四十三条", "分类管理办法第二十条"),
        "",
    ),
    "resume": ("resume", "陈", {"state": "suspended", "has_overdue": False}, (), ""),
    "resume unpaid": ("resume", "陈", {"state": "suspended"}, ("分类管理办法第二十条",), ""),
    "resume without power": (
        "resume",
        "陈",
        {"state": "suspended", "has_overdue": False, "has_power": False},
        ("分类管理办法第十九条",),
        "X-07",
    ),
    "hand over": ("hand_over", "高", {}, (), ""),
    "hand over a suspended one": ("hand_over", "高", {"state": "suspended"}, (), ""),
    "hand over while a payment waits": ("hand_over", "高", {"awaits_signature": True}, ("分类管理办法第二十条",), ""),
    "hand over after the end": ("hand_over", "高", {"is_over": True}, ("分类管理办法第二十条",), ""),
}


@pytest.mark.covers("X-07")
@pytest.mark.parametrize("case", BESIDE_STATE)
def test_what_the_rules_say_beyond_the_state(gate: Gate, case: str):
    move, by, changes, citations, code = BESIDE_STATE[case]
    actor = gate.actor(by)
    own = {
        "陈": {"committee_ids": frozenset({actor.organisation_id})},
        "高": {"coordination_id": actor.organisation_id},
    }
    here = standing(**changes)
    here = replace(here, parties=replace(here.parties, **own[by]))
    decision = may_move(standing=here, move=move, actor=actor)
    assert (decision.allowed, decision.citations, decision.code) == (not citations, citations, code)


WHO = {
    "suspend": {"陈"},
    "resume": {"陈"},
    "hand_over": {"高", "石"},
    "suspend_for_power": set(),
    "revoke": set(),
    "expire": set(),
}
EVERYBODY = ("高", "石", "罗", "田", "秦", "吴", "孙", "董", "蒋", "陈", "柳", "何", "周", "郑", "吴会")


@pytest.mark.parametrize("move", WHO)
def test_who_may_make_a_move(gate: Gate, move: str):
    parties = Parties(
        district=DISTRICT,
        organ_id=gate.bodies["区城市管理局"].pk,
        committee_ids=frozenset({gate.bodies[COMMITTEE].pk}),
        coordination_id=gate.bodies["区社区建设协调管理机构"].pk,
    )
    state = "suspended" if move == "resume" else "in_force"
    here = Standing(parties=parties, state=state, has_overdue=move != "resume")
    assert {who for who in EVERYBODY if may_move(standing=here, move=move, actor=gate.actor(who))} == WHO[move]
    partial = replace(here, parties=replace(parties, bodies_of_person=frozenset({parties.organ_id})))
    allowed = {who for who in EVERYBODY if may_move(standing=partial, move=move, actor=gate.actor(who))}
    assert allowed == WHO[move] - {"高", "石"}


def test_who_sees_a_task(bearing: Bearing):
    bearing.task(OTHER_COMMITTEE)
    seeing = {who for who in EVERYBODY if visible_to(bearing.purse.gate.actor(who)).exists()}
    assert seeing == {"高", "石", "罗", "田", "秦", "吴", "孙", "柳", "何", "吴会"}


def test_what_one_may_not_see_is_not_found_and_a_stale_form_is_told(bearing: Bearing):
    task = bearing.task()
    with pytest.raises(GateNotFound):
        bearing.move(task, "suspend", by="柳", on=LATE_ON)
    bearing.move(task, "suspend", by="陈", on=LATE_ON)
    with pytest.raises(StaleForm) as stale:
        bearing.move(task, "suspend", by="陈", on=LATE_ON, revision=1)
    assert [step.move for step in stale.value.steps] == ["suspend"]


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"reason": " "}, "理由：这一步须写明理由"),
        ({"reason": "字" * 2001}, "理由：不超过 2000 个字"),
        ({"article": "字" * 201}, "依据：不超过 200 个字"),
        ({"document_number": "字" * 61}, "授权文书号：不超过 60 个字"),
    ],
)
def test_bad_words_name_their_field(bearing: Bearing, asked: dict[str, object], reason: str):
    task = bearing.task()
    assert refusal_of(lambda: bearing.move(task, "suspend", by="陈", on=LATE_ON, **asked)).reasons == (reason,)


def test_a_request_sent_twice_is_done_once(bearing: Bearing):
    task = bearing.task()
    at, client_id = noon(LATE_ON), uuid4()
    request = TaskMove(move="suspend", revision=1, reason="经费没有到账。")
    actor = bearing.purse.gate.actor("陈", at)
    for _again in range(2):
        done = task_moves.make_move(actor=actor, at=at, client_id=client_id, number=task.number, request=request)
        assert (done.state, done.revision) == ("suspended", 2)
    assert len(letters_about(task.ref)) == 1


# --- instalments


@pytest.mark.covers("R34")
def test_an_instalment_is_paid_once_by_the_payer_and_is_unpaid_again_when_the_payment_is_reversed(bearing: Bearing):
    task = bearing.task()
    voucher = bearing.pay(task, on=FIRST_DUE)
    assert (voucher.state, voucher.amount_fen, voucher.purpose_ref) == ("posted", 120_000, task.ref)
    assert [part.ordinal for part in unpaid(task)] == [2]
    assert overdue(task, on=LATE_ON) == []
    assert refusal_of(lambda: bearing.pay(task, on=FIRST_DUE)).reasons == ("这一笔已经拨付",)
    bearing.purse.at = noon(FIRST_DUE)
    bearing.purse.reverse(voucher.number)
    assert [part.ordinal for part in unpaid(task)] == [1, 2]
    assert [part.ordinal for part in overdue(task, on=LATE_ON)] == [1]
    assert bearing.pay(task, on=FIRST_DUE).number != voucher.number
    assert Reservation.objects.get(pk=task.reservation_id).paid_fen == 120_000


@pytest.mark.parametrize(
    ("by", "reason"),
    [("吴", "您的岗位没有这项权限"), ("陈", "只有承担经费的部门可以拨付"), ("田", "您的岗位没有这项权限")],
)
def test_nobody_but_the_payers_officer_pays(bearing: Bearing, by: str, reason: str):
    task = bearing.task()
    assert refusal_of(lambda: bearing.pay(task, by=by)).reasons == (reason,)


def test_another_organ_does_not_even_see_what_is_to_be_paid(bearing: Bearing):
    task = bearing.task()
    with pytest.raises(GateNotFound):
        bearing.pay(task, by="蒋")


def test_a_payment_that_waits_is_not_paid_and_not_asked_for_again(bearing: Bearing):
    each = 5_000_000
    parts = [{"due_on": FIRST_DUE.isoformat(), "amount_fen": each}]
    account = bearing.purse.fund(2 * each)
    task = bearing.task(amount_each_fen=each, instalments=parts, account=account)
    voucher = bearing.pay(task, on=FIRST_DUE)
    assert voucher.state == "waiting"
    assert refusal_of(lambda: bearing.pay(task, on=FIRST_DUE)).reasons == ("这一笔已经申请拨付，正等待第二人签批",)
    assert [part.ordinal for part in overdue(task, on=LATE_ON)] == [1]
    waits = refusal_of(lambda: bearing.hand_over(task, on=LATE_ON))
    assert waits.reasons == ("有一笔拨付正等待第二人签批；请先签批或者退回，再移交任务",)
    bearing.purse.at = noon(FIRST_DUE)
    bearing.purse.reject(voucher.number)
    again = bearing.pay(task, on=FIRST_DUE)
    bearing.purse.sign(again.number)
    assert overdue(task, on=LATE_ON) == []


def test_nothing_is_paid_after_the_end(bearing: Bearing):
    task = bearing.task()
    bearing.revoke(task.application, at=noon(STARTS_ON))
    assert refusal_of(lambda: bearing.pay(task)).reasons == ("任务已经结束，这一笔不再拨付",)


# --- handing over


@pytest.mark.covers("R34", "R33")
def test_what_remains_of_the_money_goes_with_the_task(bearing: Bearing):
    """On 2026-12-11, after ten of thirty days: 20/30 of 3,001 minutes are 2,000, and the other 1,001 were used."""
    task = bearing.task()
    bearing.pay(task)  # ¥1,200, of which ¥300 are left
    old = bearing.hand_over(task, on=date(2026, 12, 11), unspent_fen=30_000)
    new = old.succeeded_by
    assert (old.state, old.is_open, old.minutes, old.ended_at) == ("handed_over", False, 1001, noon(date(2026, 12, 11)))
    assert (new.state, new.minutes, new.starts_on, new.ends_on) == ("in_force", 2000, date(2026, 12, 11), ENDS_ON)
    assert old.minutes + new.minutes == MINUTES
    assert (new.committee.name, new.area_code) == (OTHER_COMMITTEE, "990101001002")
    assert (new.grant.valid_from, new.grant.valid_to) == (new.starts_on, ENDS_ON)
    assert (old.grant.valid_to, old.grant.withdrawn_reason) == (date(2026, 12, 11), "任务已移交，权限随之收回")
    parts = Instalment.objects.order_by("task_id", "ordinal")
    assert [(p.task_id, p.due_on, p.amount_fen, p.cancelled_at is None) for p in parts] == [
        (old.pk, FIRST_DUE, 120_000, True),
        (old.pk, SECOND_DUE, 60_000, False),
        (new.pk, SECOND_DUE, 60_000, True),
    ]
    assert new.amount_fen == new.reservation.amount_fen == new.reservation.held_fen == 60_000
    transfer = Voucher.objects.get(kind="transfer")
    assert (transfer.amount_fen, transfer.purpose_ref, transfer.state) == (30_000, new.ref, "posted")
    assert bearing.purse.totals() == (BUDGET, 120_000, 60_000)
    assert bearing.purse.totals(COMMITTEE) == (120_000, 30_000, 0)
    assert bearing.purse.totals(OTHER_COMMITTEE) == (30_000, 0, 0)
    assert not unpaid(old).exists()


def test_a_task_whose_money_was_all_paid_is_handed_over_with_what_is_unspent(bearing: Bearing):
    task = bearing.task()
    bearing.pay(task, 1)
    bearing.pay(task, 2)
    nothing = refusal_of(lambda: bearing.hand_over(task, on=FIRST_DUE))
    assert nothing.code == "X-08"
    new = bearing.hand_over(task, on=FIRST_DUE, unspent_fen=1).succeeded_by
    assert (new.amount_fen, new.instalments.count()) == (0, 0)
    assert bearing.purse.totals(OTHER_COMMITTEE) == (1, 0, 0)


@pytest.mark.covers("R34")
@pytest.mark.parametrize("paid", [(1,), (1, 2)], ids=["in part", "whole"])
def test_what_came_along_goes_on_when_a_task_changes_its_bearer_again(bearing: Bearing, paid: tuple[int, ...]):
    task = bearing.task()
    for ordinal in paid:
        bearing.pay(task, ordinal)
    second = bearing.hand_over(task, on=date(2026, 12, 10), unspent_fen=60_000).succeeded_by
    decision = refusal_of(lambda: bearing.hand_over(second, on=SECOND_DUE, to=COMMITTEE, unspent_fen=60_001))
    assert decision.reasons == ("未用余额：不能超过已经拨付的金额",)
    third = bearing.hand_over(second, on=SECOND_DUE, to=COMMITTEE, unspent_fen=50_000).succeeded_by
    transfers = Voucher.objects.filter(kind="transfer").order_by("pk").values_list("amount_fen", "purpose_ref")
    assert list(transfers) == [(60_000, second.ref), (50_000, third.ref)]
    assert third.amount_fen == EACH_FEN - sum(PARTS[ordinal - 1]["amount_fen"] for ordinal in paid)
    assert [finding for check in FUNDING_CHECKS for finding in check()] == []


def test_a_task_handed_over_before_its_first_day_goes_whole(bearing: Bearing):
    old = bearing.hand_over(bearing.task(), on=date(2026, 11, 20))
    assert (old.minutes, old.succeeded_by.minutes) == (0, MINUTES)
    assert (old.succeeded_by.starts_on, old.succeeded_by.amount_fen) == (STARTS_ON, EACH_FEN)


HANDING_REFUSED: dict[str, tuple[dict[str, object], str, str]] = {
    "without its document": ({"document_number": ""}, "授权文书号：授权或者委托须附文书，写明文号", "X-07"),
    "to nobody": ({"committee_id": None}, "移交给：请选择本区的另一个居民委员会", ""),
    "to itself": ({"to": COMMITTEE}, "移交给：请选择本区的另一个居民委员会", ""),
    "to an organ": ({"to": "区民政局"}, "移交给：请选择本区的另一个居民委员会", ""),
    "without a reason": ({"reason": ""}, "理由：这一步须写明理由", ""),
}


@pytest.mark.covers("R33", "X-07")
@pytest.mark.parametrize("case", HANDING_REFUSED)
def test_handing_over_is_refused(bearing: Bearing, case: str):
    asked, reason, code = HANDING_REFUSED[case]
    task = bearing.task()
    decision = refusal_of(lambda: bearing.hand_over(task, on=LATE_ON, **asked))
    assert (decision.reasons, decision.code) == ((reason,), code)
    assert Task.objects.get().state == "in_force"


def test_more_than_was_paid_cannot_be_left(bearing: Bearing):
    task = bearing.task()
    bearing.pay(task)
    for unspent, reason in ((-1, "金额：必须大于 0"), (120_001, "未用余额：不能超过已经拨付的金额")):
        decision = refusal_of(lambda unspent=unspent: bearing.hand_over(task, on=LATE_ON, unspent_fen=unspent))
        assert decision.reasons == (reason,)
    assert Task.objects.get().state == "in_force"


def test_whoever_bears_the_same_already_takes_no_other(bearing: Bearing):
    mine, _theirs = bearing.put_in_force(bearing.approved())
    decision = refusal_of(lambda: bearing.hand_over(mine, on=LATE_ON))
    assert decision.reasons == ("移交给：这个居民委员会已经承担同一事项",)


@pytest.mark.covers("R34")
def test_a_fault_at_any_write_leaves_the_task_where_it_was(bearing: Bearing):
    """Each statement that changes the database fails once, in turn: all of task, power and money moved, or none."""
    task = bearing.task()
    bearing.pay(task)
    entries, totals = Entry.objects.count(), bearing.purse.totals()
    for nth in count(1):
        with failing_at(nth) as reached:
            try:
                bearing.hand_over(task, on=LATE_ON, unspent_fen=30_000)
            except Broken:
                now = Task.objects.get()
                assert (now.state, now.minutes, now.grant.valid_to) == ("in_force", MINUTES, ENDS_ON), nth
                assert (Reservation.objects.count(), Voucher.objects.filter(kind="transfer").count()) == (1, 0)
                assert not Instalment.objects.exclude(cancelled_at=None).exists()
                assert (Entry.objects.count(), bearing.purse.totals()) == (entries, totals)
        if not reached.broke:
            break
    assert nth > 25
    assert Task.objects.filter(is_open=True).get().succeeds_id == task.pk
    assert tick(at=noon(LATE_ON)) == 0
