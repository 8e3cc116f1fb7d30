"""Narrowing a list of matters: the same for everybody, on top of what each may see."""

from typing import Annotated

from django.db.models import QuerySet
from pydantic import AfterValidator, Field, WithJsonSchema

from sanhu.domains.casework.listing import Order, Wish, wished
from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.rules import MATTER
from sanhu.portals import clock
from sanhu.portals.open.fields import AffairClassCode, AreaCode, Day
from sanhu.portals.open.paging import Paged

_STATES = tuple(state.code for state in MATTER.states)
_NOTHING_BELOW, _COMMUNITY = "000", 12


def _known_state(value: str) -> str:
    if value not in _STATES:
        raise ValueError("one of the state table's")
    return value


State = Annotated[str, AfterValidator(_known_state), WithJsonSchema({"type": "string", "enum": list(_STATES)})]


class MatterFilters(Paged):
    affair_class: AffairClassCode | None = Field(None, alias="class")
    area: AreaCode | None = None
    state: State | None = None
    since: Day | None = None
    until: Day | None = None


def narrowed(matters: QuerySet[Matter], filters: MatterFilters, *, district: str) -> QuerySet[Matter]:
    """Narrow a district's list by class, area, state and the days on which matters were reported, both included."""
    wish = Wish(
        affair_class=filters.affair_class or "",
        area=shortened(filters.area) if filters.area else "",
        state=filters.state or "",
        reported_from=filters.since,
        reported_to=filters.until,
    )
    return wished(matters, wish, district=district, order=Order.REPORTED, at=clock.now())


def shortened(code: str) -> str:
    """Take the filling off a padded code: 990101001000 is the street 990101001."""
    for length in (9, 6):
        if len(code) == _COMMUNITY and code[length:] == _NOTHING_BELOW * ((_COMMUNITY - length) // 3):
            short = code[:length]
            if length == 6 or not code.endswith(_NOTHING_BELOW * 2):
                return short
    return code
