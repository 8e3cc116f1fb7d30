"""`sanhu codes check`: whether codes can be what they are said to be, each answered by a line of JSON.

The engines prove a code from itself. That a division was abolished is known only where divisions were imported; without
a database everything else is checked all the same.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper
from django.db import Error as DatabaseError
from django.utils.translation import gettext

from sanhu.engines.codes.kinds import CodeKind, check, division_in
from sanhu.engines.codes.result import CodeCheck
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.cli.abolished import Abolished, abolished_divisions, abolished_in
from sanhu.portals.cli.codes_table import Asked, UnreadableError, asked_lines, asked_rows

INVALID = 1
BAD_USAGE = 2
STANDARD_INPUT = "-"


class Command(BaseCommand):
    """Check codes one by one, as they come; exit with 1 when any is not valid."""

    help = "Check codes: credit codes, identity numbers, divisions, cells, components, classes, case numbers."
    requires_system_checks = ()  # they would load every page first

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare where the codes come from."""
        acts = parser.add_subparsers(dest="act", required=True, metavar="check")
        checking = acts.add_parser("check", help="check codes, and answer each with a line of JSON")
        checking.add_argument("values", nargs="*", metavar="VALUE", help="a code; - reads one from each line of input")
        checking.add_argument("--type", choices=[kind.value for kind in CodeKind], help="what the VALUEs are")
        checking.add_argument(
            "--csv", metavar="FILE", help="a CSV file in UTF-8 with the columns type and value; - reads standard input"
        )

    def handle(self, *_args: object, **options: Any) -> None:
        """Check, and answer."""
        today = legal_day(clock.now())
        checker = Checker(today, self.stderr)
        is_all_valid = True
        try:
            for asked in _asked(options):
                answer = checker.answer(asked)
                is_all_valid = is_all_valid and answer["valid"]
                self.stdout.write(_line(answer))
        except UnreadableError as fault:
            message = f"{fault.column}: {gettext(fault.reason)}" if fault.column else gettext(fault.reason)
            raise CommandError(message, returncode=BAD_USAGE) from fault
        if not is_all_valid:
            raise SystemExit(INVALID)


class Checker:
    """The engines, and beside them what imported divisions know."""

    def __init__(self, today: date, complaints: OutputWrapper) -> None:
        self._today = today
        self._complaints = complaints

    def answer(self, asked: Asked) -> dict[str, Any]:
        """Answer for one code: reasons and warnings in sentences."""
        if asked.kind is None:
            return _unchecked(asked)
        found = check(asked.kind, asked.value, on=self._today)
        division = division_in(asked.kind, found.normalised) if found.valid else ""
        gone = abolished_in(division, self._abolished) if division else None
        return _answer(found, *([gone.sentence] if gone else []))

    @cached_property
    def _abolished(self) -> dict[str, Abolished]:
        try:
            return abolished_divisions(self._today)
        except DatabaseError:
            self._complaints.write(gettext("没有可用的数据库，查不出区划是否已经废止；其他照常核对。"))
            return {}


def _asked(options: dict[str, Any]) -> Iterator[Asked]:
    values, kind, table = options["values"], options["type"], options["csv"]
    if bool(values) == bool(table):
        raise CommandError(gettext("请写明要核对的代码，或者用 --csv 给出文件，二者取一"), returncode=BAD_USAGE)
    if values and not kind:
        raise CommandError(gettext("请用 --type 写明代码的种类"), returncode=BAD_USAGE)
    if table and kind:
        raise CommandError(gettext("--csv 的文件自己写明种类，不能再用 --type"), returncode=BAD_USAGE)
    return _from_table(table) if table else _from_values(values, CodeKind(kind))


def _from_table(table: str) -> Iterator[Asked]:
    with _opened(table) as lines:
        yield from asked_rows(lines)


def _from_values(values: list[str], kind: CodeKind) -> Iterator[Asked]:
    for value in values:
        if value == STANDARD_INPUT:
            yield from asked_lines(sys.stdin.buffer, kind)
        else:
            yield Asked(value, kind)


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    if path == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    try:
        file = Path(path).open("rb")  # noqa: SIM115 - closed below; what goes wrong while answering is not the file's
    except OSError as fault:
        message = gettext("文件打不开：%(why)s") % {"why": fault.strerror}
        raise CommandError(message, returncode=BAD_USAGE) from fault
    with file:
        yield file


def _answer(found: CodeCheck, *more_warnings: str) -> dict[str, Any]:
    return {
        "value": found.value,
        "valid": found.valid,
        "normalised": found.normalised,
        "reasons": [gettext(reason) for reason in found.reasons],
        "warnings": [*(gettext(warning) for warning in found.warnings), *more_warnings],
    }


def _unchecked(asked: Asked) -> dict[str, Any]:
    """Answer for a row that cannot be checked at all; where it stands is part of the reason."""
    assert asked.fault is not None, "a row without a kind says why"
    place = gettext("第 %(row)s 行 %(column)s") % {"row": asked.fault.row, "column": asked.fault.column}
    reason = f"{place.rstrip()}: {gettext(asked.fault.reason)}"
    return {"value": asked.value, "valid": False, "normalised": "", "reasons": [reason], "warnings": []}


def _line(answer: dict[str, Any]) -> str:
    """Write an answer; what the shell gave that is no text (lone surrogates) stands as JSON escapes it."""
    return json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
