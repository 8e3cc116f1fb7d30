"""A donation is registered, received, spent in two parts and refused outside its purpose; the donor reads it all."""

import csv
import io
import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.funding.earmark_queries import left_fen, received_fen
from sanhu.domains.funding.models import Donation, Earmark
from sanhu.portals.record_keeping import take_checkpoint
from tests.browser import OpenPage
from tests.domains.casework.test_clocks import shanghai
from tests.gate import COMMITTEE
from tests.portals.filing import photo_bytes
from tests.stories.gate_pages import Town, fill, follow

PURPOSE, NUMBER = "社区老年食堂添置桌椅", "990101-2026-D0001"
SAID = "给食堂的老人添几张结实的桌子，我母亲常去吃饭"


@pytest.fixture
def at() -> datetime:
    """Monday 2026-11-09, when the donor comes to the committee."""
    return shanghai("2026-11-09", "09:40")


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """The scan of a paper."""
    scan = tmp_path / "凭证.jpg"
    scan.write_bytes(photo_bytes())
    return scan


@pytest.mark.covers("R63", "R53", "X-12")
def test_a_donors_money_is_followed_by_its_donor(town: Town, open_page: OpenPage, paper: Path) -> None:
    key = _registered(town)
    chen = _received(town, paper)
    _spent(town, chen, paper)
    _published(town, chen)
    donor = open_page(java_script_enabled=False)
    _reads(town, donor, key)
    _adds_up(donor)
    _in_public(town, donor)


def _registered(town: Town) -> str:
    """陈 writes down what was agreed. What a department had set as a target is not taken; what is given freely is."""
    chen = town.list_of("陈", "donations")
    town.look(chen, "none-yet", everywhere=True)
    follow(chen.get_by_role("link", name="登记捐赠"), town.look)
    chen.get_by_label("收款单位").select_option(label=COMMITTEE)
    for choice in ("个人", "只公开姓氏或者类别", "捐赠人主动捐赠", "由机关或者单位定了数额、名单或者任务"):
        chen.get_by_label(choice, exact=True).check()
    fill(
        chen,
        {
            "捐赠人姓名或者名称": "欧阳修文",
            "联系方式": "13800990188",
            "捐赠协议的编号": "翠园捐协〔2026〕1号",
            "签订日期": "2026-11-06",
            "协议金额（元）": "3000",
            "捐赠人说的用途，照原话": SAID,
            "用途（对所有人公开）": PURPOSE,
        },
    )
    chen.get_by_label("捐赠人同意公开这些话").check()
    chen.get_by_role("button", name="登记", exact=True).click()
    expect(chen.get_by_text("X-12")).to_be_visible()
    expect(chen.get_by_text("慈善法第三十二条")).to_be_visible()
    town.look(chen, "apportioned", everywhere=True)
    assert not Donation.objects.exists()
    chen.get_by_label("捐赠人自己决定捐不捐、捐多少").check()
    chen.get_by_role("button", name="登记", exact=True).click()
    sheet = chen.get_by_role("article")
    expect(sheet).to_contain_text("捐赠人民币3000.00元")
    town.look(chen, "receipt", everywhere=True)
    assert town.look.on_paper(chen, "receipt")
    found = re.search(r"查询码 ([0-9A-Z-]{15})", sheet.inner_text())
    assert found
    return found[1]


def _received(town: Town, paper: Path) -> Page:
    chen = town.find("陈", "donations", PURPOSE)
    follow(chen.get_by_role("link", name="到账", exact=True), town.look)
    fill(chen, {"到账金额（元）": "3000", "依据文件的文号": "进账单〔2026〕31号"})
    chen.get_by_label("凭证扫描件").set_input_files(paper)
    chen.get_by_role("button", name="记账", exact=True).click()
    expect(chen.get_by_role("status")).to_contain_text("到账已经写成凭证。")
    return chen


def _spent(town: Town, chen: Page, paper: Path) -> None:
    """Two parts go on tables; printing paper for the office is refused, and so is what nobody says the purpose of."""
    _spend(town, chen, paper, yuan="1200", expense="设备购置", meets="给老年食堂买四张方桌", payee="江城老木匠家具店")
    expect(chen.get_by_role("status")).to_contain_text("支出已经写成凭证。")
    _spend(town, chen, paper, yuan="500", expense="办公经费", meets="买打印纸", payee="江城文具店")
    expect(chen.get_by_text("X-12").first).to_be_visible()
    expect(chen.get_by_text("捐赠协议没有书面写明可以用于工资补贴或者办公费用").first).to_be_visible()
    town.look(chen, "outside-the-purpose", everywhere=True)
    _spend(town, chen, paper, yuan="500", expense="设备购置", meets="", payee="江城文具店")
    expect(chen.get_by_text("不符合的不得支出").first).to_be_visible()
    _spend(town, chen, paper, yuan="800.50", expense="维修维护", meets="请木工修旧桌子", payee="李木生", kind="个人")
    expect(chen.get_by_role("status")).to_contain_text("支出已经写成凭证。")
    expect(chen.get_by_text("¥999.50").first).to_be_visible()
    town.look(chen, "spent", everywhere=True)


def _spend(
    town: Town, chen: Page, paper: Path, *, yuan: str, expense: str, meets: str, payee: str, kind: str = "单位"
) -> None:
    chen.goto(f"/desk/donations/{NUMBER}/spend/")
    town.look.once(chen)
    chen.get_by_label("支出类别").select_option(label=expense)
    chen.get_by_label("支出性质").select_option(label="公益性支出")
    chen.get_by_label(kind, exact=True).check()
    words = {"金额（元）": yuan, "收款方名称": payee, "依据文件的文号": "发票〔2026〕77号"}
    fill(chen, words | {"这笔支出怎样符合捐赠人的用途": meets})
    chen.get_by_label("凭证扫描件").set_input_files(paper)
    chen.get_by_role("button", name="支出", exact=True).click()


def _published(town: Town, chen: Page) -> None:
    follow(chen.get_by_role("link", name="公布", exact=True), town.look)
    chen.get_by_role("button", name="公布", exact=True).click()
    expect(chen.get_by_role("status")).to_contain_text("捐赠收支已公布。")
    sequence()
    take_checkpoint(town.at())


def _reads(town: Town, donor: Page, key: str) -> None:
    """The donor comes with number and key; a slip of the pen is told without telling which of the two it was."""
    donor.goto("/")
    town.look.once(donor)
    follow(donor.get_by_role("link", name="社区账目").first, town.look)
    follow(donor.get_by_role("link", name="查我的捐赠"), town.look)
    town.look(donor, "key", everywhere=True)
    fill(donor, {"捐赠登记编号": NUMBER, "查询码": "0000-0000-00000"})
    donor.get_by_role("button", name="查看").click()
    expect(donor.get_by_text("编号或者查询码不对")).to_be_visible()
    town.look(donor, "wrong-key")
    fill(donor, {"捐赠登记编号": NUMBER, "查询码": key.lower().replace("-", " ")})
    donor.get_by_role("button", name="查看").click()
    expect(donor.get_by_role("heading", name="您捐的钱走过的路")).to_be_visible()
    expect(donor.get_by_role("row").filter(has_text="请木工修旧桌子")).to_contain_text("李*")
    expect(donor.get_by_role("row").filter(has_text="给老年食堂买四张方桌")).to_contain_text("¥1,200.00")
    town.look(donor, "the-whole-way", everywhere=True)
    assert town.look.on_paper(donor, "the-whole-way")
    for secret in ("李木生", "13800990188", "欧阳修文"):
        expect(donor.get_by_text(secret)).to_have_count(0)


def _adds_up(donor: Page) -> None:
    """What the donor takes home adds up to the fen, and to the ledger."""
    with donor.expect_download() as download:
        donor.get_by_role("link", name="下载逐笔明细（CSV）").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    came, went = (int(sum(Decimal(row[name] or 0) for row in rows) * 100) for name in ("收入（元）", "支出（元）"))
    earmark = Earmark.objects.get()
    assert (came, went, came - went) == (300_000, 200_050, 99_950)
    assert (received_fen(earmark), left_fen(earmark)) == (300_000, 99_950)
    with donor.expect_download() as download:
        donor.get_by_role("link", name="证明 990101-2026-V0002").click()
    assert "给老年食堂买四张方桌" in Path(download.value.path()).read_text(encoding="utf-8")


def _in_public(town: Town, donor: Page) -> None:
    donor.get_by_role("button", name="看完了，从这台电脑上退出").click()
    donor.goto("/donations/mine/way/")
    expect(donor.get_by_role("button", name="查看")).to_be_visible()
    donor.goto("/donations/")
    expect(donor.get_by_role("row").filter(has_text=PURPOSE)).to_contain_text("欧***")
    town.look(donor, "donations", everywhere=True)
    follow(donor.get_by_role("link", name=PURPOSE), town.look)
    expect(donor.get_by_text(SAID)).to_be_visible()
    town.look(donor, "donation", everywhere=True)
