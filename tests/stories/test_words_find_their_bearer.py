"""Plain words find their item and their bearer, vague ones a person; and what is already known is joined."""

import threading

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from sanhu.domains.casework.models import Joining, Matter
from sanhu.domains.evidence.sequencer import sequence
from sanhu.portals.worker.training import ask_first, train_next
from tests.browser import OpenPage
from tests.conftest import Clock
from tests.stories.carrying import carry_on
from tests.stories.conftest import District, SignIn, make, next_step
from tests.stories.looking import Looker

PHONE = {"width": 360, "height": 740}
PLAIN = "有人天天往厨余桶里扔塑料袋，垃圾都不分类。"
VAGUE = "你们什么时候有空过来一下。"
AGAIN = "有人又往厨余桶里扔塑料袋，垃圾都不分类。"


@pytest.mark.covers("R6", "R17", "R45")
def test_words_find_their_bearer_and_a_second_report_joins_the_first(
    district: District, clock: Clock, open_page: OpenPage, sign_in: SignIn, look: Looker
) -> None:
    # The worker learns from the list's own wording before there are any matters.
    assert ask_first(clock.now()) >= 1
    while train_next(clock.now(), stop=threading.Event()):
        pass
    lin = open_page(java_script_enabled=False, viewport=PHONE)
    for said in (PLAIN, VAGUE):
        _reports(lin, said)
    plain, vague = (_shown(matter) for matter in Matter.objects.order_by("pk"))

    zhou = sign_in("周")
    next_step(zhou, plain, "受理", look)
    guess = zhou.get_by_role("note").filter(has_text="按文字")
    expect(guess.get_by_role("listitem").first).to_contain_text("K1-06")
    expect(guess.get_by_role("listitem").first).to_contain_text("主责 城市管理部门")
    expect(guess).to_contain_text("厨余桶")
    look(zhou, "guess", everywhere=True)
    zhou.get_by_label("归入哪一项").select_option(label="K1-06 生活垃圾分类违规投放执法")
    zhou.get_by_label("公开标题").fill("垃圾不分类")
    make(zhou, "受理")
    next_step(zhou, vague, "受理", look)
    unsure = zhou.get_by_role("note").filter(has_text="按文字")
    expect(unsure).to_contain_text("按文字拿不准，请您判断")
    expect(zhou.get_by_label("归入哪一项").locator("option:checked")).to_have_text("请选择事项")
    look(zhou, "no-guess")

    xu = sign_in("徐")
    next_step(xu, plain, "交办", look)
    expect(xu.get_by_label("主责单位").locator("option:checked")).to_have_text("示范区城市管理局")
    make(xu, "交办")
    _passes_the_words(xu, look)

    # Another resident says nearly the same, is shown it, and joins.
    chen = open_page(java_script_enabled=False, viewport=PHONE)
    _reports(chen, AGAIN)
    expect(chen.get_by_role("heading", name="还没有提交：可能已有人反映过")).to_be_visible()
    look(chen, "alike", everywhere=True)
    chen.get_by_role("button", name="这就是我要说的，加入").click()
    expect(chen.get_by_role("heading", name="已经加入")).to_be_visible()
    look(chen, "joined")
    assert (Matter.objects.count(), Joining.objects.count()) == (2, 1)
    _comes_to_the_window(zhou, look)
    assert (Matter.objects.count(), Joining.objects.count()) == (2, 2)

    # The coordinating body sees how well the router does.
    jiang = sign_in("蒋")
    jiang.goto("/desk/routing/")
    expect(jiang.get_by_role("heading", name="自动归类")).to_be_visible()
    look(jiang, "routing", everywhere=True)
    carry_on(plain.replace("-", ""), to="in_progress", at=clock.forward(hours=1))
    sequence()
    call_command("verify")


def _comes_to_the_window(zhou: Page, look: Looker) -> None:
    """Whoever says the same at the window is put down as joining it, with a receipt of their own."""
    zhou.goto("/desk/register/")
    look.once(zhou)
    zhou.get_by_label("在哪个社区").select_option(label="翠园社区")
    zhou.get_by_label("发生了什么").fill(AGAIN)
    zhou.get_by_role("button", name="登记").click()
    expect(zhou.get_by_role("heading", name="还没有登记：可能已有人反映过")).to_be_visible()
    look(zhou, "window-alike", everywhere=True)
    zhou.get_by_role("button", name="是同一件，登记为加入").click()
    expect(zhou.get_by_role("heading", name="已经登记为加入")).to_be_visible()
    look(zhou, "window-joined", everywhere=True)


def _reports(page: Page, words: str) -> None:
    page.goto("/report/")
    page.get_by_label("在哪个社区").select_option(label="翠园社区")
    page.get_by_label("发生了什么").fill(words)
    page.get_by_role("button", name="提交", exact=True).click()


def _shown(matter: Matter) -> str:
    return f"{matter.number[:6]}-{matter.number[6:14]}-{matter.number[14:]}"


def _passes_the_words(xu: Page, look: Looker) -> None:
    xu.goto("/desk/publications/")
    look.once(xu)
    xu.get_by_role("row").nth(1).get_by_role("link").click()
    look.once(xu)
    xu.get_by_label("原样公开", exact=True).check()
    xu.get_by_role("button", name="决定", exact=True).click()
    expect(xu.get_by_role("status")).to_contain_text("决定已记下")
