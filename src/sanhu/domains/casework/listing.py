"""Lists of matters: in which order, narrowed by what, and in which parts a database finds them fast."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet

from sanhu.domains.casework.models import Clock, Matter
from sanhu.domains.casework.models.clock import REPORTERS_CLOCKS
from sanhu.domains.casework.models.matter import StreetOf
from sanhu.domains.casework.queries import (
    Narrowing,
    asked_to_cosign,
    in_scope,
    narrowed,
    sees_areas,
    sees_the_district,
    visible_to,
)
from sanhu.domains.catalogue.models import AffairItem
from sanhu.engines.actors import Actor
from sanhu.engines.codes.divisions import scope_range
from sanhu.engines.deadlines import ClockState
from sanhu.engines.legal_time import day_start
from sanhu.engines.workdays import ONE_DAY

_STREET_DIGITS, _COMMUNITY_DIGITS, _NUMBER_DIGITS = 9, 12, 20
# Not is_open=True, which is written as a bare column: SQLite finds no index for that.
_IS_OPEN = Q(is_open__in=(True,))


class Order(StrEnum):
    """How a list is ordered."""

    REPORTED = "reported"  # the newest first
    DUE = "due"  # what comes due first, of the open ones

    @property
    def column(self) -> str:
        """The column and its direction, as `page_of` reads them."""
        return "-reported_at" if self is Order.REPORTED else "due_at"


class Due(StrEnum):
    """How an open matter's clock stands."""

    NEAR = "near"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Wish:
    """What a list is narrowed to; whatever is empty narrows nothing. `area` and `number` are beginnings."""

    state: str = ""
    only: Narrowing | None = None
    affair_class: str = ""
    item: str = ""
    lead: int | None = None
    area: str = ""
    due: Due | None = None
    reported_from: date | None = None
    reported_to: date | None = None
    channel: str = ""
    number: str = ""


def wished(matters: QuerySet[Matter], wish: Wish, *, district: str, order: Order, at: datetime) -> QuerySet[Matter]:
    """Narrow a district's matters to a wish, and to the open ones where they are ordered by what comes due."""
    if order is Order.DUE:
        matters = matters.filter(_IS_OPEN)
    said = {
        "state": wish.state,
        "lead_id": wish.lead,
        "channel": wish.channel,
    }
    matters = matters.filter(**{name: value for name, value in said.items() if value})
    if wish.affair_class:
        matters = matters.filter(item__in=AffairItem.objects.filter(affair_class=wish.affair_class))
    if wish.item:
        items = AffairItem.objects.filter(code__startswith=wish.item)
        matters = matters.filter(item_id__in=list(items.values_list("pk", flat=True)))
    if wish.number:
        low, high = wish.number.ljust(_NUMBER_DIGITS, "0"), wish.number.ljust(_NUMBER_DIGITS, "9")
        matters = matters.filter(number__gte=low, number__lte=high)
    if wish.area:
        matters = in_area(matters, wish.area)
    if wish.reported_from:
        matters = matters.filter(reported_at__gte=day_start(wish.reported_from))
    if wish.reported_to:
        matters = matters.filter(reported_at__lt=day_start(wish.reported_to + ONE_DAY))
    if wish.due:
        matters = matters.filter(_comes_due(wish.due, at=at))
    return narrowed(matters, wish.only, district=district) if wish.only else matters


def _comes_due(due: Due, *, at: datetime) -> Q:
    if due is Due.OVERDUE:
        return Q(due_at__lte=at)
    near = Clock.objects.filter(
        matter=OuterRef("pk"), is_open=True, purpose__in=REPORTERS_CLOCKS, state=ClockState.NEAR
    )
    return Q(Exists(near), due_at__gt=at)


def visible_parts(actor: Actor, order: Order) -> list[QuerySet[Matter]]:
    """Give what an actor may see, part by part: what their body leads, what it was asked about, each of their areas.

    Together they are `visible_to`. Of its conditions joined by OR neither database would use the index of each; asked
    for by itself, each part begins with what an index begins with: open ones, as lists of what comes due hold, with
    the range of area codes, others with the street.
    """
    if visible_to(actor).query.is_empty():
        return []
    if sees_the_district(actor):
        here = in_scope(actor) if order is Order.DUE else Q(district=actor.district)
        return [Matter.objects.filter(here)]
    assert actor.organisation_id is not None, "who holds a post belongs to a body"
    asked = asked_to_cosign(actor).values("matter_id")
    parts = [Matter.objects.filter(lead_id=actor.organisation_id), Matter.objects.filter(pk__in=asked)]
    if sees_areas(actor) and order is Order.DUE:
        parts.append(Matter.objects.filter(in_scope(actor)))
    elif sees_areas(actor):
        parts += [in_area(Matter.objects.all(), area) for area in actor.areas]
    return parts


def in_area(matters: QuerySet[Matter], prefix: str) -> QuerySet[Matter]:
    """Narrow matters to an area, by the index of streets where it is one or lies in one."""
    if len(prefix) < _STREET_DIGITS:
        low, high = scope_range(prefix)
        return matters.filter(area_code__gte=low, area_code__lte=high)
    here = matters.alias(street=StreetOf("area_code")).filter(street=prefix[:_STREET_DIGITS])
    if len(prefix) > _COMMUNITY_DIGITS:
        return here.filter(cell_code=prefix)
    if len(prefix) < _COMMUNITY_DIGITS:
        return here
    # Not area_code=…, which SQLite would put into the street's place as well, and find its index no more.
    return here.filter(area_code__gte=prefix, area_code__lte=prefix)
