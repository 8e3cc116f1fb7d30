"""The steps of matters as verifying reads them: page by page, every matter with its whole walk."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from sanhu.domains.casework.models import Matter, Step
from sanhu.domains.evidence.reading import pages, readable
from sanhu.engines.workflow import StateTable

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
    post__person_id: int | None

    @property
    def persons(self) -> frozenset[int]:
        """Whose act it was: for a deputy's, that of the absent holder of the post too."""
        return frozenset(person for person in (self.person_id, self.post__person_id) if person is not None)


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


def misstep(table: StateTable, walk: Sequence[Walked], *, nameless: Collection[str]) -> str:
    """Say which step of a walk cannot have followed the one before through the table; empty where all can.

    A move of a `nameless` party names no person, and any other names one.
    """
    faults = (_misstep(table, before, step, nameless=nameless) for before, step in pairwise(walk))
    return next((fault for fault in faults if fault), "")


def _misstep(table: StateTable, before: Walked, step: Walked, *, nameless: Collection[str]) -> str:
    if step.ordinal != before.ordinal + 1:
        return f"step {before.ordinal + 1} is missing"
    if step.from_state != before.to_state or not table.may_move(state=step.from_state, move=step.move):
        return f"step {step.ordinal}: no {step.move} from {before.to_state}"
    move = table.move(step.move)
    faults = (
        (move.leads_to(step.from_state) != step.to_state, f"{step.move} does not lead to {step.to_state}"),
        ((move.party in nameless) != (step.person_id is None), f"{step.move} was made by the wrong party"),
        (step.at < before.at, "precedes the one before it"),
    )
    return next((f"step {step.ordinal}: {fault}" for is_faulty, fault in faults if is_faulty), "")
