"""A table on its way into a district: row by row through the services, so that no rule is gone round.

The same file again changes nothing. An empty cell of something already known leaves its value as it is. Nothing is
removed by leaving a row out.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.events import SubjectEvent
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.services.doors import FieldRefused, enter_district, permit
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused
from sanhu.engines.tables import MOST_UPLOADED_ROWS, Column, Fault, ImportReport, Reading, Row

NOT_FOUNDED = _("这个区还没有建立")
DOUBLE_ROW = _("这一行说的，前面的行已经说过")


class Outcome(StrEnum):
    """What a row did."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Into:
    """Where rows go, who brings them and when."""

    district: str
    actor: Actor
    at: datetime


@dataclass(frozen=True)
class TableImport:
    """An import of one kind of table. `take` brings in one row; `key` is what a second row may not state again."""

    kind: str
    columns: Sequence[Column]
    key: Callable[[Row], tuple[str, ...]]
    take: Callable[[Into, Row], Outcome]

    def __call__(
        self,
        *,
        lines: Iterable[bytes],
        district: str,
        actor: Actor,
        at: datetime,
        dry_run: bool = False,
        skip_bad: bool = False,
        progress: Callable[[int], None] | None = None,
    ) -> ImportReport:
        """Import a file's raw lines in one transaction; a faulty file changes nothing unless `skip_bad`.

        `progress` is told the rows read so far. Raises Refused without the permission and NotFound for another
        district; what is wrong with the file stands in the report.
        """
        permit(actor, Permission.SUBJECTS_MANAGE)
        into = Into(enter_district(actor, district), actor, at)
        reading = Reading(lines, self.columns, most_rows=MOST_UPLOADED_ROWS)
        with transaction.atomic():
            counts = self._take_all(reading, into, progress)
            report = reading.report(kind=self.kind, dry_run=dry_run, skip_bad=skip_bad, **counts)
            if report.is_written:
                _enter(report, into)
            else:
                transaction.set_rollback(True)
        return report

    def _take_all(self, reading: Reading, into: Into, progress: Callable[[int], None] | None) -> dict[str, int]:
        counts = dict.fromkeys((outcome.value for outcome in Outcome), 0)
        if not Organisation.objects.filter(district=into.district).exists():
            reading.faults.append(Fault(1, "", NOT_FOUNDED))
            return counts
        seen: set[tuple[str, ...]] = set()
        for row in reading:
            if (stated := self.key(row)) in seen:
                reading.refuse(row, "", DOUBLE_ROW)
            elif outcome := self._taken(reading, row, into):
                counts[outcome] += 1
            seen.add(stated)
            if progress:
                progress(reading.read)
        return counts

    def _taken(self, reading: Reading, row: Row, into: Into) -> Outcome | None:
        """Take one row; where it is refused, undo what it did and name every reason."""
        try:
            with transaction.atomic():
                return self.take(into, row)
        except Refused as refused:
            column = refused.field if isinstance(refused, FieldRefused) else ""
            for reason in refused.decision.reasons:
                reading.refuse(row, column, reason)
        return None


def _enter(report: ImportReport, into: Into) -> None:
    record(
        event=SubjectEvent.SUBJECTS_IMPORTED,
        actor=into.actor,
        at=into.at,
        subject=f"{report.kind}:{report.digest}",
        district=into.district,
        facts={
            "read": report.read,
            "added": report.added,
            "changed": report.changed,
            "unchanged": report.unchanged,
            "faulty": len(report.faults),
        },
    )
