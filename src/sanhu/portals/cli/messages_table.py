"""The table of messages that `sanhu route` reads and writes: a text in each row, and where it is known its label.

It has its own reader, because a text is taken as it was written, with its line breaks and blanks, while an import
(engines.tables) takes padding away and refuses line breaks.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from sanhu.engines.tables import (
    BOM,
    BROKEN_QUOTES,
    DOUBLE_COLUMN,
    EMPTY_FILE,
    MISSING_COLUMN,
    UNKNOWN_ENCODING,
    WRONG_COUNT,
    Fault,
    UnknownEncodingError,
    decoded,
    defuse,
)

EMPTY_TEXT = gettext_noop("text 是空的")
EMPTY_LABEL = gettext_noop("label 是空的")

TEXT = ("text", "文本")
LABEL = ("label", "类别")
PREDICTED = ("label", "probability", "second_label", "second_probability", "certain", "reasons")
_GIVEN = "given_"
_MOST_CHARS_IN_A_CELL = 10_000_000


class UnreadableError(Exception):
    """The table cannot be used: every row and column that is meant, and why."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults)
        self.faults = faults


@dataclass(frozen=True)
class Message:
    """A row: its number as a spreadsheet counts, its text, its label (or nothing), and all its cells as they stand."""

    number: int
    text: str
    label: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class MessagesTable:
    """The rows of a file, its header, and how it is written: with a byte order mark, in UTF-8 or not."""

    header: tuple[str, ...]
    messages: tuple[Message, ...]
    has_bom: bool
    is_utf_8: bool


def read_messages(data: bytes, *, labelled: bool) -> MessagesTable:
    """Read a table; a labelled one needs both columns. Empty lines are passed over; a row of empty cells is a row.

    Raises UnreadableError with every faulty row.
    """
    with _long_cells():
        records = list(_records(data))
    if not records:
        raise UnreadableError(Fault(1, "", EMPTY_FILE))
    first, header = records[0]
    if isinstance(header, Fault):
        raise UnreadableError(header)
    names = [cell.strip().lower() for cell in header]
    text_at = _place(names, TEXT, first)
    label_at = _place(names, LABEL, first) if labelled else None
    messages, faults = [], []
    for number, record in records[1:]:
        if isinstance(record, Fault):
            faults.append(record)
        elif len(record) != len(header):
            faults.append(Fault(number, "", WRONG_COUNT))
        else:
            label = "" if label_at is None else record[label_at].strip()
            messages.append(Message(number, record[text_at], label, tuple(record)))
    if faults:
        raise UnreadableError(*faults)
    return MessagesTable(tuple(header), tuple(messages), data.startswith(BOM.encode()), _is_utf_8(data))


def predicted_header(header: Sequence[str]) -> tuple[str, ...]:
    """Give the header of the answer: the file's own columns, then ours.

    A column of the file that is called like one of ours is renamed, so that `label` is always what was predicted.

    >>> predicted_header(["id", "text", "label"])[:4]
    ('id', 'text', 'given_label', 'label')
    """
    own: list[str] = []
    for name in header:
        called = name
        while called.strip().lower() in PREDICTED or (called != name and called in (*header, *own)):
            called = f"{_GIVEN}{called.strip()}"
        own.append(called)
    return (*own, *PREDICTED)


def write_predicted(table: MessagesTable, rows: Iterable[tuple[Message, Sequence[str]]]) -> Iterator[bytes]:
    """Write the answer: UTF-8, with a byte order mark where the file had one, CRLF.

    The file's own cells go through unchanged, so that rows can be matched with it. What we add is defused.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    if table.has_bom:
        buffer.write(BOM)
    writer.writerow(predicted_header(table.header))
    for message, added in rows:
        writer.writerow([*message.cells, *map(defuse, added)])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()


def _place(names: Sequence[str], wanted: Sequence[str], row: int) -> int:
    places = [place for place, name in enumerate(names) if name in wanted]
    if len(places) != 1:
        raise UnreadableError(Fault(row, wanted[0], DOUBLE_COLUMN if places else MISSING_COLUMN))
    return places[0]


def _records(data: bytes) -> Iterator[tuple[int, list[str] | Fault]]:
    """Give each record but empty lines, with its number; one that cannot be read is a fault."""
    reader = csv.reader(decoded(io.BytesIO(data)), strict=True)
    number = 0
    while True:
        number += 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield number, Fault(number, "", BROKEN_QUOTES)
        except UnknownEncodingError:
            yield number, Fault(number, "", UNKNOWN_ENCODING)
            return
        else:
            if record:
                yield number, record


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let a cell be as long as a message may be; the csv module's own limit is 131,072 characters."""
    usual = csv.field_size_limit(_MOST_CHARS_IN_A_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(usual)
