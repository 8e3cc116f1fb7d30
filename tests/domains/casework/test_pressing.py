"""Urging, supervising and hand-offs: counted, shown to whoever is to act, and answered in writing."""

from datetime import date, datetime
from uuid import UUID, uuid4

import pytest

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.queries import Narrowing, narrowed, visible_to
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.casework.services.receipts import receipt_hash
from sanhu.domains.casework.services.ticks import tick
from sanhu.domains.casework.services.urging import urge
from sanhu.domains.casework.verification import CHECKS
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.evidence.verify import verify
from tests.cast import HAPPY_WAY, MONDAY_MORNING, Carried, Cast, carry, move
from tests.domains.casework.refusals import refusal_of
from tests.domains.casework.test_clocks import shanghai

URGE = "分类管理办法第二十七条"
LATE = shanghai("2026-11-17", "09:00")  # a Tuesday; due on Monday 11-16


def press(carried: Carried, *, at: datetime = LATE, client_id: UUID | None = None) -> None:
    urge(at=at, client_id=client_id or uuid4(), receipt_hash=receipt_hash(carried.receipt))


def fresh(matter: Matter) -> Matter:
    return Matter.objects.get(pk=matter.pk)


# --- urging


def test_the_desk_urges_whoever_leads_and_it_is_counted(cast: Cast):
    matter = carry(cast, to="assigned").matter
    for who in "周徐高":
        assert move(cast, matter.number, "urge", by=who).state == "assigned"
    assert fresh(matter).urge_count == 3
    assert matter.steps.filter(move="urge").first().article == URGE
    assert Entry.objects.filter(event="matter.urged").count() == 3
    assert verify(checks=CHECKS).findings == ()


def test_the_reporter_urges_what_is_overdue(cast: Cast):
    carried = carry(cast, to="in_progress")
    decision = refusal_of(lambda: press(carried, at=shanghai("2026-11-16", "23:59")))
    assert (decision.reasons, decision.citations) == (("还没有超过期限，到期没有办好再催办",), (URGE,))
    press(carried, at=shanghai("2026-11-17", "00:00"))
    matter = fresh(carried.matter)
    assert (matter.urge_count, matter.state) == (1, "in_progress")
    step = matter.steps.latest("ordinal")
    assert (step.move, step.person, step.organisation, step.reason) == ("urge_by_reporter", None, None, "")
    assert Entry.objects.get(event="matter.urged_by_reporter").actor_ref == "resident"
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.parametrize(
    ("first", "second", "is_heard"),
    [
        (shanghai("2026-11-17", "09:00"), shanghai("2026-11-17", "18:00"), False),
        (shanghai("2026-11-17", "09:00"), shanghai("2026-11-18", "00:00"), True),
        (shanghai("2026-11-20", "09:00"), shanghai("2026-11-21", "09:00"), False),  # Friday, Saturday
        (shanghai("2026-11-20", "09:00"), shanghai("2026-11-22", "23:59"), False),  # Sunday
        (shanghai("2026-11-20", "09:00"), shanghai("2026-11-23", "00:00"), True),  # Monday
        (shanghai("2026-11-21", "09:00"), shanghai("2026-11-23", "00:00"), True),
        (shanghai("2026-12-31", "09:00"), shanghai("2027-01-01", "09:00"), True),  # past the calendar: any day
    ],
)
def test_once_a_working_day(cast: Cast, first: datetime, second: datetime, is_heard: bool):
    carried = carry(cast, to="in_progress")
    press(carried, at=first)
    if is_heard:
        press(carried, at=second)
    else:
        reasons = refusal_of(lambda: press(carried, at=second)).reasons
        assert reasons == ("今天已经催办过；每个工作日可以催办一次",)
    assert fresh(carried.matter).urge_count == 1 + is_heard


def test_the_same_press_twice_counts_once_and_another_s_is_a_conflict(cast: Cast):
    one, other, client_id = carry(cast, to="in_progress"), carry(cast, to="in_progress"), uuid4()
    for _ in range(2):
        press(one, client_id=client_id)
    assert fresh(one.matter).urge_count == 1
    with pytest.raises(ConflictError):
        press(other, client_id=client_id)


@pytest.mark.parametrize("state", ["suspended", "closed", "declined", "merged"])
def test_what_rests_is_not_urged(cast: Cast, state: str):
    assert refusal_of(lambda: press(carry(cast, to=state), at=shanghai("2026-12-20"))).reasons == (
        "现在的状态不能这样办理",
    )


def test_a_receipt_that_is_nobody_s_urges_nothing(cast: Cast):
    carry(cast, to="in_progress")
    with pytest.raises(MatterNotFound):
        urge(at=LATE, client_id=uuid4(), receipt_hash="0" * 64)


# --- supervising


def test_a_supervisor_sets_a_limit_and_the_lead_answers_in_writing(cast: Cast):
    matter = carry(cast, to="in_progress").matter
    due = fresh(matter).due_at
    supervised = move(cast, matter.number, "supervise", by="高", at=MONDAY_MORNING, amount=3)
    clock = matter.clocks.get(purpose="supervision")
    assert (clock.amount, clock.unit, clock.due_on) == (3, "working_day", date(2026, 11, 12))
    assert (supervised.state, supervised.due_at) == ("in_progress", due), "the reporter's date does not move"
    assert refusal_of(lambda: move(cast, matter.number, "answer_supervision", by="孙", reason=" ")).reasons
    answered = move(cast, matter.number, "answer_supervision", by="孙", at=shanghai("2026-11-12", "20:00"))
    clock.refresh_from_db()
    assert (clock.is_open, clock.state, answered.due_at) == (False, "answered_on_time", due)
    assert verify(checks=CHECKS).findings == ()


def test_it_is_not_closed_before_the_answer(cast: Cast):
    matter = carry(cast, to="in_progress").matter
    for code, who in (("supervise", "高"), ("finish", "孙"), ("verify", "陈")):
        move(cast, matter.number, code, by=who)
    decision = refusal_of(lambda: move(cast, matter.number, "close", by="何"))
    assert (decision.reasons, decision.citations) == (("督办还没有答复，不能办结",), (URGE,))
    move(cast, matter.number, "answer_supervision", by="吴")
    assert move(cast, matter.number, "close", by="何").state == "closed"


@pytest.mark.parametrize("amount", [None, 0, -1, 11])
def test_the_limit_is_some_working_days(cast: Cast, amount: int | None):
    matter = carry(cast, to="assigned").matter
    decision = refusal_of(lambda: move(cast, matter.number, "supervise", by="高", amount=amount))
    assert decision.reasons == ("答复期限：请写 1 到 10 个工作日",)


def test_an_answer_that_does_not_come_becomes_overdue_by_itself(cast: Cast):
    matter = carry(cast, to="in_progress").matter
    move(cast, matter.number, "supervise", by="高", amount=1)
    tick(at=shanghai("2026-11-11", "00:00"))
    assert matter.clocks.get(purpose="supervision").state == "overdue"
    assert fresh(matter).state == "in_progress"


# --- hand-offs


def sent_round(cast: Cast, times: int) -> Matter:
    matter = carry(cast, to="assigned").matter
    for time in range(times):
        move(cast, matter.number, "send_back", by="吴")
        code, who = ("assign", "徐") if time == 0 else ("rule", "高")
        move(cast, matter.number, code, by=who)
    return fresh(matter)


@pytest.mark.parametrize(("times", "count"), [(0, 0), (1, 2), (2, 3)])
def test_sending_back_and_assigning_anew_are_counted(cast: Cast, times: int, count: int):
    assert sent_round(cast, times).handoff_count == count
    assert verify(checks=CHECKS).findings == ()


def test_silence_of_a_committee_is_a_handoff_too(cast: Cast):
    matter = carry(cast, to="registered").matter
    move(cast, matter.number, "accept", by="周", duty_id=cast.duties["K5-04"].pk)
    move(cast, matter.number, "assign", by="徐", lead_id=cast.bodies["翠园社区居民委员会"].pk)
    tick(at=shanghai("2026-11-13", "00:00"))
    assert (fresh(matter).state, fresh(matter).handoff_count) == ("returned", 1)


def test_the_second_handling_begins_without_a_handoff(cast: Cast):
    carried = carry(cast, to="reopened")
    for code, who, _pause in HAPPY_WAY[1:3]:
        move(cast, carried.matter.number, code, by=who, at=carried.at)
    assert fresh(carried.matter).handoff_count == 0


def test_lists_narrow_to_what_presses(cast: Cast):
    round_about, urged, asked = sent_round(cast, 2), carry(cast, to="assigned").matter, carry(cast, to="signed").matter
    supervised = carry(cast, to="assigned").matter
    move(cast, urged.number, "urge", by="徐")
    move(cast, asked.number, "ask_extension", by="孙")
    move(cast, supervised.number, "supervise", by="高")
    sent_round(cast, 1)
    everything = visible_to(cast.actor("高"))
    assert {one: set(narrowed(everything, one, district="990101")) for one in Narrowing} == {
        Narrowing.SUPERVISED: {supervised},
        Narrowing.URGED: {urged},
        Narrowing.HANDED_ROUND: {round_about},
        Narrowing.ASKED: {asked},
    }
