"""A day of the district officer: what is late is pressed on, what residents wrote is looked at before it is public."""

import threading
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from sanhu.domains.admission.models import Application
from sanhu.domains.admission.services import application_moves
from sanhu.domains.admission.services.application_moves import ApplicationMove
from sanhu.domains.admission.services.drafting import Draft, draft
from sanhu.domains.admission.terms import GrantKind
from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.services.intake import Report, register
from sanhu.domains.casework.services.ticks import tick
from sanhu.domains.catalogue.models import Duty
from sanhu.domains.evidence.attachments import keep_draft, take_photo
from sanhu.domains.evidence.models import Notice
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.funding.terms import BudgetLine, FundSource
from sanhu.engines.actors import resident
from sanhu.engines.codes.case_numbers import display
from sanhu.engines.legal_time import legal_day
from sanhu.portals.cli.demo.telling import acting, body
from sanhu.portals.worker.digests import send_digests
from sanhu.portals.worker.exporting import export_next
from tests.browser import keys
from tests.conftest import Clock
from tests.stories.carrying import COMMUNITY, DISTRICT, STAFF, carry, moved
from tests.stories.conftest import District, SignIn, make, open_matter
from tests.stories.gate_pages import follow, press
from tests.stories.looking import Looker

LAKE = "990101001002"
ROBOT = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123-secret"
PERSONAL = "翠园小区3号楼2单元501的车辆浙A12345天天停在消防通道上，电话13900990101。"
MASKED = "翠园小区3号楼*单元***的车辆浙******天天停在消防通道上，电话***********。"


@dataclass(frozen=True)
class Morning:
    """What the officer finds: three that are late, one of them sent back; one handed round, one to be put off."""

    late: str
    lake: str
    sent_back: str
    handed_round: str
    deferred: str


def found(clock: Clock) -> Morning:
    """Let five weeks pass in the district before the day begins."""
    at = clock.now()
    late = carry(to="in_progress", at=at - timedelta(days=30), title="人行道堆沙", words="人行道上堆着沙子，走不过去。")
    lake = carry(
        to="in_progress", at=at - timedelta(days=27), title="湖边堆沙", words="湖边也堆着沙子，下雨就淌。", area=LAKE
    )
    back = carry(to="assigned", at=at - timedelta(days=20), title="河岸垃圾", words="河岸上都是垃圾。")
    moved(back.number, "send_back", "吴", at - timedelta(days=19), reason="河岸归水务。", article="条例第六条")
    deferred = carry(to="in_progress", at=at - timedelta(days=2), title="垃圾房要重建", words="垃圾房墙裂了。")
    moved(
        deferred.number,
        "ask_suspension",
        "孙",
        at,
        cause="big_investment",
        public_words="等待垃圾房改造立项",
        reason="垃圾房要整体改造，等区里立项。",
    )
    handed = carry(to="assigned", at=at - timedelta(days=1), title="绿化带垃圾", words="绿化带里都是垃圾。")
    lead = Matter.objects.get(number=handed.number.replace("-", "")).lead_id
    for who, code, said in (
        ("吴", "send_back", {"reason": "绿化带归园林。", "article": "条例第六条"}),
        ("徐", "assign", {"lead_id": lead}),
        ("吴", "send_back", {"reason": "绿化带归园林。", "article": "条例第六条"}),
    ):
        moved(handed.number, code, who, at, **said)
    return Morning(late.number, lake.number, back.number, handed.number, deferred.number)


@pytest.mark.covers("R35", "R36", "R84.2")
def test_day_of_the_district_officer(
    district: District, clock: Clock, sign_in: SignIn, look: Looker, tmp_path: Path
) -> None:
    morning = found(clock)
    jiang = sign_in("蒋")
    _finds_its_way_by_keys(jiang, morning, look)
    _presses_on_what_is_late(jiang, morning, look)
    _decides_what_was_asked(jiang, morning, look)
    _takes_the_list_away(jiang, morning, clock, look, tmp_path)
    _is_told_every_morning(jiang, morning, clock, look)
    sequence()
    call_command("verify")


def _finds_its_way_by_keys(jiang: Page, morning: Morning, look: Looker) -> None:
    """The sheet tells the keys; a search of two characters finds matters of both communities."""
    look(jiang, "inbox")
    keys(jiang, "?")
    expect(jiang.get_by_role("dialog", name="按键")).to_be_visible()
    look(jiang, "keys")
    keys(jiang, "Escape", "/")
    expect(jiang.get_by_role("searchbox", name="搜索办件、事项、单位")).to_be_focused()
    jiang.keyboard.insert_text("沙")
    keys(jiang, "Enter")
    expect(jiang.get_by_role("alert")).to_contain_text("至少写两个相连的字")
    look(jiang, "search-refused")
    keys(jiang, "/")
    jiang.keyboard.insert_text("沙子")
    keys(jiang, "Enter")
    found = jiang.get_by_role("region", name="办件").get_by_role("listitem")
    expect(found).to_have_count(2)
    expect(found.first).to_contain_text(morning.lake)
    look(jiang, "found", everywhere=True)
    keys(jiang, "j", "Enter")
    expect(jiang.get_by_role("heading", name="湖边堆沙")).to_be_visible()
    look(jiang, "matter")
    keys(jiang, "g", "m")
    expect(jiang.get_by_role("heading", name="辖区内的办件")).to_be_visible()


def _presses_on_what_is_late(jiang: Page, morning: Morning, look: Looker) -> None:
    """Narrowed to what was handed round, then to what is overdue; both late ones are supervised with one template."""
    jiang.get_by_label("只看").select_option(label="多次转手")
    jiang.get_by_role("button", name="筛选").click()
    expect(jiang.locator("[data-row]")).to_have_count(1)
    expect(jiang.locator("[data-row]")).to_contain_text("转手 3 次")
    look(jiang, "handed-round")
    jiang.goto("/desk/reply-templates/")
    look.once(jiang)
    follow(jiang.get_by_role("link", name="新建常用答复"), look)
    jiang.get_by_label("名称").fill("超期说明")
    jiang.get_by_label("用于哪一步").select_option(label="督办")
    jiang.get_by_label("内容").fill("{编号}已超过期限，请{电话}说明。")
    jiang.get_by_role("button", name="保存").click()
    expect(jiang.get_by_role("alert")).to_contain_text("没有“电话”这个占位符")
    look(jiang, "template-refused")
    jiang.get_by_label("内容").fill("{编号}（{事项}）已超过期限{期限}，请{单位}书面说明原因和办结时间。")
    press(jiang, "保存", "**/reply-templates/", look)

    jiang.goto("/desk/matters/")
    jiang.get_by_label("期限", exact=True).first.select_option(label="已超期")
    jiang.get_by_role("button", name="筛选").click()
    expect(jiang.locator("[data-row]")).to_have_count(3)
    look(jiang, "overdue", everywhere=True)
    for _row in range(2):
        keys(jiang, "j", "x")
    keys(jiang, "b")
    expect(jiang.get_by_role("heading", name="批量办理")).to_be_visible()
    look(jiang, "bulk-choose")
    jiang.get_by_role("button", name="督办 2 件").click()
    look(jiang, "bulk-write")
    jiang.get_by_role("button", name="先看一遍").click()
    expect(jiang.get_by_role("alert")).to_contain_text("请填写")
    jiang.get_by_label("选一条").select_option(label="超期说明")
    jiang.get_by_role("button", name="填入“督办的理由和要求”").click()
    expect(jiang.get_by_label("督办的理由和要求")).to_have_value(
        "{编号}（{事项}）已超过期限{期限}，请{单位}书面说明原因和办结时间。"
    )
    jiang.get_by_role("button", name="先看一遍").click()
    expect(jiang.get_by_text(f"{morning.late}（生活垃圾分类违规投放执法）已超过期限")).to_be_visible()
    look(jiang, "bulk-preview", everywhere=True)
    jiang.get_by_role("button", name="确认，办这 2 件").click()
    expect(jiang.get_by_text("办好 2 件，没有办成 0 件")).to_be_visible()
    look(jiang, "bulk-result")


def _decides_what_was_asked(jiang: Page, morning: Morning, look: Looker) -> None:
    """Another than who asked lets the clock stand still."""
    open_matter(jiang, morning.deferred, look)
    expect(jiang.get_by_text("主责单位申请挂账，等待批准")).to_be_visible()
    follow(jiang.get_by_role("link", name="不同意挂账", exact=True), look)
    jiang.get_by_role("button", name="不同意挂账").click()
    expect(jiang.get_by_role("alert")).to_contain_text("请填写“理由”")
    look(jiang, "not-granting-without-reason")
    jiang.go_back()
    jiang.go_back()
    follow(jiang.get_by_role("link", name="批准挂账", exact=True), look)
    make(jiang, "批准挂账")
    look(jiang, "suspended")


def _takes_the_list_away(jiang: Page, morning: Morning, clock: Clock, look: Looker, folder: Path) -> None:
    """What is overdue leaves as a file that the worker makes; the page looks again by itself."""
    jiang.goto("/desk/matters/?due=overdue")
    follow(jiang.get_by_role("link", name="导出", exact=True), look)
    expect(jiang.get_by_text("只导出筛选出来的行")).to_be_visible()
    jiang.get_by_label("CSV 文件").check()
    jiang.get_by_role("button", name="开始导出").click()
    expect(jiang.get_by_text("这一页会自己更新")).to_be_visible()
    look(jiang, "export-waits")
    assert export_next(clock.now(), stop=threading.Event()) == 1
    link = jiang.get_by_role("link", name="下载文件")
    expect(link).to_be_visible()  # by its own refreshing
    look(jiang, "export-ready", everywhere=True)
    with jiang.expect_download() as download:
        link.click()
    file = folder / "overdue.csv"
    download.value.save_as(file)
    rows = file.read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 1 + 3
    assert {number in "".join(rows) for number in (morning.late, morning.lake, morning.sent_back)} == {True}
    assert morning.deferred not in "".join(rows)


def _is_told_every_morning(jiang: Page, morning: Morning, clock: Clock, look: Looker) -> None:
    """A group's robot is told at eight, numbers and dates alone; only on the hosts the district named."""
    follow(jiang.get_by_role("navigation").get_by_role("link", name="每日提醒"), look)
    jiang.get_by_label("企业微信群机器人").check()
    jiang.get_by_label("发到哪里").fill("https://example.org/hook?key=1")
    jiang.get_by_role("button", name="订阅", exact=True).click()
    expect(jiang.get_by_role("alert")).to_contain_text("不能发到这个网站")
    look(jiang, "digest-refused")
    jiang.get_by_label("发到哪里").fill(ROBOT)
    jiang.get_by_role("button", name="订阅", exact=True).click()
    expect(jiang.get_by_role("status")).to_contain_text("已订阅")
    expect(jiang.get_by_role("row").filter(has_text="qyapi.weixin.qq.com/***")).to_contain_text("08:00")
    assert "0123-secret" not in jiang.content()
    look(jiang, "digest", everywhere=True)
    clock.forward(hours=23)  # Tuesday, 08:40
    tick(at=clock.now())
    assert send_digests(clock.now()) == 1
    told = Notice.objects.get(channel="wecom").text
    assert "有 1 件临近到期或者超期" in told
    assert morning.sent_back in told
    assert "河岸" not in told


@pytest.mark.covers("R84.2")
def test_the_officer_looks_at_words_and_photos_before_the_public_does(
    district: District, clock: Clock, sign_in: SignIn, page_no_js: Page, look: Looker, photo: Path
) -> None:
    with_plate = reported_with_photo(PERSONAL, photo, clock)
    plain = reported_with_photo("湖边的垃圾桶满了三天。", photo, clock)
    asked = applied_for(clock)
    jiang = sign_in("蒋")
    nav = jiang.get_by_role("navigation")
    follow(nav.get_by_role("link", name="公开审看"), look)
    queue = jiang.get_by_role("row")
    expect(queue).to_have_count(1 + 4)
    expect(queue.nth(1)).to_contain_text("门牌、车牌、电话")
    look(jiang, "queue", everywhere=True)

    # Words with a plate, a door and a telephone: never as they are; masked, as the page proposes.
    queue.nth(1).get_by_role("link").click()
    expect(jiang.get_by_label("公开的文字")).to_have_value(MASKED)
    look(jiang, "words", everywhere=True)
    decide(jiang, "原样公开")
    expect(jiang.get_by_role("alert", name="不能这样办")).to_contain_text("个人信息保护法第二十五条")
    look(jiang, "words-refused")
    decide(jiang, "遮盖后公开")
    expect(jiang.get_by_role("status")).to_contain_text("决定已记下")

    # The photo, by keys alone: a box is added, moved, made wider; what it will look like is seen first.
    queue.nth(1).get_by_role("link").click()
    decide(jiang, "遮盖后公开")
    expect(jiang.get_by_role("alert", name="不能这样办")).to_contain_text("至少画一个框")
    jiang.get_by_role("button", name="加一个框").focus()
    keys(jiang, "Enter", *["ArrowLeft"] * 8, *["Shift+ArrowRight"] * 12, "ArrowDown")
    expect(jiang.get_by_role("button", name="第 1 个框")).to_be_focused()
    look(jiang, "photo-boxed", everywhere=True)
    decide(jiang, "遮盖后公开")
    expect(jiang.get_by_role("heading", name="公开以后是这样")).to_be_visible()
    look(jiang, "photo-preview")
    press(jiang, "照这样公开", "**/publications/", look)

    # Plain words pass; the other photo stays away, for a reason.
    queue.nth(1).get_by_role("link").click()
    decide(jiang, "原样公开")
    expect(jiang.get_by_role("status")).to_contain_text("决定已记下")
    queue.nth(1).get_by_role("link").click()
    decide(jiang, "不公开")
    expect(jiang.get_by_text("须写明理由")).to_be_visible()
    look(jiang, "withheld-without-reason")
    jiang.get_by_label("理由").fill("照片里有路人的脸。")
    decide(jiang, "不公开")
    expect(jiang.get_by_text("没有等待审看的内容。")).to_be_visible()
    look(jiang, "queue-empty")

    somebody = page_no_js
    somebody.goto(f"/matters/{with_plate}/")
    expect(somebody.get_by_text(MASKED)).to_be_visible()
    expect(somebody.get_by_role("img", name="涂黑处是审看时遮盖的")).to_be_visible()
    look(somebody, "public-masked", everywhere=True)
    somebody.goto(f"/matters/{plain}/")
    expect(somebody.get_by_text("湖边的垃圾桶满了三天。")).to_be_visible()
    expect(somebody.locator(".photo img")).to_have_count(0)

    # A glance at the gate: what was asked for is read with what speaks against it, and accepted.
    follow(nav.get_by_role("link", name="准入"), look)
    follow(jiang.get_by_role("row").filter(has_text=asked.name).get_by_role("link").first, look)
    look(jiang, "application")
    follow(jiang.get_by_role("link", name="受理申请", exact=True), look)
    make(jiang, "受理申请")
    sequence()
    call_command("verify")


def decide(page: Page, verdict: str) -> None:
    """Choose what the public gets, and press."""
    page.get_by_label(verdict, exact=True).check()
    page.get_by_role("button", name="决定", exact=True).click()
    page.wait_for_load_state()


def reported_with_photo(words: str, photo: Path, clock: Clock) -> str:
    """Let somebody report with a photo, and 周 accept it; give its number as on paper."""
    at, client_id = clock.now(), uuid4()
    taken = take_photo(data=photo.read_bytes(), claimed_type="image/jpeg", name=photo.name)
    keep_draft(draft_id=client_id, district=DISTRICT, photos=[taken], actor=resident(DISTRICT), at=at)
    report = Report(district=DISTRICT, area_code=COMMUNITY, words=words, photos=(taken.sha256,))
    number = register(actor=resident(DISTRICT), at=at, client_id=client_id, report=report).number
    duty = Duty.objects.get(item__version__district=DISTRICT, item__code="K1-06", position=1)
    moved(number, "accept", "周", at, duty_id=duty.pk)
    return display(number)


def applied_for(clock: Clock) -> Application:
    """Let 孙 ask the committee of 翠园 for help, in good time."""
    at, sun = clock.now(), acting(STAFF["孙"], clock.now())
    starts_on = legal_day(at) + timedelta(days=44)
    wish = Draft(
        name="文明养犬入户宣传",
        affair_class="K1",
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=7),
        minutes_each=600,
        power_kind=GrantKind.COMMISSION,
        amount_each_fen=36_000,
        source=FundSource.FEE_FOLLOWS_AFFAIR,
        line=BudgetLine.L9,
        legal_basis="示范区养犬管理条例第六条",
        necessity="养犬人分散，部门人员不熟悉住户。",
        content="张贴告知书，入户宣传登记方式。",
        boundary="只宣传，不查验，不收取材料。",
        acts=("publicise",),
        frequency="每月两次",
        power_article="示范区养犬管理条例第六条第二款",
        power_scope="在本社区入户宣传养犬规定",
        training="开始前由部门培训一次",
        cost_basis="每分钟 0.60 元",
        instalments=({"due_on": starts_on, "amount_fen": 36_000},),
        exit_terms="条例修改时退出",
        committee_ids=(body("翠园社区居民委员会").pk,),
    )
    drafted = draft(actor=sun, at=at, client_id=uuid4(), wish=wish)
    asked = ApplicationMove("submit", drafted.revision)
    return application_moves.make_move(actor=sun, at=at, client_id=uuid4(), number=drafted.number, request=asked)
