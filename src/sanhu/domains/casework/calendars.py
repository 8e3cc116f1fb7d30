"""The working calendar as it was known at a moment, for many moments at once."""

from bisect import bisect_left, bisect_right
from contextlib import suppress
from datetime import datetime, timedelta

from sanhu.domains.casework.models import Clock
from sanhu.domains.catalogue.models import CalendarSource
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.engines.workdays import BeyondCalendar, WorkCalendar

# Two deeds of one minute may be committed the other way round than their times say.
_UNORDERED = timedelta(minutes=1)


class KnownCalendars:
    """Builds each calendar once: what was known changes with an import and at no other moment."""

    def __init__(self) -> None:
        imports = CalendarSource.objects.order_by("imported_at")
        self._imported_at = list(imports.values_list("imported_at", flat=True))
        self._built: dict[int, WorkCalendar] = {}

    def at(self, moment: datetime) -> WorkCalendar:
        """Give the calendar as it was known then."""
        return self._after(bisect_right(self._imported_at, moment))

    def of(self, clock: Clock) -> WorkCalendar:
        """Give the calendar a clock was computed with: the one known then, or one of the same minute that fits."""
        first = bisect_left(self._imported_at, clock.computed_at - _UNORDERED)
        last = bisect_right(self._imported_at, clock.computed_at + _UNORDERED)
        for imports in range(first, last + 1) if first < last else ():
            with suppress(BeyondCalendar):
                if clock.deadline(self._after(imports)).due_at == clock.due_at:
                    return self._after(imports)
        return self.at(clock.computed_at)

    def _after(self, imports: int) -> WorkCalendar:
        """Give the calendar after so many imports."""
        if imports not in self._built:
            self._built[imports] = working_calendar(self._moment(imports))
        return self._built[imports]

    def _moment(self, imports: int) -> datetime:
        return self._imported_at[imports - 1] if imports else _BEFORE_ALL


_BEFORE_ALL = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
