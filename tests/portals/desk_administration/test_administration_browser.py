"""The pages of administration as they are drawn: nothing axe finds, nothing wider than a phone, all of it by mouse."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from sanhu.domains.catalogue.models import Duty
from sanhu.domains.subjects.models import Account, Organisation, Person, Post
from sanhu.portals.cli.demo.loader import found_demonstration
from tests.browser import OpenPage
from tests.conftest import Clock
from tests.portals.announcing import SINGLE_DAYS, reported

TOO_WIDE = "() => document.documentElement.scrollWidth > window.innerWidth"
Look = Callable[[Page, str, str], None]
SignIn = Callable[[str], Page]


@pytest.fixture
def sign_in(transactional_db: None, clock: Clock, open_page: OpenPage) -> SignIn:
    """Found the demonstration district, and sign people in by their staff number."""
    password = found_demonstration(at=clock.now())

    def sign_in(number: str) -> Page:
        page = open_page(java_script_enabled=True)
        page.goto("/desk/sign-in/")
        page.get_by_label("账号").fill(Account.objects.get(username=f"990101-{number}").username)
        page.get_by_label("密码").fill(password)
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url("**/desk/**")
        return page

    return sign_in


@pytest.fixture
def look(axe: Callable[[Page], list[str]], shot: Callable[[Page, str], Path]) -> Look:
    """Open an address and look at it, wide and on a phone."""

    def look(page: Page, address: str, name: str) -> None:
        page.goto(address)
        assert (name, axe(page)) == (name, [])
        shot(page, f"administration-{name}")
        size = page.viewport_size
        page.set_viewport_size({"width": 360, "height": 740})
        assert (name, page.evaluate(TOO_WIDE)) == (name, False)
        shot(page, f"administration-{name}-phone")
        assert size is not None
        page.set_viewport_size(size)

    return look


def test_the_system_administrators_pages(sign_in: SignIn, look: Look):
    page = sign_in("0001")
    body = Organisation.objects.get(district="990101", name="翠园社区居民委员会")
    person = Person.objects.get(district="990101", staff_number="0031")
    post = Post.objects.get(person=person)
    for name, address in {
        "organisations": "/desk/organisations/?sector=community",
        "organisation": f"/desk/organisations/{body.pk}/",
        "organisation-add": "/desk/organisations/add/",
        "people": "/desk/people/",
        "person": f"/desk/people/{person.pk}/",
        "appoint": f"/desk/people/{person.pk}/appoint/",
        "post-end": f"/desk/people/posts/{post.pk}/end/",
        "imports": "/desk/imports/",
        "import-file": "/desk/imports/people/",
        "calendar": "/desk/calendar/",
        "health": "/desk/health/",
    }.items():
        look(page, address, name)


def test_the_other_offices_pages(sign_in: SignIn, look: Look):
    look(sign_in("0002"), "/desk/roles/", "roles")
    look(sign_in("0002"), "/desk/roles/window_clerk/", "role")
    look(sign_in("0003"), "/desk/record/", "record")
    duty = Duty.objects.filter(item__version__district="990101", item__affair_class="K3").order_by("pk")[0]
    officer = Post.objects.get(role__code="coordination_officer", organisation__district="990101")
    page = sign_in(officer.person.staff_number)
    look(page, "/desk/duties/", "duties")
    look(page, f"/desk/duties/{duty.pk}/", "duty")
    look(page, "/desk/gaps/", "gaps")


def test_a_table_is_tried_and_written_by_hand(sign_in: SignIn, tmp_path: Path):
    table = tmp_path / "人员.csv"
    table.write_text("工号,姓名\n8001,𠮷㛃\n", encoding="utf-8")
    page = sign_in("0001")
    page.goto("/desk/imports/")
    page.get_by_role("link", name="导入人员").click()
    page.get_by_label("CSV 文件").set_input_files(table)
    page.get_by_role("button", name="试运行").click()
    assert "将新增 1" in page.get_by_role("status").inner_text()
    page.get_by_role("button", name="写入").click()
    page.wait_for_url("**/desk/imports/people/")
    assert "新增 1" in page.get_by_role("status").inner_text()
    page.goto("/desk/people/?staff_number=8001")
    page.get_by_role("link", name="8001").click()
    assert page.get_by_role("heading", level=1).inner_text() == "𠮷㛃"


def test_an_announcement_moves_a_clock_before_ones_eyes(sign_in: SignIn, tmp_path: Path, clock: Clock):
    page = sign_in("0001")
    matter = reported(clock.now())
    days = tmp_path / "days.csv"
    days.write_text(SINGLE_DAYS, encoding="utf-8")
    page.goto("/desk/calendar/")
    page.get_by_label("通知名称").fill("停工通知")
    page.get_by_label("通知内容或文号").fill("示范〔2026〕9 号")
    page.get_by_label("CSV 或 JSON 文件").set_input_files(days)
    page.get_by_role("button", name="试运行").click()
    page.get_by_role("button", name="写入，并重算期限").click()
    page.wait_for_url("**/desk/calendar/*/")
    row = page.get_by_role("row").filter(has_text=matter.number[-6:])
    assert "2026-11-10" in row.inner_text()
    assert "2026-11-11" in row.inner_text()
