"""What money may be used for, in one table; when a second person signs; the amounts that are none."""

import pytest

from sanhu.domains.funding.rules import check_source, needs_second, second_reason
from sanhu.domains.funding.terms import BudgetLine, FundSource
from tests.domains.funding.money import LIMIT

# Which lines each source may pay, as F.4 has it: rows are sources, columns L1 to L10.
LINES = ("L1", "L2", "L3", "L4", "L5a", "L5b", "L6a", "L6b", "L7", "L8", "L9", "L10")
MAY_PAY = {
    "fiscal": "yyyyyyyyyyy-",
    "fee_follows_affair": "----------y-",
    "lottery": "-----------y",
    "paid_service": "----yyyyy---",
    "social_donation": "----yyyyy---",
}


def test_the_table_names_every_source_and_line():
    assert list(LINES) == BudgetLine.values
    assert list(MAY_PAY) == FundSource.values


@pytest.mark.covers("R56", "R63", "X-12")
@pytest.mark.parametrize(("source", "marks"), MAY_PAY.items())
def test_each_source_pays_its_own_lines(source: str, marks: str):
    for line, mark in zip(LINES, marks, strict=True):
        decision = check_source(source=source, line=line, is_government_duty=False)
        assert (decision.allowed, decision.code) == ((True, "") if mark == "y" else (False, "X-12")), line


@pytest.mark.covers("R55", "X-10", "X-12")
@pytest.mark.parametrize(
    ("source", "line", "code", "citations"),
    [
        ("fiscal", "L9", "", ()),
        ("fee_follows_affair", "L9", "", ()),
        ("paid_service", "L7", "X-10", ("分类管理办法第二十条",)),
        ("social_donation", "L7", "X-10", ("分类管理办法第二十条", "慈善法第三十二条")),
        ("lottery", "L10", "X-12", ("彩票管理条例第三十三条",)),
    ],
)
def test_a_government_s_own_duty_is_paid_by_the_government(
    source: str, line: str, code: str, citations: tuple[str, ...]
):
    decision = check_source(source=source, line=line, is_government_duty=True)
    assert (decision.code, decision.citations, decision.allowed) == (code, citations, not code)


@pytest.mark.parametrize(("source", "line"), [("gold", "L9"), ("fiscal", "L11")])
def test_what_is_no_source_and_no_line_is_refused(source: str, line: str):
    assert not check_source(source=source, line=line, is_government_duty=False)


@pytest.mark.covers("X-12")
def test_lottery_money_pays_no_wages():
    decision = check_source(source="lottery", line="L4", is_government_duty=False)
    assert (decision.code, decision.citations) == ("X-12", ("彩票管理条例第三十三条",))


@pytest.mark.parametrize(
    ("amount", "recent", "reason"),
    [
        (LIMIT, 0, "金额达到须由两人签批的限额"),
        (LIMIT - 1, 0, ""),
        (1, LIMIT - 2, ""),
        (1, LIMIT - 1, "与近期付给同一收款方的金额合计，达到须由两人签批的限额"),
    ],
)
def test_when_a_second_person_signs(amount: int, recent: int, reason: str):
    assert second_reason(amount_fen=amount, recent_fen=recent) == reason
    assert needs_second(amount_fen=amount, recent_fen=recent) is bool(reason)
