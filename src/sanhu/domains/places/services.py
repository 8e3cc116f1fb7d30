"""Writes of areas and cells: the published list of divisions, and the cells a district draws."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

from django.db import transaction

from sanhu.domains.evidence.record import record
from sanhu.domains.places.divisions import COLUMNS, Stated, stated
from sanhu.domains.places.models import Area, AreaLevel
from sanhu.domains.places.periods import History, Outcome
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import legal_day
from sanhu.engines.tables import ImportReport, Reading, Wrong

DOUBLE_ROW = "这个代码在文件里已经出现过"
NO_PARENT = "上级区划还不存在：请先导入上级，或在文件里把上级放在前面"

# One query for what is known of so many codes; SQLite takes 999 parameters.
_BATCH = 900


def import_divisions(
    *,
    lines: Iterable[bytes],
    actor: Actor,
    at: datetime,
    source: str,
    valid_from: date | None = None,
    dry_run: bool = False,
    skip_bad: bool = False,
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Import a table of divisions from a file's raw lines, in one transaction.

    A faulty file changes nothing, so that it is put right and imported whole, unless `skip_bad` asks to leave the
    faulty rows out. The same rows again change nothing. Names that changed count from `valid_from`, by default the
    legal day of `at`. `source` says in the record where the file comes from; `progress` is told the rows read so far.
    """
    reading = Reading(lines, COLUMNS)
    with transaction.atomic():
        intake = _Intake(reading, as_of=valid_from or legal_day(at))
        rows = intake.rows()
        while batch := list(islice(rows, _BATCH)):
            intake.take(batch)
            if progress:
                progress(reading.read)
        report = reading.report(kind="divisions", dry_run=dry_run, skip_bad=skip_bad, **intake.counts)
        if report.is_written:
            _enter(report, actor=actor, at=at, source=source, districts=intake.districts)
        else:
            transaction.set_rollback(True)
    return report


def _enter(report: ImportReport, *, actor: Actor, at: datetime, source: str, districts: set[str]) -> None:
    record(
        event="divisions_imported",
        actor=actor,
        at=at,
        subject=f"divisions:{report.digest}",
        # A file of several districts belongs to none of them.
        district=next(iter(districts)) if len(districts) == 1 else "",
        facts={
            "source": source,
            "digest": report.digest,
            "read": report.read,
            "added": report.added,
            "changed": report.changed,
            "unchanged": report.unchanged,
            "faulty": len(report.faults),
        },
    )


@dataclass
class _Intake:
    """A file of divisions on its way into the database, batch by batch."""

    reading: Reading
    as_of: date
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    districts: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    parents: set[str] = field(init=False)

    def __post_init__(self) -> None:
        above = Area.objects.exclude(level=AreaLevel.COMMUNITY)
        self.parents = set(above.values_list("code", flat=True))

    def rows(self) -> Iterator[Stated]:
        """Give each row that is well-formed, stated once, and has its parent before it."""
        for row in self.reading:
            found = stated(row, self.reading.refuse)
            if found is None:
                continue
            if found.key in self.seen:
                self.reading.refuse(row, "code", DOUBLE_ROW)
                continue
            if found.parent is not None and found.parent not in self.parents:
                self.reading.refuse(row, "code", NO_PARENT)
                continue
            self.seen.add(found.key)
            if found.level is not AreaLevel.COMMUNITY:
                self.parents.add(found.code)
            self.districts.add(found.code[:6])
            yield found

    def take(self, batch: Sequence[Stated]) -> None:
        """Write what a batch changes."""
        histories: dict[tuple[str, str], History] = defaultdict(lambda: History([], []))
        known = Area.objects.filter(code__in={found.code for found in batch}).order_by("valid_from")
        for area in known:
            histories[area.code, area.level].periods.append(area)
        for found in batch:
            outcome = histories[found.code, found.level].state(found, as_of=self.as_of)
            if isinstance(outcome, Wrong):
                self.reading.refuse(found.row, "valid_from", outcome.reason)
            else:
                self.counts[outcome] += 1
        touched = [area for history in histories.values() for area in history.touched]
        # Periods end before others begin: only one may be open.
        Area.objects.bulk_update([area for area in touched if area.pk], ["name", "valid_to", "successor"])
        Area.objects.bulk_create([area for area in touched if not area.pk])
