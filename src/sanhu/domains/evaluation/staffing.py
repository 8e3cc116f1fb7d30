"""How much working time a committee's staff has in a month: the posts in force there, day by day.

A person counts once, whatever posts they hold there, on each working day on which one of them was in force; a day is
`SANHU_STAFF_MINUTES_A_DAY`. The day on which somebody leaves does not count.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import groupby
from operator import itemgetter

from django.conf import settings
from django.db.models import Q, QuerySet

from sanhu.domains.catalogue.queries import working_calendar
from sanhu.domains.evaluation.months import Month, Period
from sanhu.domains.subjects.models import Organisation, Post
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workdays import ONE_DAY, BeyondCalendar, WorkCalendar

Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Staff:
    """How many persons, and their working time in minutes; None where no calendar reaches."""

    persons: int
    minutes: int | None


def staff_of(committees: QuerySet[Organisation], period: Period, *, at: datetime) -> Mapping[tuple[int, Month], Staff]:
    """Give the staff of committees in each month in which they had any."""
    days_in = _counter(working_calendar(at))
    persons: dict[tuple[int, Month], int] = defaultdict(int)
    days: dict[tuple[int, Month], int | None] = defaultdict(int)
    for (committee, _person), held in groupby(_held(committees, period), key=itemgetter(0, 1)):
        own = merged([span for _committee, _person, span in held])
        for month, first, until in period.spans:
            at_work = [(max(a, first), min(b, until)) for a, b in own if a < until and b > first]
            if at_work:
                key = committee, month
                persons[key] += 1
                days[key] = _sum([days[key], *map(days_in, at_work)])
    day = settings.SANHU_STAFF_MINUTES_A_DAY
    return {key: Staff(persons[key], None if count is None else count * day) for key, count in days.items()}


def _sum(counts: list[int | None]) -> int | None:
    """Add counts; with one that is not known the sum is not either."""
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _held(committees: QuerySet[Organisation], period: Period) -> list[tuple[int, int, Span]]:
    """Give who held a post at which committee from when until when, by committee and person."""
    begins, ends = period.instants
    posts = Post.objects.filter(
        Q(left_at__isnull=True) | Q(left_at__gt=begins), organisation__in=committees.values("pk"), starts_at__lt=ends
    )
    ending = ("term_ends_on", "contract_ends_on", "organisation__active_to")
    rows = posts.order_by("organisation_id", "person_id", "starts_at").values_list(
        "organisation_id", "person_id", "starts_at", "left_at", *ending
    )
    return [
        (committee, person, _span(starts_at, left_at, last)) for committee, person, starts_at, left_at, *last in rows
    ]


def _span(starts_at: datetime, left_at: datetime | None, last_days: list[date | None]) -> Span:
    ends = [day + ONE_DAY for day in last_days if day is not None]
    if left_at is not None:
        ends.append(legal_day(left_at))
    return legal_day(starts_at), min(ends, default=date.max)


def merged(spans: list[Span]) -> list[Span]:
    """Put spans, in the order of their beginnings, together where they meet."""
    found: list[Span] = []
    for from_, to in spans:
        if found and from_ <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], to)
        elif from_ < to:
            found.append((from_, to))
    return found


def _counter(calendar: WorkCalendar) -> Callable[[Span], int | None]:
    """Count the working days of a span; None past the loaded calendar, where they are not guessed (X-17)."""

    @cache
    def count(span: Span) -> int | None:
        try:
            return calendar.count(span[0] - ONE_DAY, span[1] - ONE_DAY)
        except BeyondCalendar:
            return None

    return count
