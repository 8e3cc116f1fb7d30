"""What a reader narrows the public matters to: read from the address, strictly, and written into it again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.utils.dateformat import format as date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from sanhu.domains.casework.public_lists import OPEN, OVERDUE, PublicFilter
from sanhu.domains.casework.rules import MATTER
from sanhu.domains.catalogue.rules import AffairClass
from sanhu.engines.codes.divisions import scope_range
from sanhu.engines.legal_time import legal_day

MOST_WORDS = 40
MOST_MONTHS = 60
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_MONTH_WORDS = gettext_noop("Y年n月")
# Before it is accepted nothing is known to be public, and what was declined was never accepted.
_NEVER_PUBLIC = ("registered", "declined")
STATES: Mapping[str, str | Promise] = {
    OPEN: _("还没办结的"),
    OVERDUE: _("超期没有办结的"),
    **{state.code: _(state.public_label) for state in MATTER.states if state.code not in _NEVER_PUBLIC},
}


@dataclass(frozen=True)
class Asked:
    """What the address asks for: the filter, and the words it was asked in."""

    filter: PublicFilter
    query: str

    @property
    def without_state(self) -> PublicFilter:
        """The filter for counting how matters stand, which a chosen state would answer beforehand."""
        wanted = self.filter
        return PublicFilter(wanted.affair_class, wanted.area, "", wanted.month, wanted.words)

    def but(self, **changed: str) -> str:
        """Write the same address with another choice; an empty one leaves it open."""
        fields = {name: value for name, value in (self._fields() | changed).items() if value}
        return f"?{urlencode(fields)}" if fields else "?"

    def _fields(self) -> dict[str, str]:
        return {name: value for name, value in QueryDict(self.query).items() if isinstance(value, str)}


def asked_in(given: QueryDict, *, district: str) -> Asked:
    """Read a filter. Raises BadRequest for what no form of ours could have sent."""
    fields = {
        "class": _one_of(given.get("class", ""), set(AffairClass), "class"),
        "area": _area(given.get("area", ""), district),
        "state": _one_of(given.get("state", ""), set(STATES), "state"),
        "month": given.get("month", ""),
        "q": _words(given.get("q", "")),
    }
    wanted = PublicFilter(fields["class"], fields["area"], fields["state"], _month(fields["month"]), fields["q"])
    return Asked(wanted, urlencode({name: value for name, value in fields.items() if value}))


def _one_of(value: str, known: set[str], name: str) -> str:
    if value and value not in known:
        raise BadRequest(f"{name} is one of those in the form")
    return value


def _area(code: str, district: str) -> str:
    if not code:
        return ""
    try:
        scope_range(code)
    except ValueError:
        raise BadRequest("area is a division's code") from None
    if not code.startswith(district) or len(code) == len(district):
        raise BadRequest("area lies in this district")
    return code


def _month(value: str) -> date | None:
    if not value:
        return None
    if not _MONTH.fullmatch(value):
        raise BadRequest("month is written as 2026-11")
    return date.fromisoformat(f"{value}-01")


def _words(value: str) -> str:
    if _CONTROL.search(value):
        raise BadRequest("q is a line of text")
    return value.strip()[:MOST_WORDS]


def month_choices(first: date | None, at: datetime) -> list[tuple[str, str]]:
    """Give the months from now back to the first, newest first."""
    day = legal_day(at).replace(day=1)
    found: list[tuple[str, str]] = []
    while first and day >= first and len(found) < MOST_MONTHS:
        found.append((f"{day:%Y-%m}", date_format(day, gettext(_MONTH_WORDS))))
        day = date(day.year - (day.month == 1), (day.month - 2) % 12 + 1, 1)
    return found
