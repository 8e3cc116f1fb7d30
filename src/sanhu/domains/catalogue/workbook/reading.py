"""Reading a workbook: every row to its item and duty, every fault by the file's own row and column.

Reading never stops at the first fault. Where a cell cannot be used the best guess stands in for it, so that the rules
can still be asked about the rest of the row; a faulty file gives no rows to keep.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue.rows import ClockTerms, DutyRow, ItemRow
from sanhu.domains.catalogue.rules import AffairClass
from sanhu.domains.catalogue.workbook.cell_texts import cleaned
from sanhu.domains.catalogue.workbook.column import Column
from sanhu.domains.catalogue.workbook.columns import BY_NAME
from sanhu.domains.catalogue.workbook.duty_columns import DUTY_COLUMNS
from sanhu.domains.catalogue.workbook.faults import Fault, Notes
from sanhu.domains.catalogue.workbook.heading import NO_HEADING, Heading, find_heading
from sanhu.domains.catalogue.workbook.item_columns import ITEM_COLUMNS, SOURCE_COLUMNS
from sanhu.domains.catalogue.workbook.opening import Sheet, Unopenable, open_file
from sanhu.engines.deadlines import ClockKind, Roll, Rule, Unit
from sanhu.engines.tables import EMPTY_CELL, MOST_UPLOADED_ROWS, TOO_MANY_ROWS

NO_LEAD = _("没有主责主体")
NO_PURPOSE = _("没有写明目的")
NO_ITEM_ABOVE = _("没有事项代码，上面也没有可以接续的事项")
SAID_OTHERWISE = _("与同一事项第 %(row)s 行写的不一样")
SAME_CODE = _("事项代码与第 %(row)s 行相同，名称却不同")
SAME_ROW = _("与第 %(row)s 行完全重复")
CLASS_AGAINST_CODE = _("与事项代码的类别不一致")
HOURS_DO_NOT_ROLL = _("按小时计算的期限不顺延")
NO_DEMONSTRATION = _("法定期限不能是示范值")

_ITEM = (*ITEM_COLUMNS[1:], *SOURCE_COLUMNS)  # all but the code, by which the rows were put together

Progress = Callable[[int], None]


@dataclass(frozen=True)
class DutyPlace:
    """Where a duty stands: its row (from 0)."""

    row: int
    duty: DutyRow


@dataclass(frozen=True)
class ItemPlace:
    """An item as read, and the rows it stands in; `said_in` tells which row a cell of the whole item was taken from."""

    item: ItemRow
    duties: tuple[DutyPlace, ...]
    said_in: Mapping[str, int]

    @property
    def row(self) -> int:
        """The first row (from 0)."""
        return self.duties[0].row


@dataclass
class Workbook:
    """A file as read. `rows` counts the rows that hold something below the headings."""

    sheet: Sheet
    heading: Heading | None = None
    rows: int = 0
    items: list[ItemPlace] = field(default_factory=list)
    errors: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    is_whole: bool = True


def read_workbook(data: bytes, *, progress: Progress | None = None) -> Workbook:
    """Read a file; one that cannot be opened gives that as its only error. `progress` hears how many rows were read."""
    try:
        sheet = open_file(data)
    except Unopenable as refused:
        return Workbook(Sheet("", []), errors=[Fault(0, 0, "", refused.reason)], is_whole=False)
    return read_sheet(sheet, progress=progress)


def read_sheet(sheet: Sheet, *, progress: Progress | None = None) -> Workbook:
    """Read a sheet that is open."""
    book = Workbook(sheet, find_heading(sheet))
    if book.heading is None:
        book.errors.append(Fault(1, 0, "", NO_HEADING))
        return book
    book.errors += book.heading.faults
    book.warnings += book.heading.warnings
    _Reader(book, book.heading, progress).read()
    return book


class _Reader:
    """Reads the rows below the headings, item by item."""

    def __init__(self, book: Workbook, heading: Heading, progress: Progress | None) -> None:
        self._book, self._heading, self._progress = book, heading, progress
        self._columns = [(BY_NAME[name], place) for name, place in heading.places.items()]
        self._unusable: set[tuple[int, str]] = set()
        self._known: dict[tuple[str, str], Any] = {}

    def read(self) -> None:
        rows = list(self._rows())
        grouped = self._by_item(rows)
        for code, lines in grouped.items():
            if place := self._item(code, lines):
                self._book.items.append(place)

    def _rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Give the cleaned texts of each row that holds something, up to the most one may bring."""
        sheet = self._book.sheet
        for row in range(self._heading.row + 1, len(sheet.lines)):
            texts = {column.name: self._text(row, column, place) for column, place in self._columns}
            if not any(texts.values()):
                continue
            if self._book.rows >= MOST_UPLOADED_ROWS:
                self._cut(row)
                return
            self._book.rows += 1
            if self._progress:
                self._progress(self._book.rows)
            yield row, texts
        if sheet.is_cut:
            self._cut(len(sheet.lines))

    def _cut(self, row: int) -> None:
        self._book.errors.append(Fault(row + 1, 0, "", TOO_MANY_ROWS))
        self._book.is_whole = False

    def _text(self, row: int, column: Column, place: int) -> str:
        raw = self._book.sheet.at(row, place)
        if not raw:
            return ""
        notes = Notes()
        text = cleaned(raw, notes, is_list=column.is_list)
        if notes.errors or notes.warnings:
            self._hear(row, column, notes)
        if notes.errors:
            self._unusable.add((row, column.name))
        return text

    def _hear(self, row: int, column: Column, notes: Notes) -> None:
        fault = self._heading.fault
        self._book.errors += [fault(row, column, reason, code, **said) for reason, code, said in notes.errors]
        self._book.warnings += [fault(row, column, reason, code, **said) for reason, code, said in notes.warnings]

    def _error(self, row: int, column: str, reason: str, code: str = "", /, **said: object) -> None:
        self._book.errors.append(self._heading.fault(row, BY_NAME[column], reason, code, **said))

    def _warn(self, row: int, column: str, reason: str, /, **said: object) -> None:
        self._book.warnings.append(self._heading.fault(row, BY_NAME[column], reason, **said))

    def _by_item(self, rows: list[tuple[int, dict[str, str]]]) -> dict[str, list[tuple[int, dict[str, str]]]]:
        """Put the rows of each code together; a row without one goes on with the item above."""
        grouped: dict[str, list[tuple[int, dict[str, str]]]] = defaultdict(list)
        seen: dict[tuple[object, ...], int] = {}
        last = ""
        for row, texts in rows:
            written = texts.get("code", "")
            code = self._value(row, BY_NAME["code"], written) if written else last
            if not code:
                if "code" in self._heading.places:
                    self._error(row, "code", NO_ITEM_ABOVE)
                continue
            last = code
            if (earlier := seen.setdefault((code, tuple(texts.items())), row)) != row:
                self._error(row, "code", SAME_ROW, row=earlier + 1)
                continue
            grouped[code].append((row, texts))
        return grouped

    def _item(self, code: str, lines: list[tuple[int, dict[str, str]]]) -> ItemPlace | None:
        values: dict[str, Any] = {"code": code}
        said_in: dict[str, int] = {"code": lines[0][0]}
        for column in _ITEM:
            row, text = self._said_once(column, lines)
            said_in[column.name] = row
            values[column.name] = self._needed(row, column, text)
        affair_class = self._class(said_in["class"], code, values["class"])
        if affair_class is None:
            return None
        duties = tuple(DutyPlace(row, self._duty(row, texts, values)) for row, texts in lines)
        item = _item_row(values, affair_class, tuple(place.duty for place in duties))
        return ItemPlace(item, duties, said_in)

    def _said_once(self, column: Column, lines: list[tuple[int, dict[str, str]]]) -> tuple[int, str]:
        """Give what is said of the whole item in any of its rows; saying two things is a fault."""
        found: tuple[int, str] | None = None
        for row, texts in lines:
            text = texts.get(column.name, "")
            if not text:
                continue
            if found is None:
                found = row, text
            elif text != found[1]:
                reason = SAME_CODE if column.name == "name" else SAID_OTHERWISE
                self._error(row, column.name, reason, row=found[0] + 1)
        return found or (lines[0][0], "")

    def _needed(self, row: int, column: Column, text: str) -> Any:
        """Read a cell; an empty one means what the column says it means, and is told where it must not be empty."""
        if text:
            return self._value(row, column, text)
        if column.is_required and column.name in self._heading.places and (row, column.name) not in self._unusable:
            reason = {"leads": NO_LEAD, "purposes": NO_PURPOSE}.get(column.name, EMPTY_CELL)
            self._error(row, column.name, reason, column.code)
        return column.empty

    def _value(self, row: int, column: Column, text: str) -> Any:
        """Read a cell; what gave nothing to note before is not read a second time."""
        if (known := (column.name, text)) in self._known:
            return self._known[known]
        notes = Notes()
        value = column.read(text, notes)
        if notes.errors or notes.warnings:
            self._hear(row, column, notes)
        else:
            self._known[known] = value
        return value

    def _class(self, row: int, code: str, written: AffairClass | None) -> AffairClass | None:
        of_code = next((one for one in AffairClass if code.startswith(one.value)), None)
        if written is not None and of_code is not None and written is not of_code:
            self._error(row, "class", CLASS_AGAINST_CODE)
        return written or of_code

    def _duty(self, row: int, texts: Mapping[str, str], item: Mapping[str, Any]) -> DutyRow:
        said = {column.name: self._needed(row, column, texts.get(column.name, "")) for column in DUTY_COLUMNS}
        part, part_en = said["part"], said["part_en"]
        if not part:
            part, part_en = item["name"], part_en or item["name_en"]
        return DutyRow(
            part=part,
            part_en=part_en,
            leads=said["leads"],
            assist=said["assist"],
            is_government_duty=said["government_duty"],
            is_self_governance=said["self_governance"],
            is_named_by_statute=said["named_by_statute"],
            clock=self._clock(row, said),
            bases=said["bases"],
            money=said["duty_money"],
            evidence=said["evidence"],
        )

    def _clock(self, row: int, said: Mapping[str, Any]) -> ClockTerms:
        unit, roll = Unit(said["clock_unit"]), Roll(said["clock_roll"])
        if unit.is_hours and roll is not Roll.NONE:
            self._error(row, "clock_roll", HOURS_DO_NOT_ROLL)
            roll = Roll.NONE
        kind, is_demonstration = ClockKind(said["clock_kind"]), said["clock_demonstration"]
        if kind is ClockKind.STATUTORY and is_demonstration:
            self._error(row, "clock_demonstration", NO_DEMONSTRATION)
            is_demonstration = False
        return ClockTerms(Rule(said["clock_amount"], unit, roll), kind, said["clock_citation"], is_demonstration)


def _item_row(said: Mapping[str, Any], affair_class: AffairClass, duties: tuple[DutyRow, ...]) -> ItemRow:
    same = {name: value for name, value in said.items() if name not in {"class", "public_nature"}}
    return ItemRow(affair_class=affair_class, is_public_nature=said["public_nature"], duties=duties, **same)
