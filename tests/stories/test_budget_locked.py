"""A budget without its upkeep line does not lock; mended it does, by a second person, and then is only adjusted."""

from datetime import datetime

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.funding.budget_queries import comes_to
from sanhu.domains.funding.models import Budget
from tests.stories.conftest import make
from tests.stories.gate_pages import THURSDAY, Town, fill, follow, press

UPKEEP = "L5b 服务设施管理维护经费"
TITLE, NUMBER = "2027 年区本级预算", "990101-2027-B01"
# In yuan: every mandatory line but the upkeep of facilities.
AMOUNTS = {
    "L1 社区党组织工作经费，行政性支出": "360000",
    "L2 居委会工作经费，行政性支出": "720,000",
    "L3 社区工作站工作经费，行政性支出": "540000",
    "L4 社区工作人员工资福利，服务性支出": "9600000",
    "L5a 服务设施建设经费，建设性支出": "3000000",
    "L6a 信息网络建设经费，建设性支出": "800000",
    "L6b 信息网络维护经费，服务性支出": "260000.50",
}


@pytest.fixture
def at() -> datetime:
    """Thursday 2026-09-10."""
    return THURSDAY


@pytest.mark.covers("R56", "R56.5", "R57")
def test_a_budget_waits_for_its_upkeep_line(town: Town) -> None:
    tian = _written(town)
    follow(tian.get_by_role("link", name="提交批准", exact=True), town.look)
    expect(tian.get_by_text("还缺必列科目，不能锁定")).to_be_visible()
    make(tian, "提交批准")
    _sent_back(town)
    _mended(town)
    _locked(town)
    _adjusted(town)
    found = Budget.objects.get(number=NUMBER)
    assert found.opened_by_id != found.approved_by_id
    assert sum(comes_to(found).values()) == 1_628_000_050
    sequence()
    call_command("verify")


def _written(town: Town) -> Page:
    """田 writes it; what is no amount is named and kept, nothing else is lost."""
    tian = town.list_of("田", "budgets")
    follow(tian.get_by_role("link", name="编制预算"), town.look)
    fill(tian, {"年度": "2027"})
    press(tian, "开始编制", "**/edit/", town.look)
    fill(tian, AMOUNTS | {"L7 为民服务专项经费，公益性支出": "一百元"})
    tian.get_by_role("button", name="存入草案").click()
    expect(tian.get_by_label("L7 为民服务专项经费，公益性支出")).to_have_value("一百元")
    expect(tian.get_by_label("L2 居委会工作经费，行政性支出")).to_have_value("720,000")
    town.look(tian, "no-amount", everywhere=True)
    fill(tian, {"L7 为民服务专项经费，公益性支出": ""})
    tian.get_by_role("button", name="存入草案").click()
    expect(tian.get_by_role("status")).to_contain_text("已存入草案。")
    expect(tian.get_by_role("heading", name=TITLE)).to_be_visible()
    town.look(tian, "draft", everywhere=True)
    return tian


def _sent_back(town: Town) -> None:
    """秦 wants to lock it and is told what is missing, and on what article; so he sends it back."""
    qin = town.list_of("秦", "budgets")
    follow(qin.get_by_role("link", name=TITLE).first, town.look)
    follow(qin.get_by_role("link", name="批准并锁定", exact=True), town.look)
    qin.get_by_role("button", name="批准并锁定", exact=True).click()
    refusal = qin.get_by_role("alert", name="现在不能这样办")
    expect(refusal).to_contain_text(f"{UPKEEP}：必列科目没有安排金额，预算不能锁定")
    expect(refusal).to_contain_text("专项经费第五项")
    town.look(qin, "refused", everywhere=True)
    qin.goto(f"/desk/budgets/{NUMBER}/moves/reject/")
    town.look.once(qin)
    fill(qin, {"理由": "没有列服务设施管理维护经费，建成的站点要有人维护。"})
    make(qin, "退回")


def _mended(town: Town) -> None:
    tian = town.find("田", "budgets", TITLE)
    expect(tian.get_by_text("没有列服务设施管理维护经费，建成的站点要有人维护。")).to_be_visible()
    town.look(tian, "sent-back")
    follow(tian.get_by_role("link", name="改动", exact=True), town.look)
    fill(tian, {f"{UPKEEP}，服务性支出": "960000"})
    tian.get_by_role("button", name="存入草案").click()
    follow(tian.get_by_role("link", name="提交批准", exact=True), town.look)
    expect(tian.get_by_text("还缺必列科目")).to_have_count(0)
    make(tian, "提交批准")
    # Whoever wrote it does not lock it.
    expect(tian.get_by_role("link", name="批准并锁定", exact=True)).to_have_count(0)


def _locked(town: Town) -> None:
    qin = town.find("秦", "budgets", TITLE)
    follow(qin.get_by_role("link", name="批准并锁定", exact=True), town.look)
    make(qin, "批准并锁定")
    expect(qin.get_by_text("已锁定").first).to_be_visible()
    expect(qin.get_by_role("link", name="改动", exact=True)).to_have_count(0)
    town.look(qin, "locked", everywhere=True)
    assert town.look.on_paper(qin, "locked")


def _adjusted(town: Town) -> None:
    """田 asks on a document; nothing changes until 秦 approves."""
    tian = town.find("田", "budgets", TITLE)
    follow(tian.get_by_role("link", name="申请调整"), town.look)
    fill(tian, {"依据文件的文号": "示财预〔2027〕3号", "为什么调整": "线路扩容，维护经费不足。"})
    fill(tian, {"L6b 信息网络维护经费，服务性支出": "40000", f"{UPKEEP}，服务性支出": "-960000"})
    tian.get_by_role("button", name="提交，等另一个人批准").click()
    expect(tian.get_by_text(f"{UPKEEP}：必列科目不能调整到没有金额").first).to_be_visible()
    town.look(tian, "adjusting-refused", everywhere=True)
    fill(tian, {f"{UPKEEP}，服务性支出": ""})
    press(tian, "提交，等另一个人批准", "**/adjustments/1/", town.look)
    expect(tian.get_by_text("¥16,240,000.50")).to_be_visible()
    qin = town.list_of("秦", "budgets")
    follow(qin.get_by_role("link", name=f"{TITLE}第 1 次调整"), town.look)
    qin.get_by_label("批准调整").check()
    town.look(qin, "deciding", everywhere=True)
    qin.get_by_role("button", name="决定").click()
    expect(qin.get_by_role("status")).to_contain_text("已记下。")
    expect(qin.get_by_text("¥16,280,000.50").first).to_be_visible()
    town.look(qin, "adjusted", everywhere=True)
