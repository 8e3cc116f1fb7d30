"""Nobody is left out: the public pages by keyboard alone, in large print, in English, in the dark, on paper."""

import re
from datetime import timedelta

import pytest
from django.conf import LazySettings
from playwright.sync_api import Locator, Page, expect

from sanhu.domains.casework.models import Matter
from sanhu.domains.evidence.sequencer import sequence
from sanhu.portals.cli.demo.gate import play_gate
from tests.browser import OpenPage
from tests.conftest import Clock
from tests.stories.carrying import carry
from tests.stories.conftest import District, SignIn
from tests.stories.looking import Looker

WORDS = "三号楼的门禁坏了三天，晚上谁都能进。"
MOST_TABS = 40


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until something has the focus, and see that it shows so."""
    for _ in range(MOST_TABS):
        if target.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(target).to_be_focused()
    assert target.evaluate("one => parseFloat(getComputedStyle(one).outlineWidth)") >= 3


def test_by_keyboard_alone_from_home_to_a_registered_report(district: District, page_no_js: Page, look: Looker) -> None:
    lin = page_no_js
    lin.goto("/")
    look.once(lin)
    lin.keyboard.press("Tab")
    expect(lin.get_by_role("link", name="跳到正文")).to_be_focused()
    lin.keyboard.press("Enter")
    tab_to(lin, lin.get_by_role("link", name="反映一个问题"))
    lin.keyboard.press("Enter")
    words = lin.get_by_label("发生了什么")
    expect(words).to_be_visible()
    tab_to(lin, lin.get_by_label("具体位置"))
    lin.keyboard.type("翠园小区三号楼")
    # Enter in a line of text sends the form, and is no click on the map.
    lin.keyboard.press("Enter")
    expect(lin.get_by_role("alert")).to_be_focused()
    expect(lin.get_by_role("alert")).to_contain_text("请填写“发生了什么”")
    look(lin, "report-faulty")
    tab_to(lin, lin.get_by_role("link", name="请填写“发生了什么”"))
    lin.keyboard.press("Enter")
    expect(words).to_be_focused()
    lin.keyboard.type(WORDS)
    tab_to(lin, lin.get_by_label("在哪个社区"))
    lin.keyboard.press("ArrowDown")
    tab_to(lin, lin.get_by_role("button", name="提交"))
    lin.keyboard.press("Enter")
    expect(lin.get_by_role("heading", name="已经登记")).to_be_visible()
    look(lin, "registered")
    assert Matter.objects.get().words == WORDS
    tab_to(lin, lin.get_by_role("link", name="查看这件事"))
    lin.keyboard.press("Enter")
    expect(lin.get_by_text(WORDS)).to_be_visible()
    look(lin, "my-matter")


DRESSES = ("usual", "elder", "English")
TALL = {"/catalogue/", "/ui/"}


@pytest.mark.parametrize("dress", DRESSES)
def test_public_pages_in_every_dress(
    district: District, clock: Clock, open_page: OpenPage, look: Looker, settings: LazySettings, dress: str
) -> None:
    settings.SANHU_DEMO = True
    ago = clock.now() - timedelta(days=6)
    for item, title, state in (
        ("K1-06", "小区垃圾房旁乱倒装修垃圾", "verified"),
        ("K3-07", "三号楼电梯反复停运", "in_progress"),
        ("K5-11", "文明养犬写入居民公约", "assigned"),
        ("K7-09", "停水未提前通知", "done"),
    ):
        shown = carry(to=state, at=ago, words=title, title=title, item=item, pace=timedelta(hours=2))
    play_gate(as_of=clock.now())
    sequence()
    page = open_page(java_script_enabled=False)
    page.goto("/")
    if dress == "elder":
        page.get_by_role("button", name="大字版").click()
        expect(page.get_by_role("button", name="标准字号")).to_be_visible()
        assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == 20
    elif dress == "English":
        page.get_by_role("button", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
    for address in (
        "/",
        "/report/",
        "/receipt/",
        "/matters/",
        "/matters/?class=K3",
        f"/matters/{shown.number}/",
        "/catalogue/",
        "/catalogue/K3-07/",
        "/register/",
        "/register/990101001001/",
        "/letter-check/",
        "/ui/",
    ):
        page.goto(address)
        name = re.sub(r"\W+", "-", address).strip("-") or "home"
        look(page, f"{dress}-{name}", everywhere=dress == "usual" and address not in TALL)


def test_the_desk_in_english(district: District, clock: Clock, sign_in: SignIn, look: Looker) -> None:
    matter = carry(to="accepted", at=clock.now() - timedelta(days=1), words="厨余桶混投。", title="厨余桶混投")
    xu = sign_in("徐")
    look.once(xu)
    xu.get_by_role("button", name="English").click()
    expect(xu.locator("html")).to_have_attribute("lang", "en")
    look(xu, "inbox", everywhere=True)
    xu.get_by_role("row").filter(has_text=matter.number).get_by_role("link").click()
    expect(xu.get_by_role("heading", name="厨余桶混投")).to_be_visible()
    look(xu, "matter", everywhere=True)
    xu.goto(f"/desk/matters/{matter.number}/moves/assign/")
    look(xu, "assign", everywhere=True)
    for address in ("matters", "register", "duties", "gaps", "organisations"):
        xu.goto(f"/desk/{address}/")
        look(xu, address)
