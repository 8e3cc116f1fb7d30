"""A department phones a committee: it gets a letter and applies; what a statute says is helped, whoever asks."""

import re
from datetime import datetime

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from sanhu.domains.admission.models import Application
from sanhu.domains.evidence.sequencer import sequence
from tests.applying import go_on
from tests.gate import ORGAN, OTHER_ORGAN
from tests.stories.conftest import make
from tests.stories.gate_pages import THURSDAY, Town, fill, follow, phone, press, sheets_of_a4, write_application

NAME, DOCUMENT = "创建迎检入户核对", "示城管委〔2026〕6号"


@pytest.fixture
def at() -> datetime:
    """Thursday 2026-09-10, when the phone rings."""
    return THURSDAY


@pytest.mark.covers("R7", "R38", "R39", "X-05")
def test_a_call_is_answered_on_paper_and_comes_back_as_an_application(town: Town) -> None:
    look = town.look
    chen = phone(town, organ=OTHER_ORGAN, name=NAME, words="请逐户核对门前卫生，周五前报来。", item="K7-13")
    verdict = chen.get_by_role("group", name="请对方先按准入程序申请，已出告知函")
    expect(verdict).to_contain_text("未经准入：不在生效的协助清单内，不是法定协助，也不是突发事件应急")
    expect(verdict).to_contain_text("第四十三条")
    expect(verdict).to_contain_text("X-05")
    look(chen, "x-05", everywhere=True)
    follow(chen.get_by_role("link", name=re.compile("打开文书")), look)
    sheet = chen.get_by_role("article")
    expect(sheet.get_by_role("heading", name="关于请按准入程序申请协助事项的告知函")).to_be_visible()
    expect(sheet).to_contain_text("抄送：")
    look(chen, "letter", everywhere=True)
    assert sheets_of_a4(look.on_paper(chen, "letter")) in (1, 2)
    code = sheet.locator("b").inner_text()

    _confirmed_by_a_visitor(town, code)

    # 蒋 finds it among what was asked of committees; one click makes an application of it.
    jiang = town.step("蒋", "demands", NAME, "转为准入申请")
    press(jiang, "转为准入申请", "**/applications/*/edit/", look)
    expect(jiang.get_by_label("事项名称")).to_have_value(NAME)
    look(jiang, "converted", everywhere=True)
    write_application(jiang, name=NAME, affair_class="K7")
    press(jiang, "保存并去提交", "**/moves/submit/", look)
    make(jiang, "提交")
    follow(jiang.get_by_role("link", name=re.compile(r"990101-2026-D\d{4}")), look)
    expect(jiang.get_by_text("已转为准入申请").first).to_be_visible()
    look(jiang, "demand-converted")

    # The middle of the way is told in the story of an application; the last step is 高's again.
    application = Application.objects.get(name=NAME)
    for state in ("reviewing", "heard", "joint_meeting", "voted", "approved"):
        go_on(town.gate, application, state, at=town.clock.forward(hours=1))
    town.clock.forward(hours=1)
    gao = town.step("高", "applications", NAME, "生效：权、费、事同时到位")
    gao.get_by_label("授权文书号").fill(DOCUMENT)
    make(gao, "生效：权、费、事同时到位")
    chen = town.find("陈", "tasks", NAME)
    expect(chen.get_by_text(DOCUMENT)).to_be_visible()
    look(chen, "task", everywhere=True)
    sequence()
    call_command("verify")


def _confirmed_by_a_visitor(town: Town, code: str) -> None:
    """Whoever holds the paper types its check code; one that was never given out is told apart."""
    visitor = town.open_page(java_script_enabled=False, viewport={"width": 360, "height": 740})
    visitor.goto("/letter-check/")
    town.look(visitor, "letter-check")
    visitor.get_by_label("校验码").fill(("0" if code[0] != "0" else "1") + code[1:])
    visitor.get_by_role("button", name="核对").click()
    expect(visitor.get_by_role("alert")).to_be_visible()
    town.look(visitor, "letter-unknown")
    visitor.get_by_label("校验码").fill(code.lower().replace("-", " "))
    visitor.get_by_role("button", name="核对").click()
    expect(visitor.get_by_role("heading", name="这份文书是本区发出的")).to_be_visible()
    expect(visitor.get_by_text("关于请按准入程序申请协助事项的告知函")).to_be_visible()
    town.look(visitor, "letter-confirmed", everywhere=True)


@pytest.mark.covers("R36", "R40")
def test_what_a_statute_or_an_emergency_asks_for_cannot_be_refused(town: Town) -> None:
    look = town.look
    words = "请陪同看望一名社区矫正对象，了解困难。"
    chen = phone(town, organ=ORGAN, name="协助看望社区矫正对象", words=words, item="K1-10")
    _says_help(chen, "应当协助", "城市居民委员会组织法第十条第五项、社区矫正法第十二条", "不经准入也不得拒绝")
    expect(chen.get_by_text("现在没有您可以办的步骤")).to_be_visible()
    look(chen, "statutory", everywhere=True)

    basis = "区防汛指挥部 Ⅲ 级应急响应，示汛〔2026〕3号"
    chen = phone(town, organ=ORGAN, name="汛前转移低洼住户", words="两小时内请协助转移低洼院落的住户。", declared=basis)
    _says_help(chen, "应当协助，先办再补手续", "突发事件应对法", "先行协助")
    expect(chen.get_by_text("部门最迟哪天补办")).to_be_visible()
    look(chen, "emergency", everywhere=True)

    # Neither has a letter anywhere, and the organ hands in the emergency's record within its five days.
    chen = town.list_of("陈", "demands")
    look(chen, "both-demands")
    sun = town.step("孙", "demands", "汛前转移低洼住户", "补办应急协助手续")
    fill(
        sun,
        {"应急的经过和请居民委员会做了什么": "转移住户七人，两小时后返回。", "依据的条款": "突发事件应对法第二十二条"},
    )
    make(sun, "补办应急协助手续")
    expect(sun.get_by_text("没有出过告知单")).to_be_visible()
    look(sun, "recorded-afterwards")
    sequence()
    call_command("verify")


def _says_help(page: Page, title: str, article: str, words: str) -> None:
    """The page says that help is due and on which article, and offers no refusal."""
    verdict = page.get_by_role("group", name=title, exact=True)
    expect(verdict).to_contain_text(article)
    expect(verdict).to_contain_text(words)
    expect(page.get_by_text("没有出过告知单")).to_be_visible()
    for refusing in ("拒绝", "告知", "报请"):
        expect(page.get_by_role("button", name=re.compile(refusing))).to_have_count(0)
        expect(page.get_by_role("main").get_by_role("link", name=re.compile(refusing))).to_have_count(0)
