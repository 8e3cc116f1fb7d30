"""The table that `sanhu codes check` reads: a type and a value in each row.

It has its own reader, because a check answers for the value as it was written, padding and faults and all, while an
import (engines.tables) takes padding away and never repeats a faulty cell.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from sanhu.engines.codes.kinds import CodeKind
from sanhu.engines.codes.result import normalise
from sanhu.engines.tables import (
    BROKEN_QUOTES,
    EMPTY_FILE,
    MISSING_COLUMN,
    UNKNOWN_ENCODING,
    WRONG_COUNT,
    Fault,
    UnknownEncodingError,
    decoded,
)

UNKNOWN_TYPE = gettext_noop("类型不在可以核对的种类之中")

_TYPE = ("type", "类型")
_VALUE = ("value", "代码")


class UnreadableError(Exception):
    """The table cannot be read, or not further: why, as a message id, and the column that is meant, if one is."""

    def __init__(self, reason: str, column: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column


@dataclass(frozen=True)
class Asked:
    """What is to be checked, or which row, column and reason it fails by before any check."""

    value: str
    kind: CodeKind | None
    fault: Fault | None = None


def asked_rows(lines: Iterable[bytes]) -> Iterator[Asked]:
    """Read the rows as they come; columns of other names are passed over. Raises UnreadableError."""
    records = _records(lines)
    header = next(records, None)
    if header is None:
        raise UnreadableError(EMPTY_FILE)
    if isinstance(header, str):
        raise UnreadableError(header)
    columns = [cell.strip().lower() for cell in header]
    kind_at, value_at = _place(columns, _TYPE), _place(columns, _VALUE)
    for number, record in enumerate(records, start=2):
        if isinstance(record, str):
            yield Asked("", None, Fault(number, "", record))
        elif any(cell.strip() for cell in record):
            value = record[value_at] if value_at < len(record) else ""
            if len(record) != len(columns):
                yield Asked(value, None, Fault(number, "", WRONG_COUNT))
            elif (kind := _kind(record[kind_at])) is None:
                yield Asked(value, None, Fault(number, header[kind_at].strip(), UNKNOWN_TYPE))
            else:
                yield Asked(value, kind)


def asked_lines(lines: Iterable[bytes], kind: CodeKind) -> Iterator[Asked]:
    """Read values of one kind, a line each; empty lines are passed over. Raises UnreadableError."""
    try:
        for line in decoded(lines):
            if value := line.rstrip("\r\n"):
                yield Asked(value, kind)
    except UnknownEncodingError as fault:
        raise UnreadableError(UNKNOWN_ENCODING) from fault


def _kind(cell: str) -> CodeKind | None:
    written = normalise(cell)[0].lower()
    return CodeKind(written) if written in list(CodeKind) else None


def _place(columns: Sequence[str], names: Sequence[str]) -> int:
    for name in names:
        if name in columns:
            return columns.index(name)
    raise UnreadableError(MISSING_COLUMN, names[0])


def _records(lines: Iterable[bytes]) -> Iterator[list[str] | str]:
    """Give each record, or why it cannot be read. Raises UnreadableError where nothing further can be."""
    reader = csv.reader(decoded(lines), strict=True)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield BROKEN_QUOTES
        except UnknownEncodingError as fault:
            raise UnreadableError(UNKNOWN_ENCODING) from fault
