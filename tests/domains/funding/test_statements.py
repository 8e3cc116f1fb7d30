"""A statement comes in whole or not at all; it confirms what it names exactly, and guesses nothing."""

import io
from collections.abc import Sequence
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from sanhu.domains.catalogue.services.calendars import FaultyRows
from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding import queries
from sanhu.domains.funding.clearing_queries import candidates_of, on_statement_only
from sanhu.domains.funding.models import Statement, StatementLine, StatementSource
from sanhu.domains.funding.services.statements import import_statement, match_again
from sanhu.domains.funding.verification import CHECKS
from tests.domains.funding.money import LIMIT, Purse
from tests.domains.funding.refusals import refused

HEADER = "reference,booked_on,amount,voucher_number\n"


def bring(purse: Purse, text: str, *, by: str = "田", encoding: str = "utf-8", name: str = "十一月") -> Statement:
    return import_statement(actor=purse.actor(by), at=purse.now(), name=name, data=(HEADER + text).encode(encoding))


def full_width(text: str) -> str:
    """Write digits and marks as an input method for Chinese does."""
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


def faults(purse: Purse, text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(FaultyRows) as raised:
        bring(purse, text)
    return [(fault.row, fault.column, fault.reason) for fault in raised.value.faults]


@pytest.mark.covers("R53")
def test_lines_confirm_what_they_name_exactly(purse: Purse):
    purse.fund(LIMIT * 2)  # V0001
    held = purse.reserve(LIMIT + 20)
    for fen in (12, 7):
        purse.pay(held, fen)  # V0002, V0003
    waiting = purse.pay(held, LIMIT)  # V0004
    rows = (
        "a1,2026-11-09,0.12,990101-2026-V0002\n"  # confirmed
        "a2,2026/11/9,0.08,990101-2026-V0003\n"  # a fen too much
        "a3,2026.11.09,0.13,\n"  # names nothing, and no amount fits
        "a4,20261109,50000,990101-2026-V0004\n"  # waits for a second person
        "a5,2026-11-09,0.12,990101-2026-V0002\n"  # confirmed by a1 already
        "a6,2026-11-09,1,990101-2026-V9999\n"
    )
    statement = bring(purse, rows)
    assert list(statement.lines.filter(voucher__isnull=False).values_list("reference", flat=True)) == ["a1"]
    differences = statement.lines.filter(voucher__isnull=True).order_by("pk").values_list("reference", flat=True)
    assert list(differences) == ["a2", "a3", "a4", "a5", "a6"]
    assert [voucher.number[-5:] for voucher in queries.unconfirmed("990101")] == ["V0003"]
    purse.sign(waiting.number)
    wide = f"b1,{full_width('2026-11-09')},{full_width('50,000.00')},{full_width('990101')}-2026-v0004\n"
    later = bring(purse, wide, encoding="gb18030")
    assert list(later.lines.values_list("amount_fen", "voucher__number")) == [(LIMIT, None)]
    assert list(statement.lines.exclude(voucher=None).values_list("reference", "voucher__number")) == [
        ("a1", "990101-2026-V0002"),
        ("a4", "990101-2026-V0004"),  # posted since, and named first
    ]
    assert verify(checks=CHECKS).findings == ()


def test_faulty_rows_are_named_and_nothing_is_kept(purse: Purse):
    bring(purse, "a1,2026-11-09,1.00,\n")
    assert faults(
        purse,
        "a1,2026-11-09,2,\nb,2026-02-30,1.234,\nc,2026-11-09,-5,\nc2,2026-11-10,0.00,\nd,2026-11-09,3,\nd,2026-11-09,4,\n",
    ) == [
        (2, "reference", "这个流水号已经有了，日期、金额或者凭证编号不同"),
        (3, "booked_on", "日期应写作 2026-01-31"),
        (3, "amount", "金额应写作元，至多两位小数，不能是负数"),
        (4, "amount", "金额应写作元，至多两位小数，不能是负数"),
        (5, "amount", "必须大于 0，也不能超过上限"),
        (7, "reference", "这个流水号已经有了"),
    ]
    assert faults(purse, "e,2026-11-10,1,\n") == [(2, "booked_on", "不能晚于今天")]
    assert faults(purse, "f,2026-11-09,100000000000.01,\n") == [(2, "amount", "必须大于 0，也不能超过上限")]
    assert faults(purse, "") == [(1, "", "一行也没有")]
    assert StatementLine.objects.count() == 1


def test_the_same_bytes_come_in_once(purse: Purse):
    bring(purse, "a1,2026-11-09,1.00,\n")
    assert refused(lambda: bring(purse, "a1,2026-11-09,1.00,\n", name="又一次")) == (
        "这份对账单已经导入过，什么也没有改变",
        "",
    )
    assert refused(lambda: bring(purse, "a2,2026-11-09,1.00,\n", name=" "))[0].startswith("名称：")
    assert Statement.objects.count() == 1


def test_other_encodings_and_a_mark_at_the_beginning(purse: Purse):
    data = "\ufeff流水号,记账日期,金额,凭证编号\na1,2026-11-09,1.5,\n"
    for number, encoding in enumerate(("utf-8", "gb18030")):
        text = data.removeprefix("\ufeff") if encoding == "gb18030" else data
        statement = import_statement(
            actor=purse.actor("秦"), at=purse.now(), name="表", data=text.replace("a1", f"a{number}").encode(encoding)
        )
        assert statement.lines.get().amount_fen == 150
    with pytest.raises(FaultyRows):
        import_statement(actor=purse.actor("秦"), at=purse.now(), name="表", data=b"\xff\xfe\x00r\x81")


def test_who_may_bring_one_and_who_sees_it(purse: Purse):
    for surname in ("孙", "吴", "陈", "郑", "林"):
        assert refused(lambda by=surname: bring(purse, "a1,2026-11-09,1,\n", by=by)) == ("您的岗位没有这项权限", "")
    bring(purse, "a1,2026-11-09,1,\n", by="秦")
    seen = {who: queries.statements_visible_to(purse.actor(who)).count() for who in ("田", "秦", "孙", "郑")}
    assert seen == {"田": 1, "秦": 1, "孙": 0, "郑": 0}


def book(*rows: Sequence[object], title: Sequence[Sequence[object]] = ()) -> bytes:
    """Write a workbook as a bank gives it: perhaps a title above the heading, and what Excel stores in each cell."""
    made = Workbook()
    assert made.active is not None
    for row in (*title, ("流水号", "记账日期", "金额", "凭证编号"), *rows):
        made.active.append(list(row))
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def bring_book(purse: Purse, data: bytes, **wished: str) -> Statement:
    return import_statement(actor=purse.actor("田"), at=purse.now(), name="十一月", data=data, **wished)


@pytest.mark.covers("R53")
def test_a_workbook_is_read_as_excel_stores_it(purse: Purse):
    purse.fund(LIMIT)
    held = purse.reserve(LIMIT - 1)
    paid = purse.pay(held, 123_457)  # V0002
    title = (("中国示范银行", None), (None,), ("2026年11月", None))
    data = book(
        ("A1", datetime.fromisoformat("2026-11-09T08:30"), 1234.57, paid.number),
        ("A2", date(2026, 11, 9), 0.1 + 0.2, None),
        (20261109001, full_width("2026/11/9"), "￥1,234.50", full_width(paid.number.lower())),
        (None, None, None, None),
        ("A4", 20261109, 7, ""),
        title=title,
    )
    statement = bring_book(purse, data, origin="finance")
    assert list(statement.lines.order_by("pk").values_list("reference", "amount_fen", "voucher__number")) == [
        ("A1", 123_457, paid.number),
        ("A2", 30, None),
        ("20261109001", 123_450, None),
        ("A4", 700, None),
    ]
    source = StatementSource.objects.get(statement=statement)
    assert (source.origin, source.file_format, source.known_lines) == ("finance", "xlsx", 0)
    assert verify(checks=CHECKS).findings == ()


def book_faults(purse: Purse, data: bytes) -> list[tuple[int, str, str]]:
    with pytest.raises(FaultyRows) as raised:
        bring_book(purse, data)
    return [(fault.row, fault.column, fault.reason) for fault in raised.value.faults]


def test_what_a_workbook_cannot_be_trusted_with_is_refused_by_cell(purse: Purse):
    data = book(
        ("A1", date(2026, 11, 9), "=SUM(C4:C5)", None),
        (12345678901234567890, date(2026, 11, 9), 1, None),
        ("A3", date(2026, 11, 9), 0.125, None),
        ("A4", "十一月九日", 1, None),
        title=(("示范银行",),),
    )
    assert book_faults(purse, data) == [
        (3, "金额", "这一格是公式；请复制后选择性粘贴为数值，再导入"),
        (4, "流水号", "超过 15 位的流水号在 Excel 里存成了数字，末几位已经不准；请按文本保存"),
        (5, "金额", "金额应写作元，至多两位小数，不能是负数"),
        (6, "记账日期", "日期应写作 2026-01-31"),
    ]
    assert book_faults(purse, b"PK\x03\x04broken")[0][2].startswith("不是可以打开的 xlsx 文件")
    for data in (b"%PDF-1.7 1 0 obj", b"\x89PNG\r\n\x1a\n\0\0", b"\xd0\xcf\x11\xe0\0"):  # the last is an old .xls
        assert book_faults(purse, data)[0][2].startswith("这不是 CSV 或者 Excel（.xlsx）文件")
    assert book_faults(purse, book(("x",)))[0] == (2, "记账日期", "不能为空")
    many = book(*((f"B{number}", date(2026, 11, 9), 1, None) for number in range(5_001)))
    assert book_faults(purse, many)[-1][2] == "行数超过一次导入的上限，其后的行没有读"
    assert Statement.objects.count() == 0


@pytest.mark.covers("R53")
def test_the_same_lines_in_another_file_change_nothing_and_that_is_said(purse: Purse):
    bring(purse, "a1,2026-11-09,1.00,\na2,2026-11-09,2.00,\n")
    again = book(("a1", date(2026, 11, 9), 1, None), ("a2", date(2026, 11, 9), 2, None))
    assert refused(lambda: bring_book(purse, again)) == ("这份对账单里的每一笔都已经导入过，什么也没有改变", "")
    later = bring(purse, "a2,2026-11-09,2.00,\na3,2026-11-09,3.00,\n")
    assert list(later.lines.values_list("reference", flat=True)) == ["a3"]
    assert StatementSource.objects.get(statement=later).known_lines == 1
    assert (Statement.objects.count(), StatementLine.objects.count()) == (2, 3)


@pytest.mark.covers("R53")
def test_what_names_no_voucher_is_matched_only_where_there_is_no_choice(purse: Purse):
    purse.fund(LIMIT)
    held = purse.reserve(10_000)
    one, *twins = (purse.pay(held, fen) for fen in (500, 700, 700))
    statement = bring(purse, "a1,2026-11-05,5.00,\na2,2026-11-09,7.00,\na3,2026-11-01,5.00,\n")
    matched = dict(statement.lines.exclude(voucher=None).values_list("reference", "voucher__number"))
    assert matched == {"a1": one.number}  # a Thursday, four days before; a3 is eight days before
    left = list(on_statement_only(purse.actor("田")))
    assert [line.reference for line in left] == ["a2", "a3"]
    found = candidates_of(left, district="990101")
    assert [[voucher.number for voucher in found[line.pk]] for line in left] == [[twin.number for twin in twins], []]
    assert verify(checks=CHECKS).findings == ()


def test_what_is_posted_later_is_matched_when_asked_again(purse: Purse):
    purse.fund(LIMIT * 2)
    held = purse.reserve(LIMIT)
    statement = bring(purse, "a1,2026-11-09,50000,\n")
    waiting = purse.pay(held, LIMIT)
    again = {"actor": purse.actor("田"), "at": purse.now()}
    assert match_again(**again) == 0
    purse.sign(waiting.number)
    assert match_again(**again) == 1
    assert statement.lines.get().voucher == waiting
    assert match_again(**again) == 0
    assert refused(lambda: match_again(actor=purse.actor("孙"), at=purse.now()))[0] == "您的岗位没有这项权限"
    assert verify(checks=CHECKS).findings == ()
