"""A day of a department: signed for, co-signed, objected to, finished; the head away and an officer in their place."""

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from sanhu.domains.casework.models import Matter
from sanhu.domains.evidence.sequencer import sequence
from tests import cast as cast_of
from tests.applying import application_of, with_post
from tests.cast import MONDAY_MORNING
from tests.gate import OTHER_ORGAN
from tests.stories.conftest import make
from tests.stories.gate_pages import Town, fill, follow, press

FIRM = "安居物业服务有限公司"
QUESTION = "清运以后请每周巡查一次堆放点，是否同意？"
OBJECTION = "夜间没有人手，只能白天巡查。"
THE_SAME_PERSON = "核查和办结须由承办人以外的人进行，换岗位也不行"


@pytest.fixture
def at() -> datetime:
    """Monday 2026-11-09, 09:40: what came in on Friday has been assigned."""
    return MONDAY_MORNING


@pytest.mark.covers("R36")
def test_day_of_department(town: Town) -> None:
    look, cast = town.look, town.gate.cast
    town.gate = with_post(town.gate, "孙", "和平街道办事处", "integrated_clerk")
    friday = MONDAY_MORNING - timedelta(days=3)
    first, second = (cast_of.carry(cast, to="assigned", at=friday).matter.number for _matter in range(2))
    application_of(town.gate, to="heard", name="文明养犬入户宣传")

    wu = town.desk("吴")
    wu.goto("/desk/")
    look(wu, "inbox", everywhere=True)
    _step(wu, town, first, "签收")
    make(wu, "签收")
    sun = town.desk("孙")
    _step(sun, town, first, "开始办理")
    make(sun, "开始办理")

    _asked_to_cosign(town, first)
    _answered(town, first)
    _finished_all_the_same(town, first)
    _head_away(town, second)
    _by_the_deputy(town, second)
    _more_time(town, second)
    _beside_matters(town)
    sequence()
    call_command("verify")


def _open(page: Page, town: Town, number: str) -> None:
    page.goto(f"/desk/matters/{number}/")
    town.look.once(page)


def _step(page: Page, town: Town, number: str, move: str) -> None:
    _open(page, town, number)
    follow(page.get_by_role("link", name=move, exact=True).first, town.look)


def _asked_to_cosign(town: Town, number: str) -> None:
    """孙 asks two bodies; a form that asks nobody is refused, and while an answer is out nothing is finished."""
    sun, look = town.desk("孙"), town.look
    _step(sun, town, number, "请其他单位会签")
    fill(sun, {"会签的问题": QUESTION})
    sun.get_by_role("button", name="提出会签").click()
    expect(sun.get_by_role("alert")).to_contain_text("请谁会签")
    expect(sun.get_by_label("会签的问题")).to_have_value(QUESTION)
    look(sun, "cosigning-faulty", everywhere=True)
    for body in (OTHER_ORGAN, FIRM):
        sun.get_by_label(body).check()
    press(sun, "提出会签", f"**/matters/{number}/", look)
    expect(sun.get_by_text("等待会签")).to_have_count(2)
    look(sun, "cosigning-asked", everywhere=True)
    sun.goto(f"/desk/matters/{number}/moves/finish/")
    expect(sun.get_by_role("group", name="现在不能这样办")).to_contain_text("还有单位没有答复会签")
    look(sun, "cosigning-unanswered")


def _answered(town: Town, number: str) -> None:
    """蒋 agrees for the other bureau; 马 objects, and has to say why."""
    look = town.look
    town.clock.forward(minutes=20)
    for who, answer, words in (("蒋", "同意", ""), ("马", "不同意", OBJECTION)):
        page = town.desk(who)
        page.goto("/desk/")
        expect(page.get_by_role("row").filter(has_text="会签，11月12日前答复")).to_be_visible()
        look(page, f"asked-{answer}")
        _step(page, town, number, "答复会签")
        page.get_by_label(answer, exact=True).check()
        if words:
            page.get_by_role("button", name="提交会签意见").click()
            expect(page.get_by_text("不同意须说明为什么").first).to_be_visible()
            look(page, "objecting-faulty", everywhere=True)
            page.get_by_role("textbox", name="意见").fill(words)
        press(page, "提交会签意见", f"**/matters/{number}/", look)


def _finished_all_the_same(town: Town, number: str) -> None:
    """The result has to name who objected, and say why it is done so nevertheless."""
    sun, look = town.desk("孙"), town.look
    _open(sun, town, number)
    expect(sun.get_by_text(OBJECTION)).to_be_visible()
    look(sun, "cosigning-answered", everywhere=True)
    _step(sun, town, number, "办理完毕")
    fill(sun, {"办理结果": "已清运，每周巡查。"})
    sun.get_by_role("button", name="办理完毕").click()
    expect(sun.get_by_role("alert", name="现在不能这样办")).to_contain_text("须逐一写出该单位的全称")
    look(sun, "objector-not-named", everywhere=True)
    fill(sun, {"办理结果": f"已清运。{FIRM}夜间没有人手，改为白天巡查，先试一个月。"})
    make(sun, "办理完毕")


def _head_away(town: Town, number: str) -> None:
    """吴 is at a meeting for two days and lends the post to 孙; not to himself, and not backwards in time."""
    wu, look = town.desk("吴"), town.look
    wu.goto("/desk/")
    follow(wu.get_by_role("link", name="换岗位"), look)
    follow(wu.get_by_role("link", name="安排别人代办：局长"), look)
    wu.get_by_label("公务外出").check()
    fill(wu, {"代办人工号": "0021", "到哪天止": "2026-11-10"})
    wu.get_by_role("button", name="安排代办").click()
    expect(wu.get_by_text("代办人：不能是本人").first).to_be_visible()
    fill(wu, {"代办人工号": "0022", "到哪天止": "2026-11-08"})
    wu.get_by_role("button", name="安排代办").click()
    expect(wu.get_by_text("到哪天止：不能早于起始日期").first).to_be_visible()
    look(wu, "lending-faulty", everywhere=True)
    fill(wu, {"到哪天止": "2026-11-10"})
    wu.get_by_role("button", name="安排代办").click()
    expect(wu.get_by_role("status")).to_contain_text("已安排：由孙浩代办。")
    expect(wu.get_by_role("row").filter(has_text="孙浩")).to_contain_text("11月9日 至 11月10日")
    look(wu, "lent", everywhere=True)
    assert Matter.objects.get(number=number).state == "assigned"


def _by_the_deputy(town: Town, number: str) -> None:
    """孙 signs in 吴's post; everybody reads who did it for whom, and 孙 verifies it in no post at all."""
    sun, look = town.desk("孙"), town.look
    sun.goto("/desk/")
    follow(sun.get_by_role("link", name="换岗位"), look)
    sun.get_by_role("button", name="代 吴越").click()
    expect(sun.locator(".account")).to_contain_text("孙浩 代 吴越")
    look(sun, "inbox-of-the-head", everywhere=True)
    _step(sun, town, number, "签收")
    make(sun, "签收")
    expect(sun.locator(".steps")).to_contain_text("孙浩 代 吴越")
    look(sun, "signed-by-deputy")
    town.clock.forward(minutes=20)
    sun = town.desk("孙")
    for move in ("开始办理", "办理完毕"):
        _step(sun, town, number, move)
        if move == "办理完毕":
            fill(sun, {"办理结果": "已清运。"})
        make(sun, move)
    sun = town.desk("孙又")
    _open(sun, town, number)
    expect(sun.get_by_role("link", name="核查通过")).to_have_count(0)
    sun.get_by_text("其他步骤为什么不能办").click()
    expect(sun.get_by_text(THE_SAME_PERSON).first).to_be_visible()
    look(sun, "not-verified-by-deputy", everywhere=True)


def _more_time(town: Town, number: str) -> None:
    """陈 sends it back; 孙 asks for more time than there may be, and then for less."""
    look = town.look
    chen = town.desk("陈")
    _step(chen, town, number, "核查不通过，返工")
    fill(chen, {"理由": "还有两袋没有清走。"})
    make(chen, "核查不通过，返工")
    sun = town.desk("孙")
    _step(sun, town, number, "申请延期")
    said = {"公开说明": "清运车辆排期", "理由": "车队下周才有空。", "依据的条款": "分类管理办法第二十四条"}
    fill(sun, said | {"延长多少": "30"})
    sun.get_by_role("button", name="申请延期").click()
    expect(sun.get_by_role("alert", name="现在不能这样办")).to_contain_text("不能超过原来的期限")
    look(sun, "too-much-time")
    fill(sun, {"延长多少": "3"})
    make(sun, "申请延期")
    expect(sun.get_by_text("主责单位申请延期，等待批准")).to_be_visible()


def _beside_matters(town: Town) -> None:
    """What the bureau asked of committees, and what it may still spend."""
    sun = town.desk("孙")
    for room, heading in (
        ("applications", "准入申请"),
        ("tasks", "协助任务"),
        ("demands", "下派"),
        ("accounts", "经费"),
    ):
        sun.goto(f"/desk/{room}/")
        expect(sun.get_by_role("heading", level=1)).to_contain_text(heading)
        town.look.once(sun)
