"""The working calendar: days off, make-up weekends, and the refusal to guess beyond what is loaded."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanhu.engines.official_calendar import official_calendar
from sanhu.engines.workdays import BeyondCalendar, DayKind, WorkCalendar

CALENDAR = official_calendar()
DAYS = st.dates(date(2024, 1, 1), date(2026, 8, 31))


def day(text: str) -> date:
    """Read "2026-09-21 Mon"; the weekday is checked, so that a table cannot lie about it."""
    written, weekday = text.split()
    found = date.fromisoformat(written)
    assert found.strftime("%a") == weekday, text
    return found


def days(year: int, *spans: str) -> set[date]:
    """Read "01-28..02-04" and "01-01" of a year."""
    found = set()
    for span in spans:
        first, _dots, last = span.partition("..")
        here, end = date.fromisoformat(f"{year}-{first}"), date.fromisoformat(f"{year}-{last or first}")
        while here <= end:
            found.add(here)
            here += timedelta(days=1)
    return found


class TestOfficialCalendar:
    """The State Council's announcements as the package has them (E.1)."""

    @pytest.mark.parametrize(
        ("year", "rest", "work"),
        [
            (
                2025,
                days(2025, "01-01", "01-28..02-04", "04-04..04-06", "05-01..05-05", "05-31..06-02", "10-01..10-08"),
                days(2025, "01-26", "02-08", "04-27", "09-28", "10-11"),
            ),
            (
                2026,
                days(
                    2026,
                    *("01-01..01-03", "02-15..02-23", "04-04..04-06", "05-01..05-05"),
                    *("06-19..06-21", "09-25..09-27", "10-01..10-07"),
                ),
                days(2026, "01-04", "02-14", "02-28", "05-09", "09-20", "10-10"),
            ),
        ],
    )
    def test_holds_the_announced_days(self, year: int, rest: set[date], work: set[date]) -> None:
        assert {here for here in CALENDAR.rest if here.year == year} == rest
        assert {here for here in CALENDAR.work if here.year == year} == work

    @pytest.mark.parametrize("year", [2025, 2026])
    def test_has_248_working_days_a_year(self, year: int) -> None:
        first, last = date(year, 1, 1), date(year, 12, 31)
        assert CALENDAR.count(first, last) + CALENDAR.is_working(first) == 248

    def test_ends_with_the_last_announced_year(self) -> None:
        assert (CALENDAR.first, CALENDAR.last) == (date(2004, 1, 1), date(2026, 12, 31))


class TestKinds:
    """Why a day is a working day, or is not."""

    @pytest.mark.parametrize(
        ("written", "kind", "working"),
        [
            ("2026-09-18 Fri", DayKind.WORKING, True),
            ("2026-09-19 Sat", DayKind.WEEKEND, False),
            ("2026-09-20 Sun", DayKind.MAKE_UP, True),
            ("2026-09-25 Fri", DayKind.HOLIDAY, False),
            ("2026-09-26 Sat", DayKind.HOLIDAY, False),
        ],
    )
    def test_says_why(self, written: str, kind: DayKind, *, working: bool) -> None:
        assert CALENDAR.why(day(written)) is kind
        assert CALENDAR.is_working(day(written)) is working

    @given(DAYS)
    def test_every_day_is_working_exactly_when_its_kind_says_so(self, here: date) -> None:
        assert CALENDAR.is_working(here) == (CALENDAR.why(here) in {DayKind.WORKING, DayKind.MAKE_UP})

    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ("2026-09-20 Sun", "2026-09-20 Sun"),
            ("2026-09-25 Fri", "2026-09-28 Mon"),
            ("2026-10-03 Sat", "2026-10-08 Thu"),
        ],
    )
    def test_next_working_day(self, written: str, expected: str) -> None:
        assert CALENDAR.next_working(day(written)) == day(expected)


class TestCounting:
    """add and count undo each other and agree with walking day by day."""

    @given(DAYS, st.integers(1, 60))
    def test_count_undoes_add(self, here: date, n: int) -> None:
        assert CALENDAR.count(here, CALENDAR.add(here, n)) == n
        assert CALENDAR.is_working(CALENDAR.add(here, n))

    @given(DAYS, st.integers(0, 120))
    def test_count_is_what_walking_finds(self, here: date, length: int) -> None:
        walked = sum(CALENDAR.is_working(here + timedelta(days=step)) for step in range(1, length + 1))
        assert CALENDAR.count(here, here + timedelta(days=length)) == walked

    @given(DAYS, DAYS)
    def test_count_backwards_is_negative(self, a: date, b: date) -> None:
        assert CALENDAR.count(a, b) == -CALENDAR.count(b, a)

    def test_working_days_are_counted_from_1(self) -> None:
        with pytest.raises(ValueError, match="from 1"):
            CALENDAR.add(date(2026, 9, 21), 0)


class TestBeyond:
    """2027 is not announced: refused, not guessed."""

    @pytest.mark.covers("X-17")
    @pytest.mark.parametrize(
        "ask",
        [
            lambda: CALENDAR.is_working(date(2027, 1, 1)),
            lambda: CALENDAR.why(date(2003, 12, 31)),
            lambda: CALENDAR.add(date(2026, 12, 31), 1),
            lambda: CALENDAR.count(date(2026, 12, 31), date(2027, 1, 1)),
            lambda: CALENDAR.next_working(date(2027, 1, 4)),
            lambda: CALENDAR.with_overrides({date(2027, 1, 4): False}),
        ],
    )
    def test_is_refused(self, ask) -> None:
        with pytest.raises(BeyondCalendar) as refused:
            ask()
        assert refused.value.code == "X-17"
        assert refused.value.last == date(2026, 12, 31)
        assert not refused.value.decision
        assert refused.value.decision.code == "X-17"

    def test_names_the_first_day_it_does_not_know(self) -> None:
        with pytest.raises(BeyondCalendar) as refused:
            CALENDAR.add(date(2026, 12, 30), 2)
        assert refused.value.day == date(2027, 1, 1)

    def test_the_last_day_itself_is_known(self) -> None:
        assert CALENDAR.add(day("2026-12-30 Wed"), 1) == day("2026-12-31 Thu")


class TestOverrides:
    """Single days change; the calendar they change stays as it was."""

    def test_a_weekday_off_and_a_weekend_on(self) -> None:
        changed = CALENDAR.with_overrides({day("2026-11-09 Mon"): False, day("2026-11-14 Sat"): True})
        assert changed.why(date(2026, 11, 9)) is DayKind.HOLIDAY
        assert changed.why(date(2026, 11, 14)) is DayKind.MAKE_UP
        assert CALENDAR.is_working(date(2026, 11, 9))
        assert not CALENDAR.is_working(date(2026, 11, 14))

    def test_a_holiday_on_and_a_make_up_day_off(self) -> None:
        changed = CALENDAR.with_overrides({day("2026-09-25 Fri"): True, day("2026-09-20 Sun"): False})
        assert changed.why(date(2026, 9, 25)) is DayKind.WORKING
        assert changed.why(date(2026, 9, 20)) is DayKind.WEEKEND

    @given(st.dictionaries(DAYS, st.booleans(), max_size=8))
    def test_say_exactly_what_they_were_told(self, overrides: dict[date, bool]) -> None:
        changed = CALENDAR.with_overrides(overrides)
        assert {here: changed.is_working(here) for here in overrides} == overrides
        assert changed.with_overrides(overrides) == changed


class TestExtended:
    """A whole year is added; nothing less lengthens the calendar."""

    def test_a_new_year_continues_the_count(self) -> None:
        longer = CALENDAR.extended(2027, rest=[day("2027-01-01 Fri")], work=[day("2027-01-03 Sun")])
        assert longer.last == date(2027, 12, 31)
        assert longer.add(day("2026-12-31 Thu"), 2) == day("2027-01-04 Mon")
        assert longer.why(date(2027, 1, 3)) is DayKind.MAKE_UP

    def test_may_speak_of_the_december_before(self) -> None:
        longer = CALENDAR.extended(2027, rest=[day("2026-12-31 Thu"), day("2027-01-01 Fri")], work=[])
        assert longer.why(date(2026, 12, 31)) is DayKind.HOLIDAY

    def test_the_later_word_wins(self) -> None:
        saturday, sunday = day("2026-12-26 Sat"), day("2026-12-27 Sun")
        before = WorkCalendar(date(2026, 1, 1), date(2026, 12, 31), frozenset({saturday}), frozenset({sunday}))
        longer = before.extended(2027, rest=[sunday], work=[saturday])
        assert (longer.why(saturday), longer.why(sunday)) == (DayKind.MAKE_UP, DayKind.HOLIDAY)

    def test_may_be_the_year_before_the_first(self) -> None:
        assert CALENDAR.extended(2003, rest=[], work=[]).first == date(2003, 1, 1)

    @pytest.mark.parametrize("year", [2028, 2026])
    def test_leaves_no_gap_and_replaces_no_year(self, year: int) -> None:
        with pytest.raises(ValueError, match="does not adjoin"):
            CALENDAR.extended(year, rest=[], work=[])


class TestConstruction:
    """A calendar that contradicts itself is not built."""

    def test_a_day_cannot_be_both(self) -> None:
        saturday = day("2026-01-03 Sat")
        with pytest.raises(ValueError, match="both a day off and a make-up day"):
            WorkCalendar(date(2026, 1, 1), date(2026, 1, 31), frozenset({saturday}), frozenset({saturday}))

    def test_days_lie_within(self) -> None:
        with pytest.raises(ValueError, match="outside"):
            WorkCalendar(date(2026, 1, 1), date(2026, 1, 31), frozenset({date(2026, 2, 1)}), frozenset())

    def test_it_ends_after_it_begins(self) -> None:
        with pytest.raises(ValueError, match="before it begins"):
            WorkCalendar(date(2026, 1, 31), date(2026, 1, 1), frozenset(), frozenset())

    def test_a_weekday_among_make_up_days_is_simply_a_weekday(self) -> None:
        monday = day("2026-01-05 Mon")
        calendar = WorkCalendar.from_rest_and_work(
            first=date(2026, 1, 1), last=date(2026, 1, 31), rest=[], work=[monday]
        )
        assert calendar.why(monday) is DayKind.WORKING
