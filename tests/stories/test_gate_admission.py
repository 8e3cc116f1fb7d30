"""A department's application travels to the public register, with a return, a hearing and a funded approval."""

import csv
import re
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from sanhu.domains.evidence.sequencer import sequence
from tests.gate import COMMITTEE, ORGAN
from tests.stories.conftest import make
from tests.stories.gate_pages import SECOND_DUE, THURSDAY, Town, appropriate, fill, follow, press, write_application

NAME, DOCUMENT = "文明养犬入户宣传", "示城管委〔2026〕5号"


@pytest.fixture
def at() -> datetime:
    """Thursday 2026-09-10, in good time for help from 16 November on."""
    return THURSDAY


@pytest.mark.postgres_too
@pytest.mark.covers("R34", "R37", "R38", "R39", "R55", "X-08", "X-15")
def test_an_application_travels_to_the_public_register(town: Town, photo: Path) -> None:
    look = town.look
    _written_and_submitted(town)

    # 高 accepts it; 罗 reviews the law, and sends it back once, with everything that is missing.
    gao = town.step("高", "applications", NAME, "受理申请")
    make(gao, "受理申请")
    luo = town.step("罗", "applications", NAME, "合法性审查退回补正（一次告知全部问题）")
    fill(luo, {"要补正的全部问题": "一、法律依据要写到款；二、边界要写明不查验犬证。", "依据的条款": "条例第六条"})
    make(luo, "合法性审查退回补正（一次告知全部问题）")
    look(luo, "returned")

    # 孙 reads both faults, corrects them and submits again; 高 accepts again.
    town.clock.forward(days=1)
    sun = town.find("孙", "applications", NAME)
    faults = "一、法律依据要写到款；二、边界要写明不查验犬证。"
    expect(sun.get_by_role("note", name="要补正的全部问题")).to_contain_text(faults)
    follow(sun.get_by_role("link", name="修改申请", exact=True), look)
    expect(sun.get_by_role("note", name="要补正的全部问题")).to_contain_text(faults)
    look(sun, "correcting", everywhere=True)
    fill(sun, {"法律依据": "示范区养犬管理条例第六条第一款", "协助边界": "只宣传，不查验犬证，不收取材料。"})
    press(sun, "保存并去提交", "**/moves/submit/", look)
    make(sun, "提交")
    gao = town.step("高", "applications", NAME, "受理申请")
    make(gao, "受理申请")

    _funded(town, photo)
    _heard(town)
    _decided(town)

    # 高 brings it into force: task, power and money in one deed.
    gao = town.step("高", "applications", NAME, "生效：权、费、事同时到位")
    expect(gao.get_by_text("合计预留 ¥3,600.00")).to_be_visible()
    gao.get_by_role("button", name="生效：权、费、事同时到位").click()
    expect(gao.get_by_role("alert")).to_contain_text("授权文书号")
    look(gao, "no-document")
    gao.get_by_label("授权文书号").fill(DOCUMENT)
    make(gao, "生效：权、费、事同时到位")
    look(gao, "in-force")

    _read_by_a_resident(town)
    sequence()
    call_command("verify")


def _written_and_submitted(town: Town) -> None:
    """孙 writes it; what is missing and wrong is said together, and no word is lost. Then the checks have their say."""
    look = town.look
    sun = town.list_of("孙", "applications")
    follow(sun.get_by_role("link", name="起草准入申请"), look)
    write_application(sun, name=NAME, 法律依据="", 协助边界="", 结束日期="2026-11-01", **{"第 2 笔到账日期": ""})
    sun.get_by_role("button", name="保存并去提交").click()
    alert = sun.get_by_role("alert")
    for fault in ("法律依据", "协助边界", "不能早于开始日期", "写了金额的，要写到账日期"):
        expect(alert).to_contain_text(fault)
    expect(sun.get_by_label("协助内容")).to_have_value("张贴告知书，入户宣传登记方式。")
    expect(sun.get_by_label("第 2 笔金额")).to_have_value("1800")
    expect(sun.get_by_label(COMMITTEE)).to_be_checked()
    look(sun, "application-faulty", everywhere=True)
    fill(sun, {"法律依据": "示范区养犬管理条例第六条", "协助边界": "只宣传，不查验，不收取材料。"})
    fill(sun, {"结束日期": "2026-12-31", "第 2 笔到账日期": SECOND_DUE.isoformat()})
    fill(sun, {"需采集或者填报的数据项": "户主身份证号码", "每个社区的经费（元）": "1800", "第 2 笔金额": "900"})
    press(sun, "保存并去提交", "**/moves/submit/", look)
    found = sun.get_by_role("group", name="检查发现的问题")
    for said in ("X-15", "X-08", "每个社区需要 ¥3,600.00"):
        expect(found).to_contain_text(said)
    look(sun, "checks")
    sun.get_by_role("button", name="提交", exact=True).click()
    expect(sun.get_by_role("alert", name="现在不能这样办")).to_contain_text("X-15")
    look(sun, "checks-refuse")
    follow(sun.get_by_role("link", name="先不办"), look)
    follow(sun.get_by_role("link", name="修改申请", exact=True), look)
    fill(
        sun,
        {"需采集或者填报的数据项": "", "每个社区的经费（元）": "3600", "第 1 笔金额": "1800", "第 2 笔金额": "1800"},
    )
    press(sun, "保存并去提交", "**/moves/submit/", look)
    expect(sun.get_by_text("检查没有发现妨碍提交的问题")).to_be_visible()
    make(sun, "提交")


def _funded(town: Town, scan: Path) -> None:
    """田 finds no account, brings the money in, and 秦 signs as the second person."""
    look = town.look
    tian = town.step("田", "applications", NAME, "出具经费审核意见")
    expect(tian.get_by_text("经费没有落实")).to_be_visible()
    appropriate(town, body=ORGAN, yuan="80,000.00", basis="示财预〔2026〕31号", scan=scan)
    qin = town.list_of("秦", "vouchers")
    expect(qin.locator("header [aria-current=page]")).to_have_text("经费")
    follow(qin.get_by_role("row").filter(has_text="示财预〔2026〕31号").first.get_by_role("link"), look)
    expect(qin.get_by_text("还没有记账")).to_be_visible()
    follow(qin.get_by_role("link", name="签批", exact=True), look)
    qin.get_by_label("我核对过金额、收款方和依据文件").check()
    qin.get_by_role("button", name="同意，记账").click()
    expect(qin.get_by_role("status")).to_contain_text("凭证已记账")
    look(qin, "voucher-signed")


def _heard(town: Town) -> None:
    """罗, 田 and 陈 each give an opinion; they stand side by side."""
    for who, move, words in (
        ("罗", "出具合法性审查意见", "有法律依据，边界清楚。"),
        ("田", "出具经费审核意见", "年度预算已安排。"),
        ("陈", "发表居民委员会意见", "可以协助，请按期结清。"),
    ):
        page = town.step(who, "applications", NAME, move)
        page.get_by_label("同意", exact=True).check()
        if who == "田":
            page.get_by_label("从哪个账户出").select_option(index=1)
        fill(page, {"理由": words})
        make(page, move)
    chen = town.find("陈", "applications", NAME)
    for words in ("有法律依据，边界清楚。", "年度预算已安排。", "可以协助，请按期结清。"):
        expect(chen.get_by_text(words).first).to_be_visible()
    town.look(chen, "three-opinions", everywhere=True)


def _decided(town: Town) -> None:
    """吴, of the organ that asks, sits in the meeting through a second post, and must stay out of it."""
    look = town.look
    gao = town.step("高", "applications", NAME, "提交联席会议")
    gao.get_by_label("联席会议日期").fill("2026-09-11")
    make(gao, "提交联席会议")
    wu = _signed_in_to_the_meeting(town)
    follow(wu.get_by_role("link", name=NAME).first, look)
    follow(wu.get_by_role("link", name="表决或者回避", exact=True), look)
    wu.get_by_label("同意", exact=True).check()
    wu.get_by_role("button", name="表决或者回避").click()
    expect(wu.get_by_role("alert", name="现在不能这样办")).to_contain_text(
        "您在申请部门任职或者参与过起草，只能选择回避"
    )
    look(wu, "must-recuse", everywhere=True)
    wu.get_by_label("回避", exact=True).check()
    wu.get_by_label("说明").fill("本人是申请部门的负责人。")
    place = wu.url
    make(wu, "表决或者回避")
    for member in ("董会", "罗会", "秦会", "石"):
        page = town.desk(member)
        page.goto(place)
        page.get_by_label("同意", exact=True).check()
        make(page, "表决或者回避")
    shi = town.step("石", "applications", NAME, "核准准入")
    look(shi, "tally")
    make(shi, "核准准入")
    expect(shi.get_by_text("已核准，待生效").first).to_be_visible()


def _signed_in_to_the_meeting(town: Town) -> Page:
    """吴 signs in with his own account, in his first post, and changes to the second."""
    member, page = town.gate["吴会"], town.open_page()
    page.goto("/desk/sign-in/")
    town.look.once(page)
    fill(page, {"账号": member.account.username, "密码": member.password})
    press(page, "登录", "**/desk/", town.look)
    follow(page.get_by_role("link", name="换岗位"), town.look)
    page.get_by_role("button", name=re.compile("联席会议成员")).click()
    page.wait_for_url("**/desk/applications/")
    town.look(page, "member-of-the-meeting")
    return page


def _read_by_a_resident(town: Town) -> None:
    """林 has a phone without JavaScript: reads who asks, for what and for how much, prints it, and takes the table."""
    look = town.look
    lin = town.open_page(java_script_enabled=False, viewport={"width": 360, "height": 740})
    lin.goto("/")
    look.once(lin)
    follow(lin.get_by_role("link", name="协助公开"), look)
    row = lin.get_by_role("row").filter(has_text="翠园社区")
    expect(row).to_contain_text("¥3,600.00")
    follow(row.get_by_role("link"), look)
    for said in (ORGAN, "只宣传，不查验犬证，不收取材料。", "示范区养犬管理条例第六条第一款", "¥3,600.00", "100 小时"):
        expect(lin.get_by_text(said).first).to_be_visible()
    look(lin, "register-of-the-community", everywhere=True)
    look.on_paper(lin, "register-of-the-community")
    with lin.expect_download() as awaited:
        lin.get_by_role("link", name="下载表格（CSV）").click()
    (line,) = csv.DictReader(awaited.value.path().read_text(encoding="utf-8-sig").splitlines())
    assert NAME in line.values()
    assert "3600.00" in line.values()
