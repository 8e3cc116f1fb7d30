"""`sanhu import`: divisions, organisations, people and posts from a CSV file, with every fault by row and column."""  # noqa: N999 - the verb

import json
import time
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper
from django.db import IntegrityError
from django.utils.translation import gettext

from sanhu.domains.places.models import LENGTH_OF_LEVEL, AreaLevel
from sanhu.domains.places.services import import_divisions
from sanhu.domains.subjects.imports import import_organisations, import_people, import_posts
from sanhu.engines.actors import SYSTEM
from sanhu.engines.codes.result import is_digits
from sanhu.engines.tables import Fault, ImportReport
from sanhu.portals import clock

FAULTY = 1
BAD_USAGE = 2

DIVISIONS = "divisions"
OF_A_DISTRICT = {
    "organisations": import_organisations,
    "people": import_people,
    "posts": import_posts,
}


class Command(BaseCommand):
    """Import one file, tell what it did, and exit with 1 when rows were faulty and therefore nothing was written."""

    help = "Import divisions, organisations, people or posts from a CSV file."
    requires_system_checks = ()  # they would load every page first

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what is imported, and how."""
        parser.add_argument("kind", choices=[DIVISIONS, *OF_A_DISTRICT])
        parser.add_argument("file", type=Path, help="a CSV file in UTF-8 with a header")
        parser.add_argument("--dry-run", action="store_true", help="tell what would happen, and write nothing")
        parser.add_argument(
            "--skip-bad", action="store_true", help="write the good rows although others are faulty; else all or none"
        )
        parser.add_argument(
            "--district", type=_district, help="the district's six digits: whose rows they are, or which to read"
        )
        parser.add_argument(
            "--valid-from", type=date.fromisoformat, help="divisions: the day names count from (by default today)"
        )
        parser.add_argument("--source", help="divisions: where the list was published, kept in the record")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *_args: object, **options: Any) -> None:
        """Import, and tell."""
        if options["kind"] != DIVISIONS and not options["district"]:
            raise CommandError(gettext("这一种导入要用 --district 写明区县代码"), returncode=BAD_USAGE)
        try:
            with options["file"].open("rb") as lines:
                report = self._import(lines, clock.now(), options)
        except OSError as fault:
            message = gettext("文件打不开：%(why)s") % {"why": fault.strerror}
            raise CommandError(message, returncode=BAD_USAGE) from fault
        except IntegrityError as fault:
            raise CommandError(gettext("另一次导入正在写同样的内容；这一次什么也没有写入，请再运行一次")) from fault
        self.stdout.write(_as_json(report) if options["json"] else _as_text(report))
        if report.faults and not report.skip_bad:
            raise SystemExit(FAULTY)

    def _import(self, lines: Iterable[bytes], at: datetime, options: dict[str, Any]) -> ImportReport:
        asked = {
            "lines": lines,
            "district": options["district"] or "",
            "actor": SYSTEM,
            "at": at,
            "dry_run": options["dry_run"],
            "skip_bad": options["skip_bad"],
            "progress": Progress(self.stderr),
        }
        if options["kind"] != DIVISIONS:
            return OF_A_DISTRICT[options["kind"]](**asked)
        return import_divisions(
            **asked, source=options["source"] or options["file"].name, valid_from=options["valid_from"]
        )


class Progress:
    """Says every few seconds how many rows were read; nothing when it is quick."""

    EVERY_SECONDS = 2.0

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._last = time.monotonic()

    def __call__(self, read: int) -> None:
        """Hear how far it is."""
        if time.monotonic() - self._last >= self.EVERY_SECONDS:
            self._last = time.monotonic()
            self._out.write(gettext("已读 %(read)s 行") % {"read": f"{read:,}"})


def _district(text: str) -> str:
    if not is_digits(text) or len(text) != LENGTH_OF_LEVEL[AreaLevel.DISTRICT]:
        raise ValueError("a district has six digits")
    return text


def _as_json(report: ImportReport) -> str:
    answer = {
        "kind": report.kind,
        "read": report.read,
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "dry_run": report.dry_run,
        "written": report.is_written,
        "digest": report.digest,
        "faults": [
            {"row": fault.row, "column": fault.column, "reason": gettext(fault.reason)} for fault in report.faults
        ],
    }
    return json.dumps(answer, ensure_ascii=False)


def _as_text(report: ImportReport) -> str:
    counts = gettext("读 %(read)s 行：新增 %(added)s，变更 %(changed)s，未变 %(unchanged)s；问题 %(faults)s 处。") % {
        "read": report.read,
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "faults": len(report.faults),
    }
    return "\n".join([*(_line(fault) for fault in report.faults), counts, _outcome(report)])


def _line(fault: Fault) -> str:
    place = gettext("第 %(row)s 行 %(column)s") % {"row": fault.row, "column": fault.column}
    return f"{place.rstrip()}: {gettext(fault.reason)}"


def _outcome(report: ImportReport) -> str:
    if report.dry_run:
        return gettext("试运行，什么也没有写入。")
    if report.is_written:
        return gettext("有问题的行没有写入，其余已写入。") if report.faults else gettext("已写入。")
    return gettext("有问题，什么也没有写入；改正后重新导入，或用 --skip-bad 略过有问题的行。")
