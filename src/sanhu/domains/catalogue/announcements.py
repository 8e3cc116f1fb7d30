"""Announcements of days off (放假安排): the table a district imports, and what a whole year must hold."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_noop as _

from sanhu.engines.decisions import ALLOWED, Decision, refuse
from sanhu.engines.tables import Column, Fault, Reading, Wrong

NOTICE = _("国务院办公厅年度节假日安排通知")
HOLIDAY_LAW = _("全国年节及纪念日放假办法第二条")

# 全国年节及纪念日放假办法 2 (in force 2025-01-01): the days off that fall on the same date every year, as (month, day).
_FIXED_HOLIDAYS = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
# New Year's Eve to the third day of the Spring Festival never fall outside these days.
_SPRING_FESTIVAL = ((1, 20), (2, 24))

_WORDS = {"rest": False, "休": False, "work": True, "班": True}


@dataclass(frozen=True)
class CalendarRow:
    """What an announcement says of one day; `number` is its row in the file, where there is one."""

    day: date
    is_working: bool
    number: int = 0


def _iso_day(cell: str) -> str | Wrong:
    try:
        return date.fromisoformat(cell).isoformat()
    except ValueError:
        return Wrong(_("不是年-月-日的日期"))


def _rest_or_work(cell: str) -> str | Wrong:
    return cell if cell in _WORDS else Wrong(_("只能写“休”（rest）或“班”（work）"))


COLUMNS = (
    Column("day", "日期", required=True, check=_iso_day),
    Column("kind", "休或班", required=True, check=_rest_or_work),
)


def announced(lines: Iterable[bytes]) -> tuple[list[CalendarRow], tuple[Fault, ...]]:
    """Read an announcement's table from a file's raw lines: its good rows, and what is wrong with the others."""
    reading = Reading(lines, COLUMNS)
    rows = [CalendarRow(date.fromisoformat(row["day"]), _WORDS[row["kind"]], row.number) for row in reading]
    return rows, tuple(reading.faults)


def faults_of(rows: Sequence[CalendarRow], *, year: int | None) -> list[Fault]:
    """Find rows that contradict each other, or that a declared year's announcement cannot speak of."""
    faults = []
    times = Counter(row.day for row in rows)
    for place, row in enumerate(rows, start=1):
        number = row.number or place
        if times[row.day] > 1:
            faults.append(Fault(number, "day", _("同一天写了不止一次")))
        # An announcement may begin in the last days of the year before its own: 2018-12-31 was off by that for 2019.
        if year is not None and not date(year - 1, 12, 1) <= row.day <= date(year, 12, 31):
            faults.append(Fault(number, "day", _("不在通知所说的年度内")))
    return faults


def is_whole(rows: Sequence[CalendarRow], *, year: int) -> Decision:
    """A year is loaded only by an announcement that names its days off: half a year's would make wrong due dates."""
    off = {row.day for row in rows if not row.is_working}
    at_work = {row.day for row in rows if row.is_working}
    fixed = [date(year, month, day) for month, day in _FIXED_HOLIDAYS]
    if any(day not in off and (day.weekday() < 5 or day in at_work) for day in fixed):
        return refuse(_("年度：通知不全，元旦、劳动节、国庆节的法定假日须全部写明"), citations=(HOLIDAY_LAW,))
    first, last = (date(year, month, day) for month, day in _SPRING_FESTIVAL)
    if not any(first <= day <= last for day in off):
        return refuse(_("年度：通知不全，没有写明春节假期"), citations=(HOLIDAY_LAW,))
    return ALLOWED
