"""What everybody may see of matters, narrowed as a reader asks, and counted: in all and by community."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q, QuerySet

from sanhu.domains.casework.models import Matter, Step
from sanhu.domains.casework.queries import public_matters
from sanhu.engines.codes.divisions import scope_range
from sanhu.engines.legal_time import day_start, legal_day

OPEN, OVERDUE = "open", "overdue"


@dataclass(frozen=True)
class PublicFilter:
    """What a public list is narrowed to; whatever is empty narrows nothing.

    `area` is a division's code cut to its digits, `state` one of the table's or OPEN or OVERDUE, `month` the first day
    of one. `words` are sought in what the public reads as the title, and nowhere else.
    """

    affair_class: str = ""
    area: str = ""
    state: str = ""
    month: date | None = None
    words: str = ""


def narrowed(district: str, wanted: PublicFilter, *, at: datetime) -> QuerySet[Matter]:
    """Give the public matters that are wanted, newest first."""
    found = public_matters(district).filter(_in_state(wanted.state, at))
    if wanted.affair_class:
        found = found.filter(item__affair_class=wanted.affair_class)
    if wanted.area:
        low, high = scope_range(wanted.area)
        found = found.filter(area_code__gte=low, area_code__lte=high)
    if wanted.month:
        found = found.filter(reported_at__gte=day_start(wanted.month), reported_at__lt=day_start(_after(wanted.month)))
    if wanted.words:
        found = found.filter(_is_titled(wanted.words))
    return found


def _in_state(state: str, at: datetime) -> Q:
    if state == OPEN:
        return Q(is_open__in=(True,))
    if state == OVERDUE:
        return _is_overdue(at)
    return Q(state=state) if state else Q()


def _is_overdue(at: datetime) -> Q:
    return Q(is_open__in=(True,), due_at__lte=at)


def _is_titled(words: str) -> Q:
    """The title a person passed; where there is none, the name of the item stands as one."""
    untitled = Q(item__name__icontains=words) | Q(item__name_en__icontains=words)
    return Q(public_title__icontains=words) | Q(public_title="") & untitled


def _after(month: date) -> date:
    """Give the first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


@dataclass(frozen=True)
class Counts:
    """How matters stand. Those on time are part of those closed."""

    open: int = 0
    overdue: int = 0
    closed: int = 0
    on_time: int = 0

    @property
    def judged(self) -> int:
        """What the share of those on time is a share of: whatever was closed, and whatever is open and overdue."""
        return self.closed + self.overdue

    @property
    def percent(self) -> int | None:
        """Closed on time of all judged, in whole per cent; None where nothing can be judged yet."""
        return round(100 * self.on_time / self.judged) if self.judged else None


def counts_of(matters: QuerySet[Matter], *, at: datetime) -> Counts:
    """Count how matters stand, in one query."""
    closed = Q(state="closed")
    return Counts(
        **matters.order_by().aggregate(
            open=Count("pk", filter=Q(is_open__in=(True,))),
            overdue=Count("pk", filter=_is_overdue(at)),
            closed=Count("pk", filter=closed),
            on_time=Count("pk", filter=closed & Q(closed_at__lt=F("due_at"))),
        )
    )


def open_by_community(district: str, *, at: datetime) -> Mapping[str, Counts]:
    """Count a district's open public matters by the code of their community; one that has none is not there."""
    running = public_matters(district).filter(is_open__in=(True,)).order_by()
    rows = running.values("area_code").annotate(open=Count("pk"), overdue=Count("pk", filter=Q(due_at__lte=at)))
    return {row["area_code"]: Counts(open=row["open"], overdue=row["overdue"]) for row in rows}


def first_month(district: str) -> date | None:
    """Give the first day of the month the oldest public matter was reported in; None where there is none."""
    oldest = public_matters(district).order_by("reported_at", "id").values_list("reported_at", flat=True).first()
    return legal_day(oldest).replace(day=1) if oldest else None


def news_of(matters: QuerySet[Matter], *, most: int) -> list[Step]:
    """Give the newest steps of matters, the newest first."""
    steps = Step.objects.filter(matter__in=matters.order_by()).order_by("-pk")
    return list(steps.select_related("matter__item", "matter__lead", "organisation")[:most])
