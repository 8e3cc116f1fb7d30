"""What became of an item's matters over some days: what its review goes by (R1, R45). Derived, never kept."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from sanhu.domains.casework.models import Matter, Rating
from sanhu.domains.casework.public_lists import CLOSED_ON_TIME
from sanhu.domains.casework.rules import UNHAPPY, Satisfaction
from sanhu.engines.legal_time import day_start


@dataclass(frozen=True)
class ItemFigures:
    """Matters accepted in the days: closed and of these on time, opened again, handed on; and the ratings given."""

    accepted: int
    closed: int
    on_time: int
    reopened: int
    handed_on: int
    rated: int
    content: int
    unhappy: int


def item_figures(district: str, code: str, *, since: date, until: date) -> ItemFigures:
    """Count the matters accepted under an item, of whatever version, from one day up to the day before another."""
    accepted = Q(accepted_at__gte=day_start(since), accepted_at__lt=day_start(until))
    matters = Matter.objects.filter(accepted, district=district, item__code=code).order_by()
    counted = matters.aggregate(
        accepted=Count("pk"),
        closed=Count("pk", filter=Q(state="closed")),
        on_time=Count("pk", filter=CLOSED_ON_TIME),
        reopened=Count("pk", filter=Q(round__gt=1)),
        handed_on=Count("pk", filter=Q(handoff_count__gt=0)),
    )
    good = (Satisfaction.VERY_SATISFIED, Satisfaction.SATISFIED)
    rated = Rating.objects.filter(matter__in=matters).aggregate(
        rated=Count("pk"),
        content=Count("pk", filter=Q(satisfaction__in=good)),
        unhappy=Count("pk", filter=Q(satisfaction__in=UNHAPPY)),
    )
    return ItemFigures(**counted, **rated)
