"""The clerk's day for somebody who reads English alone: not a word of Chinese on any page of it but what is data."""

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pyotp
import pytest
from babel.messages.mofile import write_mo
from django.test.utils import override_settings
from django.utils import translation
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from sanhu.portals.worker.exporting import export_next
from tests.browser import OpenPage, keys
from tests.conftest import Clock
from tests.portals.test_english import CHINESE, Reader, write_over_the_data
from tests.stories.carrying import Carried, carry
from tests.stories.conftest import District
from tests.stories.looking import Looker
from tools import messages

# Names of placeholders are part of what officials write, and a robot looks for a word of the message it carries.
SAID_AS_IT_IS = re.compile(r"\{[^{}]*\}|“到期”")
REPLY = "Your report {编号} has been accepted."


@pytest.fixture(autouse=True)
def _catalogue(tmp_path: Path) -> Iterator[None]:
    """Read the catalogue as it stands in the source, whether or not it has been compiled there."""
    compiled = tmp_path / "locale" / "en" / "LC_MESSAGES" / "django.mo"
    compiled.parent.mkdir(parents=True)
    with compiled.open("wb") as file:
        write_mo(file, messages.english())
    with override_settings(LOCALE_PATHS=[tmp_path / "locale"]):
        yield


def en(message: str, context: str = "") -> str:
    """Say a message of the house as an English page says it."""
    with translation.override("en"):
        return translation.pgettext(context, message) if context else translation.gettext(message)


class Eyes:
    """Reads every page of the day, and keeps what stood on it in Chinese."""

    def __init__(self, page: Page, look: Looker) -> None:
        self.page, self.look = page, look
        self.chinese: dict[str, list[str]] = {}

    def read(self, name: str, *, everywhere: bool = False) -> None:
        """Read the page, look at it, and note each word that has no English."""
        self.look(self.page, name, everywhere=everywhere)
        reader = Reader(self.page.content())
        assert reader.language == "en", name
        said = [" ".join(SAID_AS_IT_IS.sub("", words).split()) for words in reader.words]
        if left := [words for words in said if CHINESE.search(words)]:
            self.chinese[name] = left

    def press(self, label: str) -> None:
        """Press a button by what it says in English."""
        self.page.get_by_role("button", name=en(label), exact=True).click()

    def follow(self, label: str, context: str = "") -> None:
        """Follow a link by what it says in English."""
        self.page.get_by_role("link", name=en(label, context), exact=True).first.click()

    def box(self, label: str) -> Locator:
        """Give a field by its label in English."""
        return self.page.get_by_label(en(label)).first


def test_clerks_day_in_english(district: District, clock: Clock, open_page: OpenPage, look: Looker) -> None:
    ago = clock.now() - timedelta(days=3)
    waiting = carry(to="registered", at=ago, words="3 lift 又停了")
    led = [carry(to=state, at=ago, title="Rubble", words="沙子") for state in ("in_progress", "signed", "verified")]
    write_over_the_data()
    zhou = Eyes(open_page(), look)
    _signed_in(zhou, district, clock)
    _found_and_accepted(zhou, waiting)
    _registered(zhou)
    _many(zhou, led)
    _fetched(zhou, clock)
    _reminded_and_replaced(zhou)
    zhou.press("退出")
    zhou.page.wait_for_url(re.compile(r"//[^/]+/$"))
    zhou.read("signed-out")
    assert [f"{name}: {words}" for name, words in zhou.chinese.items()] == []


def _signed_in(zhou: Eyes, district: District, clock: Clock) -> None:
    page = zhou.page
    page.goto("/desk/")
    page.get_by_role("button", name="English").click()
    zhou.read("sign-in")
    for password in ("wrong", district.password):
        zhou.box("账号").fill(district.username("周"))
        zhou.box("密码").fill(password)
        zhou.press("登录")
        if password == "wrong":
            expect(page.get_by_role("alert")).to_be_visible()
            zhou.read("sign-in-refused")
    zhou.follow("账号安全")
    page.wait_for_url("**/security/")
    zhou.read("security", everywhere=True)
    zhou.follow("设置验证器")
    page.wait_for_url("**/app/")
    app = pyotp.TOTP(page.locator("dl.facts code").nth(1).inner_text().replace(" ", ""))
    zhou.read("app")
    page.locator("[name=code]").fill("1")
    zhou.press("确认")
    expect(page.get_by_role("alert")).to_be_visible()
    zhou.read("app-wrong-code")
    page.locator("[name=code]").fill(app.at(clock.now()))
    zhou.press("确认")
    expect(page.locator("ol.codes li")).to_have_count(10)
    zhou.read("recovery-codes")
    zhou.press("退出")
    clock.forward(minutes=5)
    page.goto("/desk/sign-in/")
    zhou.box("账号").fill(district.username("周"))
    zhou.box("密码").fill(district.password)
    zhou.press("登录")
    page.wait_for_url("**/second/")
    zhou.read("second-step")
    for code in ("000", app.at(clock.now())):
        page.locator("[name=code]").fill(code)
        zhou.press("验证")
    expect(page.get_by_role("heading", name=en("等我办的"))).to_be_visible()
    zhou.read("inbox", everywhere=True)


def _found_and_accepted(zhou: Eyes, waiting: Carried) -> None:
    page = zhou.page
    keys(page, "?")
    expect(page.get_by_role("dialog")).to_be_visible()
    zhou.read("keys")
    keys(page, "?", "/")
    page.keyboard.type("lift")
    keys(page, "Enter")
    expect(page.locator("mark")).to_have_text("lift")
    zhou.read("search", everywhere=True)
    zhou.follow("常用答复")
    zhou.follow("新建常用答复")
    page.locator("[name=name]").fill("Accepted")
    for name, words in (("template", "{phone}"), ("template-faulty", REPLY)):
        if words == REPLY:
            expect(page.get_by_role("alert")).to_be_visible()
        page.locator("[name=text]").fill(words)
        zhou.read(name)
        zhou.press("保存")
    expect(page.get_by_role("link", name="Accepted")).to_be_visible()
    zhou.read("templates")
    page.goto(f"/desk/matters/{waiting.number}/moves/accept/")
    item = page.locator("option", has_text="K3-11").first.get_attribute("value")
    page.locator("[name=duty]").select_option(item)
    page.locator("button[name=fill]").click()
    expect(page.locator("[name=reply]")).to_have_value(f"Your report {waiting.number} has been accepted.")
    zhou.read("accepting", everywhere=True)
    zhou.press("受理")
    expect(page.get_by_role("status")).to_be_visible()
    zhou.read("accepted", everywhere=True)


def _registered(zhou: Eyes) -> None:
    page = zhou.page
    zhou.follow("登记")
    zhou.box("发生了什么").fill("Three street lamps are out.")
    page.locator("[name=contact]").fill("139")
    page.locator("[name=tell][value=sms]").check()
    zhou.press("登记")
    expect(page.get_by_role("alert")).to_be_visible()
    zhou.read("register-faulty", everywhere=True)
    page.locator("[name=area]").select_option("990101001001")
    page.locator("[name=contact]").fill("13900990102")
    zhou.press("登记")
    expect(page.locator(".receipt-code")).to_be_visible()
    zhou.read("registered")


def _many(zhou: Eyes, led: list[Carried]) -> None:
    page = zhou.page
    zhou.follow("办件")
    expect(page.locator("details.further summary")).to_be_visible()
    zhou.read("matters", everywhere=True)
    page.locator("details.further summary").click()
    for until in ("2026-11-01", "2026-11-08"):
        page.locator("[name=since]").fill("2026-11-02")
        page.locator("[name=until]").fill(until)
        zhou.press("筛选")
        if until == "2026-11-01":
            expect(page.get_by_role("alert")).to_be_visible()
            zhou.read("matters-faulty")
    page.get_by_text(en("存为常用的列表")).click()
    page.locator("#saved_name").fill("Last week")
    page.locator("form:has(#saved_name) button").click()
    expect(page.get_by_role("link", name="Last week")).to_have_attribute("aria-current", "page")
    zhou.read("saved-list", everywhere=True)
    for carried in led:
        page.get_by_role("row").filter(has_text=carried.number).get_by_role("checkbox").check()
    keys(page, "b")
    expect(page.locator("button[name=move]").first).to_be_visible()
    zhou.read("bulk")
    page.locator("button[name=move][value=urge]").click()
    page.locator("[name=reason]").fill("{phone}")
    page.locator("button[name=preview]").click()
    expect(page.get_by_role("alert")).to_be_visible()
    zhou.read("bulk-faulty")
    page.locator("[name=reason]").fill("The reporter called again.")
    page.locator("button[name=preview]").click()
    expect(page.locator("button[name=confirm]")).to_be_visible()
    zhou.read("bulk-preview", everywhere=True)
    page.locator("button[name=confirm]").click()
    expect(page.get_by_text(en("已办"), exact=True)).to_have_count(2)
    zhou.read("bulk-result", everywhere=True)


def _fetched(zhou: Eyes, clock: Clock) -> None:
    page = zhou.page
    zhou.follow("办件")
    zhou.follow("导出")
    expect(page.get_by_role("button", name=en("开始导出"))).to_be_visible()
    zhou.read("export-asked")
    zhou.press("开始导出")
    expect(page.get_by_role("button", name=en("取消导出"))).to_be_visible()
    zhou.read("export-waiting")
    assert export_next(clock.now(), stop=threading.Event()) == 1
    page.reload()
    zhou.read("export-ready")
    with page.expect_download() as awaited:
        zhou.follow("下载文件")
    sheet = load_workbook(BytesIO(awaited.value.path().read_bytes())).active
    assert sheet is not None
    cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    if left := [cell for cell in cells if CHINESE.search(cell)]:
        zhou.chinese["file"] = left


def _reminded_and_replaced(zhou: Eyes) -> None:
    page = zhou.page
    zhou.follow("每日提醒")
    page.locator("[name=channel][value=email]").check()
    for address in ("nobody", "window@example.org"):
        page.locator("[name=address]").fill(address)
        zhou.press("订阅")
        if address == "nobody":
            expect(page.get_by_text(en("请写一个完整的邮箱地址，例如 office@example.org")).first).to_be_visible()
            zhou.read("digest-refused", everywhere=True)
    expect(page.get_by_role("cell", name="w***@example.org")).to_be_visible()
    zhou.read("digest")
    zhou.follow("代办")
    page.wait_for_url("**/posts/")
    zhou.read("posts")
    page.locator("main a[href$='/delegate/']").click()
    page.wait_for_url("**/delegate/")
    zhou.press("安排代办")
    expect(page.get_by_role("alert")).to_be_visible()
    zhou.read("lending-faulty", everywhere=True)
