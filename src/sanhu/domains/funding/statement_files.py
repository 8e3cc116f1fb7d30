"""Reading a statement's file, CSV or Excel, into the same rows and the same faults.

An Excel sheet is streamed, and its heading sought below whatever title stands above it. Days and amounts come as Excel
stores them; a formula is refused, because what it computes may be another number tomorrow.
"""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_noop as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from sanhu.domains.catalogue.workbook.opening import MOST_PACKED, NOT_A_WORKBOOK, TOO_LARGE, Unopenable, check_parts
from sanhu.domains.funding.statement_columns import COLUMNS, plain
from sanhu.domains.funding.statement_terms import FileFormat
from sanhu.engines.tables import Fault, Reading, Row

FORMULA = _("这一格是公式；请复制后选择性粘贴为数值，再导入")
ERROR_VALUE = _("这一格是 Excel 的错误值，例如 #N/A")
TOO_MANY_BLANK = _("空行太多；请删去表格下面的空行再导入")
NO_TABLE = _("这不是 CSV 或者 Excel（.xlsx）文件；旧的 .xls、PDF 和图片，请先另存为 CSV 或者 .xlsx")
TOO_LONG_A_NUMBER = _("超过 15 位的流水号在 Excel 里存成了数字，末几位已经不准；请按文本保存")

_PACKED, _PDF, _BLANK = b"PK", b"%PDF", b"\n"
_TITLE_ROWS = 20  # a bank puts its name and the period above the heading
_MOST_COLUMNS, _MOST_BLANK = 50, 20_000
_DIGITS_EXCEL_KEEPS = 15
_KNOWN = {name for column in COLUMNS for name in (column.name, column.label)}
_LEAST_KNOWN = 2


@dataclass(frozen=True)
class StatementFile:
    """A file as read: its form, its good rows, and every fault in the order of the file."""

    file_format: FileFormat
    reading: Reading
    rows: list[Row]


def read_statement(data: bytes, *, most_rows: int) -> StatementFile:
    """Read a file by what is in it, not by its name. What cannot be opened at all gives that as its only fault."""
    if not data.startswith(_PACKED):
        if b"\0" in data or data.startswith(_PDF):  # no text in an encoding that is read here has a zero byte
            return StatementFile(FileFormat.CSV, Reading([], COLUMNS, faults=[Fault(0, "", NO_TABLE)]), [])
        reading = Reading(data.splitlines(keepends=True), COLUMNS, most_rows=most_rows)
        return StatementFile(FileFormat.CSV, reading, list(reading))
    sheet = _Sheet()
    try:
        lines = list(_lines(data, sheet, most_rows=most_rows))
    except Unopenable as refused:
        faults = [Fault(0, "", refused.reason)]
        return StatementFile(FileFormat.XLSX, Reading([], COLUMNS, faults=faults), [])
    reading = Reading(lines, COLUMNS, most_rows=most_rows)
    rows = [row for row in reading if row.number not in sheet.unusable]
    # An unusable cell is told once, as what it is, and not again as what it is not.
    reading.faults[:] = [fault for fault in reading.faults if fault.row not in sheet.unusable]
    reading.faults += [fault for faults in sheet.unusable.values() for fault in faults]
    return StatementFile(FileFormat.XLSX, reading, rows)


class _Sheet:
    """What is known of a sheet while it is read: its heading, and the faults of its cells by row."""

    def __init__(self) -> None:
        self.heading: list[str] = []
        self.unusable: dict[int, list[Fault]] = {}

    def refuse(self, row: int, place: int, reason: str) -> str:
        """Keep a fault of a cell; whatever then stands there is not read."""
        column = self.heading[place] if place < len(self.heading) else ""
        self.unusable.setdefault(row, []).append(Fault(row, column, reason))
        return ""


def _lines(data: bytes, sheet: _Sheet, *, most_rows: int) -> Iterator[bytes]:
    """Give the sheet as lines of CSV, an empty one for each row of its title, so that rows keep their numbers."""
    if len(data) > MOST_PACKED:
        raise Unopenable(TOO_LARGE)
    check_parts(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of extensions it leaves out
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        try:
            yield from _lines_of(book, sheet, most_rows=most_rows)
        finally:
            book.close()
    except (InvalidFileException, zipfile.BadZipFile, LookupError, ValueError, TypeError, AttributeError, SyntaxError):
        # What openpyxl raises on broken parts differs from part to part; ParseError is a SyntaxError.
        raise Unopenable(NOT_A_WORKBOOK) from None
    except (OSError, EOFError, OverflowError, RuntimeError):
        raise Unopenable(NOT_A_WORKBOOK) from None


def _lines_of(book: Any, sheet: _Sheet, *, most_rows: int) -> Iterator[bytes]:
    shown = [one for one in book.worksheets if one.sheet_state == "visible"] or book.worksheets
    if not shown:
        raise Unopenable(NOT_A_WORKBOOK)
    shown[0].reset_dimensions()  # what a file says of its own size need not be so
    waiting: list[list[str]] = []
    count = 0
    for number, cells in enumerate(shown[0].iter_rows(max_col=_MOST_COLUMNS), start=1):
        if sheet.heading:
            line = _as_csv([_text(cell, sheet, number, place) for place, cell in enumerate(cells)], sheet)
            yield line
            count += line != _BLANK
            if count > most_rows:
                return
            if number > count + _MOST_BLANK:
                raise Unopenable(TOO_MANY_BLANK)
            continue
        texts = [plain(_typed(cell.value)) for cell in cells]
        waiting.append(texts)
        if len(_KNOWN.intersection(texts)) >= _LEAST_KNOWN or number >= _TITLE_ROWS:
            yield from _heading(waiting, sheet)
    if not sheet.heading:
        yield from _heading(waiting, sheet)


def _heading(rows: Sequence[list[str]], sheet: _Sheet) -> Iterator[bytes]:
    """Give the title rows as blank ones, and the heading; where there is none, the first row that says anything."""
    known = (row for row in rows if len(_KNOWN.intersection(row)) >= _LEAST_KNOWN)
    heading = next(known, None) or next((row for row in rows if any(row)), [""])
    while heading and not heading[-1]:
        heading.pop()
    sheet.heading = heading
    for row in rows:
        yield _as_csv(heading, sheet) if row is heading else _BLANK


def _as_csv(cells: list[str], sheet: _Sheet) -> bytes:
    """Write cells as a line of CSV of the heading's width; a line with nothing in it stays blank."""
    width = len(sheet.heading)
    if not any(cells):
        return _BLANK
    wide = max(width, *(place for place, cell in enumerate(cells, start=1) if cell))
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([*cells[:wide], *[""] * (wide - len(cells))])
    return line.getvalue().encode("utf-8", "replace")


def _text(cell: Any, sheet: _Sheet, row: int, place: int) -> str:
    """Write a cell as somebody would type it."""
    match cell.data_type:
        case "f":
            return sheet.refuse(row, place, FORMULA)
        case "e":
            return sheet.refuse(row, place, ERROR_VALUE)
        case "n" if _is_too_long(cell.value):
            return sheet.refuse(row, place, TOO_LONG_A_NUMBER)
    return " ".join(_typed(cell.value).split())


def _is_too_long(value: object) -> bool:
    return isinstance(value, int | float) and abs(value) >= 10**_DIGITS_EXCEL_KEEPS


def _typed(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case float():
            return f"{value:.15g}"  # as many digits as Excel shows: 0.1 + 0.2 is 0.3
        case _:
            return str(value)
