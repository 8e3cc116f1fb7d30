"""`sanhu export catalogue`: a version of a district's list as Excel or CSV, which reads back the same."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext

from sanhu.domains.catalogue.reading import rows_of
from sanhu.domains.catalogue.workbook.bringing import version_numbered
from sanhu.domains.catalogue.workbook.template import template
from sanhu.domains.catalogue.workbook.writing import as_csv, as_xlsx
from sanhu.portals.cli.arguments import district_code

BAD_USAGE = 2
WAYS = {"xlsx": as_xlsx, "csv": as_csv}


class Command(BaseCommand):
    """Write one version."""

    help = "Export the catalogue of a district as Excel or CSV, or the empty template to fill in."
    requires_system_checks = ()  # they would load every page first

    def create_parser(self, prog_name: str, subcommand: str, **named: Any) -> CommandParser:
        """Let --version be the catalogue's here, not Django's."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **named)

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what is exported, and how."""
        parser.add_argument("kind", choices=["catalogue", "catalogue-template"])
        parser.add_argument("out", type=Path, metavar="OUT")
        parser.add_argument("--district", type=district_code, help="the district's six digits")
        parser.add_argument("--format", choices=sorted(WAYS), help="by default what OUT ends in")
        parser.add_argument("--version", type=int, dest="number", help="by default the newest", metavar="N")

    def handle(self, *_args: object, **options: Any) -> None:
        """Write the file."""
        data = template() if options["kind"] == "catalogue-template" else self._catalogue(options)
        try:
            options["out"].write_bytes(data)
        except OSError as fault:
            message = gettext("文件写不了：%(why)s") % {"why": fault.strerror}
            raise CommandError(message, returncode=BAD_USAGE) from fault

    def _catalogue(self, options: dict[str, Any]) -> bytes:
        wanted = options["format"] or options["out"].suffix.lstrip(".").lower()
        if wanted not in WAYS:
            raise CommandError(gettext("用 --format 写明 xlsx 还是 csv"), returncode=BAD_USAGE)
        if not options["district"]:
            raise CommandError(gettext("用 --district 写明区县代码"), returncode=BAD_USAGE)
        version = version_numbered(options["district"], options["number"])
        if version is None:
            raise CommandError(gettext("本区没有这一版清单"))
        rows = rows_of(version)
        data = WAYS[wanted](rows)
        told = {"number": version.number, "items": len(rows), "rows": sum(len(row.duties) for row in rows)}
        self.stdout.write(gettext("清单第 %(number)s 版：%(items)s 个事项，%(rows)s 行。") % told)
        return data
