"""`sanhu deadline`: when a period is due, and why, day by day. It reads no database."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext

from sanhu.engines.deadlines import (
    DayLine,
    Deadline,
    Fact,
    FactKind,
    Roll,
    Rule,
    Unit,
    compute,
    explain,
)
from sanhu.engines.legal_time import SHANGHAI, day_start, legal_day
from sanhu.engines.official_calendar import official_calendar
from sanhu.engines.workdays import BeyondCalendar, WorkCalendar
from sanhu.portals.look.moments import reason_words, weekday_words

BAD_USAGE = 2


class Command(BaseCommand):
    """Compute one deadline from what stands on the command line."""

    help = "Say when a period is due, and why, day by day."
    requires_system_checks = ()
    # The one place that says which calendar is used.
    calendar: Callable[[], WorkCalendar] = staticmethod(official_calendar)

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the period, its start and its pauses."""
        parser.add_argument("--start", required=True, help="day 0: 2026-09-21, or with a time for hours")
        parser.add_argument("--amount", required=True, type=int, help="how many units the period has")
        parser.add_argument("--unit", required=True, choices=[unit.value for unit in Unit])
        parser.add_argument("--roll", choices=[roll.value for roll in Roll], default=Roll.NONE.value)
        parser.add_argument(
            "--pause",
            action="append",
            default=[],
            metavar="FROM..TO",
            help="does not count from FROM until before TO; may be given several times",
        )
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *_args: object, **options: Any) -> None:
        """Answer, or refuse with exit code 1 (X-17) or 2 (bad usage)."""
        try:
            rule = Rule(options["amount"], Unit(options["unit"]), Roll(options["roll"]))
            facts = _facts(rule.unit, options["start"], options["pause"])
            calendar = self.calendar()
            deadline, lines = compute(rule, facts, calendar), explain(rule, facts, calendar)
        except BeyondCalendar as beyond:
            reason = gettext(beyond.decision.reasons[0])
            if options["json"]:
                self._write({"refused": beyond.code, "reason": reason})
            raise CommandError(f"{beyond.code}: {reason}") from beyond
        except OverflowError as fault:
            raise CommandError("the period ends beyond the year 9999", returncode=BAD_USAGE) from fault
        except ValueError as fault:
            raise CommandError(str(fault), returncode=BAD_USAGE) from fault
        due = _due(rule.unit, deadline)
        if options["json"]:
            self._write({"due": due, "days": [_as_json(line) for line in lines]})
            return
        for line in lines:
            self.stdout.write(_as_text(line))
        self.stdout.write(gettext("截止：%(due)s") % {"due": due})

    def _write(self, answer: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(answer, ensure_ascii=False))


def _facts(unit: Unit, start: str, pauses: Sequence[str]) -> list[Fact]:
    started_at = _instant(start)
    if not unit.is_hours:
        started_at = day_start(legal_day(started_at))
    elif _is_bare_day(start):
        raise ValueError(f"--start needs a time of day for a period in hours: {start}T09:30")
    facts = [Fact(FactKind.STARTED, started_at)]
    for begin, end in sorted(_pause(text) for text in pauses):
        # What lies before the start or in an earlier pause already does not count.
        paused_at = max(begin, facts[-1].at)
        if paused_at < end:
            facts += [Fact(FactKind.PAUSED, paused_at), Fact(FactKind.RESUMED, end)]
    return facts


def _pause(text: str) -> tuple[datetime, datetime]:
    begin, dots, end = text.partition("..")
    if not dots:
        raise ValueError(f"--pause is written FROM..TO, as in 2026-09-28..2026-10-10, not {text}")
    span = _instant(begin), _instant(end)
    if span[0] > span[1]:
        raise ValueError(f"--pause ends before it begins: {text}")
    return span


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"not a day or time: {text!r}; write 2026-09-21 or 2026-09-21T09:30") from None
    return at if at.tzinfo is not None else at.replace(tzinfo=SHANGHAI)


def _is_bare_day(text: str) -> bool:
    return len(text.strip()) <= len("2026-09-21")


def _due(unit: Unit, deadline: Deadline) -> str:
    # Every pause of the command line ends, so the due date is always known.
    assert deadline.due_at is not None
    assert deadline.due_on is not None
    return deadline.due_at.astimezone(SHANGHAI).isoformat() if unit.is_hours else deadline.due_on.isoformat()


def _as_json(line: DayLine) -> dict[str, Any]:
    answer: dict[str, Any] = {"date": line.day.isoformat(), "counts": line.counts, "why": line.why.value}
    if line.used is not None:
        answer["minutes"] = round(line.used / timedelta(minutes=1))
    return answer


def _as_text(line: DayLine) -> str:
    number = "" if line.ordinal is None else str(line.ordinal)
    if line.used:
        number = str(line.used)
    return f"{line.day} {weekday_words(line.day)}  {number:>4}  {reason_words(line.why)}"
