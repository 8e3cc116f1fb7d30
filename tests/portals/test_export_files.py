"""Exported files as spreadsheets read them: text stays text, nothing runs, nothing is lost."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from sanhu.portals.exports.files import write_csv, write_xlsx
from sanhu.portals.exports.listed import Cell

HEADINGS = ["编号", "说明"]


class Sink(io.RawIOBase):
    """Takes bytes, and like the keeper of an export can neither be read nor sought in."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        self.data += data
        return len(data)


def as_csv(*cells: Cell) -> list[str]:
    """Write one column, and read it as a program does."""
    sink = Sink()
    write_csv(sink, ["说明"], [[cell] for cell in cells])
    assert sink.data.startswith(b"\xef\xbb\xbf"), "Excel takes it for GBK otherwise"
    return [row[0] for row in csv.reader(io.StringIO(sink.data.decode("utf-8-sig"), newline=""))][1:]


def as_xlsx(*cells: Cell) -> list[object]:
    """Write one column, and give the cells as openpyxl reads them."""
    sink = Sink()
    write_xlsx(sink, "办件", ["说明"], [20], [[cell] for cell in cells])
    sheet = load_workbook(io.BytesIO(sink.data)).active
    return [row[0] for row in sheet.iter_rows(min_row=2, max_row=1 + len(cells))]


# As it was written, as CSV says it. Excel has the words themselves, as text.
WRITTEN = {
    '=HYPERLINK("http://evil","点我")': '\'=HYPERLINK("http://evil","点我")',
    "+8613912345678": "'+8613912345678",
    "-1+cmd|' /C calc'!A0": "'-1+cmd|' /C calc'!A0",
    "@SUM(1,2)": "'@SUM(1,2)",
    "\t=1+1": "'\t=1+1",
    "\r=1+1": "'\r=1+1",
    "\uff1d1+1": "'\uff1d1+1",  # a full-width equals sign
    "110105194912310021": "\t110105194912310021",
    "13912345678": "\t13912345678",
    "007": "\t007",
    "990101-20261109-000217": "990101-20261109-000217",
    "#N/A": "#N/A",
    "第一行\n第二行": "第一行\n第二行",
    "何㛃住𠮷祥里": "何㛃住𠮷祥里",
    "  前后有空格  ": "  前后有空格  ",
}


@pytest.mark.parametrize(("written", "said"), WRITTEN.items(), ids=lambda text: ascii(text)[:20])
def test_what_somebody_wrote_is_text_and_runs_nowhere(written: str, said: str):
    assert as_csv(written) == [said]
    (cell,) = as_xlsx(written)
    read = written.replace("\r", "\n")  # as XML has line ends
    assert (cell.data_type, cell.value, cell.number_format) == ("s", read, "@")


def test_what_no_file_takes_is_left_out():
    assert as_csv("垃\x00圾\x0b桶\ufffe") == ["垃圾桶"]
    assert as_xlsx("垃\x00圾\x0b桶\ufffe")[0].value == "垃圾桶"
    assert len(as_xlsx("长" * 40_000)[0].value) == 32_767


def test_numbers_days_and_moments_are_what_they_are():
    """09:40 in Shanghai is 01:40 in UTC."""
    moment = datetime(2026, 11, 9, 1, 40, 7, tzinfo=UTC)
    cells: list[Cell] = [12, Decimal("1234.50"), date(2026, 11, 9), moment, None, ""]
    assert as_csv(*cells) == ["12", "1234.50", "2026-11-09", "2026-11-09 09:40", "", ""]
    number, money, day, at, nothing, empty = as_xlsx(*cells)
    assert (number.value, number.data_type) == (12, "n")
    assert (money.value, money.number_format) == (1234.5, "#,##0.00")
    assert (f"{day.value:%Y%m%d %H}", day.is_date, day.number_format) == ("20261109 00", True, "yyyy-mm-dd")
    assert (f"{at.value:%Y%m%d %H%M}", at.number_format) == ("20261109 0940", "yyyy-mm-dd hh:mm")
    assert (nothing.value, empty.value) == (None, None)


def test_a_workbook_has_a_heading_that_stays_in_sight_and_no_formula_at_all():
    sink = Sink()
    write_xlsx(sink, "=1", HEADINGS, [10, 40], [["1", "=1+1"], ["2", None]])
    sheet = load_workbook(io.BytesIO(sink.data)).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [HEADINGS, ["1", "=1+1"], ["2", None]]
    assert (sheet.freeze_panes, sheet["A1"].font.bold, sheet.column_dimensions["B"].width) == ("A2", True, 40)
    assert b"<f>" not in ZipFile(io.BytesIO(sink.data)).read("xl/worksheets/sheet1.xml")


def test_an_empty_list_is_its_heading():
    assert as_csv() == []
    sink = Sink()
    write_xlsx(sink, "办件", HEADINGS, [10, 40], [])
    assert [[cell.value for cell in row] for row in load_workbook(io.BytesIO(sink.data)).active.iter_rows()] == [
        HEADINGS
    ]
