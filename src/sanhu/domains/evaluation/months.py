"""A month by legal days (Asia/Shanghai), and months one after the other."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple, Self

from django.db.models import Case, Expression, IntegerField, Value, When

from sanhu.engines.day_count import months_after
from sanhu.engines.legal_time import day_start
from sanhu.engines.workdays import ONE_DAY

_CODE = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


class Month(NamedTuple):
    """A calendar month; written 2026-11."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Self:
        """Give the month a day lies in."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, code: str) -> Self | None:
        """Read 2026-11; None for anything else."""
        found = _CODE.fullmatch(code)
        return cls(int(found[1]), int(found[2])) if found and int(found[1]) >= 1900 else None

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.month, 1)

    @property
    def after(self) -> date:
        """The first day of the next month."""
        return months_after(self.first, 1)

    def until(self, today: date) -> date:
        """Give the day before which it is counted: of a month that still runs, today is the last one counted."""
        return max(self.first, min(self.after, today + ONE_DAY))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


def months_to(last: Month, count: int) -> tuple[Month, ...]:
    """Give so many months one after the other, the last one given.

    >>> [str(month) for month in months_to(Month(2027, 1), 3)]
    ['2026-11', '2026-12', '2027-01']
    """
    return tuple(Month.of(months_after(last.first, number - count + 1)) for number in range(count))


@dataclass(frozen=True)
class Period:
    """Months one after the other, counted up to and with a legal day."""

    months: Sequence[Month]
    today: date

    @property
    def first(self) -> date:
        """The first day that counts."""
        return self.months[0].first

    @property
    def until(self) -> date:
        """The day before which all is counted."""
        return self.months[-1].until(self.today)

    @cached_property
    def spans(self) -> tuple[tuple[Month, date, date], ...]:
        """Each month with its first day, and the day before which it is counted."""
        return tuple((month, month.first, month.until(self.today)) for month in self.months)

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """From when, and before when."""
        return day_start(self.first), day_start(self.until)

    def index(self, field: str) -> Expression:
        """Give in the database which of the months a moment lies in; it has to lie in one of them.

        By comparisons alone, which both databases make without asking Python for the time zone of each row.
        """
        last = len(self.months) - 1
        ends = (When(**{f"{field}__lt": day_start(month.after)}, then=Value(n)) for n, month in enumerate(self.months))
        whens = list(ends)[:last]
        return Case(*whens, default=Value(last), output_field=IntegerField()) if whens else _ALONE


_ALONE = Case(default=Value(0), output_field=IntegerField())
