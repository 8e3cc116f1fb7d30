"""`sanhu backup`: the whole district in one file, while it works."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext

from sanhu.portals import clock, stamps
from sanhu.portals.cli.backups.making import make
from sanhu.portals.cli.backups.manifest import BackupError, Manifest
from sanhu.portals.cli.management.commands.verify import Progress

REFUSED = 1


class Command(BaseCommand):
    """Write one archive, for its owner alone, that appears under its name whole or not at all.

    The keys are not in it: keep a copy of them in another place.
    """

    help = "Back the district up into one file, while it works; the keys are kept apart from it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare where the archive goes."""
        parser.add_argument("file", type=Path, help="a file that does not exist yet")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *_args: object, **options: Any) -> None:
        """Make it and say what it holds."""
        file, at = options["file"].absolute(), clock.now()
        try:
            manifest = make(file, at=at, progress=Progress(self.stderr))
        except BackupError as refused:
            raise CommandError(str(refused), returncode=REFUSED) from refused
        except OSError as fault:
            message = gettext("文件写不进去：%(why)s") % {"why": fault.strerror}
            raise CommandError(message, returncode=REFUSED) from fault
        size = file.stat().st_size
        stamps.note("backup", at=at, file=str(file), bytes=size, size=manifest.contents.size)
        self.stdout.write(_as_json(file, size, manifest) if options["json"] else _as_text(file, size, manifest))


def _as_json(file: Path, size: int, manifest: Manifest) -> str:
    return json.dumps({"file": str(file), "bytes": size, "manifest": json.loads(manifest.to_json())})


def _as_text(file: Path, size: int, manifest: Manifest) -> str:
    held = manifest.contents
    return "\n".join(
        (
            gettext("已备份到 %(file)s，%(size)s 字节，权限 0600。") % {"file": file, "size": f"{size:,}"},
            gettext("记录 %(size)s 条已入链，%(tail)s 条等待入链；树根 %(root)s。")
            % {"size": held.size, "tail": held.unsequenced, "root": held.root},
            gettext("密钥不在备份里（指纹 %(keys)s）：请另存一份，与备份分开放。")
            % {"keys": ", ".join(f"{name} {said}" for name, said in sorted(manifest.keys.items()))},
        )
    )
