"""The two forms of an exported list, written row by row into whatever takes bytes; neither is ever whole in memory.

What somebody wrote may begin like a formula. In CSV, which knows no types, an apostrophe stands before it; in Excel it
is text by its type, and nothing is added to it. Codes and long numbers stay text in both.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import Cell as ExcelCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.writer.excel import ExcelWriter

from sanhu.engines.legal_time import SHANGHAI
from sanhu.engines.tables import legible, write_rows
from sanhu.portals.exports.listed import Cell

MOST_IN_A_CELL = 32_767  # what Excel takes
MOST_ROWS = 1_048_575  # … beside the heading
_TEXT, _MONEY, _DAY, _MOMENT = "@", "#,##0.00", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"


class Sink(Protocol):
    """Takes the bytes of a file, in their order."""

    def write(self, data: bytes, /) -> int: ...

    def flush(self) -> None: ...


def write_csv(sink: Sink, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write UTF-8 with a byte order mark."""
    for piece in write_rows(headings, ([_said(cell) for cell in row] for row in rows)):
        sink.write(piece)


def _said(cell: Cell) -> str:
    """Say a cell in the plain form that spreadsheets and programs both read."""
    match cell:
        case None:
            return ""
        case str():
            return legible(cell)
        case datetime():
            return f"{cell.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        case date():
            return cell.isoformat()
        case _:
            return str(cell)


def write_xlsx(
    sink: Sink, title: str, headings: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[Cell]]
) -> None:
    """Write a workbook of one sheet, its heading frozen. openpyxl lays the rows out in a temporary file of its own."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(legible(title)[:31])
    assert isinstance(sheet, WriteOnlyWorksheet), "as asked for"
    sheet.freeze_panes = "A2"
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width  # type: ignore[attr-defined]  # set in _setup
    sheet.append([_heading(sheet, text) for text in headings])
    # A cell is written as soon as its row is appended, so one for each form and column does for all rows.
    forms = [_Forms(sheet) for _heading_ in headings]
    for row in rows:
        sheet.append([form.of(cell) for form, cell in zip(forms, row, strict=True)])
    with ZipFile(sink, "w", ZIP_DEFLATED, allowZip64=True) as archive:  # type: ignore[call-overload]  # needs no seek
        ExcelWriter(book, archive).save()


def _heading(sheet: WriteOnlyWorksheet, text: str) -> ExcelCell:
    cell = WriteOnlyCell(sheet, legible(text))
    cell.data_type, cell.font, cell.number_format = "s", Font(bold=True), _TEXT
    return cell


class _Forms:
    """The cells of one column: text, number, money, day and moment."""

    def __init__(self, sheet: WriteOnlyWorksheet) -> None:
        self._text = WriteOnlyCell(sheet)
        self._text.number_format, self._text.alignment = _TEXT, Alignment(vertical="top", wrap_text=True)
        self._number = WriteOnlyCell(sheet)
        self._money, self._day, self._moment = (WriteOnlyCell(sheet) for _form in range(3))
        self._money.number_format, self._day.number_format, self._moment.number_format = _MONEY, _DAY, _MOMENT

    def of(self, value: Cell) -> ExcelCell | None:
        """Put a value into the cell of its form."""
        match value:
            case None | "":
                return None
            case str():
                cell = self._text
                cell.value = legible(value)[:MOST_IN_A_CELL]
                cell.data_type = "s"  # also what reads like a formula or an error
                return cell
            case datetime():
                cell, value = self._moment, value.astimezone(SHANGHAI).replace(tzinfo=None, second=0, microsecond=0)
            case date():
                cell = self._day
            case Decimal():
                cell = self._money
            case _:
                cell = self._number
        cell.value = value
        return cell
