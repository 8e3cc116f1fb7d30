"""What money was for, and whether it was reached: 田 sets targets and evaluates, 秦 reviews, residents read it."""

from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from tests.applying import APPLIED_AT
from tests.domains.funding.budgets import COMPLETE, Budgets
from tests.domains.funding.money import Purse
from tests.domains.funding.performances import GOAL, LINE, REACHED, TARGETS, YEAR, Performances
from tests.stories.gate_pages import Town, fill, follow


@pytest.fixture
def at() -> datetime:
    """Thursday 2026-09-10."""
    return APPLIED_AT


def number_of(thousandths: int) -> str:
    return f"{thousandths / 1000:g}"


def write_values(page: Page) -> None:
    for place, one in enumerate(REACHED, start=1):
        page.locator(f"#id_value_{place}").fill(number_of(one.value))
        page.locator(f"#id_words_{place}").fill(one.words)


@pytest.mark.covers("R53")
def test_targets_are_set_watched_evaluated_reviewed_by_another_and_read_by_residents(town: Town) -> None:
    look = town.look
    line = Performances(Budgets(Purse(town.gate)))
    number = line.budgets.begin(YEAR)
    line.budgets.write(number, COMPLETE)
    town.clock.at = line.purse.now()

    # 田 sets what the line is for; fifty points of output are not forty.
    tian = town.desk("田")
    tian.goto(f"/desk/budgets/{number}/")
    look.once(tian)
    follow(tian.get_by_role("link", name="绩效目标和评价"), look)
    follow(tian.get_by_role("link", name="L5b 服务设施管理维护经费"), look)
    tian.get_by_role("link", name="定绩效目标").click()
    fill(tian, {"总体目标": GOAL})
    for row, target in enumerate(TARGETS, start=1):
        tian.locator(f"#id_kind_{row}").select_option(target.kind)
        tian.locator(f"#id_name_{row}").fill(target.name)
        tian.locator(f"#id_unit_{row}").fill(target.unit)
        tian.locator(f"#id_direction_{row}").select_option(target.direction)
        tian.locator(f"#id_value_{row}").fill("" if target.value is None else number_of(target.value))
        tian.locator(f"#id_points_{row}").fill("10" if row == 1 else str(target.points))
    tian.get_by_role("button", name="存入目标").click()
    expect(tian.get_by_text("产出指标：分值合计须是 50，现在是 40")).to_be_visible()
    look(tian, "targets", everywhere=True)
    tian.locator("#id_points_1").fill("20")
    tian.get_by_role("button", name="存入目标").click()
    expect(tian.get_by_role("status")).to_contain_text("已记下：定绩效目标")

    # In the year he says what will be missed, and why.
    line.budgets.submit(number)
    line.budgets.approve(number)
    line.pay(450)
    town.clock.at = line.purse.now()
    tian.goto(f"/desk/budgets/{number}/performance/{LINE}/")
    tian.get_by_role("link", name="绩效监控").click()
    write_values(tian)
    look(tian, "watching", everywhere=True)
    tian.get_by_role("button", name="记下监控").click()
    expect(tian.get_by_role("heading", name="预计年底达不到目标的")).to_be_visible()
    look(tian, "watched", everywhere=True)

    # When the books are closed he evaluates; execution is read from them.
    line.close()
    town.clock.at = line.purse.now()
    tian = town.desk("田")
    tian.goto(f"/desk/budgets/{number}/performance/{LINE}/")
    tian.get_by_role("link", name="自评", exact=True).click()
    write_values(tian)
    fill(tian, {"总体完成情况": "基本完成。"})
    look(tian, "evaluating", everywhere=True)
    tian.get_by_role("button", name="提交自评").click()
    expect(tian.get_by_role("heading", name="自评（待复核）：90.68 分，优")).to_be_visible()

    # 秦 changes the grade, with a reason; nothing changes any more.
    qin = town.desk("秦")
    qin.goto(f"/desk/budgets/{number}/performance/{LINE}/")
    qin.get_by_role("link", name="复核", exact=True).click()
    qin.get_by_label("复核通过").check()
    qin.get_by_label("等级").select_option("good")
    qin.get_by_role("button", name="决定").click()
    expect(qin.get_by_text("理由：改动等级须写明理由").first).to_be_visible()
    look(qin, "reviewing", everywhere=True)
    fill(qin, {"理由": "两项指标年初定得偏低。"})
    qin.get_by_role("button", name="决定").click()
    expect(qin.get_by_role("heading", name="评价结果：90.68 分，良")).to_be_visible()
    expect(qin.get_by_text("自评已经复核，不能再改").first).to_be_visible()
    look(qin, "result", everywhere=True)
    look.on_paper(qin, "result")

    # A resident reads it, beside the accounts, and how the score came about; evidence and names stay inside.
    resident = town.open_page(java_script_enabled=False)
    resident.goto(f"{town.base}/accounts/")
    look.once(resident)
    follow(resident.get_by_role("link", name="预算绩效的评价结果"), look)
    resident.get_by_role("link", name="2026 年区本级预算").click()
    expect(resident.get_by_role("heading", name="L5b 服务设施管理维护经费：90.68 分，良")).to_be_visible()
    expect(resident.get_by_text("五件等配件")).to_have_count(0)
    look(resident, "public-result", everywhere=True)
