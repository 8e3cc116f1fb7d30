"""Counting legal days past the days that do not count: what a clock in days or months rests on."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Protocol

from sanhu.engines.workdays import ONE_DAY, WorkCalendar

# Half-open spans of days [from, to) on which nothing counts, in order; the last may be open.
Stops = Sequence[tuple[date, date]]
OPEN_END = date.max


class Days(Protocol):
    """A way of counting: the n-th day after a day, how many there are in (a, b], and the last day it knows."""

    @property
    def last(self) -> date: ...
    def add(self, day: date, n: int, /) -> date: ...
    def count(self, a: date, b: date, /) -> int: ...


class NaturalDays:
    """Every day counts."""

    last = date.max

    def add(self, day: date, n: int, /) -> date:
        """Give the n-th day after a day."""
        return day + timedelta(n)

    def count(self, a: date, b: date, /) -> int:
        """Count the days in (a, b]."""
        return (b - a).days


NATURAL_DAYS = NaturalDays()


def months_after(day: date, months: int) -> date:
    """Give the corresponding day so many months later, or that month's end where it has none (民法典 202).

    >>> months_after(date(2026, 11, 30), 3)
    datetime.date(2027, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def nth_day(n: int, start: date, stops: Stops, days: Days) -> date | None:
    """Give the n-th counted day after the start outside the stops; None when an open stop comes first."""
    here, left = start, n
    for stop_from, stop_to in stops:
        if stop_from > days.last:
            break
        before = days.count(here, max(here, stop_from - ONE_DAY))
        if left <= before:
            break
        if stop_to == OPEN_END:
            return None
        left -= before
        here = max(here, stop_to - ONE_DAY)
    return days.add(here, left)


def rolled(day: date, stops: Stops, calendar: WorkCalendar) -> date | None:
    """Give the day if it is a working day, else the next working day outside the stops; None in an open stop."""
    while not calendar.is_working(day):
        day = calendar.next_working(day)
        stop_to = next((b for a, b in stops if a <= day < b), day)
        if stop_to == OPEN_END:
            return None
        day = stop_to
    return day
