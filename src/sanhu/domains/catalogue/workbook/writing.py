"""Writing items as a workbook: what is written reads back the same, in CSV and in Excel."""

import io
import re
from collections.abc import Iterable, Iterator

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from sanhu.domains.catalogue.rows import ItemRow
from sanhu.domains.catalogue.workbook.columns import COLUMNS
from sanhu.engines.tables import legible, write_rows

SHEET = "事务清单"
TEXT = "@"
# Said of the whole item, and yet on each of its rows: by these a person sees whose row it is.
_ON_EACH_ROW = frozenset({"code", "class", "name"})
_GUARDED = re.compile(r"'+\s*[=+\-@\u2212\uff1d\uff0b\uff0d\uff20]")
_HEADING = PatternFill("solid", fgColor="FFE8EEF4")


def headings() -> list[str]:
    """The headings, as the law writes them."""
    return [column.label for column in COLUMNS]


def lines(items: Iterable[ItemRow]) -> Iterator[list[str]]:
    """Give each duty's row as texts; what is said of the whole item stands in its first."""
    for item in items:
        for number, duty in enumerate(item.duties):
            yield [
                "" if number and column.is_of_item and column.name not in _ON_EACH_ROW else column.say(item, duty)
                for column in COLUMNS
            ]


def as_csv(items: Iterable[ItemRow]) -> bytes:
    """Write CSV as a spreadsheet opens it."""
    return b"".join(write_rows(headings(), ([_kept(cell) for cell in line] for line in lines(items))))


def _kept(cell: str) -> str:
    """A text that begins as a defused formula does gets one more apostrophe, so that one can be taken away."""
    text = legible(cell)
    return f"'{text}" if _GUARDED.match(text) else text


def as_xlsx(items: Iterable[ItemRow]) -> bytes:
    """Write an Excel workbook of one sheet, every cell a text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    assert isinstance(sheet, WriteOnlyWorksheet), "as asked for"
    lay_out(sheet)
    sheet.append(heading_cells(sheet))
    for line in lines(items):
        sheet.append([text_cell(sheet, cell) if cell else None for cell in line])
    return saved(book)


def lay_out(sheet: WriteOnlyWorksheet, *, heading: int = 1) -> None:
    """Set the widths, and keep the headings and the first three columns in sight."""
    sheet.freeze_panes = f"D{heading + 1}"
    for number, column in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width  # type: ignore[attr-defined]  # set in _setup


def heading_cells(sheet: WriteOnlyWorksheet) -> list[Cell]:
    """The headings; what must be filled in is written bold."""
    cells = []
    for column in COLUMNS:
        cell = WriteOnlyCell(sheet, column.label)
        cell.font, cell.fill = Font(bold=column.is_required), _HEADING
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        cells.append(cell)
    return cells


def text_cell(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    """Give a cell that is text by its type: what begins like a formula is none."""
    cell = WriteOnlyCell(sheet)
    cell.value = legible(text)
    cell.data_type, cell.number_format = "s", TEXT
    return cell


def saved(book: Workbook) -> bytes:
    """Give a workbook's bytes."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
