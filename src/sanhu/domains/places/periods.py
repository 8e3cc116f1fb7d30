"""How a statement about a division changes the periods it is known in.

A name in force stays in force; another name ends its period and begins the next. A past period is corrected only by a
row that names its first day. Periods of one division never overlap: each ends, at the latest, where the next begins.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext_noop as _

from sanhu.domains.places.divisions import Stated
from sanhu.domains.places.models import Area
from sanhu.engines.tables import Wrong

NO_DAYS = _("停用日期须晚于启用日期")
OVERLAP = _("与这个代码已有的时段重叠")
REVIVED = _("这个代码已经停用；要重新启用，请写明启用日期")


class Outcome(StrEnum):
    """What a row did."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass
class History:
    """The periods of one division, first to last, some of them not yet saved; `touched` are those to be written."""

    periods: list[Area]
    touched: list[Area]

    def state(self, stated: Stated, *, as_of: date) -> Outcome | Wrong:
        """Take a row in: what it did, or why it cannot be, in which case nothing is touched.

        `as_of` is the day a row speaks of that names none itself.
        """
        start = stated.valid_from or as_of
        same = self._meant(stated, start)
        if same is not None:
            return self._correct(same, stated)
        covering = next((held for held in self.periods if _covers(held, start)), None)
        if covering is None:
            return self._open(stated, start)
        if covering.name == stated.name:
            return self._correct(covering, stated)
        return self._follow(covering, stated, start)

    def _meant(self, stated: Stated, start: date) -> Area | None:
        """Find the period a row speaks of by its first day, or, where it names only that, by its last and its name."""
        for held in self.periods:
            if held.valid_from == start:
                return held
            names_its_end = stated.valid_from is None and stated.valid_to is not None
            if names_its_end and (held.valid_to, held.name) == (stated.valid_to, stated.name):
                return held
        return None

    def _correct(self, held: Area, stated: Stated) -> Outcome | Wrong:
        end = stated.valid_to or held.valid_to
        successor = stated.successor or held.successor
        if (held.name, held.valid_to, held.successor) == (stated.name, end, successor):
            return Outcome.UNCHANGED
        following = self._first_from(held.valid_from, but=held)
        if (wrong := _misfit(held.valid_from, end, following)) is not None:
            return wrong
        held.name, held.valid_to, held.successor = stated.name, end, successor
        self._touch(held)
        return Outcome.CHANGED

    def _open(self, stated: Stated, start: date) -> Outcome | Wrong:
        following = self._first_from(start)
        if stated.valid_from is None and self.periods and following is None:
            return Wrong(REVIVED)
        end = stated.valid_to or (following.valid_from if following else None)
        if (wrong := _misfit(start, end, following)) is not None:
            return wrong
        self._begin(stated, start, end)
        return Outcome.CHANGED if self.periods[1:] else Outcome.ADDED

    def _follow(self, held: Area, stated: Stated, start: date) -> Outcome | Wrong:
        end = stated.valid_to or held.valid_to
        following = self._first_from(start)
        if (wrong := _misfit(start, end, following)) is not None:
            return wrong
        begun = self._begin(stated, start, end)
        # What was to follow the code still does, only under its new name.
        begun.successor = stated.successor or held.successor
        held.valid_to, held.successor = start, ""
        self._touch(held)
        return Outcome.CHANGED

    def _begin(self, stated: Stated, start: date, end: date | None) -> Area:
        begun = Area(
            code=stated.code,
            name=stated.name,
            level=stated.level,
            valid_from=start,
            valid_to=end,
            successor=stated.successor,
        )
        self.periods.append(begun)
        self.periods.sort(key=lambda held: held.valid_from)
        self._touch(begun)
        return begun

    def _first_from(self, day: date, *, but: Area | None = None) -> Area | None:
        return next((held for held in self.periods if held is not but and held.valid_from >= day), None)

    def _touch(self, held: Area) -> None:
        if not any(held is touched for touched in self.touched):
            self.touched.append(held)


def _covers(held: Area, day: date) -> bool:
    return held.valid_from <= day and (held.valid_to is None or day < held.valid_to)


def _misfit(start: date, end: date | None, following: Area | None) -> Wrong | None:
    if end is not None and end <= start:
        return Wrong(NO_DAYS)
    if following is not None and (end is None or end > following.valid_from):
        return Wrong(OVERLAP)
    return None
