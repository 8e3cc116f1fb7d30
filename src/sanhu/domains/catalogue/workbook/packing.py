"""A sheet as it was read, packed small: so it can be marked or brought in later without the file it came from."""

import json
import lzma
from base64 import b64decode, b64encode

from sanhu.domains.catalogue.workbook.opening import ErrorValue, Formula, Sheet

_PRESET = 1


def packed(sheet: Sheet) -> bytes:
    """Pack a sheet: its texts, its merged cells, and which of the texts are formulas or errors."""
    said = {
        "name": sheet.name,
        "lines": sheet.lines,
        "merged": sheet.merged,
        "is_cut": sheet.is_cut,
        "formulas": _places(sheet, Formula),
        "errors": _places(sheet, ErrorValue),
    }
    plain = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")
    # A form carries it between two steps: tables repeat themselves over long distances, which lzma sees and zlib not.
    return b64encode(lzma.compress(plain, preset=_PRESET))


def unpacked(data: bytes) -> Sheet:
    """Unpack what `packed` gave. Only ever asked of what this house has sealed itself."""
    said = json.loads(lzma.decompress(b64decode(data)).decode(errors="surrogatepass"))
    sheet = Sheet(said["name"], said["lines"], [tuple(area) for area in said["merged"]], is_cut=said["is_cut"])
    for kind, places in ((Formula, said["formulas"]), (ErrorValue, said["errors"])):
        for row, column in places:
            sheet.lines[row][column] = kind(sheet.lines[row][column])
    return sheet


def _places(sheet: Sheet, kind: type[str]) -> list[tuple[int, int]]:
    return [
        (row, column)
        for row, line in enumerate(sheet.lines)
        for column, cell in enumerate(line)
        if isinstance(cell, kind)
    ]
