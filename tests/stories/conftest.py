"""What every story needs: the demonstration district with its people, and a desk for each of them."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from sanhu.portals.cli.demo.loader import found_demonstration
from tests.browser import OpenPage
from tests.conftest import Clock

STAFF = {
    "钱": "0001",
    "冯": "0002",
    "沈": "0003",
    "周": "0011",
    "徐": "0012",
    "吴": "0021",
    "孙": "0022",
    "高": "0029",
    "陈": "0031",
    "何": "0032",
    "马": "0041",
}


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


SignIn = Callable[[str], Page]


@pytest.fixture
def sign_in(open_page: OpenPage, district: District) -> SignIn:
    """Give a function that signs somebody in, in a browser of their own."""

    def sign_in(surname: str) -> Page:
        page = open_page()
        page.goto("/desk/sign-in/")
        page.get_by_label("账号").fill(district.username(surname))
        page.get_by_label("密码").fill(district.password)
        page.get_by_role("button", name="登录").click()
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


def next_step(page: Page, number: str, move: str) -> None:
    """Open a matter from the list of what waits, and go to one of its moves."""
    page.goto("/desk/")
    page.get_by_role("row").filter(has_text=number).get_by_role("link").click()
    page.get_by_role("link", name=move, exact=True).click()
