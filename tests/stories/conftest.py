"""What every story needs: the demonstration district with its people, and a desk for each of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from sanhu.portals.cli.demo.loader import found_demonstration
from tests.browser import OpenPage
from tests.cast import found_demo_district
from tests.conftest import Clock
from tests.gate import open_gate
from tests.stories.carrying import STAFF
from tests.stories.gate_pages import Town
from tests.stories.looking import Axe, Looker


@dataclass
class District:
    """The demonstration district with nothing reported yet."""

    password: str
    code: str = "990101"

    def username(self, surname: str) -> str:
        """Whose account: 郑 is from the other district."""
        return "990102-0011" if surname == "郑" else f"{self.code}-{STAFF[surname]}"


@pytest.fixture
def district(transactional_db: None, clock: Clock) -> District:
    """Found the demonstration district at the moment the clock shows."""
    return District(password=found_demonstration(at=clock.now()))


@pytest.fixture(scope="session")
def seen() -> set[str]:
    """Keep the kinds of page that were looked at: a sign-in looks the same in every story."""
    return set()


@pytest.fixture
def look(browser: Browser, axe: Axe, seen: set[str], request: pytest.FixtureRequest) -> Iterator[Looker]:
    """Give the eyes of a story. Every kind of page it visits has to be looked at, by it or by a story before."""
    looker = Looker(browser, axe, request.node.name.removeprefix("test_"), seen)
    failed = request.session.testsfailed
    yield looker
    looker.close()
    if request.session.testsfailed == failed:  # a story that broke off has not seen everything
        assert looker.unseen == ""


@pytest.fixture
def open_page(open_page: OpenPage, look: Looker) -> OpenPage:
    """Open pages that are looked at."""

    def watched(**options: Any) -> Page:
        # A message that is still fading in has no contrast yet.
        page = open_page(**{"reduced_motion": "reduce"} | options)
        look.watch(page, has_script=options.get("java_script_enabled", True))
        return page

    return watched


@pytest.fixture
def town(live_server: Any, transactional_db: None, clock: Clock, open_page: OpenPage, look: Looker) -> Town:
    """Give the small district of the cast with the gate's people in office, and a desk for each of them."""
    del transactional_db
    return Town(open_gate(found_demo_district()), clock, live_server.url, open_page, look)


SignIn = Callable[[str], Page]


@pytest.fixture
def sign_in(open_page: OpenPage, district: District, look: Looker) -> SignIn:
    """Give a function that signs somebody in, in a browser of their own."""

    def sign_in(surname: str) -> Page:
        page = open_page()
        page.goto("/desk/sign-in/")
        look.once(page)
        page.get_by_label("账号").fill(district.username(surname))
        page.get_by_label("密码").fill(district.password)
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url("**/desk/**")
        return page

    return sign_in


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Give a photo with a place in its metadata."""
    image = Image.new("RGB", (640, 480), (120, 140, 130))
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (30.0, 0.0, 0.0), 3: "E", 4: (110.0, 0.0, 0.0)}
    written = BytesIO()
    image.save(written, "JPEG", exif=exif)
    path = tmp_path / "现场.jpg"
    path.write_bytes(written.getvalue())
    return path


def open_matter(page: Page, number: str, look: Looker) -> None:
    """Open a matter from the list of what waits."""
    page.goto("/desk/")
    look.once(page)
    page.get_by_role("row").filter(has_text=number).get_by_role("link").click()
    expect(page.get_by_role("heading", name="办理经过")).to_be_visible()
    look.once(page)


def next_step(page: Page, number: str, move: str, look: Looker) -> None:
    """Open a matter from the list of what waits, and go to one of its moves."""
    open_matter(page, number, look)
    page.get_by_role("link", name=move, exact=True).click()
    expect(page.get_by_role("heading", name=move, exact=True)).to_be_visible()
    look.once(page)


def make(page: Page, move: str) -> None:
    """Press the button of a move, and read that it was recorded."""
    page.get_by_role("button", name=move, exact=True).click()
    expect(page.get_by_role("status")).to_contain_text(f"已记下：{move}")
