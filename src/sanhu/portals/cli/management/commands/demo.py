"""`sanhu demo`: an invented district with a year behind it, in an empty database."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext

from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.subjects.models import Organisation
from sanhu.engines.legal_time import day_start
from sanhu.portals import clock
from sanhu.portals.cli.demo.desks import set_up_desks
from sanhu.portals.cli.demo.gate import play_gate
from sanhu.portals.cli.demo.loader import found_demonstration, keep_password
from sanhu.portals.cli.demo.money import play_money
from sanhu.portals.cli.demo.year import MATTERS, play_year

REFUSED = 1
_CLOSING_TIME = timedelta(hours=17)
_CHAINED_AT_ONCE = 10_000


class Command(BaseCommand):
    """Found the demonstration district and play a year of it through the services."""

    help = "Load a demonstration district with a year of matters, always the same for one date and seed."

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the present and the seed."""
        parser.add_argument("--as-of", type=date.fromisoformat, help="the present of the demonstration: 2026-11-22")
        parser.add_argument("--seed", type=int, default=1, help="which of the many possible years")
        parser.add_argument("--matters", type=int, default=MATTERS, help="how many matters the year has")

    def handle(self, *_args: object, **options: Any) -> None:
        """Load it, or refuse where a district is already, or where a real one is to be."""
        if settings.SANHU_PRODUCTION:
            raise CommandError(gettext("这里是正式环境，不装演示数据。"), returncode=REFUSED)
        call_command("migrate", interactive=False, verbosity=0)
        if Organisation.objects.exists():
            raise CommandError(gettext("数据库里已经有一个区；演示数据只装进空的数据库。"), returncode=REFUSED)
        as_of = _moment(options["as_of"])
        keep_password(found_demonstration(at=as_of))
        matters = options["matters"]
        for told in play_year(seed=options["seed"], as_of=as_of, matters=matters):
            if told % 20 == 0 or told == matters:
                self._say(gettext("办件：%(told)d / %(all)d") % {"told": told, "all": matters})
        self._say(gettext("准入、经费和下派：%(told)d") % {"told": play_gate(as_of=as_of)})
        self._say(gettext("预算、对账和公布：%(told)d") % {"told": play_money(as_of=as_of)})
        set_up_desks(as_of=as_of)
        while sequence(limit=_CHAINED_AT_ONCE):
            pass

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _moment(day: date | None) -> datetime:
    """The end of office hours on a day; without one, now."""
    return clock.now() if day is None else day_start(day) + _CLOSING_TIME
