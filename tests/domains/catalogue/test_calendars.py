"""Announcements of days off: read row by row, held against the law, and known only from the day they came."""

from datetime import date, datetime, timedelta

import pytest

from sanhu.domains.catalogue import queries
from sanhu.domains.catalogue.announcements import CalendarRow, announced, is_whole
from sanhu.domains.catalogue.models import CalendarDay, CalendarSource
from sanhu.domains.catalogue.services.calendars import FaultyRows, import_calendar
from sanhu.domains.evidence.models import Entry
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused
from sanhu.engines.workdays import BeyondCalendar

# A made-up announcement for 2027, in the shape of the real ones: days off, and weekends worked instead.
REST_2027 = [
    *(date(2027, 1, day) for day in (1, 2, 3)),
    *(date(2027, 2, day) for day in range(5, 13)),
    *(date(2027, 4, day) for day in (3, 4, 5)),
    *(date(2027, 5, day) for day in range(1, 6)),
    *(date(2027, 6, day) for day in (7, 8, 9)),
    *(date(2027, 9, day) for day in (15, 16, 17)),
    *(date(2027, 10, day) for day in range(1, 8)),
]
WORK_2027 = [date(2027, 2, 14), date(2027, 2, 20), date(2027, 9, 26), date(2027, 10, 9)]  # Sun, Sat, Sun, Sat
YEAR_2027 = [CalendarRow(day, is_working=False) for day in REST_2027] + [
    CalendarRow(day, is_working=True) for day in WORK_2027
]
NOTICE = {"title": "2027年部分节假日安排", "notice": "国办发明电示例号"}


@pytest.mark.django_db
class TestAWholeYear:
    """Loading the year after the last one the calendar holds."""

    @pytest.mark.covers("X-17")
    def test_before_it_is_imported_nobody_guesses(self, at: datetime):
        with pytest.raises(BeyondCalendar) as beyond:
            queries.working_calendar(at).is_working(date(2027, 1, 4))
        assert beyond.value.code == "X-17"

    def test_afterwards_its_days_are_known(self, administrator: Actor, at: datetime):
        done = import_calendar(actor=administrator, at=at, rows=YEAR_2027, year=2027, **NOTICE)
        assert (done.source.year, len(done.days)) == (2027, len(YEAR_2027))
        calendar = queries.working_calendar(at)
        assert calendar.last == date(2027, 12, 31)
        assert not calendar.is_working(date(2027, 10, 7))  # Thursday, a day off
        assert calendar.is_working(date(2027, 10, 9))  # Saturday, worked instead
        assert not calendar.is_working(date(2027, 10, 10))  # Sunday
        assert calendar.add(date(2027, 9, 30), 1) == date(2027, 10, 8)  # Thursday → Friday, over seven days off

    def test_it_is_known_from_the_moment_it_came_and_not_before(self, administrator: Actor, at: datetime):
        import_calendar(actor=administrator, at=at, rows=YEAR_2027, year=2027, **NOTICE)
        assert queries.working_calendar(at - timedelta(seconds=1)).last == date(2026, 12, 31)

    def test_the_notice_is_kept_and_one_entry_vouches_for_the_days(self, administrator: Actor, at: datetime):
        done = import_calendar(actor=administrator, at=at, rows=YEAR_2027, year=2027, **NOTICE)
        assert (done.source.notice, done.source.imported_by_ref) == (NOTICE["notice"], "post:10")
        entry = Entry.objects.get(event="calendar.imported")
        assert entry.body.count('"catalogue.calendarday:') == len(YEAR_2027)

    def test_half_a_year_does_not_load_it(self, administrator: Actor, at: datetime):
        spring = [row for row in YEAR_2027 if row.day < date(2027, 6, 1)]
        with pytest.raises(Refused) as refused:
            import_calendar(actor=administrator, at=at, rows=spring, year=2027, **NOTICE)
        assert refused.value.decision.citations == ("全国年节及纪念日放假办法第二条",)
        assert not CalendarSource.objects.exists()

    def test_a_year_that_does_not_adjoin_is_refused(self, administrator: Actor, at: datetime):
        later = [CalendarRow(row.day.replace(year=2028), is_working=row.is_working) for row in YEAR_2027]
        with pytest.raises(Refused) as refused:
            import_calendar(actor=administrator, at=at, rows=later, year=2028, **NOTICE)
        assert refused.value.decision.reasons == ("年度：须与已载入的日历首尾相接",)

    def test_it_may_speak_of_the_last_days_of_the_year_before(self, administrator: Actor, at: datetime):
        eve = CalendarRow(date(2026, 12, 31), is_working=False)  # Thursday
        import_calendar(actor=administrator, at=at, rows=[eve, *YEAR_2027], year=2027, **NOTICE)
        assert not queries.working_calendar(at).is_working(date(2026, 12, 31))

    def test_days_of_other_years_are_named_row_by_row(self, administrator: Actor, at: datetime):
        strange = CalendarRow(date(2028, 1, 3), is_working=False)
        with pytest.raises(FaultyRows) as faulty:
            import_calendar(actor=administrator, at=at, rows=[*YEAR_2027, strange], year=2027, **NOTICE)
        assert [(fault.row, fault.column) for fault in faulty.value.faults] == [(len(YEAR_2027) + 1, "day")]


@pytest.mark.django_db
class TestSingleDays:
    """A change of one day in a year that is loaded."""

    MONDAY = date(2026, 11, 16)

    def test_a_later_word_wins_and_the_earlier_stays(self, administrator: Actor, at: datetime):
        for later, is_working in ((0, False), (1, True)):
            import_calendar(
                actor=administrator,
                at=at + timedelta(hours=later),
                rows=[CalendarRow(self.MONDAY, is_working=is_working)],
                **NOTICE,
            )
        assert not queries.working_calendar(at).is_working(self.MONDAY)
        assert queries.working_calendar(at + timedelta(hours=1)).is_working(self.MONDAY)
        assert CalendarDay.objects.filter(day=self.MONDAY).count() == 2

    @pytest.mark.covers("X-17")
    def test_a_day_past_the_calendar_loads_no_year(self, administrator: Actor, at: datetime):
        with pytest.raises(Refused) as refused:
            import_calendar(
                actor=administrator, at=at, rows=[CalendarRow(date(2027, 1, 1), is_working=False)], **NOTICE
            )
        assert refused.value.decision.code == "X-17"
        assert not CalendarDay.objects.exists()

    def test_the_same_day_twice_is_named(self, administrator: Actor, at: datetime):
        rows = [
            CalendarRow(self.MONDAY, is_working=False, number=2),
            CalendarRow(self.MONDAY, is_working=True, number=9),
        ]
        with pytest.raises(FaultyRows) as faulty:
            import_calendar(actor=administrator, at=at, rows=rows, **NOTICE)
        assert [fault.row for fault in faulty.value.faults] == [2, 9]

    @pytest.mark.parametrize("gap", [{"title": " "}, {"notice": ""}, {"rows": []}])
    def test_an_announcement_has_a_name_words_and_days(
        self, gap: dict[str, object], administrator: Actor, at: datetime
    ):
        asked = {"rows": [CalendarRow(self.MONDAY, is_working=False)], **NOTICE, **gap}
        with pytest.raises(Refused):
            import_calendar(actor=administrator, at=at, **asked)
        assert not CalendarSource.objects.exists()

    def test_only_a_post_with_the_power_imports(self, coordinator: Actor, at: datetime):
        with pytest.raises(Refused):
            import_calendar(actor=coordinator, at=at, rows=[CalendarRow(self.MONDAY, is_working=False)], **NOTICE)


class TestTheTable:
    """Reading the file."""

    def test_good_rows_are_read_in_either_language(self):
        rows, faults = announced(["日期,休或班\n".encode(), "2027-01-01,休\n".encode(), b"2027-02-14,work\n"])
        assert faults == ()
        assert rows == [
            CalendarRow(date(2027, 1, 1), is_working=False, number=2),
            CalendarRow(date(2027, 2, 14), is_working=True, number=3),
        ]

    def test_faulty_rows_are_named_by_row_and_column(self):
        rows, faults = announced([b"day,kind\n", b"2027-02-30,rest\n", b"2027-02-14,maybe\n", b",rest\n"])
        assert rows == []
        assert [(fault.row, fault.column) for fault in faults] == [(2, "day"), (3, "kind"), (4, "day")]

    @pytest.mark.parametrize("missing", [date(2027, 1, 1), date(2027, 5, 3), date(2027, 10, 1)])
    def test_a_year_names_its_fixed_holidays(self, missing: date):
        rows = [row for row in YEAR_2027 if row.day != missing]
        # 3 May is not fixed by law; 1 January 2027 and 1 October 2027 are Fridays.
        assert is_whole(rows, year=2027).allowed is (missing == date(2027, 5, 3))

    def test_a_fixed_holiday_on_a_weekend_may_go_unsaid_but_not_be_worked(self):
        saturday = date(2027, 5, 1)
        without = [row for row in YEAR_2027 if row.day != saturday]
        assert is_whole(without, year=2027)
        assert not is_whole([*without, CalendarRow(saturday, is_working=True)], year=2027)

    def test_a_year_names_its_spring_festival(self):
        rows = [row for row in YEAR_2027 if row.day.month != 2]
        assert is_whole(rows, year=2027).reasons == ("年度：通知不全，没有写明春节假期",)
