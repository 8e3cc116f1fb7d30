"""The grammar of tables that people bring in and take out: CSV with a header, read row by row, told fault by fault.

Bad input never stops a reading: every faulty cell is named by row, column and reason, so that a table is put right in
one go (H.6). Rows are numbered as a spreadsheet numbers them: the header is row 1 and blank rows count. Reasons are
message ids in Chinese; whoever shows them translates them. A fault never repeats what stood in the cell, because that
may be personal.
"""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

BOM = "\ufeff"
_UTF_8, _GB_18030 = "utf-8", "gb18030"
MOST_UPLOADED_ROWS = 5_000  # what one upload at the desk may hold (H.6)

UNKNOWN_ENCODING = "文件既不是 UTF-8 编码，也不是 GB 18030（GBK）编码，或者两种混在一起；请另存为“CSV UTF-8”再导入"
EMPTY_FILE = "文件是空的，连表头也没有"
NO_HEADER = "第一行不是表头：没有一个认识的列名"
MISSING_COLUMN = "表头缺少这一列"
UNKNOWN_COLUMN = "表头里有不认识的列"
DOUBLE_COLUMN = "表头里同一列出现了两次"
WRONG_COUNT = "这一行的列数与表头不符"
EMPTY_CELL = "不能为空"
CONTROL_CHARACTER = "含有控制字符或换行"
BROKEN_QUOTES = "引号没有配对，或单元格过长"
TOO_MANY_ROWS = "行数超过一次导入的上限，其后的行没有读"

# C0 and C1 controls would be refused by PostgreSQL or split a line; the others turn the reading direction of a page.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What a spreadsheet takes for the beginning of a formula, in both widths.
_FORMULA = re.compile(r"\s*[=+\-@\u2212\uff1d\uff0b\uff0d\uff20]")
# Digits a spreadsheet would turn into a number: leading zeros go, and after the fifteenth digit all become zero.
_DIGITS_TO_KEEP = re.compile(r"0[0-9]+|[0-9]{11,}[Xx]?")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A check's answer when a cell cannot be used: why, as a message id."""

    reason: str


Check = Callable[[str], str | Wrong]


def any_text(cell: str) -> str | Wrong:
    """Take any text as it stands."""
    return cell


@dataclass(frozen=True, slots=True)
class Column:
    """A column a table may have: recognised in the header by its `name` or by its Chinese `label`.

    A required column stands in the header and is never empty. `check` sees what is not empty, already stripped, and
    gives the value to use or what is wrong with it.
    """

    name: str
    label: str
    required: bool = False
    check: Check = any_text


@dataclass(frozen=True, slots=True)
class Row:
    """A row whose every cell passed its check; a column the file does not have reads as the empty text.

    `headings` tell how the file's header writes each column it has.
    """

    number: int
    values: Mapping[str, str]
    headings: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.values[name]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: row as a spreadsheet numbers it, column as the file's header has it (or empty)."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True)
class ImportReport:
    """What an import read, changed and found faulty.

    `read` counts rows with content below the header; `digest` is the SHA-256 of the file. Where nothing was written,
    `added` and `changed` say what would have been.
    """

    kind: str
    read: int
    added: int
    changed: int
    unchanged: int
    faults: tuple[Fault, ...]
    dry_run: bool
    digest: str
    skip_bad: bool = False

    @property
    def is_written(self) -> bool:
        """Tell whether anything was kept: not in a dry run, and a faulty file only where bad rows are skipped."""
        return not self.dry_run and (self.skip_bad or not self.faults)


class UnknownEncodingError(Exception):
    """A line of the file cannot be read in the encoding of those before it."""


def decoded(lines: Iterable[bytes]) -> Iterator[str]:
    """Decode a file's lines from UTF-8, with or without a byte order mark, or from GB 18030.

    Older spreadsheet programs save CSV in GBK, a part of GB 18030; the first line with anything but ASCII in it tells
    which of the two a file has, because Chinese in the one is hardly ever good text in the other. Neither has the byte
    of a line's end inside a character. Raises UnknownEncodingError.
    """
    encoding = ""
    for number, line in enumerate(lines):
        if number == 0 and line.startswith(BOM.encode()):
            encoding = _UTF_8
        if not encoding and not line.isascii():
            encoding = _encoding_of(line)
        try:
            text = line.decode(encoding or _UTF_8)
        except UnicodeDecodeError as fault:
            raise UnknownEncodingError from fault
        yield text.removeprefix(BOM) if number == 0 else text


def _encoding_of(line: bytes) -> str:
    try:
        line.decode(_UTF_8)
    except UnicodeDecodeError:
        return _GB_18030
    return _UTF_8


@dataclass(frozen=True)
class _Header:
    """Which known column stands at which place, and what the file calls it."""

    columns: tuple[Column, ...]
    headings: Mapping[str, str]
    absent: tuple[str, ...]

    def read(self, number: int, cells: Sequence[str]) -> Iterator[Row | Fault]:
        """Give the row, or each of its faults."""
        if len(cells) != len(self.columns):
            yield Fault(number, "", WRONG_COUNT)
            return
        values = dict.fromkeys(self.absent, "")
        is_good = True
        for column, cell in zip(self.columns, cells, strict=True):
            found = _checked(column, cell)
            if isinstance(found, Wrong):
                is_good = False
                yield Fault(number, self.headings[column.name], found.reason)
            else:
                values[column.name] = found
        if is_good:
            yield Row(number, values, self.headings)


def _checked(column: Column, cell: str) -> str | Wrong:
    if not cell:
        return Wrong(EMPTY_CELL) if column.required else ""
    if _CONTROL.search(cell):
        return Wrong(CONTROL_CHARACTER)
    return column.check(cell)


def _header(cells: Sequence[str], columns: Sequence[Column]) -> _Header | list[Fault]:
    """Match a header with the known columns, or name every difference."""
    known = {name: column for column in columns for name in (column.label, column.name)}
    faults = [Fault(1, cell, UNKNOWN_COLUMN) for cell in cells if cell not in known]
    found = [known[cell] for cell in cells if cell in known]
    if not found:
        # Most likely the header was left out: what stands there is data, and not ours to repeat.
        return [Fault(1, "", NO_HEADER)]
    names = [column.name for column in found]
    faults += [Fault(1, cell, DOUBLE_COLUMN) for cell in cells if cell in known and names.count(known[cell].name) > 1]
    # What is missing is named in the words the file itself uses.
    uses_names = any(column.name in cells for column in columns)
    missing = [column for column in columns if column.name not in names]
    faults += [
        Fault(1, column.name if uses_names else column.label, MISSING_COLUMN) for column in missing if column.required
    ]
    if faults:
        return faults
    headings = dict(zip(names, cells, strict=True))
    return _Header(columns=tuple(found), headings=headings, absent=tuple(column.name for column in missing))


def _records(lines: Iterable[str]) -> Iterator[tuple[int, list[str] | Fault]]:
    """Give each record that has content, with its number; a record that cannot be read is a fault."""
    reader = csv.reader(lines, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            yield number, Fault(number, "", BROKEN_QUOTES)
        except UnknownEncodingError:
            yield number, Fault(number, "", UNKNOWN_ENCODING)
            return
        else:
            if any(cells):
                yield number, cells


def read_rows(
    lines: Iterable[str], columns: Sequence[Column], *, most_rows: int | None = None
) -> Iterator[Row | Fault]:
    """Read a table: each good row, and each fault of each bad one, in the order of the file.

    Nothing is read below a header that names an unknown column, one column twice, or lacks a required one; nor beyond
    `most_rows` rows, nor beyond bytes that cannot be read (see `decoded`).

    >>> columns = [Column("code", "代码", required=True), Column("name", "名称", required=True)]
    >>> [row.values for row in read_rows(["code,name\\n", "990101,示范区\\n"], columns)]
    [{'code': '990101', 'name': '示范区'}]
    >>> list(read_rows(["代码,名称\\n", "990101,\\n"], columns))
    [Fault(row=2, column='名称', reason='不能为空')]
    """
    records = _records(lines)
    first, cells = next(records, (1, Fault(1, "", EMPTY_FILE)))
    if isinstance(cells, Fault):
        yield cells
        return
    header = _header(cells, columns)
    if isinstance(header, list):
        yield from (Fault(first, fault.column, fault.reason) for fault in header)
        return
    for count, (number, record) in enumerate(records):
        if most_rows is not None and count >= most_rows:
            yield Fault(number, "", TOO_MANY_ROWS)
            return
        if isinstance(record, Fault):
            yield record
        else:
            yield from header.read(number, record)


@dataclass
class Reading:
    """A file being read: iterating gives the good rows, while the faults gather beside them and the digest grows.

    `source` is the file's raw lines. Whoever imports adds the faults that only the database can show with `refuse`.
    """

    source: Iterable[bytes]
    columns: Sequence[Column]
    most_rows: int | None = None
    faults: list[Fault] = field(default_factory=list)
    read: int = 0
    _hash: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    _raw: Iterator[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self._raw = self._digested()

    def _digested(self) -> Iterator[bytes]:
        for line in self.source:
            self._hash.update(line)
            yield line

    def __iter__(self) -> Iterator[Row]:
        last = 0
        for item in read_rows(decoded(self._raw), self.columns, most_rows=self.most_rows):
            number = item.number if isinstance(item, Row) else item.row
            # A row with several faults is one row read; a fault of the header is none.
            if number != last and (isinstance(item, Row) or item.reason not in _NOT_A_ROW):
                self.read += 1
            last = number
            if isinstance(item, Row):
                yield item
            else:
                self.faults.append(item)

    def refuse(self, row: Row, column: str, reason: str) -> None:
        """Add a fault that the grammar could not see; the column is named as the file writes it, where it has it."""
        self.faults.append(Fault(row.number, row.headings.get(column, column), reason))

    def report(
        self, *, kind: str, added: int, changed: int, unchanged: int, dry_run: bool, skip_bad: bool
    ) -> ImportReport:
        """Close the reading: faults in the order of the file, digest of all of it even where reading stopped."""
        for _ in self._raw:
            pass
        return ImportReport(
            kind=kind,
            read=self.read,
            added=added,
            changed=changed,
            unchanged=unchanged,
            faults=tuple(sorted(self.faults, key=lambda fault: fault.row)),
            dry_run=dry_run,
            digest=self._hash.hexdigest(),
            skip_bad=skip_bad,
        )


_NOT_A_ROW = frozenset(
    {EMPTY_FILE, NO_HEADER, MISSING_COLUMN, UNKNOWN_COLUMN, DOUBLE_COLUMN, TOO_MANY_ROWS, UNKNOWN_ENCODING}
)


def legible(cell: str) -> str:
    r"""Leave out what no file format of a table takes: control characters but tab and line ends, and non-characters.

    >>> legible("a\x00b\x0bc\n\ufffe")
    'abc\n'
    """
    return _UNPRINTABLE.sub("", cell)


def defuse(cell: str) -> str:
    """Keep a spreadsheet from running a cell as a formula: an apostrophe before = + - @ of either width (H.6).

    >>> defuse('=HYPERLINK("http://evil")')
    '\\'=HYPERLINK("http://evil")'
    >>> defuse("示范区")
    '示范区'
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _for_spreadsheet(cell: str) -> str:
    """Defuse a cell, and keep long codes text with a tab that every reader here strips again (H.4)."""
    return f"\t{cell}" if _DIGITS_TO_KEEP.fullmatch(cell) else defuse(cell)


def write_rows(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Write a table as a spreadsheet opens it: UTF-8 with a byte order mark, CRLF, formulas defused, codes as text."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(BOM)
    writer.writerow(header)
    for row in rows:
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([_for_spreadsheet(cell) for cell in row])
    yield buffer.getvalue().encode()
