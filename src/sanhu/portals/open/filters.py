"""Narrowing a list of matters: the same for everybody, on top of what each may see."""

from typing import Annotated

from django.db.models import QuerySet
from pydantic import AfterValidator, Field, WithJsonSchema

from sanhu.domains.casework.listing import in_area
from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.rules import MATTER
from sanhu.engines.legal_time import day_start
from sanhu.engines.workdays import ONE_DAY
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


def narrowed(matters: QuerySet[Matter], filters: MatterFilters) -> QuerySet[Matter]:
    """Narrow a list by class, area, state and the days on which matters were reported, both included."""
    if filters.affair_class:
        matters = matters.filter(item__affair_class=filters.affair_class)
    if filters.area:
        matters = in_area(matters, shortened(filters.area))
    if filters.state:
        matters = matters.filter(state=filters.state)
    if filters.since:
        matters = matters.filter(reported_at__gte=day_start(filters.since))
    if filters.until:
        matters = matters.filter(reported_at__lt=day_start(filters.until + ONE_DAY))
    return matters


def shortened(code: str) -> str:
    """Take the filling off a padded code: 990101001000 is the street 990101001."""
    for length in (9, 6):
        if len(code) == _COMMUNITY and code[length:] == _NOTHING_BELOW * ((_COMMUNITY - length) // 3):
            short = code[:length]
            if length == 6 or not code.endswith(_NOTHING_BELOW * 2):
                return short
    return code
