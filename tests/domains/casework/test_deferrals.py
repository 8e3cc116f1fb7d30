"""More time, or none counted: the lead asks, another person grants; the old date stays beside the new one."""

import json
from datetime import date, datetime, timedelta

import pytest

from sanhu.domains.casework.models import Clock, Deferral, Matter
from sanhu.domains.casework.routing import may_lead
from sanhu.domains.casework.services.ticks import tick
from sanhu.domains.casework.verification import CHECKS
from sanhu.domains.evidence.models import Entry, Notice
from sanhu.domains.evidence.verify import verify
from sanhu.engines.deadlines import ClockState
from tests.cast import HAPPY_WAY, MONDAY_MORNING, Cast, carry, move
from tests.domains.casework.refusals import refusal_of
from tests.domains.casework.test_clocks import shanghai

EXTEND, SUSPEND = "分类管理办法第二十四条", "分类管理办法第二十五条"
TUESDAY = MONDAY_MORNING + timedelta(days=1)


def in_hand(cast: Cast, **changes: object) -> Matter:
    """Give a matter in the lead's hands since Monday 2026-11-09; five working days end on Monday 2026-11-16."""
    return carry(cast, to="in_progress", **changes).matter


def handling(matter: Matter) -> Clock:
    return matter.clocks.get(purpose="handling")


# --- extension


def test_an_extension_adds_to_the_period_and_keeps_the_old_date(cast: Cast):
    matter = in_hand(cast)
    assert handling(matter).due_on == date(2026, 11, 16)
    move(cast, matter.number, "ask_extension", by="孙", at=TUESDAY)
    assert handling(matter).due_on == date(2026, 11, 16), "asking moves no date"
    granted = move(cast, matter.number, "grant_extension", by="徐", at=TUESDAY + timedelta(hours=1))
    clock, deferral = handling(matter), Deferral.objects.get()
    assert (granted.state, clock.due_on, granted.due_at) == ("in_progress", date(2026, 11, 23), clock.due_at)
    assert (clock.amount, clock.facts[-1]["kind"], clock.facts[-1]["amount"]) == (5, "extended", 5)
    assert (deferral.due_before, deferral.due_after) == (date(2026, 11, 16), date(2026, 11, 23))
    assert (deferral.asked.person, deferral.decided_by) == (cast["孙"].person, cast["徐"].person)
    assert (deferral.asked.article, deferral.outcome) == (EXTEND, "granted")
    entry = Entry.objects.get(event="matter.extension_granted")
    facts = json.loads(entry.body)["facts"]
    assert (facts["due_before"], facts["due_after"]) == ("2026-11-16", "2026-11-23")
    assert {deferral.row_ref, clock.row_ref, matter.row_ref} < set(json.loads(entry.body)["rows"])
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"amount": 6}, "延长多少：不能超过原来的期限"),
        ({"amount": 0}, "延长多少：请写明需要的时间"),
        ({"amount": None}, "延长多少：请写明需要的时间"),
        ({"amount": -1}, "延长多少：请写明需要的时间"),
        ({"public_words": " "}, "公开说明：请写一句可以公开的原因"),
        ({"public_words": "长" * 61}, "公开说明：不超过 60 个字"),
        ({"reason": ""}, "理由：这一步须写明理由"),
        ({"article": " "}, "依据：这一步须写明法律、法规或办法的条款"),
    ],
)
def test_what_is_asked_for_is_complete_and_within_bounds(cast: Cast, asked: dict[str, object], reason: str):
    matter = in_hand(cast)
    entries = Entry.objects.count()
    decision = refusal_of(lambda: move(cast, matter.number, "ask_extension", by="孙", at=TUESDAY, **asked))
    assert (decision.reasons, decision.citations) == ((reason,), (EXTEND,))
    assert (Deferral.objects.count(), Entry.objects.count()) == (0, entries)


def test_the_bounds_are_configuration(cast: Cast, settings):
    settings.SANHU_EXTENSION_PERCENT = 40
    matter = in_hand(cast)
    decision = refusal_of(lambda: move(cast, matter.number, "ask_extension", by="孙", amount=3))
    assert decision.reasons == ("延长多少：不能超过原来的期限",)
    assert move(cast, matter.number, "ask_extension", by="孙", amount=2).deferrals.get().amount == 2


@pytest.mark.parametrize(("at", "is_asked"), [("23:59", True), ("24:00", False)])
def test_it_is_asked_for_before_the_due_date_is_over(cast: Cast, at: str, is_asked: bool):
    matter = in_hand(cast)
    moment = shanghai("2026-11-16", "23:59") if is_asked else shanghai("2026-11-17", "00:00")
    if is_asked:
        assert move(cast, matter.number, "ask_extension", by="孙", at=moment).deferrals.exists()
    else:
        decision = refusal_of(lambda: move(cast, matter.number, "ask_extension", by="孙", at=moment))
        assert decision.reasons == ("延期须在期限届满前申请，期限已经过了",)


def test_what_was_asked_for_in_time_may_be_granted_after_it(cast: Cast):
    matter = in_hand(cast)
    move(cast, matter.number, "ask_extension", by="孙", at=TUESDAY)
    late = shanghai("2026-11-17", "09:00")
    tick(at=late)
    assert handling(matter).state == ClockState.OVERDUE
    move(cast, matter.number, "grant_extension", by="徐", at=late)
    assert (handling(matter).state, handling(matter).due_on) == (ClockState.ON_TIME, date(2026, 11, 23))


def test_a_clock_is_extended_once(cast: Cast):
    matter = in_hand(cast)
    for code, who in (("ask_extension", "孙"), ("grant_extension", "徐")):
        move(cast, matter.number, code, by=who)
    decision = refusal_of(lambda: move(cast, matter.number, "ask_extension", by="吴", amount=1))
    assert decision.reasons == ("这件事已经延期过，不能再延",)


def test_a_refusal_leaves_the_date_and_lets_ask_anew(cast: Cast):
    matter = in_hand(cast)
    move(cast, matter.number, "ask_extension", by="孙")
    assert refusal_of(lambda: move(cast, matter.number, "refuse_extension", by="徐", reason="")).reasons
    move(cast, matter.number, "refuse_extension", by="徐")
    refused = Deferral.objects.get()
    assert (refused.outcome, refused.due_after, handling(matter).due_on) == ("refused", None, date(2026, 11, 16))
    move(cast, matter.number, "ask_extension", by="孙")
    assert Deferral.objects.filter(outcome="pending").count() == 1
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.parametrize(("asks", "other"), [("ask_extension", "ask_suspension"), ("ask_suspension", "ask_extension")])
def test_one_request_at_a_time(cast: Cast, asks: str, other: str):
    matter = in_hand(cast)
    move(cast, matter.number, asks, by="孙")
    for code in (asks, other):
        decision = refusal_of(lambda code=code: move(cast, matter.number, code, by="吴"))
        assert decision.reasons == ("已有一项申请等待批准",)


@pytest.mark.parametrize("who", ["孙", "吴", "周", "陈", "何", "马"])
def test_nobody_grants_their_own_or_without_the_power(cast: Cast, who: str):
    matter = in_hand(cast)
    move(cast, matter.number, "ask_extension", by="孙")
    with pytest.raises(Exception) as no:  # noqa: PT011 - refused, or for 马 not found
        move(cast, matter.number, "grant_extension", by=who)
    assert type(no.value).__name__ == ("MatterNotFound" if who == "马" else "Refused")
    assert handling(matter).due_on == date(2026, 11, 16)


def test_a_statutory_clock_is_extended_only_on_an_article_that_allows_it(cast: Cast):
    number = carry(cast, to="registered").matter.number
    bureau = cast.bodies["区城市管理局"]
    statutory = [duty for duty in cast.duties.values() if duty.clock_kind == "statutory"]
    duty = next(duty for duty in statutory if may_lead(duty=duty, body=bureau))
    move(cast, number, "accept", by="周", duty_id=duty.pk)
    for code, who, _pause in HAPPY_WAY[1:4]:
        move(cast, number, code, by=who)
    move(cast, number, "ask_extension", by="孙", amount=1, article="行政许可法第四十二条")
    decision = refusal_of(lambda: move(cast, number, "grant_extension", by="徐"))
    assert decision.reasons == ("法定期限只有法律、法规允许的才能延长：请写明条款",)
    granted = move(cast, number, "grant_extension", by="徐", article="行政许可法第四十二条")
    assert granted.steps.get(move="grant_extension").article == "行政许可法第四十二条"


@pytest.mark.covers("X-17")
def test_a_date_past_the_loaded_calendar_is_refused_and_nothing_is_granted(cast: Cast):
    matter = in_hand(cast, at=shanghai("2026-12-23", "09:00"))
    move(cast, matter.number, "ask_extension", by="孙", at=shanghai("2026-12-24", "09:00"))
    decision = refusal_of(
        lambda: move(cast, matter.number, "grant_extension", by="徐", at=shanghai("2026-12-24", "10:00"))
    )
    assert decision.code == "X-17"
    assert Deferral.objects.get().outcome == "pending"
    assert verify(checks=CHECKS).findings == ()


def test_a_request_lapses_when_the_matter_is_finished(cast: Cast):
    matter = in_hand(cast)
    move(cast, matter.number, "ask_extension", by="孙")
    move(cast, matter.number, "finish", by="孙")
    lapsed = Deferral.objects.get()
    assert (lapsed.outcome, lapsed.decided_by, lapsed.decided.move) == ("lapsed", None, "finish")
    move(cast, matter.number, "rework", by="陈")
    decision = refusal_of(lambda: move(cast, matter.number, "grant_extension", by="徐"))
    assert decision.reasons == ("没有等待批准的延期申请",)
    assert verify(checks=CHECKS).findings == ()


def test_the_reporter_is_told_both_dates(cast: Cast):
    matter = in_hand(cast, contact_channel="sms", contact_address="13800990101")
    move(cast, matter.number, "ask_extension", by="孙")
    before = Notice.objects.count()
    move(cast, matter.number, "grant_extension", by="徐")
    (text,) = [notice.text for notice in Notice.objects.order_by("id")[before:]]
    assert "2026-11-16" in text
    assert "2026-11-23" in text
    assert "清运" not in text


# --- suspension


def test_a_suspended_clock_stands_still_until_the_matter_is_resumed(cast: Cast):
    matter = in_hand(cast)
    move(cast, matter.number, "ask_suspension", by="孙", at=TUESDAY)
    suspended = move(cast, matter.number, "grant_suspension", by="高", at=TUESDAY)
    clock = handling(matter)
    assert (suspended.state, suspended.due_at, clock.due_on, clock.state) == ("suspended", None, None, "paused")
    review = matter.clocks.get(purpose="review")
    assert (review.amount, review.due_on, review.citation) == (30, date(2026, 12, 10), SUSPEND)
    tick(at=shanghai("2026-12-01"))
    assert handling(matter).state == "paused", "nothing becomes overdue meanwhile"
    resumed = move(cast, matter.number, "resume", by="孙", at=shanghai("2026-11-24", "09:00"))
    # One of five days was used before the pause, which ends on Tuesday 11-24: four more working days from that day.
    assert (resumed.state, handling(matter).due_on) == ("in_progress", date(2026, 11, 30))
    deferral = Deferral.objects.get()
    assert (deferral.due_before, deferral.due_after) == (date(2026, 11, 16), date(2026, 11, 30))
    assert (deferral.cause, deferral.resumed.move) == ("big_investment", "resume")
    assert matter.clocks.get(purpose="review").is_open is False
    assert verify(checks=CHECKS).findings == ()


def test_only_the_three_causes_suspend(cast: Cast):
    matter = in_hand(cast)
    for cause in ("", "too_busy"):
        decision = refusal_of(lambda cause=cause: move(cast, matter.number, "ask_suspension", by="孙", cause=cause))
        assert decision.reasons == ("挂账的原因：只能是职权以外、季节限制或者需要重大投入",)
        assert decision.citations == (SUSPEND,)


def test_a_dispatcher_grants_no_suspension(cast: Cast):
    matter = in_hand(cast)
    move(cast, matter.number, "ask_suspension", by="孙")
    decision = refusal_of(lambda: move(cast, matter.number, "grant_suspension", by="徐"))
    assert decision.reasons == ("您的岗位没有这项权限",)


def test_what_stays_suspended_is_looked_at_again_in_thirty_days(cast: Cast):
    carried = carry(cast, to="suspended")
    matter = carried.matter
    later = carried.at + timedelta(days=29)
    move(cast, matter.number, "keep_suspended", by="徐", at=later)
    reviews = matter.clocks.filter(purpose="review").order_by("id")
    assert [(clock.is_open, clock.due_on) for clock in reviews] == [
        (False, date(2026, 12, 9)),
        (True, date(2027, 1, 7)),
    ]
    called = move(cast, matter.number, "call_up", by="高", at=later + timedelta(days=1))
    assert called.state == "in_progress"
    assert verify(checks=CHECKS).findings == ()


def test_a_resumed_matter_may_be_suspended_and_extended_again(cast: Cast):
    carried = carry(cast, to="suspended")
    at: datetime = carried.at
    for code, who in (
        ("resume", "吴"),
        ("ask_extension", "孙"),
        ("grant_extension", "徐"),
        ("ask_suspension", "孙"),
        ("grant_suspension", "高"),
        ("call_up", "徐"),
    ):
        at += timedelta(days=1)
        move(cast, carried.matter.number, code, by=who, at=at)
    kinds = [fact["kind"] for fact in handling(carried.matter).facts]
    assert kinds == ["started", "paused", "resumed", "extended", "paused", "resumed"]
    assert Deferral.objects.filter(outcome="granted").count() == 3
    assert verify(checks=CHECKS).findings == ()
