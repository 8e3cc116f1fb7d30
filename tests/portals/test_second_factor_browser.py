"""A passkey in a real browser with a device of its own: registered, then the whole sign-in; for every eye."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.portals.conftest import Desks

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_device(page: Page) -> None:
    """Give the browser a device that always says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def test_a_passkey_is_registered_and_opens_the_desk_alone(
    own_desks: Desks, open_page: OpenPage, axe: Callable[[Page], list[str]], shot: Callable[[Page, str], Any]
):
    page = open_page(bypass_csp=True)
    with_device(page)
    page.goto("/desk/sign-in/")
    assert axe(page) == []
    shot(page, "sign-in")
    page.get_by_label("账号").fill(own_desks.account("周").username)
    page.get_by_label("密码").fill(own_desks.cast["周"].password)
    page.get_by_role("button", name="登录", exact=True).click()
    page.goto("/desk/security/")
    page.get_by_role("link", name="登记通行密钥").click()
    assert axe(page) == []
    page.get_by_label("给它取个名字").fill("办公室电脑")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("heading", name="恢复码", level=1)).to_be_visible()
    expect(page.locator("ol.codes li")).to_have_count(10)
    shot(page, "recovery-codes")
    page.get_by_role("link", name="已收好").click()
    expect(page.get_by_role("cell", name="办公室电脑", exact=True)).to_be_visible()
    assert axe(page) == []
    shot(page, "security")
    page.get_by_role("button", name="退出").click()

    page.goto("/desk/sign-in/?next=/desk/security/")
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.get_by_role("heading", name="账号安全")).to_be_visible()
    page.get_by_role("link", name="设置验证器").click()
    picture = page.get_by_role("img", name="给验证器扫的二维码")
    expect(picture).to_have_js_property("complete", value=True)
    expect(picture).not_to_have_js_property("naturalWidth", value=0)
    shot(page, "second-factor-app")
    assert axe(page) == []


def test_without_a_script_the_password_is_there_and_words_say_what_is_not(own_desks: Desks, page_no_js: Page):
    page_no_js.goto("/desk/sign-in/")
    expect(page_no_js.get_by_role("button", name="用通行密钥登录")).to_be_hidden()
    expect(page_no_js.get_by_text("用通行密钥要浏览器允许脚本运行")).to_be_visible()
    page_no_js.get_by_label("账号").fill(own_desks.account("周").username)
    page_no_js.get_by_label("密码").fill(own_desks.cast["周"].password)
    page_no_js.get_by_role("button", name="登录", exact=True).click()
    expect(page_no_js.get_by_role("button", name="退出")).to_be_visible()
