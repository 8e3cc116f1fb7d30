"""The steps of what moves at the gate as verifying reads them: page by page, each row with its whole walk."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from django.db.models import QuerySet

from sanhu.domains.admission.models import Application, Demand, GateStep, ReturnProposal, Task
from sanhu.domains.casework.walks import Walked
from sanhu.domains.evidence.reading import pages, readable

PAGE = 500
_Row = TypeVar("_Row", Application, Demand, ReturnProposal, Task)


def in_pages(rows: QuerySet[_Row]) -> Iterator[Sequence[_Row]]:
    """Give rows in the order of their keys, a page at a time; one that cannot be read is left out."""
    for page in pages(rows, by="pk", size=PAGE):
        found = readable(rows, [key for key, _ in page])
        if found:
            yield [found[key] for key in sorted(found)]


def walks(rows: Sequence[_Row]) -> Mapping[str, list[Walked]]:
    """Give the steps of a page of rows, by their reference and in their order."""
    found: dict[str, list[Walked]] = defaultdict(list)
    steps = GateStep.objects.filter(subject_ref__in=[row.ref for row in rows])
    for ref, *step in steps.order_by("subject_ref", "ordinal").values_list("subject_ref", *Walked._fields):
        found[ref].append(Walked(*step))
    return found
