"""Workbooks as people bring them: rows of the shipped catalogue, with what a test changes in them."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.workbook.judging import Judged, judge
from sanhu.domains.catalogue.workbook.reading import read_workbook
from sanhu.domains.catalogue.workbook.writing import headings, lines

DISTRICT = "990101"
Rows = list[dict[str, Any]]


def rows_of(*codes: str) -> Rows:
    """Give the rows of shipped items by their headings."""
    items = [item for code in codes for item in shipped.items() if item.code == code]
    return [dict(zip(headings(), line, strict=True)) for line in lines(items)]


def grid(rows: Rows, header: Sequence[str] | None = None) -> list[list[Any]]:
    """Lay rows out under their headings."""
    names = list(header or headings())
    return [names, *([row.get(name) for name in names] for row in rows)]


def xlsx(table: Sequence[Sequence[Any]], *, merged: Sequence[str] = (), title: str = "清单") -> bytes:
    """Write a table as Excel does; a text that begins with = is a formula."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    for line in table:
        sheet.append([value if value != "" else None for value in line])
    for area in merged:
        sheet.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_file(table: Sequence[Sequence[Any]], encoding: str = "utf-8-sig") -> bytes:
    """Write a table as CSV."""
    out = io.StringIO()
    csv.writer(out).writerows([["" if value is None else value for value in line] for line in table])
    return out.getvalue().encode(encoding)


def judged(data: bytes, existing: Sequence[Any] = (), **how: Any) -> Judged:
    """Read a file and hold it against the rules."""
    return judge(read_workbook(data), existing, district=DISTRICT, **how)


def errors(found: Judged) -> list[tuple[int, str, str]]:
    """Give each error's row, heading and code."""
    return [(fault.row, fault.label, fault.code) for fault in found.errors]


def told(found: Judged) -> Mapping[tuple[int, str], str]:
    """Give the words of each error by row and heading."""
    return {(fault.row, fault.label): fault.words for fault in found.errors}
