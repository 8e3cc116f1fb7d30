"""A resident and one matter, from the first word to the last: on a phone 360 px wide, without a script."""

import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.management import call_command
from playwright.sync_api import Page, expect

from sanhu.domains.casework.models import Matter
from sanhu.domains.evidence.sequencer import sequence
from sanhu.portals.worker.delivery import deliver
from tests.browser import OpenPage
from tests.conftest import Clock
from tests.stories.carrying import carry_on, moved
from tests.stories.conftest import District, SignIn
from tests.stories.gate_pages import follow
from tests.stories.looking import Looker

PHONE = {"width": 360, "height": 740}
WORDS = "我叫林㛃，翠园小区3号楼2单元501，楼道里堆着旧家具，电话13900990101。"
MASKED = "我叫林*，翠园小区3号楼*单元***，楼道里堆着旧家具，电话***********。"
TITLE = "楼道堆放旧家具"


@pytest.mark.covers("R6", "R35", "R45", "R84.2")
def test_day_of_a_resident_on_a_phone(
    district: District,
    clock: Clock,
    open_page: OpenPage,
    sign_in: SignIn,
    look: Looker,
    photo: Path,
    settings: LazySettings,
    tmp_path: Path,
) -> None:
    settings.SANHU_DATA = tmp_path  # what was handed over before is noted there, by numbers that come again
    lin = open_page(java_script_enabled=False, viewport=PHONE)
    code = _reports(lin, look, photo)
    number = Matter.objects.get().number
    _asks_to_be_told(lin, look)

    # 周 accepts; what 林 adds, and what was said at first, waits until 徐 has looked at it.
    clock.forward(hours=1)
    carry_on(number, to="accepted", at=clock.now(), title=TITLE)
    _adds_something(lin, look, photo)
    shown = f"{number[:6]}-{number[6:14]}-{number[14:]}"
    _is_looked_at_before_it_is_public(sign_in("徐"), look)
    _reads_what_everybody_reads(lin, shown, look)

    # While it is handled 林 is told by mail, of nothing but the progress.
    clock.forward(hours=1)
    carry_on(number, to="verified", at=clock.now())
    deliver(clock.now())
    _was_told_by_mail(lin, code, look)
    moved(number, "close", "何", clock.now())
    _rates(lin, look)
    sequence()
    call_command("verify")


def _reports(lin: Page, look: Looker, photo: Path) -> str:
    """Report with a photo. The first try says nothing of what happened; the photo and the community stay."""
    lin.goto("/")
    look(lin, "home", everywhere=True)
    follow(lin.get_by_role("link", name="反映一个问题").first, look)
    lin.get_by_label("在哪个社区").select_option(label="翠园社区")
    lin.get_by_label("照片").set_input_files(photo)
    lin.get_by_role("button", name="提交").click()
    expect(lin.get_by_role("alert")).to_contain_text("请填写“发生了什么”")
    expect(lin.get_by_text("第 1 张照片已收到")).to_be_visible()
    look(lin, "report-mended")
    lin.get_by_label("发生了什么").fill(WORDS)
    lin.get_by_role("button", name="提交").click()
    code = lin.locator("#receipt").inner_text()
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}", code)
    look(lin, "receipt")
    return code


def _asks_to_be_told(lin: Page, look: Looker) -> None:
    """In large letters from here on; an address that is none is refused, the right one is shown back masked."""
    lin.get_by_role("link", name="查看这件事").click()
    expect(lin.get_by_role("heading", name="办理经过")).to_be_visible()
    lin.get_by_role("button", name="大字版").click()
    expect(lin.locator("html")).to_have_class("elder")
    look(lin, "mine-large")
    follow(lin.get_by_role("link", name="用短信或邮件告诉我"), look)
    lin.get_by_label("发邮件").check()
    lin.get_by_label("手机号或邮箱").fill("lin@")
    lin.get_by_role("button", name="记下").click()
    expect(lin.get_by_role("alert")).to_contain_text("发邮件需要完整的邮箱地址")
    look(lin, "mail-refused")
    lin.get_by_label("手机号或邮箱").fill("lin@example.org")
    lin.get_by_role("button", name="记下").click()
    expect(lin.get_by_text("l***@example.org").first).to_be_visible()
    look(lin, "mail-kept")


def _adds_something(lin: Page, look: Looker, photo: Path) -> None:
    """Add a sentence and a photo; nothing at all is refused."""
    lin.goto("/receipt/matter/")
    follow(lin.get_by_role("link", name="再说几句，或者加照片"), look)
    lin.get_by_role("button", name="提交补充").click()
    expect(lin.get_by_text("写几句话，或者附上照片").first).to_be_visible()
    look(lin, "nothing-added")
    lin.get_by_label("补充的内容").fill("今天又多了一张旧沙发。")
    lin.get_by_label("照片").set_input_files(photo)
    lin.get_by_role("button", name="提交补充").click()
    expect(lin.get_by_role("status")).to_contain_text("办理的人会看到您补充的内容")
    look(lin, "added")


def _is_looked_at_before_it_is_public(xu: Page, look: Looker) -> None:
    """Mask the words as the page proposes, pass both sentences' photos as they are."""
    look.once(xu)
    follow(xu.get_by_role("navigation").get_by_role("link", name="公开审看"), look)
    expect(xu.get_by_role("row")).to_have_count(1 + 4)
    for verdict in ("遮盖后公开", "原样公开", "原样公开", "原样公开"):
        xu.get_by_role("row").nth(1).get_by_role("link").click()
        look.once(xu)
        if verdict == "遮盖后公开":
            expect(xu.get_by_label("公开的文字")).to_have_value(MASKED)
        xu.get_by_label(verdict, exact=True).check()
        xu.get_by_role("button", name="决定", exact=True).click()
        expect(xu.get_by_role("status")).to_contain_text("决定已记下")


def _reads_what_everybody_reads(lin: Page, shown: str, look: Looker) -> None:
    """In the dark as well; whoever comes by reads no number, no door and no name."""
    lin.goto(f"/matters/{shown}/")
    expect(lin.get_by_text(MASKED)).to_be_visible()
    expect(lin.get_by_text("今天又多了一张旧沙发。")).to_be_visible()
    expect(lin.locator(".photo img")).to_have_count(2)
    assert "13900990101" not in lin.content()
    lin.get_by_role("button", name="深色").click()
    expect(lin.locator("html")).to_have_class("elder dark")
    look(lin, "public-large-dark")


def _was_told_by_mail(lin: Page, code: str, look: Looker) -> None:
    """Mails lie in the outbox in the order of the progress; the page tells what was told."""
    assert mail.outbox
    for letter in mail.outbox:
        assert letter.to == ["lin@example.org"]
        assert not {"林", "501", "13900990101"} & set(re.findall(r"林|501|13900990101", str(letter.body)))
    lin.goto("/receipt/contact/")
    expect(lin.get_by_role("heading", name="告诉过您的")).to_be_visible()
    expect(lin.locator(".told li")).to_have_count(len(mail.outbox))
    look(lin, "told")
    lin.goto("/receipt/matter/")
    lin.get_by_role("button", name="看完了，从这台电脑上退出").click()
    look(lin, "left")
    lin.goto("/receipt/")
    lin.get_by_label("回执码").fill(code.lower())
    lin.get_by_role("button", name="查看").click()
    expect(lin.get_by_role("heading", name="办理经过")).to_be_visible()


def _rates(lin: Page, look: Looker) -> None:
    """Rate once it is closed; how content one is has to be said."""
    lin.reload()
    expect(lin.get_by_role("heading", name="请您评价")).to_be_visible()
    lin.get_by_role("button", name="提交评价").click()
    expect(lin.get_by_role("alert")).to_be_visible()
    look(lin, "not-rated")
    lin.get_by_label("非常满意").check()
    lin.get_by_role("button", name="提交评价").click()
    expect(lin.get_by_text("谢谢您的评价")).to_be_visible()
    look(lin, "rated")
