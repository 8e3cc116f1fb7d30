"""The copy that is given back: the sheet as it was brought, faulty cells marked, and what is wrong beside each row.

It is made anew from the texts that were read, so nothing of the file that could act comes back with it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from sanhu.domains.catalogue.workbook.columns import BY_NAME, FINDINGS_LABEL, plain_label
from sanhu.domains.catalogue.workbook.faults import Fault
from sanhu.domains.catalogue.workbook.reading import Workbook as Read
from sanhu.domains.catalogue.workbook.writing import SHEET, saved, text_cell

MOST_COMMENTS = 3_000  # a spreadsheet is slow to open with more; the last column tells them all
_MOST_SAID = 4_000
_AUTHOR = _("检查")
_IN_ROW = _("%(column)s %(label)s：%(code)s %(reason)s")
_OF_ROW = _("%(code)s %(reason)s")
_REFUSED = _("%(code)s %(reason)s（依据：%(basis)s）")
_DOUBT = _("请核对：%(reason)s")

_FAULTY, _DOUBTFUL = PatternFill("solid", fgColor="FFF6C7C2"), PatternFill("solid", fgColor="FFFBE9B7")
_EDGE = Side("medium", color="FFB3261E")
_EDGES = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)


def marked_copy(read: Read, errors: Sequence[Fault], warnings: Sequence[Fault]) -> bytes:
    """Write the sheet back with its faults and doubts; a second reading of it gives the same."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet((read.sheet.name or SHEET)[:31])
    assert isinstance(sheet, WriteOnlyWorksheet), "as asked for"
    _Marker(read, sheet, errors, warnings).write()
    return saved(book)


class _Marker:
    """Writes one sheet."""

    def __init__(
        self, read: Read, sheet: WriteOnlyWorksheet, errors: Iterable[Fault], warnings: Iterable[Fault]
    ) -> None:
        self._read, self._sheet = read, sheet
        self._errors, self._warnings = _by_row(errors), _by_row(warnings)
        self._heading = read.heading.row + 1 if read.heading else 1
        self._last = self._place_of_findings()
        self._covered = {
            (row, column)
            for top, left, bottom, right in read.sheet.merged
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
            if (row, column) != (top, left)
        }
        self._comments = 0

    def write(self) -> None:
        """Write every row, from the first."""
        self._lay_out()
        lines = self._read.sheet.lines
        for number in range(1, max(len(lines), self._heading, *self._errors, *self._warnings, 0) + 1):
            texts = lines[number - 1] if number <= len(lines) else []
            self._sheet.append(self._row(number, texts))

    def _lay_out(self) -> None:
        sheet = self._sheet
        sheet.freeze_panes = f"A{self._heading + 1}"
        for top, left, bottom, right in self._read.sheet.merged:
            area = f"{get_column_letter(left + 1)}{top + 1}:{get_column_letter(right + 1)}{bottom + 1}"
            sheet.merged_cells.add(area)  # type: ignore[attr-defined]  # set in _setup
        places = self._read.heading.places if self._read.heading else {}
        for name, place in places.items():
            self._width(place + 1, BY_NAME[name].width)
        self._width(self._last, 60)

    def _width(self, column: int, width: int) -> None:
        self._sheet.column_dimensions[get_column_letter(column)].width = width  # type: ignore[attr-defined]  # set in _setup

    def _place_of_findings(self) -> int:
        """The column after the last, or that of an earlier marked copy."""
        lines = self._read.sheet.lines
        heading = lines[self._heading - 1] if self._heading <= len(lines) else []
        wanted = plain_label(FINDINGS_LABEL)
        earlier = next((place for place, cell in enumerate(heading, start=1) if plain_label(cell) == wanted), None)
        return earlier or max((len(line) for line in lines), default=0) + 1

    def _row(self, number: int, texts: Sequence[str]) -> list[Cell | None]:
        errors, warnings = self._errors.get(number, {}), self._warnings.get(number, {})
        marked = {column for column in (*errors, *warnings) if column}
        width = max(len(texts), self._last, *marked, 0)
        cells = []
        for column in range(1, width + 1):
            text = texts[column - 1] if column <= len(texts) and column != self._last else ""
            if (number - 1, column - 1) in self._covered:
                text = ""
            cells.append(self._cell(text, errors.get(column, ()), warnings.get(column, ())))
        if number == self._heading:
            cells[self._last - 1] = self._bold(FINDINGS_LABEL)
        if said := self._said(number):
            cells[self._last - 1] = self._wrapped(f"{FINDINGS_LABEL}\n{said}" if number == self._heading else said)
        return cells

    def _cell(self, text: str, errors: Sequence[Fault], warnings: Sequence[Fault]) -> Cell | None:
        if not text and not errors and not warnings:
            return None
        cell = text_cell(self._sheet, text)
        if errors or warnings:
            cell.fill = _FAULTY if errors else _DOUBTFUL
            cell.border = _EDGES if errors else Border()
            self._comment(cell, [*map(_reason, errors), *(gettext(_DOUBT) % {"reason": one.words} for one in warnings)])
        return cell

    def _comment(self, cell: Cell, reasons: Sequence[str]) -> None:
        if self._comments < MOST_COMMENTS:
            self._comments += 1
            comment = Comment("\n".join(reasons)[:_MOST_SAID], gettext(_AUTHOR), width=320)
            comment.height = 40 + 30 * len(reasons)
            cell.comment = comment

    def _said(self, number: int) -> str:
        """What the row's last cell says: every fault of the row, by column."""
        by_column = self._errors.get(number, {})
        faults = [fault for column in sorted(by_column) for fault in by_column[column]]
        if number == self._heading:
            faults = [*(fault for one in self._errors.get(0, {}).values() for fault in one), *faults]
        return "\n".join(map(_in_row, faults))[:_MOST_SAID]

    def _bold(self, text: str) -> Cell:
        cell = WriteOnlyCell(self._sheet, text)
        cell.font = Font(bold=True)
        return cell

    def _wrapped(self, text: str) -> Cell:
        cell = text_cell(self._sheet, text)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        return cell


def _by_row(faults: Iterable[Fault]) -> Mapping[int, Mapping[int, list[Fault]]]:
    found: dict[int, dict[int, list[Fault]]] = defaultdict(lambda: defaultdict(list))
    for fault in faults:
        found[fault.row][fault.column].append(fault)
    return found


def _reason(fault: Fault) -> str:
    if not fault.code:
        return fault.words
    basis = "；".join(map(gettext, fault.citations))
    return gettext(_REFUSED) % {"code": fault.code, "reason": fault.words, "basis": basis}


def _in_row(fault: Fault) -> str:
    said = {"column": fault.letters, "label": fault.label, "code": fault.code, "reason": fault.words}
    words = gettext(_IN_ROW if fault.column else _OF_ROW) % said
    return " ".join(words.split()).replace("： ", "：")
