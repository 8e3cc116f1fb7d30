"""The steps of matters as verifying reads them: page by page, every matter with its whole walk."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sanhu.domains.casework.models import Matter, Step
from sanhu.domains.evidence.reading import pages, readable

PAGE = 1000
_COLUMNS = (
    "district",
    "state",
    "revision",
    "is_open",
    "reported_at",
    "accepted_at",
    "closed_at",
    "due_at",
    "round",
    "handoff_count",
    "urge_count",
    "merged_into",
)


class Walked(NamedTuple):
    """A step as replaying needs it."""

    pk: int
    ordinal: int
    move: str
    from_state: str
    to_state: str
    at: datetime
    person_id: int | None


def pages_of_matters() -> Iterator[Sequence[Matter]]:
    """Give matters in the order of their keys, a page at a time, with the columns their steps lead to."""
    columns = Matter.objects.only(*_COLUMNS)
    for page in pages(Matter.objects.all(), by="pk", size=PAGE):
        found = readable(columns, [key for key, _ in page])
        if found:
            yield [found[key] for key in sorted(found)]


def walks(matters: Sequence[Matter]) -> Mapping[int, list[Walked]]:
    """Give the steps of a page of matters, by matter and in their order."""
    found: dict[int, list[Walked]] = defaultdict(list)
    steps = Step.objects.filter(matter_id__gte=matters[0].pk, matter_id__lte=matters[-1].pk)
    for matter_id, *step in steps.order_by("matter_id", "ordinal").values_list("matter_id", *Walked._fields):
        found[matter_id].append(Walked(*step))
    return found
