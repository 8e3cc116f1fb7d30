"""`sanhu record`: sign the record as it stands, and write it out so that anybody can check it without Sanhu."""

import json
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext

from sanhu.domains.casework.disclosure import disclosure
from sanhu.domains.evidence.checkpoints import RecordForkedError, latest, standing
from sanhu.domains.evidence.export import lines
from sanhu.engines.checkpoints import read_note
from sanhu.portals import clock, record_key
from sanhu.portals.cli.management.commands.verify import Progress
from sanhu.portals.record_keeping import VERIFIER, take_checkpoint

REFUSED = 1
BAD_USAGE = 2


class Command(BaseCommand):
    """Checkpoints and bundles of the record."""

    help = "Sign the record as it stands (checkpoint), or write it out for outsiders (export DIR)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the two ways."""
        ways = parser.add_subparsers(dest="way", required=True, metavar="checkpoint|export")
        sign = ways.add_parser("checkpoint", help="sign the record now and print the note")
        export = ways.add_parser("export", help="write a bundle that tools/verify_record.py checks")
        export.add_argument("folder", type=Path)
        for way in (sign, export):
            way.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *_args: object, **options: Any) -> None:
        """Sign or export; refused with exit code 1 when the record does not continue what was signed."""
        note = self._sign(is_needed=options["way"] == "checkpoint")
        if options["way"] == "checkpoint":
            self._say_note(note, as_json=options["json"])
        else:
            self._export(options["folder"], note, as_json=options["json"])

    def _sign(self, *, is_needed: bool) -> str:
        """Give the newest note: a fresh one where this process holds the key, else the last that was signed."""
        try:
            taken = take_checkpoint(clock.now())
        except RecordForkedError as fork:
            reason = gettext("记录与上一个签过名的检查点接不上，没有签名：%(how)s") % {"how": fork}
            raise CommandError(reason, returncode=REFUSED) from fork
        except ValueError as fault:
            reason = gettext("检查点文件里有别的内容：%(path)s") % {"path": settings.SANHU_CHECKPOINTS_FILE}
            raise CommandError(reason, returncode=REFUSED) from fault
        if taken is None and is_needed:
            raise CommandError(gettext("没有签名的密钥，或记录还是空的。"), returncode=REFUSED)
        newest = taken or latest()
        if newest is None:
            raise CommandError(gettext("还没有检查点：先用签名密钥运行 sanhu record checkpoint。"), returncode=REFUSED)
        return newest.note

    def _say_note(self, note: str, *, as_json: bool) -> None:
        found = read_note(note)
        if as_json:
            self.stdout.write(json.dumps({"size": found.size, "root": found.root.hex(), "note": note}))
        else:
            self.stdout.write(note, ending="")

    def _export(self, folder: Path, note: str, *, as_json: bool) -> None:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CommandError(gettext("这个位置已经有内容：%(path)s") % {"path": folder}, returncode=BAD_USAGE)
        part = folder.with_name(folder.name + ".part")
        try:
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(parents=True)
            size = self._write(part, note)
            part.replace(folder)
        except OSError as fault:
            reason = gettext("写不进去：%(why)s") % {"why": fault.strerror}
            raise CommandError(reason, returncode=REFUSED) from fault
        if as_json:
            self.stdout.write(json.dumps({"folder": str(folder), "size": size}))
        else:
            self.stdout.write(gettext("已写入 %(path)s：%(size)s 条记录。") % {"path": folder, "size": size})
            self.stdout.write("python3 verify_record.py .")

    def _write(self, folder: Path, note: str) -> int:
        checkpoint = read_note(note)
        with (folder / "record.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(
                lines(size=checkpoint.size, disclosure=disclosure(), progress=Progress(self.stderr)),
            )
        (folder / "checkpoints.txt").write_text(note, encoding="utf-8")
        here = standing()
        waiting = here.unsequenced + here.size - checkpoint.size
        about = {"format": 1, "origin": checkpoint.origin, "size": checkpoint.size, "unsequenced": waiting}
        (folder / "bundle.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
        shutil.copyfile(record_key.public_path(settings.SANHU_RECORD_KEY_FILE), folder / "public-key.pem")
        shutil.copyfile(VERIFIER, folder / "verify_record.py")
        return checkpoint.size
