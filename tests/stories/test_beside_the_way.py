"""What happens to a matter beside its way: more time, none counted, two that are one, an unhappy end, a late lead."""

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from sanhu.domains.casework.models import Matter
from sanhu.domains.evidence.sequencer import sequence
from tests.browser import OpenPage
from tests.conftest import Clock
from tests.stories.carrying import carry
from tests.stories.conftest import District, SignIn, make, next_step, open_matter
from tests.stories.looking import Looker


def go_to(page: Page, number: str, move: str, look: Looker) -> None:
    """Open a matter from its address, and go to one of its moves."""
    page.goto(f"/desk/matters/{number}/")
    look.once(page)
    page.get_by_role("link", name=move, exact=True).click()
    expect(page.get_by_role("heading", name=move, exact=True)).to_be_visible()
    look.once(page)


def show_receipt(page: Page, code: str, look: Looker) -> None:
    """Open one's own matter with the code."""
    page.goto("/receipt/")
    look.once(page)
    page.get_by_label("回执码").fill(code)
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_role("heading", name="办理经过")).to_be_visible()
    look.once(page)


@pytest.mark.covers("R36")
def test_a_date_that_moved_says_why_beside_the_old_one(
    district: District, clock: Clock, open_page: OpenPage, sign_in: SignIn, look: Looker
) -> None:
    matter = carry(to="in_progress", at=clock.now(), title="垃圾房旁堆放装修垃圾", words="垃圾房边上堆满了装修垃圾。")

    # 孙 asks for more time; the form says how much there may be, and wants an article.
    clock.forward(days=1)
    sun = sign_in("孙")
    go_to(sun, matter.number, "申请延期", look)
    sun.get_by_label("延长多少").fill("9")
    sun.get_by_label("公开说明").fill("清运车辆排期")
    sun.get_by_label("理由").fill("清运车队下周才有空。")
    sun.get_by_label("依据的条款").fill("分类管理办法第二十四条")
    sun.get_by_role("button", name="申请延期").click()
    expect(sun.get_by_role("alert", name="现在不能这样办")).to_contain_text("不能超过原来的期限")
    look(sun, "extension-too-long")
    sun.get_by_label("延长多少").fill("5")
    make(sun, "申请延期")

    # 徐 finds it among what waits, reads what is asked and what the date would be, and grants.
    xu = sign_in("徐")
    open_matter(xu, matter.number, look)
    expect(xu.get_by_text("主责单位申请延期，等待批准")).to_be_visible()
    look(xu, "asked", everywhere=True)
    xu.get_by_role("link", name="批准延期", exact=True).click()
    expect(xu.get_by_text("批准后由11月16日延至11月23日")).to_be_visible()
    expect(xu.get_by_label("公开说明")).to_have_value("清运车辆排期")
    look(xu, "granting", everywhere=True)
    make(xu, "批准延期")
    look(xu, "granted")

    # Anybody reads the old date, the new one and why.
    somebody = open_page(java_script_enabled=False)
    somebody.goto(f"/matters/{matter.number}/")
    said = "原定2026年11月16日，因清运车辆排期延期 5 个工作日，现为2026年11月23日。"
    expect(somebody.get_by_text(said)).to_be_visible()
    look(somebody, "public-extended", everywhere=True)

    # It cannot be solved now: 孙 asks, and another, of the coordinating body, lets the clock stand still.
    clock.forward(days=1)
    sun = sign_in("孙")
    go_to(sun, matter.number, "申请挂账", look)
    sun.get_by_label("需要重大投入").check()
    sun.get_by_label("公开说明").fill("等待垃圾房改造立项")
    sun.get_by_label("理由").fill("垃圾房要整体改造，等区里立项。")
    look(sun, "asking-suspension")
    make(sun, "申请挂账")
    jiang = sign_in("蒋")
    next_step(jiang, matter.number, "批准挂账", look)
    make(jiang, "批准挂账")
    look(jiang, "suspended", everywhere=True)
    somebody.reload()
    expect(somebody.get_by_text("自2026年11月11日起暂缓办理，期限暂停计算")).to_be_visible()
    look(somebody, "public-suspended", everywhere=True)

    # Two days later it goes on; the date has moved by those two days.
    clock.forward(days=2)
    sun = sign_in("孙")
    go_to(sun, matter.number, "恢复办理", look)
    make(sun, "恢复办理")
    somebody.reload()
    expect(somebody.get_by_text("期限顺延，现为2026年11月25日")).to_be_visible()
    look(somebody, "public-resumed")
    sequence()
    call_command("verify")


@pytest.mark.covers("R45")
def test_two_that_are_one_and_an_unhappy_end(
    district: District, clock: Clock, sign_in: SignIn, page_no_js: Page, look: Looker
) -> None:
    main = carry(to="verified", at=clock.now(), title="路灯不亮", words="路灯坏了，晚上看不见台阶。")
    twin = carry(to="accepted", at=clock.now(), title="台阶旁路灯坏了", words="台阶边的灯又坏了。")

    # 徐 merges the second report into the first; its reporter is shown how that one stands.
    xu = sign_in("徐")
    next_step(xu, twin.number, "并案", look)
    expect(xu.get_by_role("heading", name="同一社区还在办的")).to_be_visible()
    xu.get_by_label("并入哪一件").fill(twin.number)
    xu.get_by_label("为什么是同一件事").fill("同一处台阶的路灯。")
    xu.get_by_role("button", name="并案").click()
    expect(xu.get_by_role("alert", name="现在不能这样办")).to_contain_text("不能并入它自己")
    look(xu, "merging-into-itself", everywhere=True)
    xu.get_by_label("并入哪一件").fill(main.number)
    make(xu, "并案")
    look(xu, "merged")
    xu.goto(f"/desk/matters/{main.number}/")
    expect(xu.get_by_text("有 1 件并入这一件")).to_be_visible()
    look(xu, "main")
    lin = page_no_js
    show_receipt(lin, twin.receipt, look)
    expect(lin.get_by_text("那一件现在：已核查")).to_be_visible()
    look(lin, "merged-of-mine", everywhere=True)

    # 何 closes; 林 is not content, and says so once more than the form allows.
    he = sign_in("何")
    next_step(he, main.number, "办结", look)
    make(he, "办结")
    clock.forward(days=3)
    show_receipt(lin, main.receipt, look)
    lin.get_by_label("要求重新办理").check()
    lin.get_by_label("满意", exact=True).check()
    lin.get_by_label("想补充的话").fill("只修了一盏，另外两盏还是黑的。")
    lin.get_by_role("button", name="提交评价").click()
    expect(lin.get_by_role("alert")).to_contain_text("评价为不满意或很不满意的，才能要求")
    expect(lin.get_by_label("想补充的话")).to_have_value("只修了一盏，另外两盏还是黑的。")
    look(lin, "content-and-yet", everywhere=True)
    lin.get_by_label("不满意", exact=True).check()
    lin.get_by_role("button", name="提交评价").click()
    expect(lin.get_by_role("status")).to_contain_text("这件事将重新办理")
    look(lin, "reopened")

    # It waits on dispatch again, with a new limit.
    xu = sign_in("徐")
    open_matter(xu, main.number, look)
    expect(xu.get_by_text("待重新交办").first).to_be_visible()
    look(xu, "reopened-at-the-desk", everywhere=True)
    assert Matter.objects.get(number=main.number.replace("-", "")).round == 2
    sequence()
    call_command("verify")


def test_a_late_lead_is_urged_and_supervised(
    district: District, clock: Clock, sign_in: SignIn, page_no_js: Page, look: Looker
) -> None:
    matter = carry(to="in_progress", at=clock.now(), title="占道堆放", words="人行道上一直堆着沙子。")
    clock.forward(days=10)

    # 林 presses once, and is told that once a working day is enough.
    lin = page_no_js
    show_receipt(lin, matter.receipt, look)
    lin.get_by_role("button", name="催办").click()
    expect(lin.get_by_role("status")).to_contain_text("已经替您催办")
    expect(lin.get_by_text("今天已经催办过")).to_be_visible()
    look(lin, "urged", everywhere=True)

    # 蒋 supervises; 孙 sees both in the list, and answers in writing.
    jiang = sign_in("蒋")
    go_to(jiang, matter.number, "督办", look)
    jiang.get_by_label("几个工作日内答复").fill("2")
    jiang.get_by_label("督办的理由和要求").fill("超过期限五天，请说明原因和办结时间。")
    make(jiang, "督办")
    jiang.goto("/desk/matters/?only=supervised")
    expect(jiang.get_by_role("row").filter(has_text=matter.number)).to_contain_text("督办，11月23日前答复")
    look(jiang, "supervised-list", everywhere=True)
    sun = sign_in("孙")
    sun.goto("/desk/")
    row = sun.get_by_role("row").filter(has_text=matter.number)
    expect(row).to_contain_text("督办，11月23日前答复")
    expect(row).to_contain_text("催办 1 次")
    look(sun, "inbox-pressed", everywhere=True)
    next_step(sun, matter.number, "答复督办", look)
    sun.get_by_label("书面答复").fill("施工单位停工，已责令三日内清走，11月24日前办结。")
    make(sun, "答复督办")
    expect(sun.get_by_text("施工单位停工")).to_be_visible()
    look(sun, "answered")
    sequence()
    call_command("verify")
