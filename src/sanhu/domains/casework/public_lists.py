"""What everybody may see of matters, narrowed as a reader asks, and counted: in all and by community.

Anybody may ask for these as often as they like, so none walks all matters there are because little was found.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q, QuerySet

from sanhu.domains.casework.listing import in_area
from sanhu.domains.casework.models import Matter, Step
from sanhu.domains.casework.queries import public_by_key, public_matters
from sanhu.domains.catalogue.models import AffairItem
from sanhu.engines.codes.divisions import scope_range
from sanhu.engines.legal_time import day_start, legal_day

OPEN, OVERDUE = "open", "overdue"
MOST_SOUGHT = 20_000  # titles stand in no index: so many of the newest are read for words
_SEALED = ("matter__words", "matter__address")
_STEPS_READ = (500, 4_500)  # news are sought among the newest steps of all


@dataclass(frozen=True)
class PublicFilter:
    """What a public list is narrowed to; whatever is empty narrows nothing.

    `area` is a division's code cut to its digits, `state` one of the table's or OPEN or OVERDUE, `month` the first day
    of one. `words` are sought in what the public reads as the title, and nowhere else: in that of the newest
    MOST_SOUGHT of all that the rest of the filter leaves.
    """

    affair_class: str = ""
    area: str = ""
    state: str = ""
    month: date | None = None
    words: str = ""


def narrowed(
    district: str, wanted: PublicFilter, *, at: datetime, among: Collection[int] | None = None
) -> QuerySet[Matter]:
    """Give the public matters that are wanted, newest first, without what lies sealed; or those `among` some."""
    found = public_matters(district) if among is None else public_by_key(district).filter(pk__in=among)
    found = _in_state(found.defer("words", "address"), wanted.state, at)
    if wanted.affair_class:
        found = found.filter(item_id__in=_items(Q(affair_class=wanted.affair_class)))
    if wanted.area:
        found = in_area(found, wanted.area)
    elif among is None and wanted.state in (OPEN, OVERDUE):
        # The range says nothing new; it is where the index of the open ones is entered.
        low, high = scope_range(district)
        found = found.filter(area_code__gte=low, area_code__lte=high)
    if wanted.month:
        found = found.filter(reported_at__gte=day_start(wanted.month), reported_at__lt=day_start(_after(wanted.month)))
    return _titled(found, wanted.words) if wanted.words else found


def _in_state(matters: QuerySet[Matter], state: str, at: datetime) -> QuerySet[Matter]:
    if state == OPEN:
        return matters.filter(is_open__in=(True,))
    if state == OVERDUE:
        return matters.filter(_is_overdue(at))
    return matters.filter(state=state) if state else matters


def _is_overdue(at: datetime) -> Q:
    return Q(is_open__in=(True,), due_at__lte=at)


def _titled(matters: QuerySet[Matter], words: str) -> QuerySet[Matter]:
    """Seek in the title a person passed; where there is none, the name of the item stands as one."""
    untitled = Q(public_title="", item_id__in=_items(Q(name__icontains=words) | Q(name_en__icontains=words)))
    # By their keys alone: what else they were narrowed by would lead a database to all there are once more.
    newest = Matter.objects.filter(pk__in=matters.select_related(None).values("pk")[:MOST_SOUGHT])
    found = newest.filter(Q(public_title__icontains=words) | untitled)
    return found.select_related("item", "duty", "lead").defer("words", "address").order_by("-reported_at", "-id")


def _items(which: Q) -> list[int]:
    """Give the keys of items, of whatever version: few, and an index of matters begins with them."""
    return list(AffairItem.objects.filter(which).values_list("pk", flat=True))


def _after(month: date) -> date:
    """Give the first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


CLOSED_ON_TIME = Q(state="closed", closed_at__lt=F("due_at"))


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
            on_time=Count("pk", filter=CLOSED_ON_TIME),
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


def news_of(district: str, wanted: PublicFilter, *, at: datetime, most: int) -> list[Step]:
    """Give the newest steps of what is wanted, the newest first: as far as they are among the newest steps of all."""
    steps, found = Step.objects.order_by("-pk"), list[int]()
    for count in _STEPS_READ:
        some = list(steps.values_list("pk", "matter_id")[:count])
        matters = narrowed(district, wanted, at=at, among={matter for _step, matter in some})
        told = set(matters.order_by().values_list("pk", flat=True))
        found += [step for step, matter in some if matter in told]
        if len(found) >= most or len(some) < count:
            break
        steps = steps.filter(pk__lt=some[-1][0])
    news = Step.objects.filter(pk__in=found[:most]).order_by("-pk")
    return list(news.select_related("matter__item", "matter__lead", "organisation").defer(*_SEALED))
