"""A year ends: what is left is settled by two persons, the books are closed, and what went over is there anew."""

import re
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from sanhu.domains.evidence.sequencer import sequence
from tests.domains.casework.test_clocks import shanghai
from tests.domains.funding.money import Purse
from tests.domains.funding.settling import donated
from tests.gate import COMMITTEE, ORGAN
from tests.stories.gate_pages import Town, fill, follow

IN_DECEMBER, IN_JANUARY = shanghai("2026-12-10", "10:00"), shanghai("2027-01-11", "10:00")  # a Thursday, a Monday


@pytest.fixture
def at() -> datetime:
    """Thursday 2026-12-10, when the money of the year is there."""
    return IN_DECEMBER


@pytest.mark.covers("R53", "R63", "X-18")
def test_a_year_is_settled_by_two_persons_and_closed_for_good(town: Town, photo: Path) -> None:
    look = town.look
    purse = Purse(town.gate, at=IN_DECEMBER)
    for body, fen in ((ORGAN, 3_000_000), (COMMITTEE, 1_200_000)):
        purse.appropriate(fen, body, source="fiscal", line="L7")
    donated(purse, 300_000)
    town.clock.at = IN_JANUARY

    # 田 sees what is left and where it goes, and lets the committee's fiscal money go over on a paper.
    tian = town.list_of("田", "years")
    look(tian, "years", everywhere=True)
    follow(tian.get_by_role("link", name="2026", exact=True), look)
    row = tian.get_by_role("row").filter(has_text=COMMITTEE).filter(has_text="财政支持")
    expect(row).to_contain_text("交回")
    expect(tian.get_by_role("row").filter(has_text="社会赞助").last).to_contain_text("结转下年")
    look(tian, "year-end", everywhere=True)
    follow(row.get_by_role("link", name="同意结转"), look)
    fill(tian, {"预算部门同意结转的文号": "示财预〔2026〕88号", "为什么结转": "加装电梯跨年施工。"})
    look(tian, "consenting", everywhere=True)
    tian.get_by_role("button", name="同意结转", exact=True).click()
    expect(tian.get_by_role("status")).to_contain_text("已记下")
    expect(tian.get_by_text("示财预〔2026〕88号").first).to_be_visible()

    # The books do not close while anything is left; 田 proposes and cannot sign.
    follow(tian.get_by_role("link", name="提出结算"), look)
    fill(tian, {"依据文件的文号": "示财库〔2027〕1号", "说明": "年终清理。"})
    tian.get_by_label("凭证扫描件").set_input_files(photo)
    tian.get_by_role("button", name="提出结算", exact=True).click()
    expect(tian.get_by_role("status")).to_contain_text("待第二人签批")
    expect(tian.get_by_role("link", name="签批", exact=True)).to_have_count(0)
    look(tian, "settlement-proposed", everywhere=True)
    settlement = tian.url

    qin = town.list_of("秦", "years/close")
    expect(qin.get_by_text("2026 年：3 个账户还有余额，共 ¥45,000.00")).to_be_visible()
    _close(qin)
    expect(qin.get_by_text("年度结算还在等第二人签批").first).to_be_visible()
    look(qin, "not-closed", everywhere=True)
    qin.goto(settlement)
    follow(qin.get_by_role("link", name="签批", exact=True), look)
    qin.get_by_label("我核对过").check()
    look(qin, "signing-settlement", everywhere=True)
    qin.get_by_role("button", name="签批", exact=True).click()
    expect(qin.get_by_role("status")).to_contain_text("凭证已记账")
    look(qin, "settlement-signed", everywhere=True)

    # 秦 closes the year; its summary says what came of every fen.
    qin.goto("/desk/years/close/")
    _close(qin)
    expect(qin.get_by_role("status")).to_contain_text("2026 年已结账")
    follow(qin.get_by_role("link", name="2026", exact=True), look)
    expect(qin.get_by_text("已结账，这一年的账不再动。")).to_be_visible()
    fiscal = qin.get_by_role("row").filter(has_text="财政支持")
    expect(fiscal).to_contain_text("¥42,000.00")
    expect(fiscal).to_contain_text("¥12,000.00")
    expect(fiscal).to_contain_text("¥30,000.00")
    look(qin, "year-closed", everywhere=True)

    # Nothing is posted in it any more; what went over is there in the new year.
    tian = town.list_of("田", "accounts/appropriate")
    tian.get_by_label("拨给哪个单位").select_option(label=COMMITTEE)
    tian.get_by_label("财政支持").check()
    tian.get_by_label("预算科目").select_option("L7")
    fill(tian, {"年度": "2026", "金额（元）": "1", "依据文件的文号": "示财预〔2027〕1号"})
    tian.get_by_label("凭证扫描件").set_input_files(photo)
    tian.get_by_role("button", name="拨入", exact=True).click()
    expect(tian.get_by_text("已经结账，不能再预留、记账或者冲销").first).to_be_visible()
    expect(tian.get_by_text("X-18").first).to_be_visible()
    look(tian, "closed-year-refuses", everywhere=True)
    tian.goto("/desk/accounts/?year=2027")
    carried = tian.get_by_role("row").filter(has_text=COMMITTEE)
    expect(carried).to_have_count(2)
    expect(carried.filter(has_text="财政支持")).to_contain_text("¥12,000.00")
    expect(carried.filter(has_text="社会赞助")).to_contain_text("¥3,000.00")
    look(tian, "new-year", everywhere=True)
    follow(carried.filter(has_text="财政支持").get_by_role("link"), look)
    follow(tian.get_by_role("link", name=re.compile("V0")), look)
    follow(tian.get_by_role("link", name="依据 2026 年的年度结算"), look)

    # Where the money came from: what went over is no income of the new year.
    tian.goto("/desk/sources/?year=2026")
    expect(tian.get_by_text("财政支持是最大的来源，其他来源为辅。").first).to_be_visible()
    expect(
        tian.get_by_text("非财政资金占比 6.67%（¥3,000.00 / ¥45,000.00），在 5.00%–30.00% 的范围内。")
    ).to_be_visible()
    look(tian, "sources", everywhere=True)
    sequence()
    call_command("verify")
    call_command("ledger", "check")


def _close(page: Page) -> None:
    """Choose 2026 and press the button."""
    page.get_by_label("哪一年").select_option("2026")
    page.get_by_label("确认结账").check()
    page.get_by_role("button", name="结账", exact=True).click()
