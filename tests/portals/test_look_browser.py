"""The gallery in a browser: nobody is left out by eyes, hands, screen, paper or light."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect

OpenPage = Callable[..., Page]

pytestmark = [pytest.mark.urls("tests.portals.look_pages"), pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 900}}
TWICE_AS_LARGE = {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2}
WAYS = {
    "desk, light": DESK,
    "desk, dark": DESK | {"color_scheme": "dark"},
    "phone, light": PHONE,
    "phone, dark": PHONE | {"color_scheme": "dark"},
    "at 200 %": TWICE_AS_LARGE,
}

# Of every element that shows words of its own: how high they are, unless they are only for ears.
SIZES = """() => [...document.querySelectorAll("body *")]
  .filter(element => [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
  .filter(element => element.checkVisibility() && !element.closest(".vh, svg, option"))
  .map(element => [parseFloat(getComputedStyle(element).fontSize), element.outerHTML.slice(0, 80)])"""
TARGETS = """() => [...document.querySelectorAll("button, .btn, .nav a, .tabs a, select, .plain, .crumb a, summary," +
    "input:not([type=hidden], [type=radio], [type=checkbox]), fieldset label")]
  .filter(element => element.checkVisibility())
  .map(element => [element.getBoundingClientRect().height, element.outerHTML.slice(0, 80)])"""


@pytest.fixture
def gallery(open_page: OpenPage, settings: LazySettings) -> OpenPage:
    """Open the page that shows every component, as somebody sees it."""
    settings.SANHU_DEMO = True

    def gallery(*, elder: bool = False, address: str = "/ui/?bound=1", **way: Any) -> Page:
        page = open_page(bypass_csp=True, **way)
        page.goto(address)
        if elder:
            page.get_by_role("button", name="大字版").click()
            expect(page.get_by_role("button", name="标准字号")).to_be_visible()
            page.wait_for_load_state()
        return page

    return gallery


def is_too_wide(page: Page) -> bool:
    """Tell whether a page scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


@pytest.mark.parametrize("way", WAYS)
def test_there_is_nothing_for_axe_to_find_nor_does_a_page_scroll_sideways(
    gallery: OpenPage, axe: Callable[[Page], list[str]], way: str
) -> None:
    page = gallery(address="/ui/", **WAYS[way])
    assert axe(page) == []
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("alert"), "the form now shows its errors").to_be_visible()
    assert axe(page) == []
    assert not is_too_wide(page)


@pytest.mark.parametrize(("way", "elder", "least"), [("phone", False, 14), ("phone", True, 18), ("twice", True, 18)])
def test_words_are_large_enough_and_stay_on_the_page(gallery: OpenPage, way: str, *, elder: bool, least: int) -> None:
    page = gallery(elder=elder, **(PHONE if way == "phone" else TWICE_AS_LARGE))
    sizes = page.evaluate(SIZES)
    assert len(sizes) > 100
    assert [found for found in sizes if found[0] < least - 0.01] == []
    assert not is_too_wide(page)


def test_what_is_touched_on_a_phone_is_44_pixels_high(gallery: OpenPage) -> None:
    targets = gallery(**PHONE).evaluate(TARGETS)
    assert len(targets) > 20
    assert [found for found in targets if found[0] < 43.99] == []


def test_a_refused_form_has_the_focus_on_what_is_wrong(gallery: OpenPage) -> None:
    page = gallery(**DESK)
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("发生了什么")).to_be_focused()


def test_the_first_tab_offers_to_skip_to_the_words(gallery: OpenPage) -> None:
    page = gallery(address="/ui/", **DESK)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="跳到正文")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    expect(skip).to_have_css("outline-width", "3px")


def test_on_paper_a_page_is_a_document(gallery: OpenPage) -> None:
    page = gallery(color_scheme="dark", **DESK)
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("navigation", name="主导航", include_hidden=True)).to_be_hidden()
    expect(page.get_by_role("button", name="提交", include_hidden=True)).to_be_hidden()
    expect(page.get_by_role("heading", name="翠园小区 3 号楼电梯反复停运")).to_be_visible()
    ink, paper = page.evaluate("(s => [s.color, s.backgroundColor])(getComputedStyle(document.body))")
    assert (ink, paper) == ("rgb(29, 40, 48)", "rgba(0, 0, 0, 0)"), "dark stays on the screen"
    assert page.pdf().startswith(b"%PDF")


def test_names_with_rare_characters_are_drawn(gallery: OpenPage) -> None:
    page = gallery(**DESK)
    width = """text => {
      const pen = document.createElement("canvas").getContext("2d");
      pen.font = "16px " + getComputedStyle(document.body).fontFamily;
      return pen.measureText(text).width;
    }"""
    expect(page.get_by_text("𠮷㛃𬭎")).to_be_visible()
    assert page.evaluate(width, "𠮷㛃") == page.evaluate(width, "中文"), "each as wide as any other character"
