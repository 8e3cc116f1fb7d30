"""The working calendar as it was known at a moment, for many moments at once."""

from bisect import bisect_right
from datetime import datetime

from sanhu.domains.catalogue.models import CalendarSource
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.engines.workdays import WorkCalendar


class KnownCalendars:
    """Builds each calendar once: what was known changes with an import and at no other moment."""

    def __init__(self) -> None:
        imports = CalendarSource.objects.order_by("imported_at")
        self._imported_at = list(imports.values_list("imported_at", flat=True))
        self._built: dict[int, WorkCalendar] = {}

    def at(self, moment: datetime) -> WorkCalendar:
        """Give the calendar as it was known then."""
        imports = bisect_right(self._imported_at, moment)
        if imports not in self._built:
            self._built[imports] = working_calendar(moment)
        return self._built[imports]
