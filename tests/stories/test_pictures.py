"""Pictures for the manual: what it shows was once on a screen. `make pictures` takes them and puts them into docs."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pyotp
import pytest
from django.conf import LazySettings
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from sanhu.domains.casework.services.intake import Report, register
from sanhu.domains.casework.services.reply_templates import Draft, add_template
from sanhu.domains.evidence.attachments import keep_draft, take_photo
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.subjects.models import Account
from sanhu.domains.subjects.queries import capacities_of
from sanhu.domains.subjects.services.one_time_codes import begin_app, confirm_app
from sanhu.engines.actors import resident
from sanhu.engines.codes.case_numbers import display
from sanhu.portals.cli.demo.tales import TALES
from sanhu.portals.cli.demo.telling import acting
from tests.browser import SCREENSHOTS, OpenPage, keys
from tests.conftest import Clock
from tests.stories.carrying import COMMUNITY, DISTRICT, STAFF, carry, carry_on
from tests.stories.conftest import District, SignIn, next_step
from tests.stories.looking import Looker

DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
# Of the demonstration's tales those whose lead has people at a desk: item, place, days ago, how far.
GREEN, LAKE, PEACE, NEW = (f"990101001{number:03}" for number in (1, 2, 3, 4))
CARRIED = (
    ("K2-08", GREEN, 18, "verified"),
    ("K7-09", GREEN, 3, "verified"),
    ("K6-06", LAKE, 6, "done"),
    ("K3-06", GREEN, 8, "done"),
    ("K1-02", PEACE, 7, "done"),
    ("K3-07", GREEN, 14, "done"),
    ("K3-13", GREEN, 3, "verified"),
    ("K3-12", GREEN, 5, "verified"),
    ("K7-08", LAKE, 3, "done"),
    ("K5-03", NEW, 7, "done"),
)
WORDS = "我叫林小满，翠园小区3号楼2单元501，车辆浙A12345天天停在消防通道上，电话13900990101。"
TEMPLATE = Draft("已处理", "您反映的“{事项}”（{编号}）已由{单位}处理完毕。", "finish")
Picture = Callable[[Page, str], None]


@pytest.fixture
def picture(look: Looker) -> Picture:
    """Give a function that takes a picture of what the window shows, under a name that documents use."""
    folder = SCREENSHOTS / "manual"
    folder.mkdir(parents=True, exist_ok=True)

    def picture(page: Page, name: str) -> None:
        page.wait_for_load_state()
        page.screenshot(path=folder / f"{name}.png")
        look(page, name)

    return picture


@pytest.fixture
def street(tmp_path: Path) -> Path:
    """Draw a photo: a car before a house, with a plate."""
    image = Image.new("RGB", (800, 600), (176, 190, 196))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 400, 800, 600), fill=(120, 122, 124))
    pen.rectangle((90, 60, 710, 400), fill=(198, 180, 160))
    for left in range(140, 660, 120):
        pen.rectangle((left, 110, left + 60, 190), fill=(110, 130, 145))
    pen.rounded_rectangle((220, 330, 600, 500), 30, fill=(60, 84, 110))
    pen.ellipse((260, 460, 340, 540), fill=(40, 40, 40))
    pen.ellipse((480, 460, 560, 540), fill=(40, 40, 40))
    pen.rectangle((350, 430, 470, 465), fill=(30, 70, 160))
    pen.text((362, 436), "A 12345", fill="white", font_size=24)
    path = tmp_path / "street.jpg"
    image.save(path, "JPEG", quality=90)
    return path


def at_desk(page: Page) -> Page:
    """Give the window the size of a desk's picture."""
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    return page


def told(clock: Clock) -> None:
    """Let the district have a busy week behind it."""
    tales = {tale.item: tale for tale in TALES}
    for item, area, days, state in CARRIED:
        tale, reported = tales[item], clock.now() - timedelta(days=days)
        carry(to=state, at=reported, words=tale.words, title=tale.title, item=item, area=area, pace=timedelta(hours=3))


def reported(clock: Clock, photo: Path) -> str:
    """Let somebody report with a photo; give the number."""
    client_id, at = uuid4(), clock.now()
    taken = take_photo(data=photo.read_bytes(), claimed_type="image/jpeg", name=photo.name)
    keep_draft(draft_id=client_id, district=DISTRICT, photos=[taken], actor=resident(DISTRICT), at=at)
    report = Report(district=DISTRICT, area_code=COMMUNITY, words=WORDS, photos=(taken.sha256,))
    return register(actor=resident(DISTRICT), at=at, client_id=client_id, report=report).number


def test_the_desk_of_a_busy_morning(
    district: District, clock: Clock, sign_in: SignIn, picture: Picture, settings: LazySettings
) -> None:
    settings.SANHU_DEMO = True
    told(clock)
    sequence()
    he = at_desk(sign_in("何"))
    expect(he.get_by_role("heading", name="等我办的")).to_be_visible()
    picture(he, "desk")
    he.goto("/desk/search/?q=电梯")
    picture(he, "search")
    chen = at_desk(sign_in("陈"))
    chen.get_by_role("link", name=next(tale.title for tale in TALES if tale.item == "K3-06")).first.click()
    expect(chen.get_by_role("heading", name="办理经过")).to_be_visible()
    picture(chen, "verify")
    jiang = at_desk(sign_in("蒋"))
    jiang.goto("/desk/matters/?due=overdue")
    picture(jiang, "overdue")
    keys(jiang, "?")
    expect(jiang.get_by_role("dialog", name="按键")).to_be_visible()
    picture(jiang, "keys")


def test_forms_of_a_day(
    district: District, clock: Clock, sign_in: SignIn, look: Looker, picture: Picture, street: Path
) -> None:
    number = reported(clock, street)
    zhou = at_desk(sign_in("周"))
    next_step(zhou, display(number), "受理", look)
    zhou.get_by_label("归入哪一项").select_option(label="K1-06 生活垃圾分类违规投放执法")
    picture(zhou, "accept")
    carry_on(number, to="in_progress", at=clock.now(), title="车辆停在消防通道上")
    add_template(actor=acting(STAFF["孙"], clock.now()), at=clock.now(), draft=TEMPLATE)
    sun = at_desk(sign_in("孙"))
    next_step(sun, display(number), "办理完毕", look)
    expect(sun.get_by_role("heading", name="常用答复")).to_be_visible()
    picture(sun, "finish")
    xu = at_desk(sign_in("徐"))
    xu.goto("/desk/publications/")
    look.once(xu)
    xu.get_by_role("link", name="反映人的话").click()
    picture(xu, "words")
    xu.goto("/desk/publications/")
    xu.get_by_role("link", name="反映人的照片").click()
    xu.get_by_role("button", name="加一个框").focus()
    keys(xu, "Enter", *["ArrowDown"] * 30, *["ArrowRight"] * 2, *["Shift+ArrowUp"] * 11)
    expect(xu.get_by_role("button", name="第 1 个框")).to_be_focused()
    xu.locator(".mark-photo").scroll_into_view_if_needed()
    picture(xu, "photo")


def test_the_administrators_pages(
    district: District, clock: Clock, sign_in: SignIn, look: Looker, picture: Picture
) -> None:
    account = Account.objects.get(username=f"{district.code}-{STAFF['周']}")
    actor, at = capacities_of(account, at=clock.now())[0].actor, clock.now()
    app = begin_app(account_id=account.pk, actor=actor, at=at)
    confirm_app(account_id=account.pk, code=pyotp.TOTP(app.secret).at(at), actor=actor, at=at)
    feng = at_desk(sign_in("冯"))
    look.once(feng)
    feng.goto(f"/desk/people/?staff_number={STAFF['周']}")
    look.once(feng)
    feng.get_by_role("link", name=STAFF["周"], exact=True).click()
    expect(feng.get_by_role("heading", name="在任的岗位")).to_be_visible()
    picture(feng, "account")
    sequence()
    shen = at_desk(sign_in("沈"))
    expect(shen.get_by_role("heading", name="记录")).to_be_visible()
    picture(shen, "record")


def test_a_resident_on_the_phone(
    district: District, clock: Clock, open_page: OpenPage, look: Looker, picture: Picture
) -> None:
    matter = carry(to="done", at=clock.now(), words="楼道里堆着旧家具。", title="楼道堆放旧家具")
    lin = open_page(java_script_enabled=False, viewport=PHONE)
    lin.goto("/report/")
    picture(lin, "report")
    lin.goto("/receipt/")
    look.once(lin)
    lin.get_by_label("回执码").fill(matter.receipt)
    lin.get_by_role("button", name="查看").click()
    expect(lin.get_by_role("heading", name="办理经过")).to_be_visible()
    picture(lin, "receipt")
