"""Writes of areas and cells: the published list of divisions, and the cells a district draws."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.record import record
from sanhu.domains.places.divisions import COLUMNS, Stated, stated
from sanhu.domains.places.drawing import DrawnCell, faults_of
from sanhu.domains.places.events import PlacesEvent
from sanhu.domains.places.models import Area, AreaLevel, GridCell, in_force
from sanhu.domains.places.periods import History, Outcome
from sanhu.domains.places.rules import OTHER_DISTRICT, is_own, may_import
from sanhu.engines.actors import Actor
from sanhu.engines.chain import body_hash
from sanhu.engines.codes import grid_cells
from sanhu.engines.codes.divisions import scope_range
from sanhu.engines.decisions import Refused
from sanhu.engines.legal_time import legal_day
from sanhu.engines.tables import Fault, ImportReport, Reading, Wrong

DOUBLE_ROW = _("这个代码在文件里已经出现过")
NO_PARENT = _("上级区划还不存在：请先导入上级，或在文件里把上级放在前面")

# One query for what is known of so many codes; SQLite takes 999 parameters.
_BATCH = 900


def import_divisions(
    *,
    lines: Iterable[bytes],
    actor: Actor,
    at: datetime,
    source: str,
    district: str = "",
    valid_from: date | None = None,
    dry_run: bool = False,
    skip_bad: bool = False,
    most_rows: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Import a table of divisions from a file's raw lines, in one transaction.

    A faulty file changes nothing, so that it is put right and imported whole, unless `skip_bad` asks to leave the
    faulty rows out. The same rows again change nothing. Names that changed count from `valid_from`, by default the
    legal day of `at`. With a `district` only its rows are read, so that it can be taken out of the national list.
    `source` says in the record where the file comes from; `progress` is told the rows read so far.

    Raises Refused without the permission; what is wrong with the file stands in the report.
    """
    _permit(actor)
    reading = Reading(lines, COLUMNS, most_rows=most_rows)
    with transaction.atomic():
        intake = _Intake(reading, actor, district, as_of=valid_from or legal_day(at))
        rows = intake.rows()
        while batch := list(islice(rows, _BATCH)):
            intake.take(batch)
            if progress:
                progress(reading.read)
        report = reading.report(
            kind="divisions",
            added=intake.counts[Outcome.ADDED],
            changed=intake.counts[Outcome.CHANGED],
            unchanged=intake.counts[Outcome.UNCHANGED],
            dry_run=dry_run,
            skip_bad=skip_bad,
        )
        if report.is_written:
            _enter(
                report,
                event=PlacesEvent.DIVISIONS_IMPORTED,
                actor=actor,
                at=at,
                source=source,
                districts=intake.districts,
            )
        else:
            transaction.set_rollback(True)
    return report


def _permit(actor: Actor) -> None:
    """Raise Refused unless the actor may change places."""
    if not (decision := may_import(actor)):
        raise Refused(decision)


def _enter(
    report: ImportReport, *, event: PlacesEvent, actor: Actor, at: datetime, source: str, districts: Collection[str]
) -> None:
    """Write one entry for a whole import: public data, vouched for by the file's digest rather than row by row."""
    record(
        event=event,
        actor=actor,
        at=at,
        subject=f"{report.kind}:{report.digest}",
        # What lies in several districts belongs to none of them.
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
    actor: Actor
    district: str
    as_of: date
    counts: Counter[Outcome] = field(default_factory=Counter)
    districts: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    parents: set[str] = field(init=False)

    def __post_init__(self) -> None:
        above = Area.objects.exclude(level=AreaLevel.COMMUNITY)
        self.parents = set(above.values_list("code", flat=True))

    def rows(self) -> Iterator[Stated]:
        """Give each row that is well-formed, of a district the actor may change, stated once, and below its parent."""
        for row in self.reading:
            if not row["code"].startswith(self.district):
                self.reading.read -= 1
                continue
            found = stated(row, self.reading.refuse)
            if found is None:
                continue
            if reason := self._against(found):
                self.reading.refuse(row, "code", reason)
                continue
            self.seen.add(found.key)
            if found.level is not AreaLevel.COMMUNITY:
                self.parents.add(found.code)
            self.districts.add(found.code[:6])
            yield found

    def _against(self, found: Stated) -> str:
        if not is_own(self.actor, found.code):
            return OTHER_DISTRICT
        if found.key in self.seen:
            return DOUBLE_ROW
        return NO_PARENT if found.parent is not None and found.parent not in self.parents else ""

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


def draw_cells(
    *, actor: Actor, at: datetime, cells: Sequence[DrawnCell], valid_from: date | None = None
) -> ImportReport:
    """Load drawn cells into the map, in one transaction; where one is faulty, nothing changes.

    The same cells again change nothing. A cell drawn anew keeps its code: its old boundary ends on `valid_from`, by
    default the legal day of `at`, and the new one begins. Faults name a cell by its place in the sequence.

    Raises Refused without the permission.
    """
    _permit(actor)
    start = valid_from or legal_day(at)
    with transaction.atomic():
        standing = _standing_around(cells)
        faults = faults_of(
            cells,
            start=start,
            standing={code: (held.valid_from, held.ring) for code, held in standing.items()},
            communities=_communities_of(cells, on=start),
        )
        faults += [
            Fault(place, "code", OTHER_DISTRICT)
            for place, cell in enumerate(cells, start=1)
            if not is_own(actor, cell.code)
        ]
        counts = {} if faults else _draw(cells, standing, start=start)
        report = ImportReport(
            kind="grid_cells",
            read=len(cells),
            added=counts.get(Outcome.ADDED, 0),
            changed=counts.get(Outcome.CHANGED, 0),
            unchanged=counts.get(Outcome.UNCHANGED, 0),
            faults=tuple(faults),
            dry_run=False,
            digest=body_hash(json.dumps([[cell.code, cell.ring] for cell in cells])),
        )
        if report.is_written:
            districts = {cell.code[:6] for cell in cells}
            _enter(report, event=PlacesEvent.CELLS_DRAWN, actor=actor, at=at, source="", districts=districts)
    return report


def _standing_around(cells: Sequence[DrawnCell]) -> dict[str, GridCell]:
    """Give the open cells of the districts that are drawn in, by code."""
    scopes = Q(pk__in=())
    for district in {cell.code[:6] for cell in cells if grid_cells.check(cell.code).valid}:
        low, high = scope_range(district)
        scopes |= Q(area_code__gte=low, area_code__lte=high)
    return {cell.code: cell for cell in GridCell.objects.filter(scopes, valid_to=None)}


def _communities_of(cells: Sequence[DrawnCell], *, on: date) -> set[str]:
    """Give which of the cells' communities are in force on a day."""
    codes = iter({cell.area_code for cell in cells})
    known = Area.objects.filter(in_force(on), level=AreaLevel.COMMUNITY).values_list("code", flat=True)
    found: set[str] = set()
    while batch := list(islice(codes, _BATCH)):
        found.update(known.filter(code__in=batch))
    return found


def _draw(cells: Sequence[DrawnCell], standing: Mapping[str, GridCell], *, start: date) -> Counter[Outcome]:
    """Begin what is new, end what it replaces, and count."""
    counts: Counter[Outcome] = Counter()
    begun: list[GridCell] = []
    for drawn in cells:
        held = standing.get(drawn.code)
        if held is None:
            counts[Outcome.ADDED] += 1
        elif held.ring == drawn.ring:
            counts[Outcome.UNCHANGED] += 1
            continue
        else:
            counts[Outcome.CHANGED] += 1
            if held.valid_from == start:  # drawn twice on one day: put right, since a period has days
                held.draw(drawn.ring)
                held.save()
                continue
            held.valid_to = start
            held.save(update_fields=["valid_to"])
        cell = GridCell(code=drawn.code, area_code=drawn.area_code, valid_from=start)
        cell.draw(drawn.ring)
        begun.append(cell)
    GridCell.objects.bulk_create(begun)
    return counts
