"""What residents come for, twelve journeys: each on a phone without a script, and in at least one other way.

The other ways: by keyboard alone, at 200 %, in large text in the dark, on paper. The district is founded once for all.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import pytest
import pytest_socket
from django.core.management import call_command
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.services.moves import MoveRequest, make_move
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.subjects.queries import actor_of, posts_in_force
from sanhu.portals.cli.demo.loader import found_demonstration
from tests.browser import OpenPage, opening_at
from tests.conftest import MONDAY_MORNING, THIS_MACHINE, Clock
from tests.stories.carrying import STAFF, Carried, carry
from tests.stories.looking import Looker, pages_of

MOST_TABS = 90
WORDS, TITLE = "垃圾房边上天天有人倒装修垃圾。", "垃圾房旁倒装修垃圾"
_TOO_WIDE = "() => document.documentElement.scrollWidth > window.innerWidth"


@dataclass(frozen=True)
class Way:
    """A way of using the pages: what the browser is like, which looks are chosen, and whether there is a pointer."""

    options: Mapping[str, Any]
    cookies: tuple[str, ...] = ()
    by_keyboard: bool = False


def _screen(width: int, height: int) -> Mapping[str, Any]:
    return MappingProxyType(
        {"viewport": {"width": width, "height": height}, "java_script_enabled": False, "reduced_motion": "reduce"}
    )


WAYS = {
    "phone": Way(_screen(360, 740)),
    "keyboard": Way(_screen(1280, 800), by_keyboard=True),
    "twice": Way(_screen(640, 400)),  # a window of 1280 at 200 %
    "large_dark": Way(_screen(1280, 800), cookies=("elder=1", "scheme=dark")),
}


@dataclass
class Hand:
    """Somebody at a page: presses, writes and chooses, with a pointer or with keys alone."""

    page: Page
    look: Looker
    way: Way
    name: str
    photo: Path
    clock: Clock
    stops: int = field(default=0)

    def goto(self, address: str) -> None:
        """Open an address, as from a bookmark."""
        self.page.goto(address)
        self.stop()

    def stop(self, *, is_answer: bool = False) -> None:
        """See that what stands here now is in order: nothing sideways, and nothing for axe.

        A page looks as it did when it was first looked at; what a button brought about is looked at each time.
        """
        self.stops += 1
        assert not self.page.evaluate(_TOO_WIDE), f"{self.name}: wider than the page at {self.page.url}"
        if is_answer and self.way is WAYS["phone"]:
            self.look(self.page, f"{self.name}-{self.stops}")
        else:
            self.look.once(self.page)

    def press(self, what: Locator) -> None:
        """Follow a link or press a button."""
        is_answer = what.evaluate("one => one.tagName") == "BUTTON"
        if self.way.by_keyboard:
            self.reach(what)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter") if self.way.by_keyboard else what.click()
        self.stop(is_answer=is_answer)

    def write(self, label: str, text: str) -> None:
        """Write into a field, in the place of what stands there."""
        box = self.page.get_by_label(label, exact=True)
        if not self.way.by_keyboard:
            box.fill(text)
            return
        self.reach(box)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def choose(self, label: str, option: str) -> None:
        """Choose from a list by what is read there."""
        box = self.page.get_by_label(label, exact=True)
        if not self.way.by_keyboard:
            box.select_option(label=option)
            return
        self.reach(box)
        place = "(one, text) => [...one.options].findIndex(option => option.text === text) - one.selectedIndex"
        for _turn in range(box.evaluate(place, option)):
            self.page.keyboard.press("ArrowDown")
        expect(box.locator("option:checked")).to_have_text(option)

    def check(self, label: str) -> None:
        """Choose one of a few, or tick what is asked."""
        box = self.page.get_by_label(label, exact=True)
        if not self.way.by_keyboard:
            box.check()
            return
        if box.get_attribute("type") == "radio":
            # A group is one stop: its first where none is chosen, and arrows lead on from there.
            group = self.page.locator(f"input[name={box.get_attribute('name')}]")
            chosen = group.and_(self.page.locator(":checked"))
            self.reach(chosen if chosen.count() else group.first)
            for _turn in range(group.count()):
                if box.evaluate("one => one === document.activeElement"):
                    break
                self.page.keyboard.press("ArrowDown")
        else:
            self.reach(box)
        if not box.is_checked():
            self.page.keyboard.press("Space")
        expect(box).to_be_checked()

    def attach(self) -> None:
        """Choose a photo; the machine's own window for files is not ours."""
        box = self.page.get_by_label("照片")
        if self.way.by_keyboard:
            self.reach(box)
        box.set_input_files(self.photo)

    def reach(self, what: Locator) -> None:
        """Press Tab until something has the focus."""
        for _turn in range(MOST_TABS):
            if what.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{self.name}: Tab does not lead to {what}")

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True).first

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def reads(self, text: str) -> None:
        """See that something can be read on the page."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def show_code(self, code: str) -> None:
        """Follow a matter by its code, beginning at the first page."""
        self.goto("/")
        self.press(self.link("用回执码查进展"))
        self.write("回执码", code)
        self.press(self.button("查看"))
        expect(self.page.get_by_role("heading", name="办理经过")).to_be_visible()


def reported(hand: Hand, *, to: str = "accepted") -> Carried:
    return carry(to=to, at=hand.clock.now(), words=WORDS, title=TITLE)


def report_with_photo_and_contact(hand: Hand) -> None:
    hand.goto("/")
    hand.press(hand.link("反映一个问题"))
    hand.write("发生了什么", WORDS)
    hand.choose("在哪个社区", "翠园社区")
    hand.attach()
    hand.check("发短信")
    hand.write("手机号或邮箱 （可不填）", "13900000000")
    hand.press(hand.page.locator("form button.btn[type=submit]"))
    expect(hand.page.locator("#receipt")).to_be_visible()
    hand.press(hand.link("查看这件事"))
    hand.reads("139******00")
    expect(hand.page.get_by_role("img", name="您提交的第 1 张照片")).to_be_visible()


def report_without_words_and_mend_it(hand: Hand) -> None:
    hand.goto("/report/")
    hand.choose("在哪个社区", "柳堤社区")
    hand.press(hand.page.locator("form button.btn[type=submit]"))
    expect(hand.page.get_by_role("alert")).to_contain_text("请填写“发生了什么”")
    expect(hand.page.locator("#id_area option:checked")).to_have_text("柳堤社区")
    hand.write("发生了什么", WORDS)
    hand.press(hand.page.locator("form button.btn[type=submit]"))
    hand.reads("请记下回执码")


def follow_and_print(hand: Hand) -> None:
    hand.show_code(reported(hand).receipt)
    hand.press(hand.link("打开可打印的告知书"))
    expect(hand.page.get_by_role("heading", name="受理告知书")).to_be_visible()
    assert pages_of(hand.look.on_paper(hand.page, "notice")) == 1


def a_wrong_code_then_the_right_one(hand: Hand) -> None:
    code = reported(hand).receipt
    hand.goto("/receipt/")
    hand.write("回执码", "0000-0000-00000")
    hand.press(hand.button("查看"))
    expect(hand.page.get_by_role("alert")).to_contain_text("没有找到这个回执码对应的事项")
    hand.write("回执码", code.lower().replace("-", ""))
    hand.press(hand.button("查看"))
    hand.reads(WORDS)


def be_told_by_mail(hand: Hand) -> None:
    hand.show_code(reported(hand).receipt)
    hand.press(hand.link("用短信或邮件告诉我"))
    hand.check("发邮件")
    hand.write("手机号或邮箱", "lin")
    hand.press(hand.button("记下"))
    expect(hand.page.get_by_role("alert")).to_contain_text("发邮件需要完整的邮箱地址")
    hand.write("手机号或邮箱", "lin@example.org")
    hand.press(hand.button("记下"))
    expect(hand.page.get_by_role("status")).to_contain_text("以后有进展会告诉您")
    hand.reads("l***@example.org")
    hand.press(hand.button("删除联系方式，不再通知"))
    hand.reads("没有留着联系方式，不会发通知；凭回执码随时可以来看。")


def supplement_with_a_photo(hand: Hand) -> None:
    hand.show_code(reported(hand).receipt)
    hand.press(hand.link("再说几句，或者加照片"))
    hand.press(hand.button("提交补充"))
    hand.reads("写几句话，或者附上照片")
    hand.write("补充的内容 （可不填）", "今天又倒了一车。")
    hand.attach()
    hand.press(hand.button("提交补充"))
    expect(hand.page.get_by_role("status")).to_contain_text("办理的人会看到您补充的内容")
    expect(hand.page.get_by_role("img", name="您第 1 次补充的第 1 张照片")).to_be_visible()


def urge_what_is_overdue(hand: Hand) -> None:
    carried = reported(hand, to="assigned")
    hand.clock.forward(days=30)
    hand.show_code(carried.receipt)
    hand.press(hand.button("催办"))
    expect(hand.page.get_by_role("status")).to_contain_text("已经替您催办")
    hand.reads("今天已经催办过；每个工作日可以催办一次")


def rate_and_have_it_done_again(hand: Hand) -> None:
    carried = reported(hand, to="verified")
    matter = Matter.objects.get(number=carried.number.replace("-", ""))
    he = actor_of(posts_in_force(hand.clock.now()).get(person__district="990101", person__staff_number=STAFF["何"]))
    request = MoveRequest(move="close", revision=matter.revision)
    make_move(actor=he, at=hand.clock.now(), client_id=uuid4(), number=matter.number, request=request)
    hand.show_code(carried.receipt)
    hand.check("不满意")
    hand.write("想补充的话 （可不填）", "没有清干净。")
    hand.check("要求重新办理")
    hand.press(hand.button("提交评价"))
    expect(hand.page.get_by_role("status")).to_contain_text("这件事将重新办理")


def from_the_list_to_the_proof(hand: Hand) -> None:
    carried = reported(hand)
    sequence()
    hand.goto("/matters/")
    hand.choose("类别", "K1 社区行政执法和管理事务")
    hand.choose("社区", "翠园社区")
    hand.write("标题里有", "装修")
    hand.press(hand.button("筛选"))
    hand.press(hand.page.locator(f"a[href='/matters/{carried.number}/']"))
    expect(hand.page.get_by_role("heading", name=TITLE)).to_be_visible()
    hand.press(hand.link("怎样核对"))
    expect(hand.page.get_by_role("heading", name="怎样核对这件事")).to_be_visible()


def from_the_map_to_a_community(hand: Hand) -> None:
    reported(hand)
    hand.goto("/matters/")
    hand.press(hand.link("各社区的公开事项"))
    place = hand.page.locator(".map a").filter(has_text="翠园社区")
    if hand.way.by_keyboard:
        hand.press(place)
    else:
        place.locator("text").click()
        hand.stop()
    expect(hand.page.get_by_label("社区", exact=True).locator("option:checked")).to_have_text("翠园社区")
    hand.press(hand.link(TITLE))
    expect(hand.page.get_by_role("heading", name=TITLE)).to_be_visible()


def who_answers_for_an_item(hand: Hand) -> None:
    hand.goto("/")
    hand.press(hand.page.get_by_role("navigation").get_by_role("link", name="事务清单"))
    hand.press(hand.page.locator("a[href='/catalogue/K3-07/']"))
    expect(hand.page.get_by_role("heading", name="谁来做")).to_be_visible()
    hand.reads("主责")


def take_the_table_away_and_check_a_letter(hand: Hand) -> None:
    carried = reported(hand)
    hand.goto("/matters/?class=K1")
    link = hand.link("下载表格（CSV）")
    with hand.page.expect_download() as download:
        link.click()
    assert carried.number in Path(download.value.path()).read_text(encoding="utf-8")
    hand.press(hand.page.get_by_role("navigation").get_by_role("link", name="协助公开"))
    hand.press(hand.link("核对文书"))
    hand.write("校验码", "0000-0000")
    hand.press(hand.button("核对"))
    expect(hand.page.get_by_role("alert")).to_contain_text("没有发出过带这个校验码的文书")


JOURNEYS: Mapping[str, tuple[Callable[[Hand], None], tuple[str, ...]]] = {
    "report": (report_with_photo_and_contact, ("phone", "keyboard", "large_dark")),
    "mend": (report_without_words_and_mend_it, ("phone", "keyboard")),
    "follow": (follow_and_print, ("phone", "keyboard")),
    "wrong_code": (a_wrong_code_then_the_right_one, ("phone", "twice")),
    "be_told": (be_told_by_mail, ("phone", "keyboard")),
    "supplement": (supplement_with_a_photo, ("phone", "keyboard")),
    "urge": (urge_what_is_overdue, ("phone", "large_dark")),
    "rate": (rate_and_have_it_done_again, ("phone", "keyboard")),
    "list": (from_the_list_to_the_proof, ("phone", "keyboard", "large_dark")),
    "map": (from_the_map_to_a_community, ("phone", "keyboard")),
    "catalogue": (who_answers_for_an_item, ("phone", "twice")),
    "take_away": (take_the_table_away_and_check_a_letter, ("phone", "twice")),
}


@pytest.fixture(autouse=True)
def _sockets() -> Iterator[None]:
    """The server of this module is not pytest's own: let the journeys reach this machine."""
    pytest_socket.socket_allow_hosts(THIS_MACHINE, allow_unix_socket=True)
    yield
    pytest_socket.enable_socket()


@pytest.fixture(scope="module")
def served(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Found the demonstration district and serve it, once for all journeys: each has a matter of its own."""
    pytest_socket.enable_socket()
    with django_db_blocker.unblock():
        found_demonstration(at=MONDAY_MORNING)
        server = LiveServer("localhost")
        try:
            yield server.url
        finally:
            server.stop()
            call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def db(served: str) -> None:
    """Stand in for the fixture by whose name pytest knows that a database is needed: nothing is rolled back."""
    del served


@pytest.fixture
def open_page(browser: Browser, served: str, clock: Clock, look: Looker) -> Iterator[OpenPage]:
    """Open pages of this module's server, watched by the one who looks."""
    del clock
    for opened in opening_at(browser, served):

        def watched(opened: OpenPage = opened, **options: Any) -> Page:
            page = opened(**options)
            look.watch(page, has_script=options.get("java_script_enabled", True))
            return page

        yield watched


@pytest.mark.parametrize(
    ("journey", "way"),
    [(journey, way) for way in WAYS for journey, (_walk, ways) in JOURNEYS.items() if way in ways],
)
@pytest.mark.covers("R35", "R84.2")
def test_a_resident_gets_there(
    db: None, journey: str, way: str, served: str, open_page: OpenPage, look: Looker, photo: Path, clock: Clock
) -> None:
    del db
    clock.forward(hours=list(JOURNEYS).index(journey) / 10)
    page = open_page(**WAYS[way].options)
    page.context.add_cookies(
        [dict(zip(("name", "value"), one.split("="), strict=True)) | {"url": served} for one in WAYS[way].cookies]  # type: ignore[misc]
    )
    hand = Hand(page, look, WAYS[way], journey, photo, clock)
    JOURNEYS[journey][0](hand)
    if WAYS[way].cookies:
        expect(page.locator("html")).to_have_class("elder dark")
    look(page, f"{journey}-end")
