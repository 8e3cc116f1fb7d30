"""A lottery grant refused for wages and mended, its money spent on its plan alone, its notice read by a resident."""

from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from sanhu.domains.evidence.sequencer import sequence
from tests.domains.casework.test_clocks import shanghai
from tests.gate import COMMITTEE
from tests.stories.gate_pages import Town, box, fill, follow

PURPOSE = "老年助餐点"
ARTICLE = "彩票管理条例第三十三条"
DONE = "助餐点从十月开张，每个工作日供午餐，服务老人四十二名。"
NEW_YEAR = shanghai("2027-01-11", "10:00")


@pytest.fixture
def at() -> datetime:
    """Thursday 2026-09-10."""
    return shanghai("2026-09-10", "10:00")


@pytest.mark.covers("R63", "R52", "R53", "X-12")
def test_a_lottery_grant_s_way(town: Town, photo: Path) -> None:
    look = town.look
    _registered(town, refused="X-12")
    _received(town, photo)
    _spent(town, photo)

    # The year is over: 陈 announces what the ledger has, and says in words what was done.
    town.clock.at = NEW_YEAR
    chen = town.list_of("陈", "earmarks")
    follow(chen.get_by_role("link", name="年度公告"), look)
    expect(chen.get_by_role("row").filter(has_text="2026 年")).to_contain_text("还没有公告，最迟 2027年3月31日")
    follow(chen.get_by_role("link", name="2026 年"), look)
    look(chen, "notice-form", everywhere=True)
    fill(chen, {"做了什么": DONE})
    chen.get_by_role("button", name="公告", exact=True).click()
    expect(chen.get_by_text("已按时公告")).to_be_visible()
    look(chen, "notice-published", everywhere=True)

    _read(town)
    sequence()
    call_command("verify")
    call_command("ledger", "check")


def _registered(town: Town, *, refused: str) -> None:
    """田 writes the approval down; with wages in the plan it is refused, without them it is taken."""
    look = town.look
    tian = town.list_of("田", "earmarks")
    follow(tian.get_by_role("link", name="登记彩票公益金项目"), look)
    tian.get_by_label("哪个单位使用").select_option(label=COMMITTEE)
    tian.get_by_label("民政部门").check()
    tian.get_by_label("使用方向").select_option("elderly")
    said = {
        "项目用途": PURPOSE,
        "批准文号": "示民福〔2026〕3号",
        "批准日期": "2026-02-10",
        "项目第一天": "2026-03-01",
        "项目最后一天": "2027-06-30",
        "使用计划：工资福利": "1000",
        "使用计划：设备购置": "2000",
        "使用计划：购买服务": "3000",
    }
    fill(tian, said)
    tian.get_by_role("button", name="登记", exact=True).click()
    expect(tian.get_by_text("不得用于工资福利、办公经费").first).to_be_visible()
    expect(tian.get_by_text(ARTICLE).first).to_be_visible()
    expect(tian.get_by_text(refused)).to_be_visible()
    expect(box(tian, "项目用途")).to_have_value(PURPOSE)
    look(tian, "wages-refused", everywhere=True)
    fill(tian, {"使用计划：工资福利": ""})
    tian.get_by_role("button", name="登记", exact=True).click()
    expect(tian.get_by_role("heading", name=PURPOSE)).to_be_visible()
    look(tian, "registered", everywhere=True)


def _received(town: Town, scan: Path) -> None:
    look = town.look
    tian = town.find("田", "earmarks", PURPOSE)
    follow(tian.get_by_role("link", name="拨入项目资金"), look)
    fill(tian, {"金额（元）": "5000", "依据文件的文号": "示财社〔2026〕21号"})
    tian.get_by_label("凭证扫描件").set_input_files(scan)
    tian.get_by_role("button", name="拨入", exact=True).click()
    expect(tian.get_by_role("status")).to_contain_text("凭证已写好")
    look.once(tian)


def _spent(town: Town, scan: Path) -> None:
    """陈 buys on the plan; what is for the office is refused, with its article, and no fen leaves."""
    look = town.look
    chen = town.find("陈", "earmarks", PURPOSE)
    look(chen, "project-with-money", everywhere=True)
    chen.get_by_role("link", name="支出", exact=True).click()
    look(chen, "spending-form", everywhere=True)
    _write(chen, yuan="200", expense="office", payee="江城文具店", scan=scan)
    expect(chen.get_by_text("不得用于工资福利、办公经费").first).to_be_visible()
    expect(chen.get_by_text(ARTICLE).first).to_be_visible()
    look(chen, "office-refused", everywhere=True)
    _write(chen, yuan="1500", expense="equipment", payee="江城炊事设备有限公司", scan=None)
    expect(chen.get_by_role("status")).to_contain_text("凭证已写好")
    expect(chen.get_by_text("江城炊事设备有限公司")).to_be_visible()
    look(chen, "spent", everywhere=True)
    chen = town.find("陈", "earmarks", PURPOSE)
    expect(chen.get_by_role("row").filter(has_text="设备购置")).to_contain_text("¥500.00")
    expect(chen.get_by_text("¥3,500.00").first).to_be_visible()


def _write(page: Page, *, yuan: str, expense: str, payee: str, scan: Path | None) -> None:
    fill(page, {"金额（元）": yuan, "收款方名称": payee, "依据文件的文号": "示采〔2026〕5号"})
    page.get_by_label("支出类别").select_option(expense)
    page.get_by_label("支出性质").select_option("service")
    page.get_by_label("单位", exact=True).check()
    if scan is not None:
        page.get_by_label("凭证扫描件").set_input_files(scan)
    page.get_by_role("button", name="提交", exact=True).click()


def _read(town: Town) -> None:
    """A resident, who signs in nowhere, goes from the accounts to the project and reads what became of the money."""
    look = town.look
    lin = town.open_page(java_script_enabled=False)
    lin.goto("/accounts/")
    look.once(lin)
    follow(lin.get_by_role("link", name="彩票公益金项目和年度公告"), look)
    look(lin, "projects", everywhere=True)
    follow(lin.get_by_role("link", name=PURPOSE), look)
    expect(lin.get_by_text("已按时公告")).to_be_visible()
    look(lin, "project", everywhere=True)
    follow(lin.get_by_role("link", name="2026 年"), look)
    for part in (DONE, "¥5,000.00", "¥1,500.00", "¥3,500.00"):
        expect(lin.get_by_text(part).first).to_be_visible()
    expect(lin.get_by_text("江城炊事设备有限公司")).to_have_count(0)
    look(lin, "notice", everywhere=True)
