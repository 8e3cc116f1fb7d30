"""Working days: Monday to Friday, less the State Council's days off, plus its make-up weekends (调休).

A calendar is data with a first and a last day; a question about a working day
outside it is refused (X-17), never guessed, because the next year's days off are only known when they are announced.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import accumulate, compress
from typing import NamedTuple, Self

from sanhu.engines.decisions import Decision, refuse

ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class DayKind(StrEnum):
    """Why a day is, or is not, a working day."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"


class BeyondCalendar(Exception):  # noqa: N818 - named for what it tells; it is a refusal, not a programming error
    """A working-day question outside the loaded calendar (X-17)."""

    code = "X-17"

    def __init__(self, day: date, first: date, last: date) -> None:
        super().__init__(f"the working calendar runs from {first} to {last}; {day} is outside it")
        self.day = day
        self.first = first
        self.last = last

    @property
    def decision(self) -> Decision:
        """The refusal to show: page, API and command say the same."""
        return refuse("期限超出已载入的工作日历，无法推算；请先导入相应年份的放假安排", code=self.code)


@dataclass(frozen=True)
class WorkCalendar:
    """The days from `first` to `last`: `rest` are announced days off, `work` are weekends turned into working days.

    Raises ValueError when a day is in both or lies outside first..last.
    """

    first: date
    last: date
    rest: frozenset[date]
    work: frozenset[date]

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a calendar cannot end on {self.last} before it begins on {self.first}")
        if both := self.rest & self.work:
            raise ValueError(f"{min(both)} is both a day off and a make-up day")
        if outside := [day for day in self.rest | self.work if not self.first <= day <= self.last]:
            raise ValueError(f"{min(outside)} lies outside {self.first}..{self.last}")

    @classmethod
    def from_rest_and_work(cls, *, first: date, last: date, rest: Iterable[date], work: Iterable[date]) -> Self:
        """Build a calendar from the lists of an announcement; a weekday among the make-up days is simply a weekday."""
        return cls(first, last, frozenset(rest), frozenset(day for day in work if _is_weekend(day)))

    def is_working(self, day: date) -> bool:
        """Tell whether a day is a working day. Raises BeyondCalendar."""
        self._check(day)
        return day in self.work if _is_weekend(day) else day not in self.rest

    def why(self, day: date) -> DayKind:
        """Say what kind of day it is. Raises BeyondCalendar."""
        self._check(day)
        if day in self.rest:
            return DayKind.HOLIDAY
        if day in self.work:
            return DayKind.MAKE_UP
        return DayKind.WEEKEND if _is_weekend(day) else DayKind.WORKING

    def add(self, day: date, n: int) -> date:
        """Give the n-th working day after a day, which is itself not counted. Raises BeyondCalendar."""
        if n < 1:
            raise ValueError("working days are counted from 1")
        position = self._index.used[self._offset(day)] + n - 1
        if position >= len(self._index.working_days):
            raise BeyondCalendar(self.last + ONE_DAY, self.first, self.last)
        return self._index.working_days[position]

    def count(self, a: date, b: date) -> int:
        """Count the working days in (a, b]; negative when b lies before a. Raises BeyondCalendar."""
        return self._index.used[self._offset(b)] - self._index.used[self._offset(a)]

    def next_working(self, day: date) -> date:
        """Give the day itself if it is a working day, else the next one. Raises BeyondCalendar."""
        return day if self.is_working(day) else self.add(day, 1)

    def with_overrides(self, overrides: Mapping[date, bool]) -> "WorkCalendar":
        """Give a calendar in which those days are (True) or are not (False) working days.

        Single days never lengthen a calendar: one outside first..last raises BeyondCalendar.
        """
        for day in overrides:
            self._check(day)
        working = frozenset(day for day, works in overrides.items() if works)
        resting = frozenset(overrides) - working
        return replace(
            self,
            rest=(self.rest - working) | frozenset(day for day in resting if not _is_weekend(day)),
            work=(self.work - resting) | frozenset(day for day in working if _is_weekend(day)),
        )

    def extended(self, year: int, rest: Iterable[date], work: Iterable[date]) -> "WorkCalendar":
        """Give a calendar that also holds the whole of the year before or after it.

        An announcement may speak of the last days of the year before its own (2018-12-31 was a day off by the
        announcement for 2019), so days anywhere in the longer calendar are taken, and the later word wins.
        Raises ValueError when the year does not adjoin the calendar.
        """
        first, last = date(year, 1, 1), date(year, 12, 31)
        if first - ONE_DAY != self.last and last + ONE_DAY != self.first:
            raise ValueError(f"{year} does not adjoin the calendar from {self.first} to {self.last}")
        resting, working = frozenset(rest), frozenset(day for day in work if _is_weekend(day))
        return WorkCalendar(
            first=min(first, self.first),
            last=max(last, self.last),
            rest=(self.rest - working) | resting,
            work=(self.work - resting) | working,
        )

    def _check(self, day: date) -> None:
        if not self.first <= day <= self.last:
            raise BeyondCalendar(day, self.first, self.last)

    def _offset(self, day: date) -> int:
        self._check(day)
        return day.toordinal() - self.first.toordinal()

    @cached_property
    def _index(self) -> "_Index":
        return _index_of(self)


class _Index(NamedTuple):
    """The working days in order, and for each day of the calendar how many of them lie up to and including it."""

    working_days: tuple[date, ...]
    used: tuple[int, ...]


@lru_cache(maxsize=8)
def _index_of(calendar: WorkCalendar) -> _Index:
    # Remembered by content: whoever reads overrides from storage builds an equal calendar again and again.
    span = range(calendar.first.toordinal(), calendar.last.toordinal() + 1)
    days = tuple(map(date.fromordinal, span))
    works = tuple(map(calendar.is_working, days))
    return _Index(tuple(compress(days, works)), tuple(accumulate(map(int, works))))


def _is_weekend(day: date) -> bool:
    return day.weekday() >= _SATURDAY
