"""Opening a file that somebody brings: an Excel workbook or CSV, as rows of texts; anything else is refused in words.

Nothing is evaluated. A formula is told apart from a text that begins like one, and a merged cell counts for all its
rows. A packed file is measured before it is unpacked.
"""

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from django.utils.translation import gettext_noop as _
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from sanhu.engines.tables import BROKEN_QUOTES, EMPTY_FILE, UNKNOWN_ENCODING, UnknownEncodingError, decoded

MOST_PACKED = 20 * 1024 * 1024
MOST_UNPACKED = 80 * 1024 * 1024
MOST_PARTS = 2_000
MOST_LINES, MOST_COLUMNS = 5_100, 200  # beyond the rows one may bring: room for titles and headings
MOST_BLANK = 20_000
MOST_MERGED, MOST_SPREAD = 50_000, 2_000_000

TOO_LARGE = _("文件太大：最多 20 MB，展开以后最多 80 MB")
ENCRYPTED = _("文件加了密码；请去掉密码再导入")
OLD_EXCEL = _("这是旧版 Excel（.xls）文件；请另存为 .xlsx 或者“CSV UTF-8”再导入")
NOT_A_WORKBOOK = _("不是可以打开的 xlsx 文件；请另存为 .xlsx 或者“CSV UTF-8”再导入")
NO_SHEET = _("工作簿里没有一张工作表")
UNSAFE = _("文件里有 XML 实体声明，正常的 Excel 文件没有；没有打开")

_PACKED, _COMPOUND = b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PART = "EncryptedPackage".encode("utf-16-le")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref\s*=\s*"([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
_GUARDED = re.compile(r"'+\s*[=+\-@\u2212\uff1d\uff0b\uff0d\uff20]")


class Unopenable(Exception):  # noqa: N818 - it names what came of it
    """A file that cannot be read at all; `reason` is a message id."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Formula(str):
    """A cell that a spreadsheet would compute."""

    __slots__ = ()


class ErrorValue(str):
    """A cell that holds an error of Excel's, such as #N/A."""

    __slots__ = ()


@dataclass
class Sheet:
    """A sheet's cells as texts, row by row from the first; rows and columns count from 0 here."""

    name: str
    lines: list[list[str]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    is_cut: bool = False

    def at(self, row: int, column: int) -> str:
        """Give a cell; empty beyond the end."""
        line = self.lines[row] if row < len(self.lines) else ()
        return line[column] if column < len(line) else ""


def open_file(data: bytes) -> Sheet:
    """Open a file by what is in it, not by its name. Raises Unopenable."""
    if len(data) > MOST_PACKED:
        raise Unopenable(TOO_LARGE)
    if data.startswith(_COMPOUND):
        raise Unopenable(ENCRYPTED if _ENCRYPTED_PART in data else OLD_EXCEL)
    return _workbook(data) if data.startswith(_PACKED) else _text(data)


def _text(data: bytes) -> Sheet:
    if b"\0" in data:
        raise Unopenable(UNKNOWN_ENCODING)
    sheet = Sheet("", [])
    reader = csv.reader(decoded(data.splitlines(keepends=True)), strict=True)
    try:
        for record in reader:
            if len(sheet.lines) >= MOST_LINES:
                sheet.is_cut = True
                break
            sheet.lines.append([_unguarded(cell) for cell in record[:MOST_COLUMNS]])
    except UnknownEncodingError:
        raise Unopenable(UNKNOWN_ENCODING) from None
    except csv.Error:
        raise Unopenable(BROKEN_QUOTES) from None
    if not any(cell for line in sheet.lines for cell in line):
        raise Unopenable(EMPTY_FILE)
    return sheet


def _unguarded(cell: str) -> str:
    """Take away what a CSV writes before a text that begins like a formula, or before digits that are to stay text."""
    text = cell.strip()
    return text[1:] if _GUARDED.match(text) else text


def _workbook(data: bytes) -> Sheet:
    check_parts(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of extensions it leaves out
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
            try:
                return _sheet(book, data)
            finally:
                book.close()
    except Unopenable:
        raise
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, SyntaxError):
        # What openpyxl raises on broken parts differs from part to part; ParseError is a SyntaxError.
        raise Unopenable(NOT_A_WORKBOOK) from None
    except (IndexError, OSError, EOFError, OverflowError, NotImplementedError, RuntimeError):
        raise Unopenable(NOT_A_WORKBOOK) from None


def check_parts(data: bytes) -> None:
    """Measure what the file would unpack to, and look for entities, before anything reads it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Unopenable(TOO_LARGE)
            if any(part.flag_bits & 1 for part in parts):
                raise Unopenable(ENCRYPTED)
            for part in parts:
                # A drawing may declare its type, and is never read here.
                if not part.filename.endswith(".svg") and _has_entity(archive, part):
                    raise Unopenable(UNSAFE)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, zlib.error):
        raise Unopenable(NOT_A_WORKBOOK) from None


def _has_entity(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Tell whether a part declares a document type, in whatever width its letters are written."""
    before = b""
    with archive.open(part) as source:
        while piece := source.read(1 << 20):
            window = (before + piece).replace(b"\0", b"")
            if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                return True
            before = piece[-64:]
    return False


def _sheet(book: Any, data: bytes) -> Sheet:
    """Read the first sheet that is shown and holds something."""
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
    if not shown:
        raise Unopenable(NO_SHEET)
    for chosen in shown:
        sheet = Sheet(chosen.title, [])
        chosen.reset_dimensions()  # what a file says of its own size need not be so
        rows = chosen.iter_rows()
        sheet.lines = [_line(cells) for cells in islice(rows, MOST_LINES)]
        # Formats drawn down to the bottom of a sheet are no rows; what stands below them is.
        sheet.is_cut = any(_line(cells) for cells in islice(rows, MOST_BLANK))
        while sheet.lines and not sheet.lines[-1]:
            sheet.lines.pop()
        if sheet.lines:
            sheet.merged = list(_merged(data, chosen._worksheet_path, len(sheet.lines)))  # noqa: SLF001 - no public way
            _spread(sheet)
            return sheet
    raise Unopenable(EMPTY_FILE)


def _line(cells: Sequence[Any]) -> list[str]:
    line = [_said(cell.value, cell.data_type) for cell in cells[:MOST_COLUMNS]]
    while line and not line[-1]:
        line.pop()
    return line


def _said(value: object, data_type: str) -> str:
    """Say what a cell holds; a formula and an error stay what they are."""
    match data_type:
        case "f":
            return Formula(getattr(value, "text", None) or value or "=")
        case "e":
            return ErrorValue(value)
        case _:
            return _typed(value)


def _typed(value: object) -> str:  # noqa: PLR0911 - one for each kind of value
    """Write a value as somebody would type it."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "是" if value else "否"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _merged(data: bytes, path: str, rows: int) -> Iterator[tuple[int, int, int, int]]:
    """Find the merged cells of a sheet; openpyxl does not tell of them while it streams."""
    before, count = b"", 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(path) as source:
        while piece := source.read(1 << 20):
            window = before + piece
            end = 0
            for found in _MERGED.finditer(window):
                end = found.end()
                left, top, right, bottom = (int(side or 0) for side in range_boundaries(found[1].decode()))
                if top <= rows and left <= MOST_COLUMNS and count < MOST_MERGED:
                    count += 1
                    yield top - 1, left - 1, min(bottom, rows) - 1, min(right, MOST_COLUMNS) - 1
            before = window[max(end, len(window) - 256) :]


def _spread(sheet: Sheet) -> None:
    """Let a merged cell count for all its rows and columns."""
    left_to_do = MOST_SPREAD  # merged cells never overlap in a sheet that a program has written
    for top, left, bottom, right in sheet.merged:
        value = sheet.at(top, left)
        left_to_do -= (bottom - top + 1) * (right - left + 1)
        if not value or left_to_do < 0:
            continue
        for row in range(top, bottom + 1):
            line = sheet.lines[row]
            line.extend([""] * (right + 1 - len(line)))
            for column in range(left, right + 1):
                line[column] = line[column] or value
