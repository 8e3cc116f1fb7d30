"""A day of 周 at the window of a subdistrict: a second way in, what waits, a call, many at once, a list taken away."""

import io
import threading
from datetime import timedelta
from uuid import uuid4

import pyotp
import pytest
from django.core.management import call_command
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from sanhu.domains.casework.models import Matter
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.subjects.models import Post
from sanhu.domains.subjects.queries import actor_of, posts_in_force
from sanhu.domains.subjects.services.delegations import delegate
from sanhu.engines.legal_time import legal_day
from sanhu.portals.worker.exporting import export_next
from tests.browser import OpenPage, keys
from tests.conftest import Clock
from tests.stories.carrying import STAFF, Carried, carry
from tests.stories.conftest import District, SignIn, make
from tests.stories.gate_pages import fill, follow
from tests.stories.looking import Looker

REPLY = "您反映的{事项}（{编号}）已经受理，办结前可以凭回执码查看。"


@pytest.mark.covers("R36")
def test_day_of_clerk(district: District, clock: Clock, open_page: OpenPage, sign_in: SignIn, look: Looker) -> None:
    ago = clock.now() - timedelta(days=3)
    waiting = carry(to="registered", at=ago, words="三号楼的电梯又停了，老人下不来。")
    carry(to="registered", at=ago, words="广场上夜里十一点还在放音响。")
    led = [
        carry(to="in_progress", at=ago, title="垃圾房旁堆放装修垃圾", words="垃圾房边上堆满了装修垃圾。"),
        carry(to="signed", at=ago, title="占道堆放沙石", words="人行道上一直堆着沙子。", item="K1-06"),
        carry(to="verified", at=ago, title="厨余桶混投", words="厨余桶里天天混着塑料袋。"),
    ]
    _lend_the_dispatchers_post(clock)

    zhou = _second_way_in(sign_in("周"), district, clock, look)
    _by_keyboard(zhou, look)
    _template(zhou, look)
    _accepted_with_a_template(zhou, waiting, look)
    _telephone(zhou, look)
    _list_of_ones_own(zhou, look)
    _many_at_once(zhou, led, look)
    _taken_away(zhou, clock, look)
    _digest(zhou, look)
    _in_another_s_place(zhou, look)
    zhou.get_by_role("button", name="退出").click()
    look.once(zhou)
    zhou.goto("/desk/")
    expect(zhou.get_by_role("heading", name="工作人员登录")).to_be_visible()
    sequence()
    call_command("verify")


def _lend_the_dispatchers_post(clock: Clock) -> None:
    """徐 is away today and has 周 stand in."""
    post = Post.objects.get(person__district="990101", person__staff_number=STAFF["徐"])
    in_force = posts_in_force(clock.now()).select_related("organisation", "role").get(pk=post.pk)
    today = legal_day(clock.now())
    delegate(
        post_id=post.pk,
        deputy_staff_number=STAFF["周"],
        permissions=["matter.view", "matter.assign"],
        starts_on=today,
        ends_on=today + timedelta(days=1),
        reason="training",
        actor=actor_of(in_force),
        at=clock.now(),
        client_id=uuid4(),
    )


def _second_way_in(zhou: Page, district: District, clock: Clock, look: Looker) -> Page:
    """周 sets an app up; from now on the password alone opens nothing, and a wrong code neither."""
    look(zhou, "inbox", everywhere=True)
    zhou.get_by_role("link", name="账号安全").click()
    look(zhou, "security", everywhere=True)
    zhou.get_by_role("link", name="设置验证器").click()
    secret = zhou.locator("dl.facts code").nth(1).inner_text().replace(" ", "")
    app = pyotp.TOTP(secret)
    code = app.at(clock.now())
    box = zhou.get_by_label("验证器上显示的 6 位验证码")
    box.fill(str((int(code) + 1) % 1_000_000).zfill(6))
    zhou.get_by_role("button", name="确认").click()
    expect(zhou.get_by_role("alert")).to_contain_text("验证码不对；请看一下设备的时间是否准确")
    look(zhou, "app-wrong-code")
    box.fill(code)
    zhou.get_by_role("button", name="确认").click()
    expect(zhou.get_by_role("heading", name="恢复码", level=1)).to_be_visible()
    expect(zhou.locator("ol.codes li")).to_have_count(10)
    look(zhou, "recovery-codes", everywhere=True)
    look.on_paper(zhou, "recovery-codes")
    zhou.get_by_role("link", name="已收好").click()
    zhou.get_by_role("button", name="退出").click()

    clock.forward(minutes=5)
    zhou.goto("/desk/")
    fill(zhou, {"账号": district.username("周"), "密码": district.password})
    zhou.get_by_role("button", name="登录", exact=True).click()
    expect(zhou.get_by_role("heading", name="第二步验证")).to_be_visible()
    look(zhou, "second-step", everywhere=True)
    for wrong in (code, "0000-0000-00"):  # the code of this morning, and one that stands on no paper
        zhou.get_by_label("验证码").fill(wrong)
        zhou.get_by_role("button", name="验证", exact=True).click()
        expect(zhou.get_by_role("alert")).to_contain_text("验证码不对，或者已经用过。")
    look(zhou, "second-step-wrong")
    zhou.get_by_label("验证码").fill(app.at(clock.now()))
    zhou.get_by_role("button", name="验证", exact=True).click()
    expect(zhou.get_by_role("heading", name="等我办的")).to_be_visible()
    return zhou


def _by_keyboard(zhou: Page, look: Looker) -> None:
    """The sheet of keys opens and shuts; two characters find a matter, an item and no body."""
    keys(zhou, "?")
    sheet = zhou.get_by_role("dialog", name="按键")
    expect(sheet).to_be_visible()
    look(zhou, "keys")
    keys(zhou, "?")
    expect(sheet).to_be_hidden()
    keys(zhou, "/")
    zhou.keyboard.type("电")
    keys(zhou, "Enter")
    expect(zhou.get_by_role("alert")).to_contain_text("至少写两个相连的字")
    look(zhou, "search-one-character")
    keys(zhou, "/")
    zhou.keyboard.type("电梯")
    keys(zhou, "Enter")
    expect(zhou.get_by_role("heading", name="搜索“电梯”")).to_be_visible()
    expect(zhou.locator("mark").first).to_have_text("电梯")
    expect(zhou.get_by_role("region", name="清单事项").get_by_role("link").first).to_contain_text("电梯")
    look(zhou, "search", everywhere=True)
    keys(zhou, "g", "i")
    expect(zhou.get_by_role("heading", name="等我办的")).to_be_visible()


def _template(zhou: Page, look: Looker) -> None:
    """A template whose placeholder is none is refused by its name; then it is kept."""
    follow(zhou.get_by_role("link", name="常用答复"), look)
    follow(zhou.get_by_role("link", name="新建常用答复"), look)
    fill(zhou, {"名称": "已受理", "内容": REPLY.replace("{编号}", "{电话}")})
    zhou.get_by_role("button", name="保存", exact=True).click()
    expect(zhou.get_by_role("alert")).to_contain_text("没有“电话”这个占位符")
    look(zhou, "template-faulty", everywhere=True)
    fill(zhou, {"内容": REPLY})
    zhou.get_by_role("button", name="保存", exact=True).click()
    expect(zhou.get_by_role("status")).to_contain_text("已受理")
    look(zhou, "templates")


def _accepted_with_a_template(zhou: Page, waiting: Carried, look: Looker) -> None:
    """j goes down the list, Enter opens the row, 1 is the first way on; the template fills what is read."""
    keys(zhou, "g", "i")
    expect(zhou.get_by_role("heading", name="等我办的")).to_be_visible()
    keys(zhou, "j", "j", "k")
    expect(zhou.get_by_role("row").filter(has_text=waiting.number).get_by_role("link")).to_be_focused()
    keys(zhou, "Enter")
    expect(zhou.get_by_role("heading", name="办理经过")).to_be_visible()
    look.once(zhou)
    keys(zhou, "1")
    expect(zhou.get_by_role("heading", name="受理", exact=True)).to_be_visible()
    zhou.get_by_label("归入哪一项").select_option(label="K3-11 电梯安全管理与定期检验")
    zhou.get_by_role("button", name="填入“告诉反映人的话”").click()
    expect(zhou.get_by_label("告诉反映人的话")).to_have_value(
        REPLY.format(编号=waiting.number, 事项="电梯安全管理与定期检验")
    )
    look(zhou, "accepting", everywhere=True)
    make(zhou, "受理")


def _telephone(zhou: Page, look: Looker) -> None:
    """Somebody calls: what is missing is said, nothing is lost, and the code is read to them."""
    follow(zhou.get_by_role("link", name="登记", exact=True), look)
    fill(
        zhou, {"发生了什么": "来电：五号楼前的路灯三盏都不亮。", "具体位置": "翠园小区五号楼前", "手机号或邮箱": "1390"}
    )
    zhou.get_by_label("发短信").check()
    zhou.get_by_role("button", name="登记").click()
    expect(zhou.get_by_role("alert")).to_contain_text("请选择“在哪个社区”。")
    expect(zhou.get_by_role("alert")).to_contain_text("发短信需要 11 位手机号")
    look(zhou, "register-faulty", everywhere=True)
    zhou.get_by_label("在哪个社区").select_option(label="翠园社区")
    fill(zhou, {"手机号或邮箱": "13900990102"})
    zhou.get_by_role("button", name="登记").click()
    expect(zhou.get_by_role("heading", name="请把回执码交给反映人")).to_be_visible()
    look(zhou, "registered", everywhere=True)
    follow(zhou.get_by_role("link", name="打开办件"), look)
    expect(zhou.get_by_text("139******02")).to_be_visible()


def _list_of_ones_own(zhou: Page, look: Looker) -> None:
    """A period that ends before it begins is refused twice, in words; then the list is kept under a name."""
    zhou.get_by_role("link", name="办件", exact=True).click()
    look(zhou, "matters", everywhere=True)
    zhou.get_by_text("更多条件和列").click()
    fill(zhou, {"反映日期从": "2026-11-09", "反映日期到": "2026-11-01"})
    for _again in range(2):
        zhou.get_by_role("button", name="筛选").click()
        expect(zhou.get_by_role("alert")).to_contain_text("反映日期到：不能早于开始的日期")
        zhou.wait_for_load_state()  # half a form would be sent without its other half
    look(zhou, "matters-faulty", everywhere=True)
    fill(zhou, {"反映日期从": "2026-11-01", "反映日期到": "2026-11-08"})
    zhou.get_by_label("来源", exact=True).first.select_option(label="网上反映")
    zhou.get_by_role("button", name="筛选").click()
    expect(zhou.get_by_role("row")).to_have_count(6)
    zhou.get_by_text("存为常用的列表").click()
    fill(zhou, {"名称": "上周的"})
    zhou.get_by_role("button", name="保存").click()
    expect(zhou.get_by_role("link", name="上周的")).to_have_attribute("aria-current", "page")
    look(zhou, "saved-list", everywhere=True)


def _many_at_once(zhou: Page, led: list[Carried], look: Looker) -> None:
    """Three are ticked and urged together; the one that is done is refused with its reason, the two others done."""
    for carried in led:
        zhou.get_by_role("row").filter(has_text=carried.number).get_by_role("link").focus()
        keys(zhou, "x")
    expect(zhou.locator("input[name=number]:checked")).to_have_count(3)
    keys(zhou, "b")
    expect(zhou.get_by_text("选了 3 件，一起办哪一步？")).to_be_visible()
    look(zhou, "bulk", everywhere=True)
    zhou.get_by_role("button", name="催办").click()
    zhou.get_by_role("button", name="先看一遍").click()
    expect(zhou.get_by_role("alert")).to_contain_text("请填写“理由”")
    look(zhou, "bulk-faulty")
    fill(zhou, {"理由": "{编号}的反映人又来电话，请{单位}今天回个话。"})
    zhou.get_by_role("button", name="先看一遍").click()
    expect(zhou.get_by_text("2 件可以办。还没有提交。")).to_be_visible()
    look(zhou, "bulk-preview", everywhere=True)
    zhou.get_by_role("button", name="确认，办这 2 件").click()
    expect(zhou.get_by_text("办好 2 件，没有办成 1 件")).to_be_visible()
    refused = zhou.get_by_role("row").filter(has_text=led[2].number)
    expect(refused).to_contain_text("现在的状态不能这样办理")
    look(zhou, "bulk-result", everywhere=True)
    follow(zhou.get_by_role("row").filter(has_text=led[0].number).get_by_role("link"), look)
    expect(zhou.get_by_text(f"{led[0].number}的反映人又来电话，请示范区城市管理局今天回个话。")).to_be_visible()


def _taken_away(zhou: Page, clock: Clock, look: Looker) -> None:
    """The list kept in the morning is asked for as a table, made by the worker, and fetched."""
    zhou.get_by_role("link", name="办件", exact=True).click()
    zhou.get_by_role("link", name="上周的").click()
    zhou.get_by_role("link", name="导出", exact=True).click()
    look(zhou, "export-asked", everywhere=True)
    zhou.get_by_role("button", name="开始导出").click()
    expect(zhou.get_by_text("这一页会自己更新")).to_be_visible()
    look(zhou, "export-waiting")
    assert export_next(clock.now(), stop=threading.Event()) == 1
    zhou.reload()
    expect(zhou.get_by_text("5 行")).to_be_visible()
    look(zhou, "export-ready", everywhere=True)
    with zhou.expect_download() as awaited:
        zhou.get_by_role("link", name="下载文件").click()
    sheet = load_workbook(io.BytesIO(awaited.value.path().read_bytes())).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "编号"
    assert len(rows) == 1 + Matter.objects.filter(channel="web").count() == 6


def _digest(zhou: Page, look: Looker) -> None:
    """A robot on a host nobody named is refused; a mailbox is taken, and shown no more in full."""
    follow(zhou.get_by_role("link", name="每日提醒"), look)
    zhou.get_by_label("企业微信").check()
    fill(zhou, {"发到哪里": "https://robots.example.net/send?key=1"})
    zhou.get_by_role("button", name="订阅").click()
    expect(zhou.get_by_text("不能发到这个网站").first).to_be_visible()
    look(zhou, "digest-refused", everywhere=True)
    zhou.get_by_label("邮件").check()
    fill(zhou, {"发到哪里": "window@example.org"})
    zhou.get_by_role("button", name="订阅").click()
    expect(zhou.get_by_role("status")).to_contain_text("已订阅")
    expect(zhou.get_by_role("cell", name="w***@example.org")).to_be_visible()
    look(zhou, "digest")


def _in_another_s_place(zhou: Page, look: Looker) -> None:
    """周 changes to the post lent for two days: every page says for whom, and only what was lent is there."""
    zhou.get_by_role("link", name="换岗位").click()
    look(zhou, "posts", everywhere=True)
    zhou.get_by_role("button", name="代 徐安").click()
    expect(zhou.locator(".account")).to_contain_text("周慧 代 徐安")
    expect(zhou.get_by_role("navigation").get_by_role("link", name="登记", exact=True)).to_have_count(0)
    look(zhou, "standing-in", everywhere=True)
