"""Importing announcements of days off and make-up days into the calendar all districts of the installation share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue.announcements import NOTICE, CalendarRow, faults_of, is_whole
from sanhu.domains.catalogue.models import CalendarDay, CalendarSource
from sanhu.domains.catalogue.queries import with_announcement, working_calendar
from sanhu.domains.catalogue.services.doors import may, require
from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import ALLOWED, Decision, Refused, refuse
from sanhu.engines.tables import Fault
from sanhu.engines.workdays import BeyondCalendar, WorkCalendar


class FaultyRows(Exception):  # noqa: N818 - it names what was handed in
    """Rows that cannot be imported; nothing was."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("；".join(f"{fault.row}.{fault.column}: {fault.reason}" for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class CalendarImport:
    """What came of an import: the source kept, and its days."""

    source: CalendarSource
    days: Sequence[CalendarDay]


@transaction.atomic
def import_calendar(
    *, actor: Actor, at: datetime, title: str, notice: str, rows: Iterable[CalendarRow], year: int | None = None
) -> CalendarImport:
    """Import an announcement: a whole new year where one is declared, else single days of loaded years.

    Raises FaultyRows for rows that contradict each other or lie outside what is announced, Refused without permission,
    for an announcement that cannot be one, and with X-17 for days past the loaded calendar. Running clocks are not
    touched here: whoever owns clocks recomputes them.
    """
    require(may(actor, Permission.CALENDAR_IMPORT))
    said = list(rows)
    if not title.strip() or not notice.strip():
        raise Refused(refuse(_("通知：须写明通知的名称和内容"), citations=(NOTICE,)))
    if faults := faults_of(said, year=year):
        raise FaultyRows(faults)
    require(_fits(working_calendar(at), year=year, rows=said))
    source = CalendarSource.objects.create(
        title=title.strip(), notice=notice.strip(), year=year, imported_at=at, imported_by_ref=actor.ref
    )
    days = CalendarDay.objects.bulk_create(
        CalendarDay(source=source, day=row.day, is_working=row.is_working) for row in sorted(said, key=lambda r: r.day)
    )
    record(
        event="calendar.imported",
        actor=actor,
        at=at,
        subject=f"calendar:{source.pk}",
        district=actor.district,
        rows=[source, *days],
        facts={"title": source.title, "year": year, "days": len(days)},
    )
    return CalendarImport(source, days)


def _fits(calendar: WorkCalendar, *, year: int | None, rows: Sequence[CalendarRow]) -> Decision:
    if not rows:
        return refuse(_("通知里没有一天"), citations=(NOTICE,))
    if year is not None and not (whole := is_whole(rows, year=year)):
        return whole
    try:
        with_announcement(calendar, year=year, days={row.day: row.is_working for row in rows})
    except BeyondCalendar as beyond:
        return beyond.decision
    except ValueError:
        return refuse(_("年度：须与已载入的日历首尾相接"), citations=(NOTICE,))
    return ALLOWED
