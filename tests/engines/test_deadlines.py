"""Clocks: the vectors of the law (E.1), what happens at midnight in Shanghai, and the laws every clock obeys."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sanhu.engines.deadlines import (
    BadFacts,
    ClockState,
    DayReason,
    Deadline,
    Fact,
    FactKind,
    Roll,
    Rule,
    Unit,
    compute,
    explain,
    next_check,
    state_at,
)
from sanhu.engines.official_calendar import official_calendar
from sanhu.engines.workdays import BeyondCalendar

CALENDAR = official_calendar()
SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)


def day(text: str) -> date:
    """Read "2026-09-21 Mon"; the weekday is checked, so that a table cannot lie about it."""
    written, weekday = text.split()
    found = date.fromisoformat(written)
    assert found.strftime("%a") == weekday, text
    return found


def at(text: str) -> datetime:
    """Read "2026-09-21 10:00" as Shanghai time."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def started(when: str) -> Fact:
    return Fact(FactKind.STARTED, at(when))


def paused(when: str) -> Fact:
    return Fact(FactKind.PAUSED, at(when))


def resumed(when: str) -> Fact:
    return Fact(FactKind.RESUMED, at(when))


def extended(when: str, amount: int) -> Fact:
    return Fact(FactKind.EXTENDED, at(when), amount)


def answered(when: str) -> Fact:
    return Fact(FactKind.ANSWERED, at(when))


def due(rule: Rule, *facts: Fact) -> date | None:
    return compute(rule, facts, CALENDAR).due_on


class TestVectors:
    """Every line of E.1, and the months of 民法典 202."""

    @pytest.mark.parametrize(
        ("start", "amount", "expected"),
        [
            ("2026-09-18 Fri", 5, "2026-09-24 Thu"),  # 09-20 (Sun) is a make-up day
            ("2026-09-21 Mon", 20, "2026-10-26 Mon"),  # across Mid-Autumn and National Day
            ("2026-02-12 Thu", 5, "2026-02-26 Thu"),  # Spring Festival, 02-14 (Sat) is a make-up day
            ("2026-04-29 Wed", 10, "2026-05-15 Fri"),  # 05-09 (Sat) is a make-up day
            ("2026-09-10 Thu", 15, "2026-10-08 Thu"),  # admission decision
            ("2026-09-10 Thu", 30, "2026-10-28 Wed"),  # admission lead time
            ("2026-11-23 Mon", 15, "2026-12-14 Mon"),
        ],
    )
    def test_working_days(self, start: str, amount: int, expected: str) -> None:
        rule = Rule(amount, Unit.WORKING_DAY)
        assert due(rule, started(f"{day(start)} 10:00")) == day(expected)

    @pytest.mark.parametrize(
        ("amount", "plain", "rolled"),
        [
            (15, "2026-03-17 Tue", "2026-03-17 Tue"),
            (30, "2026-04-01 Wed", "2026-04-01 Wed"),
            (60, "2026-05-01 Fri", "2026-05-06 Wed"),  # Labour Day
            (90, "2026-05-31 Sun", "2026-06-01 Mon"),
        ],
    )
    def test_natural_days_from_monday_2026_03_02(self, amount: int, plain: str, rolled: str) -> None:
        start = started(f"{day('2026-03-02 Mon')} 10:00")
        assert due(Rule(amount, Unit.NATURAL_DAY), start) == day(plain)
        assert due(Rule(amount, Unit.NATURAL_DAY, Roll.NEXT_WORKDAY), start) == day(rolled)

    @pytest.mark.parametrize(
        ("start", "amount", "expected"),
        [
            ("2026-01-31 Sat", 1, "2026-02-28 Sat"),  # no 31st: the month's end
            ("2026-01-31 Sat", 2, "2026-03-31 Tue"),
            ("2026-11-30 Mon", 3, "2027-02-28 Sun"),  # beyond the calendar, and it needs none
            ("2027-11-30 Tue", 3, "2028-02-29 Tue"),  # a leap year
            ("2026-12-10 Thu", 6, "2027-06-10 Thu"),
            ("2026-03-15 Sun", 12, "2027-03-15 Mon"),
        ],
    )
    def test_months(self, start: str, amount: int, expected: str) -> None:
        assert due(Rule(amount, Unit.MONTH), started(f"{day(start)} 10:00")) == day(expected)

    def test_months_roll_by_the_rule(self) -> None:
        start = started(f"{day('2026-07-03 Fri')} 10:00")
        assert due(Rule(3, Unit.MONTH), start) == day("2026-10-03 Sat")
        assert due(Rule(3, Unit.MONTH, Roll.NEXT_WORKDAY), start) == day("2026-10-08 Thu")

    def test_rolling_may_end_on_a_make_up_day(self) -> None:
        start = started(f"{day('2026-09-18 Fri')} 10:00")
        assert due(Rule(1, Unit.NATURAL_DAY, Roll.NEXT_WORKDAY), start) == day("2026-09-20 Sun")

    def test_an_extension_in_months_counts_from_the_start(self) -> None:
        facts = (started("2026-01-31 10:00"), extended("2026-02-20 10:00", 1))
        assert due(Rule(1, Unit.MONTH), *facts) == day("2026-03-31 Tue")


class TestHours:
    """Working hours run on duty, clock hours always; both from instant to instant."""

    @pytest.mark.parametrize(
        ("start", "amount", "expected"),
        [
            ("2026-09-21 09:30", 4, "2026-09-21 13:30"),
            ("2026-09-21 16:00", 4, "2026-09-22 10:00"),  # two hours are left for Tuesday
            ("2026-09-21 14:00", 4, "2026-09-21 18:00"),  # used up as duty ends
            ("2026-09-21 06:00", 1, "2026-09-21 09:00"),  # before duty begins
            ("2026-09-25 20:00", 1, "2026-09-26 09:00"),  # Mid-Autumn: the grid is on duty every day
        ],
    )
    def test_working_hours_of_the_grid(self, start: str, amount: int, expected: str) -> None:
        assert compute(Rule(amount, Unit.WORKING_HOUR), (started(start),), CALENDAR).due_at == at(expected)

    def test_working_hours_on_working_days_alone(self) -> None:
        rule = Rule(4, Unit.WORKING_HOUR, duty_start=time(9), duty_end=time(17), duty_every_day=False)
        deadline = compute(rule, (started("2026-09-24 16:00"),), CALENDAR)  # Thursday; Friday to Sunday is Mid-Autumn
        assert deadline.due_at == at("2026-09-28 12:00")

    def test_clock_hours_run_at_night_and_on_holidays(self) -> None:
        deadline = compute(Rule(24, Unit.CLOCK_HOUR), (started("2026-10-01 23:30"),), CALENDAR)
        assert (deadline.due_at, deadline.due_on) == (at("2026-10-02 23:30"), date(2026, 10, 2))

    def test_a_whole_legal_day_is_due_on_that_day(self) -> None:
        deadline = compute(Rule(24, Unit.CLOCK_HOUR), (started("2026-10-01 00:00"),), CALENDAR)
        assert (deadline.due_at, deadline.due_on) == (at("2026-10-02 00:00"), date(2026, 10, 1))

    def test_pauses_are_taken_off_by_the_minute(self) -> None:
        facts = (started("2026-09-21 09:00"), paused("2026-09-21 10:10"), resumed("2026-09-21 10:40"))
        assert compute(Rule(2, Unit.CLOCK_HOUR), facts, CALENDAR).due_at == at("2026-09-21 11:30")

    def test_a_pause_over_night_costs_only_duty(self) -> None:
        facts = (started("2026-09-21 16:00"), paused("2026-09-21 17:00"), resumed("2026-09-22 09:00"))
        assert compute(Rule(2, Unit.WORKING_HOUR), facts, CALENDAR).due_at == at("2026-09-22 10:00")

    def test_an_open_pause_at_the_end_of_the_calendar_is_a_pause(self) -> None:
        rule = Rule(4, Unit.WORKING_HOUR, duty_every_day=False)
        assert compute(rule, (started("2026-12-31 17:00"), paused("2026-12-31 19:00")), CALENDAR).paused

    def test_each_day_says_how_much_ran(self) -> None:
        facts = (started("2026-09-21 16:00"), paused("2026-09-22 00:00"), resumed("2026-09-23 00:00"))
        lines = explain(Rule(4, Unit.WORKING_HOUR), facts, CALENDAR)
        assert [(line.day, line.why, line.used) for line in lines] == [
            (day("2026-09-21 Mon"), DayReason.COUNTED, timedelta(hours=2)),
            (day("2026-09-22 Tue"), DayReason.PAUSED, timedelta()),
            (day("2026-09-23 Wed"), DayReason.COUNTED, timedelta(hours=2)),
        ]

    def test_days_off_duty_say_why(self) -> None:
        rule = Rule(30, Unit.WORKING_HOUR, duty_every_day=False)
        lines = explain(rule, (started("2026-09-18 08:00"),), CALENDAR)
        assert [line.why for line in lines] == [
            DayReason.COUNTED,
            DayReason.WEEKEND,
            DayReason.MAKE_UP,  # Sunday 09-20
            DayReason.COUNTED,
        ]

    def test_a_start_after_duty_does_not_count(self) -> None:
        lines = explain(Rule(1, Unit.WORKING_HOUR), (started("2026-09-21 18:00"),), CALENDAR)
        assert [(line.counts, line.why) for line in lines] == [
            (False, DayReason.START_DAY),
            (True, DayReason.COUNTED),
        ]


class TestMidnight:
    """A legal day is a day in Shanghai, to its last minute."""

    def test_the_start_day_is_shanghais(self) -> None:
        rule = Rule(1, Unit.NATURAL_DAY)
        assert due(rule, started("2026-09-21 23:59")) == day("2026-09-22 Tue")
        assert due(rule, started("2026-09-22 00:00")) == day("2026-09-23 Wed")
        # the same two minutes as stored
        assert due(rule, Fact(FactKind.STARTED, datetime(2026, 9, 21, 15, 59, tzinfo=UTC))) == date(2026, 9, 22)
        assert due(rule, Fact(FactKind.STARTED, datetime(2026, 9, 21, 16, 0, tzinfo=UTC))) == date(2026, 9, 23)

    @pytest.mark.parametrize(
        ("answer", "expected"),
        [("2026-09-24 23:59", ClockState.ANSWERED_ON_TIME), ("2026-09-25 00:00", ClockState.ANSWERED_LATE)],
    )
    def test_an_answer_is_in_time_until_the_due_day_is_over(self, answer: str, expected: ClockState) -> None:
        deadline = compute(Rule(5, Unit.WORKING_DAY), (started("2026-09-18 10:00"), answered(answer)), CALENDAR)
        assert deadline.due_on == day("2026-09-24 Thu")
        assert state_at(deadline, at("2026-09-30 10:00")) is expected

    def test_a_clock_is_overdue_from_the_next_midnight(self) -> None:
        deadline = compute(Rule(5, Unit.WORKING_DAY), (started("2026-09-18 10:00"),), CALENDAR)
        assert deadline.due_at == datetime(2026, 9, 24, 16, 0, tzinfo=UTC)
        assert state_at(deadline, at("2026-09-24 23:59")) is ClockState.NEAR
        assert state_at(deadline, at("2026-09-25 00:00")) is ClockState.OVERDUE

    @pytest.mark.parametrize(("pause", "expected"), [("2026-09-22 23:59", 23), ("2026-09-23 00:00", 22)])
    def test_a_pause_begins_with_its_legal_day(self, pause: str, expected: int) -> None:
        facts = (started("2026-09-21 10:00"), paused(pause), resumed("2026-09-23 08:00"))
        assert due(Rule(1, Unit.NATURAL_DAY), *facts) == date(2026, 9, expected)


class TestPauses:
    """The day of pausing does not count, the day of resuming does."""

    RULE = Rule(20, Unit.WORKING_DAY)
    START = started("2026-09-21 10:00")

    def test_whole_days_are_pushed_back(self) -> None:
        pause = (paused("2026-10-12 09:00"), resumed("2026-10-15 09:00"))  # Mon, Tue, Wed
        assert due(self.RULE, self.START, *pause) == day("2026-10-29 Thu")

    def test_days_that_would_not_have_counted_cost_nothing(self) -> None:
        pause = (paused("2026-10-01 09:00"), resumed("2026-10-08 09:00"))  # National Day
        assert due(self.RULE, self.START, *pause) == day("2026-10-26 Mon")

    def test_a_pause_within_one_day_changes_nothing(self) -> None:
        pause = (paused("2026-10-12 09:00"), resumed("2026-10-12 17:00"))
        assert due(self.RULE, self.START, *pause) == day("2026-10-26 Mon")

    def test_a_pause_on_the_due_day_still_helps(self) -> None:
        pause = (paused("2026-10-26 09:00"), resumed("2026-10-27 09:00"))
        assert due(self.RULE, self.START, *pause) == day("2026-10-27 Tue")

    def test_a_pause_after_the_due_day_does_not(self) -> None:
        deadline = compute(self.RULE, (self.START, paused("2026-10-27 00:00")), CALENDAR)
        assert deadline.due_on == day("2026-10-26 Mon")
        assert state_at(deadline, at("2026-10-28 10:00")) is ClockState.OVERDUE

    def test_while_it_lasts_nothing_is_due(self) -> None:
        deadline = compute(self.RULE, (self.START, paused("2026-10-12 09:00")), CALENDAR)
        assert deadline == Deadline(due_at=None, due_on=None, near_at=None, answered_at=None, paused=True)
        assert state_at(deadline, at("2027-10-12 09:00")) is ClockState.PAUSED
        assert next_check(deadline, at("2026-10-12 09:00")) is None

    def test_an_open_pause_needs_no_calendar_after_it(self) -> None:
        facts = (started("2026-12-21 10:00"), paused("2026-12-23 10:00"))
        assert compute(self.RULE, facts, CALENDAR).paused

    def test_a_pause_after_the_calendar_does_not_unsettle_what_was_due_in_it(self) -> None:
        facts = (started("2026-12-21 10:00"), paused("2027-01-05 10:00"))
        assert due(Rule(5, Unit.WORKING_DAY), *facts) == day("2026-12-28 Mon")

    def test_an_answer_ends_it_in_time(self) -> None:
        facts = (self.START, paused("2026-10-12 09:00"), answered("2026-11-20 09:00"))
        deadline = compute(self.RULE, facts, CALENDAR)
        assert state_at(deadline, at("2026-11-20 09:00")) is ClockState.ANSWERED_ON_TIME

    def test_months_are_pushed_back_by_the_paused_days(self) -> None:
        facts = (started("2026-01-31 10:00"), paused("2026-02-05 09:00"), resumed("2026-02-15 09:00"))
        assert due(Rule(1, Unit.MONTH), *facts) == day("2026-03-10 Tue")  # 02-28 and ten days

    def test_rolling_jumps_over_a_pause(self) -> None:
        rule = Rule(60, Unit.NATURAL_DAY, Roll.NEXT_WORKDAY)
        facts = (started("2026-03-02 10:00"), paused("2026-05-03 09:00"), resumed("2026-05-07 09:00"))
        assert due(rule, *facts) == day("2026-05-07 Thu")
        assert compute(rule, facts[:2], CALENDAR).paused

    def test_an_extension_adds_to_the_period(self) -> None:
        facts = (self.START, extended("2026-10-20 09:00", 10))
        assert due(self.RULE, *facts) == due(Rule(30, Unit.WORKING_DAY), self.START)


class TestStates:
    """On time, near from four fifths, overdue; and when to look again."""

    @pytest.mark.parametrize(
        ("rule", "near"),
        [
            (Rule(1, Unit.WORKING_DAY), "2026-09-22 00:00"),  # the only day
            (Rule(3, Unit.WORKING_DAY), "2026-09-24 00:00"),  # day 3 of 3
            (Rule(5, Unit.WORKING_DAY), "2026-09-29 00:00"),  # day 5 of 5: four are used
            (Rule(20, Unit.WORKING_DAY), "2026-10-21 00:00"),  # day 17 of 20: sixteen are used
            (Rule(30, Unit.NATURAL_DAY), "2026-10-16 00:00"),  # day 25 of 30
            (Rule(10, Unit.CLOCK_HOUR), "2026-09-21 18:00"),
            (Rule(10, Unit.WORKING_HOUR), "2026-09-21 18:00"),
        ],
    )
    def test_near_begins(self, rule: Rule, near: str) -> None:
        assert compute(rule, (started("2026-09-21 10:00"),), CALENDAR).near_at == at(near)

    def test_states_follow_the_clock(self) -> None:
        deadline = compute(Rule(20, Unit.WORKING_DAY), (started("2026-09-21 10:00"),), CALENDAR)
        assert state_at(deadline, at("2026-10-20 23:59")) is ClockState.ON_TIME
        assert state_at(deadline, at("2026-10-21 00:00")) is ClockState.NEAR
        assert next_check(deadline, at("2026-09-21 10:00")) == at("2026-10-21 00:00")
        assert next_check(deadline, at("2026-10-21 00:00")) == at("2026-10-27 00:00")
        assert next_check(deadline, at("2026-10-27 00:00")) is None

    def test_an_answer_stops_the_looking(self) -> None:
        deadline = compute(
            Rule(20, Unit.WORKING_DAY), (started("2026-09-21 10:00"), answered("2026-10-22 10:00")), CALENDAR
        )
        assert next_check(deadline, at("2026-10-22 10:00")) is None
        assert state_at(deadline, at("2026-10-22 09:59")) is ClockState.NEAR  # not yet answered then
        assert state_at(deadline, at("2026-10-22 10:00")) is ClockState.ANSWERED_ON_TIME

    def test_an_hour_used_up_is_over(self) -> None:
        rule = Rule(2, Unit.CLOCK_HOUR)
        late = compute(rule, (started("2026-09-21 10:00"), answered("2026-09-21 12:00")), CALENDAR)
        assert state_at(late, at("2026-09-21 12:00")) is ClockState.ANSWERED_LATE


class TestRefused:
    """Dates nobody can know, facts that cannot be, rules that are none."""

    @pytest.mark.covers("X-17")
    @pytest.mark.parametrize(
        ("rule", "start"),
        [
            (Rule(20, Unit.WORKING_DAY), "2026-12-21 10:00"),
            (Rule(30, Unit.NATURAL_DAY, Roll.NEXT_WORKDAY), "2026-12-10 10:00"),
            (Rule(2, Unit.MONTH, Roll.NEXT_WORKDAY), "2026-11-10 10:00"),
            (Rule(4, Unit.WORKING_HOUR, duty_every_day=False), "2026-12-31 16:00"),
            (Rule(5, Unit.WORKING_DAY), "2003-12-30 10:00"),
        ],
    )
    def test_beyond_the_calendar(self, rule: Rule, start: str) -> None:
        for ask in (compute, explain):
            with pytest.raises(BeyondCalendar) as refused:
                ask(rule, (started(start),), CALENDAR)
            assert refused.value.code == "X-17"

    def test_natural_days_that_do_not_roll_need_no_calendar(self) -> None:
        assert due(Rule(30, Unit.NATURAL_DAY), started("2026-12-10 10:00")) == day("2027-01-09 Sat")

    START = started("2026-09-21 10:00")

    @pytest.mark.parametrize(
        ("facts", "words"),
        [
            ((), "first fact"),
            ((paused("2026-09-21 10:00"),), "first fact"),
            ((START, started("2026-09-22 10:00")), "starts once"),
            ((START, resumed("2026-09-22 10:00")), "cannot be resumed"),
            ((START, paused("2026-09-22 10:00"), paused("2026-09-23 10:00")), "cannot be paused again"),
            ((START, answered("2026-09-21 09:59")), "out of order"),
            ((START, answered("2026-09-22 10:00"), answered("2026-09-23 10:00")), "after it is answered"),
            ((START, extended("2026-09-22 10:00", 0)), "extension"),
            ((START, extended("2026-09-22 10:00", -3)), "extension"),
            ((START, Fact(FactKind.ANSWERED, at("2026-09-22 10:00"), amount=1)), "extension"),
            ((Fact(FactKind.STARTED, datetime(2026, 9, 21, 10, 0)),), "time zone"),  # noqa: DTZ001 - that is the fault
        ],
    )
    def test_bad_facts(self, facts: tuple[Fact, ...], words: str) -> None:
        with pytest.raises(BadFacts, match=words):
            compute(Rule(5, Unit.WORKING_DAY), facts, CALENDAR)

    @pytest.mark.parametrize(
        ("terms", "words"),
        [
            ({"amount": 0, "unit": Unit.WORKING_DAY}, "not 0"),
            ({"amount": -1, "unit": Unit.MONTH}, "not -1"),
            ({"amount": 10**9, "unit": Unit.CLOCK_HOUR}, "not 1000000000"),
            ({"amount": 2, "unit": Unit.CLOCK_HOUR, "roll": Roll.NEXT_WORKDAY}, "rolls"),
            ({"amount": 2, "unit": Unit.WORKING_HOUR, "duty_start": time(18), "duty_end": time(8)}, "hours of duty"),
        ],
    )
    def test_bad_rules(self, terms: dict, words: str) -> None:
        with pytest.raises(ValueError, match=words):
            Rule(**terms)


# --- laws

DAY_UNITS = (Unit.NATURAL_DAY, Unit.WORKING_DAY, Unit.MONTH)
MOST = {
    Unit.NATURAL_DAY: 90,
    Unit.WORKING_DAY: 60,
    Unit.MONTH: 6,
    Unit.WORKING_HOUR: 40,
    Unit.CLOCK_HOUR: 200,
}
INSTANTS = st.datetimes(
    at("2020-01-01").replace(tzinfo=None), at("2022-12-31").replace(tzinfo=None), timezones=st.just(SHANGHAI)
)


@st.composite
def rules(draw: st.DrawFn, units: tuple[Unit, ...] = tuple(Unit)) -> Rule:
    unit = draw(st.sampled_from(units))
    roll = Roll.NONE if unit.is_hours else draw(st.sampled_from(Roll))
    return Rule(draw(st.integers(1, MOST[unit])), unit, roll, duty_every_day=draw(st.booleans()))


@st.composite
def histories(draw: st.DrawFn, *, pauses: int = 3) -> tuple[Fact, ...]:
    """A start and pauses after it, each of which ends."""
    here = draw(INSTANTS)
    facts = [Fact(FactKind.STARTED, here)]
    for kind in (FactKind.PAUSED, FactKind.RESUMED) * draw(st.integers(0, pauses)):
        here += timedelta(minutes=draw(st.integers(0, 20 * 24 * 60)))
        facts.append(Fact(kind, here))
    return tuple(facts)


class TestLaws:
    """What holds for every clock."""

    @given(rules(), histories(), st.integers(0, 30 * 24 * 60), st.integers(0, 30 * 24 * 60))
    def test_a_pause_never_brings_the_due_date_forward(
        self, rule: Rule, facts: tuple[Fact, ...], wait: int, length: int
    ) -> None:
        before = compute(rule, facts, CALENDAR)
        begin = facts[-1].at + timedelta(minutes=wait)
        pause = (Fact(FactKind.PAUSED, begin), Fact(FactKind.RESUMED, begin + timedelta(minutes=length)))
        after = compute(rule, facts + pause, CALENDAR)
        assert before.due_at is not None
        assert after.due_at is not None
        assert after.due_at >= before.due_at
        assert after.near_at >= before.near_at
        still = compute(rule, (*facts, pause[0]), CALENDAR)
        assert still.paused or still.due_at == before.due_at

    @given(rules(), histories(), st.integers(1, 30))
    def test_more_units_are_never_due_earlier(self, rule: Rule, facts: tuple[Fact, ...], more: int) -> None:
        longer = Rule(rule.amount + more, rule.unit, rule.roll, duty_every_day=rule.duty_every_day)
        extension = (*facts, Fact(FactKind.EXTENDED, facts[-1].at, more))
        assert compute(longer, facts, CALENDAR).due_at >= compute(rule, facts, CALENDAR).due_at
        assert compute(rule, extension, CALENDAR) == compute(longer, facts, CALENDAR)

    @given(rules(), INSTANTS, st.integers(0, 60 * 24 * 60))
    def test_a_later_start_is_never_due_earlier(self, rule: Rule, start: datetime, minutes: int) -> None:
        early, late = (Fact(FactKind.STARTED, when) for when in (start, start + timedelta(minutes=minutes)))
        assert compute(rule, (late,), CALENDAR).due_at >= compute(rule, (early,), CALENDAR).due_at

    @given(rules(), histories())
    def test_near_comes_before_due_and_both_after_the_start(self, rule: Rule, facts: tuple[Fact, ...]) -> None:
        deadline = compute(rule, facts, CALENDAR)
        assert facts[0].at < deadline.near_at < deadline.due_at

    @given(rules(), histories())
    def test_recomputing_changes_nothing(self, rule: Rule, facts: tuple[Fact, ...]) -> None:
        """Later facts that cannot matter, such as the answer, leave the due date alone."""
        deadline = compute(rule, facts, CALENDAR)
        assume(facts[-1].at < deadline.due_at)
        answer = Fact(FactKind.ANSWERED, deadline.due_at - timedelta(minutes=1))
        assume(answer.at >= facts[-1].at)
        again = compute(rule, [*facts, answer], CALENDAR)
        assert (again.due_at, again.due_on, again.near_at) == (deadline.due_at, deadline.due_on, deadline.near_at)
        assert state_at(again, deadline.due_at) is ClockState.ANSWERED_ON_TIME

    @given(rules(), histories(), st.integers(0, 100 * 24 * 60))
    def test_the_state_changes_only_at_the_next_check(self, rule: Rule, facts: tuple[Fact, ...], minutes: int) -> None:
        deadline = compute(rule, facts, CALENDAR)
        here = facts[0].at + timedelta(minutes=minutes)
        turn = next_check(deadline, here)
        if turn is None:
            assert state_at(deadline, here) is ClockState.OVERDUE
            return
        assert turn > here
        assert state_at(deadline, turn - timedelta(microseconds=1)) is state_at(deadline, here)
        assert state_at(deadline, turn) is not state_at(deadline, here)

    @given(rules(DAY_UNITS), histories())
    def test_days_are_those_that_walking_finds(self, rule: Rule, facts: tuple[Fact, ...]) -> None:
        assert compute(rule, facts, CALENDAR).due_on == walk(rule, facts)

    @settings(max_examples=25)
    @given(
        st.integers(1, 6),
        st.sampled_from([Unit.CLOCK_HOUR, Unit.WORKING_HOUR]),
        st.booleans(),
        st.integers(0, 3 * 24 * 60),
        st.lists(st.integers(0, 600), max_size=4),
    )
    def test_hours_are_those_that_walking_finds(
        self, amount: int, unit: Unit, every_day: bool, start: int, gaps: list[int]
    ) -> None:
        rule = Rule(amount, unit, duty_every_day=every_day)
        here = at("2026-09-18 00:00") + timedelta(minutes=start)  # a Friday, with a make-up Sunday after it
        facts = [Fact(FactKind.STARTED, here)]
        for number, gap in enumerate(gaps[: len(gaps) // 2 * 2]):
            here += timedelta(minutes=gap)
            facts.append(Fact(FactKind.RESUMED if number % 2 else FactKind.PAUSED, here))
        assert compute(rule, facts, CALENDAR).due_at == walk_minutes(rule, facts)


class TestExplanation:
    """The lines from the start to the due day say what compute says."""

    @given(rules(DAY_UNITS), histories())
    def test_ends_on_the_due_day_and_counts_the_period(self, rule: Rule, facts: tuple[Fact, ...]) -> None:
        lines = explain(rule, facts, CALENDAR)
        assert lines[-1].day == compute(rule, facts, CALENDAR).due_on
        assert [line.day for line in lines] == [lines[0].day + step * ONE_DAY for step in range(len(lines))]
        counted = [line.ordinal for line in lines if line.counts]
        assert counted == list(range(1, len(counted) + 1))
        if rule.unit is not Unit.MONTH:
            assert len(counted) == rule.amount
        assert all((line.why in {DayReason.COUNTED, DayReason.MAKE_UP}) == line.counts for line in lines)
        assert lines[-1].counts == (lines[-1].why is not DayReason.ROLLED)

    @given(rules((Unit.WORKING_HOUR, Unit.CLOCK_HOUR)), histories())
    def test_the_time_of_each_day_adds_up(self, rule: Rule, facts: tuple[Fact, ...]) -> None:
        lines = explain(rule, facts, CALENDAR)
        assert sum((line.used for line in lines), timedelta()) == timedelta(hours=rule.amount)
        assert lines[-1].day == compute(rule, facts, CALENDAR).due_on
        assert all(line.counts == bool(line.used) for line in lines)
        assert all((line.why in {DayReason.COUNTED, DayReason.MAKE_UP}) == line.counts for line in lines)

    def test_reads_as_a_resident_would_tell_it(self) -> None:
        facts = (started("2026-04-27 10:00"), paused("2026-04-29 09:00"), resumed("2026-04-30 09:00"))
        lines = explain(Rule(4, Unit.NATURAL_DAY, Roll.NEXT_WORKDAY), facts, CALENDAR)
        assert [(line.day, line.counts, line.why, line.ordinal) for line in lines] == [
            (day("2026-04-27 Mon"), False, DayReason.START_DAY, None),
            (day("2026-04-28 Tue"), True, DayReason.COUNTED, 1),
            (day("2026-04-29 Wed"), False, DayReason.PAUSED, None),
            (day("2026-04-30 Thu"), True, DayReason.COUNTED, 2),
            (day("2026-05-01 Fri"), True, DayReason.COUNTED, 3),
            (day("2026-05-02 Sat"), True, DayReason.COUNTED, 4),
            (day("2026-05-03 Sun"), False, DayReason.HOLIDAY, None),
            (day("2026-05-04 Mon"), False, DayReason.HOLIDAY, None),
            (day("2026-05-05 Tue"), False, DayReason.HOLIDAY, None),
            (day("2026-05-06 Wed"), False, DayReason.ROLLED, None),
        ]

    def test_names_make_up_days_weekends_and_holidays(self) -> None:
        lines = explain(Rule(5, Unit.WORKING_DAY), (started("2026-09-18 10:00"),), CALENDAR)
        assert [line.why for line in lines] == [
            DayReason.START_DAY,
            DayReason.WEEKEND,  # Saturday
            DayReason.MAKE_UP,  # Sunday
            *[DayReason.COUNTED] * 4,
        ]

    def test_while_paused_it_ends_with_the_day_of_the_pause(self) -> None:
        lines = explain(Rule(5, Unit.WORKING_DAY), (started("2026-09-21 10:00"), paused("2026-09-23 10:00")), CALENDAR)
        assert [line.why for line in lines] == [DayReason.START_DAY, DayReason.COUNTED, DayReason.PAUSED]

    def test_hours_while_paused_end_likewise(self) -> None:
        facts = (started("2026-09-21 17:00"), paused("2026-09-22 07:00"))
        lines = explain(Rule(5, Unit.WORKING_HOUR), facts, CALENDAR)
        assert [(line.why, line.used) for line in lines] == [
            (DayReason.COUNTED, timedelta(hours=1)),
            (DayReason.PAUSED, timedelta()),
        ]


def walk(rule: Rule, facts: tuple[Fact, ...]) -> date:
    """Find the due day the slow way: day by day, from the letter of the law."""
    start, *marks = (fact.at.astimezone(SHANGHAI).date() for fact in facts)
    stops = list(zip(marks[::2], marks[1::2], strict=True))
    left = rule.amount
    if rule.unit is Unit.MONTH:
        last = start.replace(day=1)
        for _month in range(rule.amount):
            last = (last + 31 * ONE_DAY).replace(day=1)
        month_end = (last + 31 * ONE_DAY).replace(day=1) - ONE_DAY
        left = (min(last.replace(day=1) + (start.day - 1) * ONE_DAY, month_end) - start).days
    here = start
    while left:
        here += ONE_DAY
        free = not any(a <= here < b for a, b in stops)
        left -= free and (rule.unit is not Unit.WORKING_DAY or CALENDAR.is_working(here))
    while rule.roll is Roll.NEXT_WORKDAY and (not CALENDAR.is_working(here) or any(a <= here < b for a, b in stops)):
        here += ONE_DAY
    return here


def walk_minutes(rule: Rule, facts: list[Fact]) -> datetime:
    """Find the due instant the slow way: minute by minute."""
    here, *marks = (fact.at for fact in facts)
    stops = list(zip(marks[::2], marks[1::2], strict=True))
    left = rule.amount * 60
    while left:
        on_duty = rule.unit is Unit.CLOCK_HOUR or (
            rule.duty_start <= here.time() < rule.duty_end and (rule.duty_every_day or CALENDAR.is_working(here.date()))
        )
        left -= on_duty and not any(a <= here < b for a, b in stops)
        here += timedelta(minutes=1)
    return here
