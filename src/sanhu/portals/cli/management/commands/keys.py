"""`sanhu keys`: make the key file of an installation in production."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext

from sanhu.portals.cli import keyfile

REFUSED = 1


class Command(BaseCommand):
    """Make a key file. Without it no sealed field ever opens again, so a copy of it is kept apart from the backups."""

    help = "Make the key file that SANHU_KEYS_FILE names in production."
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
        except FileExistsError as fault:
            message = gettext("文件已经存在，没有改动：%(path)s") % {"path": path}
            raise CommandError(message, returncode=REFUSED) from fault
        except OSError as fault:
            message = gettext("文件写不进去：%(why)s") % {"why": fault.strerror}
            raise CommandError(message, returncode=REFUSED) from fault
        self.stdout.write(
            gettext("已生成 %(path)s，权限 0600。请另存一份备份：没有它，加密的内容再也打不开。") % {"path": path}
        )
