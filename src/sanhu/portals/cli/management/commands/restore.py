"""`sanhu restore`: a backup back into its place, proved by the record itself."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext

from sanhu.portals import clock, stamps
from sanhu.portals.cli.backups.manifest import BackupError
from sanhu.portals.cli.backups.restoring import Restored, restore
from sanhu.portals.cli.management.commands.verify import Progress, finding_line

REFUSED = 1
_MOST_SHOWN = 20


class Command(BaseCommand):
    """Check the archive, put it in the database's place, verify the record and compare it with the manifest."""

    help = "Put a backup in the database's place and prove it; web and worker must be stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare which archive, and what it may replace."""
        parser.add_argument("file", type=Path, help="what `sanhu backup` wrote")
        parser.add_argument(
            "--replace",
            default="",
            metavar="DATABASE",
            help="lose what this database holds: its name, or its file's name",
        )
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *_args: object, **options: Any) -> None:
        """Restore, say what is there now and what has to be done again, and exit with 1 where anything differs."""
        at = clock.now()
        try:
            restored = restore(options["file"], at=at, replace=options["replace"], progress=Progress(self.stderr))
        except BackupError as refused:
            raise CommandError(str(refused), returncode=REFUSED) from refused
        made_at = restored.manifest.made_at.isoformat()
        stamps.note("restore", at=at, made_at=made_at, proved=restored.is_proved, undone=len(restored.undone))
        if (report := restored.report) is not None:
            stamps.note("verify", at=at, clean=report.is_clean, count=report.count, chained=report.chained)
        self.stdout.write(_as_json(restored) if options["json"] else _as_text(restored))
        if not restored.is_proved:
            raise SystemExit(REFUSED)


def _as_json(restored: Restored) -> str:
    report = restored.report
    answer = {
        "proved": restored.is_proved,
        "manifest": json.loads(restored.manifest.to_json()),
        "differences": restored.differences,
        "findings": None if report is None else report.count,
        "set_aside": None if restored.set_aside is None else str(restored.set_aside),
        "signed_beyond": restored.signed_beyond,
        "erasures_undone": [
            {"at": one.at.isoformat(), "event": one.event, "subject": one.subject, "erased": one.fields}
            for one in restored.undone
        ],
    }
    return json.dumps(answer, ensure_ascii=False)


def _as_text(restored: Restored) -> str:
    lines = [gettext("已恢复 %(at)s 的备份。") % {"at": restored.manifest.made_at.isoformat(timespec="seconds")}]
    lines += [gettext("与清单不符：%(what)s") % {"what": difference} for difference in restored.differences]
    if restored.report is not None and not restored.report.is_clean:
        lines.append(gettext("核对发现 %(count)s 处问题，第一处：%(first)s") % _first(restored))
    if restored.is_proved:
        held = restored.manifest.contents
        lines.append(
            gettext("记录 %(size)s 条核对无误，树根与清单一致：%(root)s。") % {"size": held.size, "root": held.root}
        )
    if restored.signed_beyond:
        lines.append(
            gettext("备份之后签过名的记录丢了：签到第 %(size)s 条。那些检查点另存在 %(file)s。")
            % {"size": restored.signed_beyond, "file": restored.set_aside}
        )
    return "\n".join([*lines, *_undone(restored)])


def _first(restored: Restored) -> dict[str, object]:
    assert restored.report is not None, "asked before"
    return {"count": restored.report.count, "first": finding_line(restored.report.findings[0])}


def _undone(restored: Restored) -> list[str]:
    """Say which erasures have to be made again: what a person asked to be erased is back."""
    if not restored.undone:
        return []
    lines = [gettext("备份之后删除过的 %(count)s 项又回来了，须重新删除：") % {"count": len(restored.undone)}]
    lines += [
        f"  {one.at.isoformat(timespec='seconds')} {one.event} {one.subject}" for one in restored.undone[:_MOST_SHOWN]
    ]
    return lines
