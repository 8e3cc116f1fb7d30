"""Tables in and out: the grammar of an import, its faults by hand, and what a spreadsheet is not allowed to run."""

import csv
import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanhu.engines import tables
from sanhu.engines.tables import (
    BOM,
    Column,
    Fault,
    ImportReport,
    Reading,
    Row,
    Wrong,
    decoded,
    defuse,
    read_rows,
    write_rows,
)


def _short(cell: str) -> str | Wrong:
    return cell if len(cell) <= 4 else Wrong("太长")


COLUMNS = [
    Column("code", "代码", required=True),
    Column("name", "名称", required=True, check=_short),
    Column("note", "备注"),
]


def read(text: str, **options: int) -> list[dict[str, str] | Fault]:
    rows = read_rows(io.StringIO(text, newline=""), COLUMNS, **options)
    return [dict(item.values) if isinstance(item, Row) else item for item in rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [Fault(1, "", tables.EMPTY_FILE)]),
        ("\n \n", [Fault(1, "", tables.EMPTY_FILE)]),
        ("张三,110101\n李四,110102\n", [Fault(1, "", tables.NO_HEADER)]),
        ("code,name,colour\n1,一,红\n", [Fault(1, "colour", tables.UNKNOWN_COLUMN)]),
        ("code,note\n1,一\n", [Fault(1, "name", tables.MISSING_COLUMN)]),
        ("代码,备注\n1,一\n", [Fault(1, "名称", tables.MISSING_COLUMN)]),
        ("code,代码,name\n1,1,一\n", [Fault(1, "code", tables.DOUBLE_COLUMN), Fault(1, "代码", tables.DOUBLE_COLUMN)]),
        ("name,code\n一,1\n", [{"code": "1", "name": "一", "note": ""}]),
        ("代码,名称,备注\n1,一,\n", [{"code": "1", "name": "一", "note": ""}]),
        (" code ,name\n 1 ,\u3000一\u3000\n", [{"code": "1", "name": "一", "note": ""}]),
        ("code,name\n1,一,2\n", [Fault(2, "", tables.WRONG_COUNT)]),
        ("code,name\n1\n", [Fault(2, "", tables.WRONG_COUNT)]),
        ("code,name\n,\n", []),
        ("code,name\n,五个字的名\n", [Fault(2, "code", tables.EMPTY_CELL), Fault(2, "name", "太长")]),
        ("代码,名称\n1,五个字的名\n", [Fault(2, "名称", "太长")]),
        ('code,name\n1,"一\n二"\n', [Fault(2, "name", tables.CONTROL_CHARACTER)]),
        ("code,name\n1,一\x00\n", [Fault(2, "name", tables.CONTROL_CHARACTER)]),
        ("code,name\n1,\u202e一\n", [Fault(2, "name", tables.CONTROL_CHARACTER)]),
        ('code,name\n1,"一"二\n', [Fault(2, "", tables.BROKEN_QUOTES)]),
        ('code,name\n1,"一\n', [Fault(2, "", tables.BROKEN_QUOTES)]),
        ("code,name\n1,𠮷㛃\n", [{"code": "1", "name": "𠮷㛃", "note": ""}]),
        ('code,name\n1,"a""b"\r\n', [{"code": "1", "name": 'a"b', "note": ""}]),
    ],
)
def test_each_table_reads_as_written_by_hand(text: str, expected: list[dict[str, str] | Fault]) -> None:
    assert read(text) == expected


def test_a_bad_row_does_not_stop_the_reading_and_rows_are_numbered_as_a_spreadsheet_numbers_them() -> None:
    text = "code,name\n1,一\n\n2,\n3,三\n,四\n"
    assert read(text) == [
        {"code": "1", "name": "一", "note": ""},
        Fault(4, "name", tables.EMPTY_CELL),
        {"code": "3", "name": "三", "note": ""},
        Fault(6, "code", tables.EMPTY_CELL),
    ]


def test_a_line_break_in_quotes_is_within_one_row() -> None:
    assert read('code,name\n1,"一\n二"\n2,\n')[1] == Fault(3, "name", tables.EMPTY_CELL)


def test_reading_ends_at_the_limit_and_says_so() -> None:
    text = "code,name\n" + "1,一\n" * 3
    assert len(read(text, most_rows=3)) == 3
    assert read(text, most_rows=2)[-1] == Fault(4, "", tables.TOO_MANY_ROWS)
    assert len(read(text, most_rows=2)) == 3


def test_no_fault_repeats_what_stood_in_the_cell() -> None:
    faults = read("code,name\n,林晓雨的身份证号\n110105194912310021,\n")
    assert all("林" not in str(fault) and "110105" not in str(fault) for fault in faults)
    assert len(faults) == 3


@pytest.mark.parametrize("start", [b"", BOM.encode()])
def test_utf_8_is_read_with_and_without_a_byte_order_mark(start: bytes) -> None:
    rows = list(read_rows(decoded([start + "代码,名称\n".encode(), "1,一\n".encode()]), COLUMNS))
    assert [row["name"] for row in rows if isinstance(row, Row)] == ["一"]


@pytest.mark.parametrize("encoding", ["gbk", "gb18030"])
def test_what_an_older_spreadsheet_saves_is_read_too(encoding: str) -> None:
    lines = "code,名称\n1,示范\n2,一\n".encode(encoding).splitlines(keepends=True)
    rows = list(read_rows(decoded(lines), COLUMNS))
    assert [row["name"] for row in rows if isinstance(row, Row)] == ["示范", "一"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("header", ["代码,名称", "code,name"])
def test_rare_names_survive_either_encoding(encoding: str, header: str) -> None:
    """Extension A, and what lies beyond the basic plane: four bytes a character in both encodings."""
    lines = f"{header}\r\n1,何㛃\r\n2,陈𬭎\r\n3,欧阳䶮𠮷\r\n".encode(encoding).splitlines(keepends=True)
    rows = list(read_rows(decoded(lines), COLUMNS))
    assert [row["name"] for row in rows if isinstance(row, Row)] == ["何㛃", "陈𬭎", "欧阳䶮𠮷"]


@pytest.mark.parametrize(
    "encoded",
    ["代码,名称\n1,示范\n".encode("utf-16"), "代码,名称\n1,示范\n".encode("gbk") + b"2,\xff\xff\n"],
    ids=["UTF-16", "neither"],
)
def test_another_encoding_is_refused_with_the_way_out(encoded: bytes) -> None:
    *_rows, fault = read_rows(decoded(encoded.splitlines(keepends=True)), COLUMNS)
    assert isinstance(fault, Fault)
    assert fault.reason == tables.UNKNOWN_ENCODING
    assert "CSV UTF-8" in tables.UNKNOWN_ENCODING
    assert "GB 18030" in tables.UNKNOWN_ENCODING


def test_an_encoding_that_changes_midway_keeps_what_was_read_before() -> None:
    lines = [b"code,name\n", "1,一\n".encode(), "2,一二三\n".encode("gbk"), b"3,c\n"]
    rows = list(read_rows(decoded(lines), COLUMNS))
    assert [type(row) for row in rows] == [Row, Fault]
    assert rows[1] == Fault(3, "", tables.UNKNOWN_ENCODING)


class TestReading:
    def test_faults_gather_beside_the_rows_in_the_order_of_the_file(self) -> None:
        reading = Reading(["代码,名称\n".encode(), "1,一\n".encode(), b",\n", b"2,\n", "3,三\n".encode()], COLUMNS)
        for row in reading:
            if row["code"] == "1":
                reading.refuse(row, "name", "已有")
        report = reading.report(kind="things", added=1, changed=0, unchanged=0, dry_run=False, skip_bad=False)
        assert report.faults == (Fault(2, "名称", "已有"), Fault(4, "名称", tables.EMPTY_CELL))
        assert report.read == 3

    def test_a_row_with_two_faults_is_one_row_read(self) -> None:
        reading = Reading([b"code,name\n", ",五个字的名\n".encode(), "1,一\n".encode()], COLUMNS)
        assert len(list(reading)) == 1
        assert (reading.read, len(reading.faults)) == (2, 2)

    def test_a_faulty_header_is_no_row(self) -> None:
        reading = Reading([b"code,note\n", b"1,2\n"], COLUMNS)
        assert list(reading) == []
        assert (reading.read, len(reading.faults)) == (0, 1)

    @pytest.mark.parametrize(
        "content", [b"code,name\n1,a\n", b"code,wrong\n1,a\n2,b\n", "代码,名称\n1,示\n".encode("gbk"), b""]
    )
    def test_the_digest_is_the_files_even_where_reading_stopped(self, content: bytes) -> None:
        reading = Reading(io.BytesIO(content), COLUMNS)
        list(reading)
        report = reading.report(kind="things", added=0, changed=0, unchanged=0, dry_run=True, skip_bad=False)
        assert report.digest == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("dry_run", "skip_bad", "is_faulty", "written"),
    [
        (False, False, False, True),
        (False, False, True, False),
        (False, True, True, True),
        (True, False, False, False),
        (True, True, True, False),
    ],
)
def test_what_is_written(dry_run: bool, skip_bad: bool, is_faulty: bool, written: bool) -> None:
    faults = (Fault(2, "code", "空"),) if is_faulty else ()
    report = ImportReport("things", 1, 1, 0, 0, faults, dry_run, "", skip_bad)
    assert report.is_written is written


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+8613800000000", "'+8613800000000"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("\uff20SUM(A1)", "'\uff20SUM(A1)"),
        ("  =1+1", "'  =1+1"),
        ("\t=1+1", "'\t=1+1"),
        ("\n=1+1", "'\n=1+1"),
        ("a=1", "a=1"),
        ("", ""),
        ("𠮷", "𠮷"),
    ],
)
def test_a_formula_is_defused(cell: str, safe: str) -> None:
    assert defuse(cell) == safe


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("110101001001", "\t110101001001"),
        ("11010519491231002X", "\t11010519491231002X"),
        ("007", "\t007"),
        ("110101", "110101"),
        ("0", "0"),
        ("12.5", "12.5"),
    ],
)
def test_a_code_stays_text_in_a_spreadsheet(cell: str, written: str) -> None:
    table = b"".join(write_rows(["x"], [[cell]])).decode()
    assert table == f"{BOM}x\r\n{written}\r\n"


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_nothing_written_begins_a_formula(rows: list[list[str]]) -> None:
    table = b"".join(write_rows(["a", "b"], rows)).decode().removeprefix(BOM)
    for record in csv.reader(io.StringIO(table, newline="")):
        assert not any(cell.strip()[:1] in {"=", "+", "-", "@"} for cell in record if cell.strip())


_PLAIN = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="=+-@\u2212\uff1d\uff0b\uff0d\uff20"
    ),
    min_size=1,
)


@given(st.lists(st.tuples(_PLAIN, _PLAIN), max_size=5))
def test_what_is_written_is_read_again(rows: list[tuple[str, str]]) -> None:
    columns = [Column("a", "甲", required=True), Column("b", "乙", required=True)]
    lines = b"".join(write_rows(["甲", "乙"], rows)).splitlines(keepends=True)
    found = list(read_rows(decoded(lines), columns))
    assert [(row["a"], row["b"]) for row in found if isinstance(row, Row)] == rows
    assert len(found) == len(rows)
