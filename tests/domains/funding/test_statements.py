"""A statement comes in whole or not at all; it confirms what it names exactly, and guesses nothing."""

import pytest

from sanhu.domains.catalogue.services.calendars import FaultyRows
from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding import queries
from sanhu.domains.funding.models import Statement, StatementLine
from sanhu.domains.funding.services.statements import import_statement
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
        "a3,2026.11.09,0.12,\n"  # names nothing, though the amount would fit
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
    assert list(later.lines.values_list("amount_fen", "voucher__number")) == [(LIMIT, "990101-2026-V0004")]
    assert verify(checks=CHECKS).findings == ()


def test_faulty_rows_are_named_and_nothing_is_kept(purse: Purse):
    bring(purse, "a1,2026-11-09,1.00,\n")
    assert faults(
        purse,
        "a1,2026-11-09,1,\nb,2026-02-30,1.234,\nc,2026-11-09,-5,\nc2,2026-11-10,0.00,\nd,2026-11-09,3,\nd,2026-11-09,4,\n",
    ) == [
        (2, "reference", "这个流水号已经有了"),
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
    assert refused(lambda: bring(purse, "a1,2026-11-09,1.00,\n", name="又一次")) == ("这份对账单已经导入过", "")
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
