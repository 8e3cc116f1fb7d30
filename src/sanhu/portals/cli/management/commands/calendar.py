"""`sanhu calendar import`: take in an announcement of days off, recompute the running clocks, and say which moved."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext

from sanhu.engines.actors import SYSTEM
from sanhu.engines.decisions import Refused
from sanhu.engines.legal_time import legal_day
from sanhu.engines.tables import Fault
from sanhu.portals import clock
from sanhu.portals.announcements import Announced, Announcement, Unreadable, announce, read_announcement

FAULTY = 1
BAD_USAGE = 2


class Command(BaseCommand):
    """Import one announcement; exit with 1 when it was refused or faulty, and nothing was written."""

    help = "Import an announcement of days off and make-up days; running clocks recompute."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the file, and what is said of it where it does not say so itself."""
        acts = parser.add_subparsers(dest="act", required=True, metavar="import")
        importing = acts.add_parser("import", help="import an announcement")
        importing.add_argument(
            "file", type=Path, help="CSV (day,is_working,note) or JSON (year, title, notice, rest, work), in UTF-8"
        )
        importing.add_argument("--title", default="", help="the announcement's name (for CSV, else the file's name)")
        importing.add_argument(
            "--notice", default="", help="what it says, kept with its days (for CSV, else the notes)"
        )
        importing.add_argument("--year", type=int, help="declare that this is the whole of a year not loaded yet")
        importing.add_argument("--dry-run", action="store_true", help="tell what would happen, and write nothing")
        importing.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *_args: object, **options: Any) -> None:
        """Import, and tell."""
        try:
            data = options["file"].read_bytes()
        except OSError as fault:
            message = gettext("文件打不开：%(why)s") % {"why": fault.strerror}
            raise CommandError(message, returncode=BAD_USAGE) from fault
        try:
            read = _named(read_announcement(data), options)
            announced = announce(read, actor=SYSTEM, at=clock.now(), dry_run=options["dry_run"])
        except Unreadable as unreadable:
            self._stop(
                {"faults": [_fault_json(fault) for fault in unreadable.faults]},
                "\n".join(_fault_text(fault) for fault in unreadable.faults),
                as_json=options["json"],
            )
        except Refused as refused:
            decision = refused.decision
            reasons = [gettext(reason) for reason in decision.reasons]
            hint = gettext("要导入整个年度，请用 --year 写明年份。") if decision.code else ""
            self._stop(
                {"refused": decision.code, "reasons": reasons, "citations": list(decision.citations)},
                " ".join(part for part in (decision.code, "；".join(reasons), hint) if part),
                as_json=options["json"],
            )
        else:
            tell = _as_json if options["json"] else _as_text
            self.stdout.write(tell(announced, dry_run=options["dry_run"]))

    def _stop(self, answer: dict[str, Any], text: str, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({**answer, "written": False}, ensure_ascii=False))
        else:
            self.stderr.write(text)
        raise SystemExit(FAULTY)


def _named(read: Announcement, options: dict[str, Any]) -> Announcement:
    """A CSV file says neither name nor notice: its own name and its notes stand in where nothing else was given."""
    named = read.named(title=options["title"], notice=options["notice"], year=options["year"])
    title = named.title or str(options["file"].name)
    return named.named(title=title, notice=named.notice or title)


def _as_json(announced: Announced, *, dry_run: bool) -> str:
    answer = {
        "title": announced.source.title,
        "notice": announced.source.notice,
        "year": announced.source.year,
        "days": announced.days_count,
        "last_day": announced.last_day.isoformat(),
        "moved": [
            {"number": one.number, "before": _iso(one.before), "after": _iso(one.after)} for one in announced.moved
        ],
        "dry_run": dry_run,
        "written": not dry_run,
    }
    return json.dumps(answer, ensure_ascii=False)


def _iso(due_at: datetime | None) -> str | None:
    return due_at.isoformat() if due_at else None


def _as_text(announced: Announced, *, dry_run: bool) -> str:
    lines = [
        gettext("%(title)s：%(days)s 天。日历载入到 %(last)s。")
        % {"title": announced.source.title, "days": announced.days_count, "last": announced.last_day},
        gettext("期限变动 %(count)s 件。") % {"count": len(announced.moved)},
    ]
    lines += [f"  {one.number}  {_last_day(one.before)} → {_last_day(one.after)}" for one in announced.moved]
    lines.append(gettext("试运行，什么也没有写入。") if dry_run else gettext("已写入。"))
    return "\n".join(lines)


def _last_day(due_at: datetime | None) -> str:
    """The last day in time, of the first instant that is too late."""
    return legal_day(due_at - timedelta(microseconds=1)).isoformat() if due_at else "—"


def _fault_json(fault: Fault) -> dict[str, Any]:
    return {"row": fault.row, "column": fault.column, "reason": gettext(fault.reason)}


def _fault_text(fault: Fault) -> str:
    place = gettext("第 %(row)s 行 %(column)s") % {"row": fault.row, "column": fault.column}
    return f"{place.rstrip()}: {gettext(fault.reason)}"
