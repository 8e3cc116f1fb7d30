"""Whether entries are filed under the district of what they are about.

The moments of an invented district are invented too, so verifying judges none of them. An entry about something real
that was filed under such a district could otherwise be dated back unseen. Each domain says what it has and where the
district of it stands.
"""

from collections.abc import Iterator

from django.db.models import F, Model, QuerySet
from django.db.models.functions import Substr

from sanhu.domains.evidence.findings import Finding
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.reading import pages

_PAGE = 500
_DISTRICT_DIGITS = 6


def misfiled_by_key(name: str, model: type[Model], district: str) -> Iterator[Finding]:
    """Compare entries about `name:key` with the row of that key; `district` is the path to its district."""
    for page in pages(QuerySet(model), by="pk", size=_PAGE):
        rows: QuerySet[Model] = QuerySet(model).filter(pk__in=[key for key, _ in page])
        own = {f"{name}:{key}": found for key, found in rows.values_list("pk", district)}
        entries = Entry.objects.filter(subject_ref__in=own).order_by("id")
        for key, seq, subject, found in entries.values_list("pk", "seq", "subject_ref", "district"):
            if found != own[subject]:
                yield _misfiled(key, seq, subject)


def misfiled_by_number(name: str) -> Iterator[Finding]:
    """Compare entries about `name:number` with the district a number such as 990101-2026-A0001 begins with."""
    start = len(name) + 2  # of the number, counted from one as databases do
    entries = Entry.objects.filter(subject_ref__startswith=f"{name}:").annotate(
        own=Substr("subject_ref", start, _DISTRICT_DIGITS), after=Substr("subject_ref", start + _DISTRICT_DIGITS, 1)
    )
    elsewhere = entries.filter(after="-").exclude(own=F("district")).order_by("id")
    for key, seq, subject in elsewhere.values_list("pk", "seq", "subject_ref"):
        yield _misfiled(key, seq, subject)


def _misfiled(key: int, seq: int | None, subject: str) -> Finding:
    return Finding(kind="filed_elsewhere", ref=f"entry:{key}", detail=subject, seq=seq)
