"""`sanhu import`: divisions, organisations, people, posts and the catalogue, with every fault by row and column."""  # noqa: N999 - the verb

import json
import time
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper
from django.db import IntegrityError
from django.utils.translation import gettext

from sanhu.domains.places.services import import_divisions
from sanhu.domains.subjects.imports import import_organisations, import_people, import_posts
from sanhu.engines.actors import SYSTEM
from sanhu.engines.decisions import Refused
from sanhu.engines.tables import Fault, ImportReport
from sanhu.portals import clock
from sanhu.portals.cli import catalogue_tables
from sanhu.portals.cli.arguments import district_code

FAULTY = 1
BAD_USAGE = 2

DIVISIONS, CATALOGUE = "divisions", "catalogue"
OF_A_DISTRICT = {
    "organisations": import_organisations,
    "people": import_people,
    "posts": import_posts,
}


class Command(BaseCommand):
    """Import one file, tell what it did, and exit with 1 when rows were faulty and therefore nothing was written."""

    help = "Import divisions, organisations, people or posts from a CSV file, or the catalogue from Excel or CSV."
    requires_system_checks = ()  # they would load every page first

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what is imported, and how."""
        parser.add_argument("kind", choices=[DIVISIONS, *OF_A_DISTRICT, CATALOGUE])
        parser.add_argument("file", type=Path, help="a CSV file in UTF-8 with a header; the catalogue also as xlsx")
        parser.add_argument("--dry-run", action="store_true", help="tell what would happen, and write nothing")
        parser.add_argument(
            "--skip-bad", action="store_true", help="write the good rows although others are faulty; else all or none"
        )
        parser.add_argument(
            "--district", type=district_code, help="the district's six digits: whose rows they are, or which to read"
        )
        parser.add_argument(
            "--valid-from", type=date.fromisoformat, help="divisions: the day names count from (by default today)"
        )
        parser.add_argument("--source", help="divisions: where the list was published, kept in the record")
        parser.add_argument("--json", action="store_true", help="answer in JSON")
        of_catalogue = parser.add_argument_group("catalogue: a clean file opens a proposal, which another approves")
        of_catalogue.add_argument("--reason", default="", help="why the catalogue is to change")
        of_catalogue.add_argument("--in-force-from", type=date.fromisoformat, help="by default as soon as may be")
        of_catalogue.add_argument("--instrument", default="", help="the number of the instrument it rests on")
        of_catalogue.add_argument(
            "--whole-list", action="store_true", help="the file is the whole list: items it does not name are dropped"
        )
        of_catalogue.add_argument("--marked", type=Path, help="write a copy of the sheet with the faults marked here")

    def handle(self, *_args: object, **options: Any) -> None:
        """Import, and tell."""
        if options["kind"] != DIVISIONS and not options["district"]:
            raise CommandError(gettext("这一种导入要用 --district 写明区县代码"), returncode=BAD_USAGE)
        if options["kind"] == CATALOGUE:
            self._import_catalogue(options)
            return
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

    def _import_catalogue(self, options: dict[str, Any]) -> None:
        if options["skip_bad"]:
            raise CommandError(gettext("清单要么全部导入，要么不导入：不能用 --skip-bad"), returncode=BAD_USAGE)
        if not options["dry_run"] and not options["reason"].strip():
            raise CommandError(gettext("用 --reason 写明修改清单的理由，或者用 --dry-run 试运行"), returncode=BAD_USAGE)
        asked = catalogue_tables.Asked(
            **{name: options[name] for name in ("file", "district", "dry_run", "reason", "in_force_from")},
            **{name: options[name] for name in ("instrument", "marked")},
            is_whole_list=options["whole_list"],
        )
        try:
            answer = catalogue_tables.import_catalogue(asked, at=clock.now(), progress=Progress(self.stderr))
        except OSError as fault:
            message = gettext("文件打不开：%(why)s") % {"why": fault.strerror}
            raise CommandError(message, returncode=BAD_USAGE) from fault
        except catalogue_tables.NoSuchInstrument as fault:
            message = gettext("本区没有文号为 %(number)s 的文件") % {"number": fault}
            raise CommandError(message, returncode=BAD_USAGE) from fault
        except Refused as refused:
            raise CommandError(gettext("；").join(map(gettext, refused.decision.reasons))) from refused
        self.stdout.write(catalogue_tables.as_json(answer) if options["json"] else catalogue_tables.as_text(answer))
        if answer.judged.errors:
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
