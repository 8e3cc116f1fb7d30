"""`sanhu keys`: make the key files of an installation in production."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext

from sanhu.portals import record_key
from sanhu.portals.cli import keyfile

REFUSED = 1


class Command(BaseCommand):
    """Make the keys: those of the installation, and beside them the one that signs the record.

    Without the first no sealed field ever opens again; whoever has the second can sign a record that never was. Copies
    of both are kept apart from the backups.
    """

    help = "Make the key file that SANHU_KEYS_FILE names in production, and the record's signing key beside it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare where the file goes."""
        ways = parser.add_subparsers(dest="way", required=True, metavar="create")
        create = ways.add_parser("create", help="make a key file that only its owner can read")
        create.add_argument("file", type=Path)

    def handle(self, *_args: object, **options: Any) -> None:
        """Make the file; never replace one."""
        path: Path = options["file"]
        try:
            keyfile.create(path, demonstration=False)
            record_key.create(path.with_name(record_key.NAME))
        except FileExistsError as fault:
            message = gettext("文件已经存在，没有改动：%(path)s") % {"path": path}
            raise CommandError(message, returncode=REFUSED) from fault
        except OSError as fault:
            message = gettext("文件写不进去：%(why)s") % {"why": fault.strerror}
            raise CommandError(message, returncode=REFUSED) from fault
        self.stdout.write(
            gettext("已生成 %(path)s，权限 0600。请另存一份备份：没有它，加密的内容再也打不开。") % {"path": path}
        )
        self.stdout.write(
            gettext("已生成 %(path)s：给记录的检查点签名。公钥 %(public)s 请公布到系统以外的地方。")
            % {
                "path": path.with_name(record_key.NAME),
                "public": record_key.public_path(path.with_name(record_key.NAME)),
            }
        )
