"""Files as people bring them: titles, headings in two rows, other encodings; what is no table is refused in words."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.workbook import opening
from sanhu.domains.catalogue.workbook.columns import COLUMNS
from sanhu.domains.catalogue.workbook.heading import NO_HEADING, NOT_KNOWN
from sanhu.domains.catalogue.workbook.judging import NOTHING_READ
from sanhu.domains.catalogue.workbook.marking import marked_copy
from sanhu.domains.catalogue.workbook.packing import packed, unpacked
from sanhu.domains.catalogue.workbook.reading import read_workbook
from sanhu.domains.catalogue.workbook.template import CHOICES, EXAMPLES, EXPLANATION, template
from sanhu.domains.catalogue.workbook.writing import headings
from sanhu.engines.tables import BROKEN_QUOTES, DOUBLE_COLUMN, EMPTY_FILE, TOO_MANY_ROWS, UNKNOWN_ENCODING
from tests.domains.catalogue.sheets import csv_file, errors, grid, judged, rows_of, xlsx

SHEET = "xl/worksheets/sheet1.xml"


def repacked(changed: dict[str, bytes], data: bytes | None = None) -> bytes:
    """Give a workbook with some of its parts put in another's place."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data or xlsx(grid(rows_of("K1-01"))))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, changed.get(name, old.read(name)))
    return out.getvalue()


def with_password() -> bytes:
    """Give a zip file whose parts say that they are encrypted."""
    data = bytearray(xlsx(grid(rows_of("K1-01"))))
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        data[place + 8] |= 1
        place = data.find(b"PK\x01\x02", place + 4)
    return bytes(data)


UNREADABLE = {
    "empty": (b"", EMPTY_FILE),
    "blank": (b"\r\n , \r\n", EMPTY_FILE),
    "utf-16": (csv_file([["事项代码"]], "utf-16"), UNKNOWN_ENCODING),
    "mixed": ("事项代码\n".encode() + "示范\n".encode("gb18030"), UNKNOWN_ENCODING),
    "quotes": ('事项代码,事项名称\n"K1-01,甲\n'.encode(), BROKEN_QUOTES),
    "old excel": (opening._COMPOUND + b"Workbook", opening.OLD_EXCEL),
    "locked": (opening._COMPOUND + "EncryptedPackage".encode("utf-16-le"), opening.ENCRYPTED),
    "locked parts": (with_password(), opening.ENCRYPTED),
    "no zip": (b"PK\x03\x04 nothing", opening.NOT_A_WORKBOOK),
    "another zip": (repacked({"[Content_Types].xml": b"<a/>"}), opening.NOT_A_WORKBOOK),
    "broken sheet": (repacked({SHEET: b"<worksheet><sheetData><row>"}), opening.NOT_A_WORKBOOK),
    "bomb": (repacked({SHEET: b" " * (opening.MOST_UNPACKED + 1)}), opening.TOO_LARGE),
    "entities": (repacked({SHEET: b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'}), opening.UNSAFE),
    "wide entities": (repacked({SHEET: '<!DOCTYPE x><worksheet/>'.encode("utf-16")}), opening.UNSAFE),
    "large": (b"a" * (opening.MOST_PACKED + 1), opening.TOO_LARGE),
    "no cell": (xlsx([]), EMPTY_FILE),
}  # fmt: skip


@pytest.mark.parametrize(("data", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_table_is_refused_in_words(data: bytes, reason: str) -> None:
    found = judged(data)
    assert [(fault.row, fault.reason) for fault in found.errors] == [(0, reason)]
    assert (found.book.rows, found.wanted) == (0, ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_each_encoding_of_a_csv_is_read(encoding: str) -> None:
    book = judged(csv_file(grid(rows_of("K1-01")), encoding)).book
    assert [place.item for place in book.items] == [shipped.items()[0]]


def test_titles_headings_over_two_rows_and_empty_rows_are_passed_over() -> None:
    (row,) = rows_of("K1-01")
    names = headings()
    above = [f"{name} *" if number < 22 else None for number, name in enumerate(names)]
    above[22] = "任务与主责"
    below = [None if number < 22 else f" {name}\n（必填）" for number, name in enumerate(names)]
    table = [["示范区社区事务清单"], [None], above, below, [None], [row[name] for name in names], ["  "]]
    found = judged(xlsx(table))
    assert [(place.row, place.item) for place in found.book.items] == [(5, shipped.items()[0])]
    assert (found.errors, found.warnings) == ((), ())
    assert judged(csv_file(table)).book.items[0].item == shipped.items()[0]


def test_headings_may_be_the_english_names_in_any_order() -> None:
    (row,) = rows_of("K1-01")
    columns = sorted(COLUMNS, key=lambda column: column.name)
    table = [[column.name.replace("_", " ").title() for column in columns], [row[column.label] for column in columns]]
    assert judged(xlsx(table)).book.items[0].item == shipped.items()[0]


def test_other_columns_are_passed_over_and_told_and_one_column_twice_is_a_fault() -> None:
    (row,) = rows_of("K1-01")
    header = ["序号", *headings(), "代码"]
    found = judged(xlsx([header, [1, *row.values(), "K1-02"]]))
    assert [(fault.letters, fault.label, fault.words) for fault in found.warnings] == [("A", "序号", NOT_KNOWN)]
    assert [(fault.row, fault.letters, fault.words) for fault in found.errors] == [(1, "AR", DOUBLE_COLUMN)]


@pytest.mark.parametrize("table", [[["甲", "乙"], ["丙", "丁"]], [["事项代码", "事项名称"], ["K1-01", "甲"]]])
def test_a_table_without_headings_is_told(table: list[list[str]]) -> None:
    assert [(fault.row, fault.words) for fault in judged(xlsx(table)).errors] == [(1, NO_HEADING)]


def test_headings_alone_are_told() -> None:
    assert [(fault.row, fault.words) for fault in judged(xlsx([headings()])).errors] == [(1, NOTHING_READ)]


def test_the_first_sheet_that_is_shown_and_holds_something_is_read() -> None:
    book = Workbook()
    book.active["A1"] = "别的"
    book.active.sheet_state = "hidden"
    book.create_sheet("空")
    sheet = book.create_sheet("清单")
    for line in grid(rows_of("K1-01")):
        sheet.append([cell or None for cell in line])
    out = io.BytesIO()
    book.save(out)
    found = read_workbook(out.getvalue())
    assert (found.sheet.name, len(found.items)) == ("清单", 1)


def test_numbers_dates_and_answers_are_read_whatever_their_type() -> None:
    (row,) = rows_of("K1-01")
    row |= {"期限": 90.0, "评估周期（月）": "6.0", "公共性": True, "截止规则": date(2026, 12, 31), "标记": 12}
    found = judged(xlsx(grid([row])))
    item = found.book.items[0].item
    assert (item.review_months, item.is_public_nature, item.end_rule, item.mark) == (6, True, "2026-12-31", "12")
    assert item.duties[0].clock.rule.amount == 90
    assert found.errors == ()


def test_more_rows_than_may_be_brought_are_told_and_none_is_taken() -> None:
    (row,) = rows_of("K1-01")
    names = ["事项代码", "事项名称", "任务", "主责主体"]
    table = [names, *([row["事项代码"], row["事项名称"], f"任务{number}", "公安机关"] for number in range(5001))]
    found = judged(csv_file(table))
    assert (found.book.rows, found.wanted) == (5000, ())
    assert (5002, "", "") in errors(found)
    assert {fault.words for fault in found.errors if fault.row} >= {TOO_MANY_ROWS}


def test_formats_drawn_to_the_bottom_are_no_rows_but_what_stands_below_them_is() -> None:
    table = [*grid(rows_of("K1-01")), *([[None]] * opening.MOST_LINES)]
    book = load_workbook(io.BytesIO(xlsx(table)))
    for row in range(3, opening.MOST_LINES + 50):
        book.active.cell(row=row, column=2).number_format = "@"
    out = io.BytesIO()
    book.save(out)
    found = judged(out.getvalue())
    assert (found.book.rows, found.errors) == (1, ())
    book.active.cell(row=opening.MOST_LINES + 20, column=1, value="K1-02")
    book.save(out := io.BytesIO())
    assert [fault.words for fault in judged(out.getvalue()).errors] == [TOO_MANY_ROWS]


def test_a_sheet_is_packed_whole_and_its_formulas_stay_formulas() -> None:
    rows = rows_of("K1-01", "K1-02")
    rows[0]["定义"], rows[1]["定义"] = "=1+1", "#REF!"
    sheet = read_workbook(xlsx([["清单"], *grid(rows)], merged=["A1:C1"])).sheet
    again = unpacked(packed(sheet))
    assert again == sheet
    assert [type(again.at(row, 4)) for row in (2, 3)] == [opening.Formula, opening.ErrorValue]
    assert len(packed(sheet)) < 4_000


def test_merged_cells_without_end_cost_no_time() -> None:
    cells = b"".join(b'<mergeCell ref="A1:XFD1048576"/>' for _number in range(5000))
    data = repacked({})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read(SHEET).replace(b"</sheetData>", b"</sheetData><mergeCells>" + cells + b"</mergeCells>")
    assert read_workbook(repacked({SHEET: sheet})).rows == 1


def test_the_marked_copy_is_the_sheet_with_its_faults_at_their_cells() -> None:
    rows = rows_of("K1-01", "K1-02", "K1-03")
    rows[0]["主责主体"], rows[1]["定义"], rows[2]["事项代码"] = "居委会；业委会", "=1+1", "ｋ1-03"  # noqa: RUF001
    found = judged(xlsx([["示范区清单"], *grid(rows)], merged=["A1:C1"]))
    sheet = load_workbook(io.BytesIO(marked_copy(found.book, found.errors, found.warnings))).active
    assert sheet is not None
    assert (sheet["A1"].value, sheet["A2"].value, sheet["AQ2"].value) == ("示范区清单", "事项代码", "检查结果")
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:C1"]
    marked = {cell.coordinate: cell.comment.text for line in sheet.iter_rows() for cell in line if cell.comment}
    assert list(marked) == ["Y3", "E4", "A5"]
    articles = "分类管理办法第七条；城市居民委员会组织法第十条第八项"
    assert marked["Y3"].startswith(f"X-02 居民委员会不得主责行政执法和管理事务，只能协助（依据：{articles}）")
    assert "X-03 主责主体不止一个" in marked["Y3"]
    assert marked["A5"] == "请核对：读作“K1-03”"
    assert sheet["Y3"].fill.fgColor.rgb != sheet["A5"].fill.fgColor.rgb != sheet["B5"].fill.fgColor.rgb
    assert sheet["AQ3"].value.splitlines()[0] == "Y 主责主体：X-02 居民委员会不得主责行政执法和管理事务，只能协助"
    assert (sheet["AQ5"].value, sheet["E4"].data_type) == (None, "s")  # what was a formula is none any more


def test_the_marked_copy_can_be_mended_and_brought_again() -> None:
    rows = rows_of("K7-09")
    rows[1]["主责主体"] = ""
    found = judged(csv_file(grid(rows)))
    copy = marked_copy(found.book, found.errors, found.warnings)
    again = judged(copy)
    assert [fault.as_json() for fault in again.errors] == [fault.as_json() for fault in found.errors]
    assert again.warnings == ()  # the column of findings is known
    book = load_workbook(io.BytesIO(copy))
    book.active["Y3"] = "供热企业"
    out = io.BytesIO()
    book.save(out)
    mended = judged(out.getvalue())
    assert [place.item for place in mended.book.items] == [row for row in shipped.items() if row.code == "K7-09"]
    assert mended.errors == ()


def test_the_template_reads_as_its_examples_and_offers_the_closed_words() -> None:
    data = template()
    found = judged(data)
    assert [place.item.code for place in found.book.items] == list(EXAMPLES)
    assert (found.errors, found.warnings) == ((), ())
    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames[1:] == [EXPLANATION, CHOICES]
    assert book[CHOICES].sheet_state == "hidden"
    checks = {str(check.sqref): check for check in book.worksheets[0].data_validations.dataValidation}
    strict = {area.partition("2:")[0] for area, check in checks.items() if check.showErrorMessage}
    labels = {book.worksheets[0][f"{letters}1"].value for letters in strict}
    assert labels == {
        "类别", "由何而来", "边界", "公共性", "公开方式", "政府法定职责", "自治任务", "法律点名",
        "期限单位", "末日顺延", "期限性质", "示范值",
    }  # fmt: skip
    offered = {cell.value for line in book[CHOICES].iter_rows(min_row=2) for cell in line}
    assert {"居民委员会", "城市管理部门", "K7", "凭回执查询", "满足社区居民需求", "工作日"} <= offered
    assert [cell.value for cell in book[EXPLANATION]["B"]][1:] == [column.name for column in COLUMNS]
