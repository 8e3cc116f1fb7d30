"""A matter runs through the house: reported without an account or JavaScript, rated by whoever reported it."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from sanhu.domains.casework.models import Matter
from sanhu.domains.evidence.sequencer import sequence
from tests.browser import OpenPage
from tests.conftest import Clock
from tests.stories.conftest import District, SignIn, make, next_step, open_matter
from tests.stories.looking import Looker, pages_of

WORDS = "垃圾桶边上天天有人乱倒装修垃圾，𠮷老师家的㛃㛃踩到过钉子。"


@pytest.mark.postgres_too
@pytest.mark.covers("R6", "R35", "R36", "R44", "R45")
def test_from_report_to_rating(
    district: District,
    clock: Clock,
    open_page: OpenPage,
    sign_in: SignIn,
    page_no_js: Page,
    photo: Path,
    look: Looker,
) -> None:
    # 林 reports from a phone without JavaScript; a first try without words loses nothing.
    lin = page_no_js
    lin.goto("/")
    look.once(lin)
    lin.get_by_role("link", name="反映一个问题").click()
    lin.get_by_label("具体位置").fill("翠园小区东门垃圾房")
    lin.get_by_label("照片").set_input_files(photo)
    lin.get_by_role("button", name="提交").click()
    expect(lin.get_by_role("alert")).to_contain_text("请填写“发生了什么”")
    expect(lin.get_by_text("第 1 张照片已收到")).to_be_visible()
    expect(lin.get_by_label("具体位置")).to_have_value("翠园小区东门垃圾房")
    look(lin, "report-faulty", everywhere=True)
    lin.get_by_label("发生了什么").fill(WORDS)
    lin.locator("input.map").click(position={"x": 60, "y": 60})
    expect(lin.get_by_role("status")).to_contain_text("已选：翠园社区")
    expect(lin.get_by_label("发生了什么")).to_have_value(WORDS)
    look(lin, "report-clicked")
    lin.get_by_label("发短信").check()
    lin.get_by_label("手机号或邮箱").fill("13900000000")
    lin.get_by_role("button", name="提交").click()
    code = lin.locator("#receipt").inner_text()
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}", code)
    look(lin, "registered")
    number = Matter.objects.get().number
    shown = f"{number[:6]}-{number[6:14]}-{number[14:]}"

    # 周 at the street window accepts it and writes what the public may read.
    zhou = sign_in("周")
    next_step(zhou, shown, "受理", look)
    zhou.get_by_label("归入哪一项").select_option(label="K1-06 生活垃圾分类违规投放执法")
    zhou.get_by_label("公开标题").fill("小区垃圾房旁乱倒装修垃圾")
    make(zhou, "受理")
    expect(zhou.get_by_text("现在没有您可以办的步骤")).to_be_visible()
    look(zhou, "matter-accepted")

    # 徐 assigns it: the one responsible body follows from the catalogue and the area.
    clock.forward(hours=1)
    xu = sign_in("徐")
    next_step(xu, shown, "交办", look)
    expect(xu.get_by_label("主责单位").locator("option:checked")).to_have_text("示范区城市管理局")
    make(xu, "交办")

    # 吴, head of that body, signs for it; 孙 begins, 高 finishes on the spot.
    clock.forward(hours=2)
    wu = sign_in("吴")
    next_step(wu, shown, "签收", look)
    make(wu, "签收")
    clock.forward(hours=2)
    sun = sign_in("孙")
    next_step(sun, shown, "开始办理", look)
    make(sun, "开始办理")
    clock.forward(days=2)
    gao = sign_in("高")
    next_step(gao, shown, "办理完毕", look)
    gao.get_by_role("button", name="办理完毕").click()
    expect(gao.get_by_role("alert")).to_contain_text("请填写“办理结果”")
    look(gao, "finish-faulty")
    gao.get_by_label("办理结果").fill("清运装修垃圾两车，装上监控提示牌。")
    gao.get_by_label("告诉反映人的话").fill("装修垃圾已经清走，以后每天巡查。")
    make(gao, "办理完毕")

    # 陈, elected and from another body, looks on the spot; 何 calls back and closes.
    clock.forward(hours=5)
    chen = sign_in("陈")
    next_step(chen, shown, "核查通过", look)
    make(chen, "核查通过")
    clock.forward(hours=1)
    he = sign_in("何")
    open_matter(he, shown, look)
    expect(he.get_by_text("139******00")).to_be_visible()
    he.get_by_role("link", name="查看原文").click()
    look.once(he)
    he.get_by_label("为什么要看原文").fill("办结前电话回访反映人")
    he.get_by_role("button", name="查看原文").click()
    expect(he.get_by_text("13900000000")).to_be_visible()
    next_step(he, shown, "办结", look)
    make(he, "办结")
    expect(he.get_by_text("已办结").first).to_be_visible()
    look(he, "matter-closed", everywhere=True)
    look.on_paper(he, "matter-closed")

    # 林 reads how it went, prints the notice, and rates once.
    lin.goto("/receipt/")
    look.once(lin)
    lin.get_by_label("回执码").fill(code.lower().replace("-", " "))
    lin.get_by_role("button", name="查看").click()
    expect(lin.get_by_text("装修垃圾已经清走，以后每天巡查。")).to_be_visible()
    expect(lin.get_by_text(WORDS)).to_be_visible()
    look(lin, "my-matter", everywhere=True)
    lin.get_by_role("link", name="打开可打印的告知书").click()
    expect(lin.get_by_role("heading", name="受理告知书")).to_be_visible()
    look(lin, "notice", everywhere=True)
    assert pages_of(look.on_paper(lin, "notice")) == 1
    lin.go_back()
    lin.get_by_label("满意", exact=True).check()
    lin.get_by_role("button", name="提交评价").click()
    expect(lin.get_by_text("谢谢您的评价")).to_be_visible()
    expect(lin.get_by_role("button", name="提交评价")).to_have_count(0)
    look(lin, "rated")

    # Anybody sees what is public, and not a word of what 林 wrote.
    somebody = open_page(java_script_enabled=False)
    somebody.goto(f"/matters/{shown}/")
    expect(somebody.get_by_role("heading", name="小区垃圾房旁乱倒装修垃圾")).to_be_visible()
    page_text = somebody.locator("body").inner_text()
    assert "𠮷" not in page_text
    assert "13900000000" not in page_text
    assert code not in page_text
    look(somebody, "public-matter", everywhere=True)

    # Another district's clerk finds nothing.
    zheng = sign_in("郑")
    answer = zheng.goto(f"/desk/matters/{number}/")
    assert answer is not None
    assert answer.status == 404
    look(zheng, "not-found")

    # The record proves itself.
    sequence()
    call_command("verify")
