"""Pages of the gate as its people use them: a desk for each of them, a move, an application, a demand, money."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from tests.browser import OpenPage
from tests.conftest import Clock
from tests.domains.casework.test_clocks import shanghai
from tests.gate import COMMITTEE, Gate
from tests.portals.conftest import session_of
from tests.stories.looking import Looker

THURSDAY = shanghai("2026-09-10", "10:00")  # the day on which applications and calls come in
STARTS_ON, SECOND_DUE, ENDS_ON = date(2026, 11, 16), date(2026, 12, 10), date(2026, 12, 31)


@dataclass
class Town:
    """The district with the gate's people in office; each has a browser, where they are signed in when they come."""

    gate: Gate
    clock: Clock
    base: str
    open_page: OpenPage
    look: Looker
    _desks: dict[str, Page] = field(default_factory=dict)

    def at(self) -> datetime:
        """Give the moment the portals see."""
        return self.clock.now()

    def desk(self, who: str) -> Page:
        """Give somebody's browser; 董会 is 董 in the joint meeting. Nobody is signed out by the time between steps."""
        if who not in self._desks:
            self._desks[who] = self.open_page()
        page, member = self._desks[who], self.gate[who]
        session = session_of(member.account, post=member.post)
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.base}])
        return page

    def list_of(self, who: str, room: str) -> Page:
        """Let somebody open a list."""
        page = self.desk(who)
        page.goto(f"/desk/{room}/")
        self.look.once(page)
        return page

    def find(self, who: str, room: str, name: str) -> Page:
        """Let somebody open a row of a list by its name."""
        page = self.list_of(who, room)
        follow(page.get_by_role("row").filter(has_text=name).first.get_by_role("link").first, self.look)
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        return page

    def step(self, who: str, room: str, name: str, move: str) -> Page:
        """Let somebody open a row and go on to the form of a move."""
        page = self.find(who, room, name)
        follow(page.get_by_role("link", name=move, exact=True), self.look)
        expect(page.get_by_role("heading", name=move, exact=True)).to_be_visible()
        return page


def follow(link: Locator, look: Looker) -> None:
    """Follow a link, and look at the page it leads to unless its like was seen."""
    leads_to = link.get_attribute("href")
    assert leads_to, "a link leads somewhere"
    link.click()
    link.page.wait_for_url(f"**{leads_to}")
    look.once(link.page)


def press(page: Page, button: str, leads_to: str, look: Looker) -> None:
    """Press a button that leads to another page, and look at that unless its like was seen."""
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_url(leads_to)
    look.once(page)


def sheets_of_a4(printed: bytes) -> int:
    """Count the sheets of a printed letter; each of them is A4."""
    sizes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert {(round(float(width)), round(float(height))) for width, height in sizes} == {(595, 842)}
    return len(sizes)


def fill(page: Page, words: Mapping[str, str]) -> None:
    """Write into fields by their labels."""
    for label, said in words.items():
        box(page, label).fill(said)


def box(page: Page, label: str) -> Locator:
    """Give the field that a label names at its beginning."""
    return page.get_by_label(label).first


def write_application(page: Page, *, name: str, affair_class: str = "K1", **changed: str) -> None:
    """Fill in the whole form of an application: what 翠园's committee is asked to help with, for ¥3,600 in two parts.

    `changed` names fields by their label.
    """
    page.get_by_label("类别").select_option(affair_class)
    page.get_by_label(COMMITTEE).check()
    page.get_by_label("宣传", exact=True).check()
    page.get_by_label("委托", exact=False).first.check()
    page.get_by_label("资金来源").select_option(label="费随事转")
    page.get_by_label("预算科目").select_option("L9")
    said = {
        "事项名称": name,
        "法律依据": "示范区养犬管理条例第六条",
        "必要性": "养犬人分散，部门人员不熟悉住户，市场机构不便入户。",
        "协助内容": "张贴告知书，入户宣传登记方式。",
        "协助边界": "只宣传，不查验，不收取材料。",
        "开始日期": STARTS_ON.isoformat(),
        "结束日期": ENDS_ON.isoformat(),
        "频次": "每月两次",
        "每个社区的工作量（分钟）": "6000",
        "权限依据": "示范区养犬管理条例第六条第二款",
        "权限范围": "在本社区入户宣传养犬规定",
        "培训": "开始前由部门培训一次",
        "经费标准": "每分钟 0.60 元",
        "每个社区的经费（元）": "3600.00",
        "第 1 笔到账日期": STARTS_ON.isoformat(),
        "第 1 笔金额": "1800",
        "第 2 笔到账日期": SECOND_DUE.isoformat(),
        "第 2 笔金额": "1800",
        "退出条件": "条例修改或者经费逾期未到账时退出",
    }
    fill(page, said | changed)


def appropriate(town: Town, *, body: str, yuan: str, basis: str, scan: Path) -> Page:
    """Let 田 bring money in for a body on the line of entrusted affairs, and give the page of the voucher."""
    page = town.list_of("田", "accounts")
    follow(page.get_by_role("link", name="拨入经费"), town.look)
    page.get_by_label("拨给哪个单位").select_option(label=body)
    page.get_by_label("费随事转").check()
    page.get_by_label("预算科目").select_option("L9")
    fill(page, {"金额（元）": yuan, "依据文件的文号": basis})
    page.get_by_label("凭证扫描件").set_input_files(scan)
    page.get_by_role("button", name="拨入", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("凭证已写好")
    town.look.once(page)
    return page


def phone(town: Town, *, organ: str, name: str, words: str, item: str = "", declared: str = "") -> Page:
    """Let 陈 take down what somebody wants by phone, and read at once what applies."""
    chen = town.list_of("陈", "demands")
    follow(chen.get_by_role("link", name="登记一件"), town.look)
    chen.get_by_label("哪个单位提出的").select_option(label=organ)
    chen.get_by_label("电话").check()
    fill(chen, {"要做什么，一句话": name, "原话": words, "估计要花多少分钟": "600"})
    chen.get_by_label("对应清单上的哪一项").select_option(item)
    if declared:
        chen.get_by_label("对方说这是突发事件应急").check()
        fill(chen, {"谁、以什么文件宣布的应急": declared})
    chen.get_by_role("button", name="登记，看该不该办").click()
    expect(chen.get_by_role("status")).to_contain_text("已登记")
    return chen
