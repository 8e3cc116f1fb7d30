"""Announcements of days off as they are handed in: read from CSV or JSON, imported, and what moved because of them.

A CSV file has the columns day, is_working (or kind: rest, work) and note; name, notice and year are given beside it. A
JSON file is one announcement: {"year": 2027, "title": "…", "notice": "…", "rest": ["2027-01-01"], "work": []}.
A year declares that the announcement is the whole of it; without one, only days of loaded years may be said.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.casework.services.clocks import Moved, recompute_running
from sanhu.domains.catalogue.announcements import CalendarRow
from sanhu.domains.catalogue.models import CalendarSource
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.domains.catalogue.services.calendars import FaultyRows, import_calendar
from sanhu.engines.actors import Actor
from sanhu.engines.tables import EMPTY_CELL, MOST_UPLOADED_ROWS, Column, Fault, Reading, Row, Wrong

NO_DATE = _("日期应写作 2026-01-31")
NO_ANSWER = _("应写 1（上班）或 0（放假）")
NOT_JSON = _("不是 JSON 格式的一份通知")
UNKNOWN_KEY = _("不认识的项目")
NO_LIST = _("应是日期的列表")
NO_TEXT = _("应是文字")
NO_YEAR = _("应是四位数的年份")

_DATE = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
# A NUL and half of a character pair: neither database keeps the one, neither page shows the other.
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
_ANSWERS = {
    **dict.fromkeys(("1", "true", "yes", "y", "work", "是", "班", "上班"), "1"),
    **dict.fromkeys(("0", "false", "no", "n", "rest", "否", "休", "放假", "休息"), "0"),
}
_TITLE_LENGTH, _NOTICE_LENGTH = 200, 20_000
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


def _date(cell: str) -> str | Wrong:
    found = _DATE.fullmatch(cell)
    try:
        return date(int(found[1]), int(found[3]), int(found[4])).isoformat() if found else Wrong(NO_DATE)
    except ValueError:
        return Wrong(NO_DATE)


def _answer(cell: str) -> str | Wrong:
    return _ANSWERS.get(cell.lower()) or Wrong(NO_ANSWER)


COLUMNS = (
    Column("day", "日期", required=True, check=_date),
    Column("is_working", "是否上班", check=_answer),
    Column("kind", "休或班", check=_answer),
    Column("note", "说明"),
)


class Unreadable(Exception):  # noqa: N818 - it names what was handed in
    """A file that cannot be imported as it stands; `faults` say where and why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.row} {fault.column}: {fault.reason}" for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class SaidDay:
    """What an announcement says of a day, and where it stands in the file."""

    row: int
    column: str
    day: date
    is_working: bool


@dataclass(frozen=True)
class Announcement:
    """An announcement, read."""

    title: str
    notice: str
    year: int | None
    days: tuple[SaidDay, ...]

    def named(self, *, title: str = "", notice: str = "", year: int | None = None) -> "Announcement":
        """What is said beside the file goes before what stands in it."""
        return replace(
            self,
            title=title.strip() or self.title,
            notice=notice.strip() or self.notice,
            year=self.year if year is None else year,
        )


def read_announcement(data: bytes) -> Announcement:
    """Read a file, JSON when it begins like it. Raises Unreadable."""
    return _read_json(data) if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") else _read_csv(data)


def _read_csv(data: bytes) -> Announcement:
    reading = Reading(data.splitlines(keepends=True), COLUMNS, most_rows=MOST_UPLOADED_ROWS)
    rows = list(reading)
    for row in rows:
        if not _said(row):
            reading.refuse(row, "is_working", EMPTY_CELL)
    if reading.faults:
        raise Unreadable(sorted(reading.faults, key=lambda fault: fault.row))
    notes = dict.fromkeys(row["note"] for row in rows if row["note"])
    return Announcement(
        title="",
        notice="；".join(notes)[:_NOTICE_LENGTH],
        year=None,
        days=tuple(
            SaidDay(row.number, "day", date.fromisoformat(row["day"]), is_working=_said(row) == "1") for row in rows
        ),
    )


def _said(row: Row) -> str:
    return row["is_working"] or row["kind"]


def _read_json(data: bytes) -> Announcement:
    try:
        said = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Unreadable([Fault(0, "", NOT_JSON)]) from None
    if not isinstance(said, dict):
        raise Unreadable([Fault(0, "", NOT_JSON)])
    faults = [Fault(0, str(key)[:40], UNKNOWN_KEY) for key in said if key not in _READ]
    faults += [Fault(0, key, wrong) for key, check in _READ.items() if (wrong := check(said.get(key)))]
    if faults:
        raise Unreadable(faults)
    days, bad = [], []
    for column, is_working in (("rest", False), ("work", True)):
        for row, text in enumerate(said.get(column) or [], start=1):
            found = _date(text) if isinstance(text, str) else Wrong(NO_DATE)
            if isinstance(found, Wrong):
                bad.append(Fault(row, column, found.reason))
            else:
                days.append(SaidDay(row, column, date.fromisoformat(found), is_working=is_working))
    if bad:
        raise Unreadable(bad)
    return Announcement(
        title=said.get("title") or "", notice=said.get("notice") or "", year=said.get("year"), days=tuple(days)
    )


def _no_list(value: Any) -> str:
    return "" if value is None or isinstance(value, list) else NO_LIST


def _no_text(value: Any) -> str:
    return "" if value is None or (isinstance(value, str) and not _UNKEEPABLE.search(value)) else NO_TEXT


def _no_year(value: Any) -> str:
    is_year = isinstance(value, int) and not isinstance(value, bool) and _FIRST_YEAR <= value <= _LAST_YEAR
    return "" if value is None or is_year else NO_YEAR


_READ = {"year": _no_year, "title": _no_text, "notice": _no_text, "rest": _no_list, "work": _no_list}


@dataclass(frozen=True)
class Announced:
    """What came of an announcement: its source (gone again after a dry run), the clocks that moved, the last day."""

    source: CalendarSource
    days_count: int
    moved: tuple[Moved, ...]
    last_day: date


def announce(announcement: Announcement, *, actor: Actor, at: datetime, dry_run: bool = False) -> Announced:
    """Import an announcement and recompute the running clocks, in one transaction.

    Raises Refused as the services do, and Unreadable for days that contradict each other or the year.
    """
    if len(announcement.title) > _TITLE_LENGTH or len(announcement.notice) > _NOTICE_LENGTH:
        raise Unreadable([Fault(0, "title", _("通知的名称或内容过长"))])
    rows = [CalendarRow(said.day, said.is_working) for said in announcement.days]
    try:
        with transaction.atomic():
            imported = import_calendar(
                actor=actor,
                at=at,
                title=announcement.title,
                notice=announcement.notice,
                year=announcement.year,
                rows=rows,
            )
            moved = recompute_running(actor=actor, at=at)
            last = working_calendar(at).last
            if dry_run:
                transaction.set_rollback(True)
    except FaultyRows as faulty:
        said = announcement.days
        faults = [Fault(said[one.row - 1].row, said[one.row - 1].column, one.reason) for one in faulty.faults]
        raise Unreadable(faults) from faulty
    return Announced(
        source=imported.source,
        days_count=len(imported.days),
        moved=tuple(moved),
        last_day=last,
    )
