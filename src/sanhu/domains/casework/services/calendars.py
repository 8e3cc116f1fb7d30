"""An announcement of days off reaches the clocks: imported and computed with, or neither."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from sanhu.domains.casework.services.clocks import Moved, recompute_running
from sanhu.domains.catalogue.announcements import CalendarRow
from sanhu.domains.catalogue.services.calendars import CalendarImport, import_calendar
from sanhu.engines.actors import Actor


@dataclass(frozen=True)
class Announced:
    """What came of an announcement: the source kept with its days, and the clocks whose date moved."""

    kept: CalendarImport
    moved: Sequence[Moved]


@transaction.atomic
def announce(
    *, actor: Actor, at: datetime, title: str, notice: str, rows: Iterable[CalendarRow], year: int | None = None
) -> Announced:
    """Import an announcement and compute every running clock anew.

    Raises what `import_calendar` raises, and Refused with X-17 when it would push a running clock past the loaded
    calendar: then the next year is to be imported first.
    """
    kept = import_calendar(actor=actor, at=at, title=title, notice=notice, rows=rows, year=year)
    return Announced(kept, recompute_running(actor=actor, at=at))
