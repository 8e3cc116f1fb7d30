"""Clocks start and are answered as the state table says, count legal days, and refuse to guess."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from sanhu.domains.casework.models import CaseCounter, Clock, Matter
from sanhu.domains.evidence.models import Entry, Request
from sanhu.engines.deadlines import ClockState
from tests.cast import Cast, carry, move, report_matter
from tests.domains.casework.refusals import refusal_of

SHANGHAI = ZoneInfo("Asia/Shanghai")


def shanghai(day: str, time: str = "09:40") -> datetime:
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=SHANGHAI).astimezone(UTC)


def running(matter: Matter) -> dict[str, date | None]:
    return {clock.purpose: clock.due_on for clock in matter.clocks.filter(is_open=True)}


# Monday 2026-11-09. Acceptance: one working day. Signing: three. Handling, by the duty: five.
RUNNING_IN = {
    "registered": {"acceptance": date(2026, 11, 10)},
    "declined": {},
    "accepted": {"handling": date(2026, 11, 16)},
    "assigned": {"handling": date(2026, 11, 16), "signing": date(2026, 11, 12)},
    "returned": {"handling": date(2026, 11, 16)},
    "signed": {"handling": date(2026, 11, 16)},
    "in_progress": {"handling": date(2026, 11, 16)},
    "done": {"handling": date(2026, 11, 16)},
    "verified": {"handling": date(2026, 11, 16)},
    "closed": {},
}


@pytest.mark.parametrize("state", RUNNING_IN)
def test_what_runs_in_each_state(cast: Cast, state: str):
    assert running(carry(cast, to=state).matter) == RUNNING_IN[state]


def test_each_clock_says_where_its_number_comes_from(cast: Cast):
    matter = carry(cast, to="assigned").matter
    assert {
        clock.purpose: (clock.amount, clock.unit, clock.kind, clock.citation, clock.rule_version)
        for clock in matter.clocks.all()
    } == {
        "acceptance": (1, "working_day", "promise", "分类管理办法第八条", None),
        "signing": (3, "working_day", "local_rule", "分类管理办法第十条", None),
        "handling": (5, "working_day", "local_rule", cast.duties["K1-06"].clock_citation, 1),
    }


def test_the_district_s_own_limits_hold(cast: Cast, settings):
    settings.SANHU_ACCEPT_WITHIN_WORKING_DAYS = 2
    settings.SANHU_SIGN_WITHIN_WORKING_DAYS = 4
    matter = carry(cast, to="assigned").matter
    due = {clock.purpose: clock.due_on for clock in matter.clocks.all()}
    assert (due["acceptance"], due["signing"]) == (date(2026, 11, 11), date(2026, 11, 13))


def test_a_matter_is_due_with_the_clock_its_reporter_waits_for(cast: Cast):
    assert carry(cast, to="registered").matter.due_at == shanghai("2026-11-11", "00:00")
    for state in ("accepted", "assigned", "returned", "in_progress", "closed"):
        assert carry(cast, to=state).matter.due_at == shanghai("2026-11-17", "00:00"), state


@pytest.mark.parametrize(
    ("reported", "due"),
    [
        (("2026-11-09", "23:59"), date(2026, 11, 10)),  # Monday
        (("2026-11-10", "00:00"), date(2026, 11, 11)),  # Tuesday, one minute later
        (("2026-11-13", "23:59"), date(2026, 11, 16)),  # Friday
        (("2026-11-14", "00:00"), date(2026, 11, 16)),  # Saturday
        (("2026-09-18", "12:00"), date(2026, 9, 20)),  # Friday; Sunday the 20th is a working day
        (("2026-09-30", "12:00"), date(2026, 10, 8)),  # Wednesday before the National Day
    ],
)
def test_a_day_is_a_day_in_shanghai(cast: Cast, reported: tuple[str, str], due: date):
    number = report_matter(cast, at=shanghai(*reported)).number
    assert Clock.objects.get(matter__number=number).due_on == due


@pytest.mark.parametrize(
    ("answered", "state"),
    [
        (("2026-11-10", "23:59"), ClockState.ANSWERED_ON_TIME),
        (("2026-11-11", "00:00"), ClockState.ANSWERED_LATE),
    ],
)
def test_the_last_day_ends_at_midnight_in_shanghai(cast: Cast, answered: tuple[str, str], state: ClockState):
    number = report_matter(cast).number
    move(cast, number, "accept", by="周", at=shanghai(*answered))
    clock = Clock.objects.get(matter__number=number, purpose="acceptance")
    assert (clock.is_open, clock.state, clock.next_check_at) == (False, state, None)
    assert [fact["kind"] for fact in clock.facts] == ["started", "answered"]


def test_a_running_clock_knows_when_to_be_looked_at_again(cast: Cast):
    matter = carry(cast, to="accepted").matter
    clock = matter.clocks.get(purpose="handling")
    assert (clock.state, clock.next_check_at) == (ClockState.ON_TIME, shanghai("2026-11-16", "00:00"))


def test_rework_does_not_stop_the_clock(cast: Cast):
    matter = carry(cast, to="done").matter
    move(cast, matter.number, "rework", by="陈")
    clock = matter.clocks.get(purpose="handling")
    assert (clock.is_open, len(clock.facts)) == (True, 1)


def test_the_database_lets_one_clock_of_a_purpose_run(cast: Cast):
    matter = carry(cast, to="accepted").matter
    clock = matter.clocks.get(purpose="handling")
    clock.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        clock.save(force_insert=True)


# --- past the loaded calendar


@pytest.mark.covers("X-17")
def test_a_report_past_the_loaded_calendar_is_refused_and_leaves_nothing(cast: Cast):
    last_day = shanghai("2026-12-31")
    decision = refusal_of(lambda: report_matter(cast, at=last_day))
    assert decision.code == "X-17"
    assert not Matter.objects.exists()
    assert not Clock.objects.exists()
    assert not Request.objects.exists()
    assert not CaseCounter.objects.exists()
    assert not Entry.objects.filter(event="matter.registered").exists()


@pytest.mark.covers("X-17")
def test_acceptance_past_the_loaded_calendar_is_refused_and_leaves_nothing(cast: Cast):
    monday = shanghai("2026-12-28")
    carried = carry(cast, to="registered", at=monday)
    before = {row.row_ref: row.witnessed_values() for row in (carried.matter, carried.matter.clocks.get())}
    counts = Entry.objects.count(), Request.objects.count()
    decision = refusal_of(lambda: move(cast, carried.matter.number, "accept", by="周", at=monday))  # five working days
    assert decision.code == "X-17"
    matter = Matter.objects.get(pk=carried.matter.pk)
    assert {row.row_ref: row.witnessed_values() for row in (matter, matter.clocks.get())} == before
    assert (Entry.objects.count(), Request.objects.count()) == counts


def test_a_limit_in_natural_days_needs_no_calendar(cast: Cast):
    monday = shanghai("2026-12-28")
    matter = carry(cast, to="registered", at=monday).matter
    matter = move(cast, matter.number, "accept", by="周", at=monday, duty_id=cast.duties["K1-01"].pk)
    assert running(matter) == {"handling": date(2027, 3, 28)}


@pytest.mark.covers("X-17")
def test_assignment_past_the_loaded_calendar_leaves_the_matter_where_it_was(cast: Cast):
    matter = carry(cast, to="accepted", at=shanghai("2026-12-23")).matter
    wednesday = shanghai("2026-12-30")
    assert refusal_of(lambda: move(cast, matter.number, "assign", by="徐", at=wednesday)).code == "X-17"
    matter.refresh_from_db()
    assert (matter.state, matter.lead) == ("accepted", None)


def test_closing_needs_no_day_past_the_calendar(cast: Cast):
    carried = carry(cast, to="verified", at=shanghai("2026-12-23"))
    late = carried.at + timedelta(days=20)
    matter = move(cast, carried.matter.number, "close", by="何", at=late)
    assert matter.clocks.get(purpose="handling").state == ClockState.ANSWERED_LATE
