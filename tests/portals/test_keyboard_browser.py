"""The desk by keyboard alone, in a browser: each key, the sheet, and the switch that turns them off."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.browser import keys
from tests.cast import report_matter
from tests.portals.conftest import Desks, session_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at_desk(own_desks: Desks, open_page: Callable[..., Page], live_server: Any) -> Page:
    """Give 周's page, with two matters waiting."""
    for words in ("电梯坏了", "路灯不亮"):
        report_matter(own_desks.cast, words=words)
    page = open_page()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(own_desks.account("周"))}
    page.context.add_cookies([{**cookie, "url": live_server.url}])
    page.goto("/desk/")
    return page


def test_the_desk_is_used_by_keys_alone(at_desk: Page, axe: Callable[[Page], list[str]]):
    page = at_desk
    focus = page.locator(":focus")
    keys(page, "j", "j")
    second = page.locator("[data-row]").nth(1)
    expect(second.locator("a")).to_be_focused()
    keys(page, "k")
    expect(page.locator("[data-row]").nth(0).locator("a")).to_be_focused()
    keys(page, "n", "x")
    expect(second.get_by_role("checkbox")).to_be_checked()
    keys(page, "b")
    page.wait_for_url("**/desk/bulk/")
    keys(page, "g", "m")
    page.wait_for_url("**/desk/matters/")
    keys(page, "g", "i")
    page.wait_for_url("**/desk/")

    keys(page, "?")
    sheet = page.get_by_role("dialog", name="按键")
    expect(sheet).to_be_visible()
    assert axe(page) == []
    keys(page, "Escape")
    expect(sheet).to_be_hidden()

    keys(page, "/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("jx?电梯")
    expect(page.locator("#find")).to_have_value("jx?电梯")
    keys(page, "Escape")
    expect(page.locator("#find")).not_to_be_focused()
    page.locator("#find").fill("电梯")
    keys(page, "Enter")
    page.wait_for_url("**/desk/search/**")
    expect(page.locator("mark")).to_have_text("电梯")
    keys(page, "Escape", "j")
    expect(focus).to_have_attribute("href", page.locator("[data-row] a").first.get_attribute("href") or "")
    keys(page, "Enter")
    page.wait_for_url("**/desk/matters/*/")
    first = page.locator("[data-move]").first.get_attribute("href")
    keys(page, "1")
    page.wait_for_url(f"**{first}")


def test_single_keys_can_be_switched_off_and_modifiers_are_left_alone(at_desk: Page):
    page = at_desk
    keys(page, "Control+j", "Alt+x")
    expect(page.locator("[data-row] :focus")).to_have_count(0)
    page.get_by_role("link", name="按键").click()
    page.get_by_role("checkbox", name="使用单个按键").uncheck()
    page.get_by_role("button", name="关上").click()
    page.reload()
    keys(page, "j", "?", "g", "m")
    expect(page.locator("[data-row] :focus")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.url.endswith("/desk/")
    page.get_by_role("link", name="按键").click()
    page.get_by_role("checkbox", name="使用单个按键").check()
    keys(page, "Escape", "j")
    expect(page.locator("[data-row] :focus")).to_have_count(1)


def test_without_a_script_the_keys_have_a_page(own_desks: Desks, open_page: Callable[..., Page], live_server: Any):
    page = open_page(java_script_enabled=False)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(own_desks.account("周"))}
    page.context.add_cookies([{**cookie, "url": live_server.url}])
    page.goto("/desk/")
    page.get_by_role("link", name="按键").click()
    expect(page.get_by_role("heading", name="按键")).to_be_visible()
