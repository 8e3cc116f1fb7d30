"""A day of the three administrators, who are three persons: sign-ins and powers, bodies and people, the record."""

from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from sanhu.domains.casework.models import Matter
from sanhu.domains.evidence.sequencer import sequence
from tests.browser import OpenPage
from tests.conftest import Clock
from tests.stories.carrying import STAFF, carry
from tests.stories.conftest import District, SignIn, next_step
from tests.stories.looking import Looker

ANNOUNCED = "日期,是否上班,说明\n2026-11-12,0,供水主管抢修，全区停工一天\n2026-11-14,1,调休上班\n"
MORE_REST = "日期,是否上班,说明\n2026-11-13,0,供水主管抢修，再停一天\n"


def open_person(page: Page, number: str, look: Looker) -> None:
    """Open somebody's page from the list of people."""
    page.goto(f"/desk/people/?staff_number={number}")
    look.once(page)
    page.get_by_role("link", name=number, exact=True).click()
    expect(page.get_by_role("heading", name="在任的岗位")).to_be_visible()
    look.once(page)


def end_post(page: Page, number: str, *, ground: str, basis: str, look: Looker) -> None:
    """Ask for the end of somebody's one post."""
    open_person(page, number, look)
    page.get_by_role("link", name="离任").click()
    look.once(page)
    page.get_by_label("离任原因").select_option(label=ground)
    page.get_by_label("依据").fill(basis)
    page.get_by_role("button", name="记为离任").click()


@pytest.mark.covers("R48", "X-09")
def test_administrators_day(
    district: District, clock: Clock, open_page: OpenPage, sign_in: SignIn, look: Looker, tmp_path: Path
) -> None:
    waiting = carry(to="registered", at=clock.now(), title="", words="小区东门垃圾房的门坏了，野猫翻得一地都是。")
    running = carry(to="in_progress", at=clock.now(), title="厨余桶混投", words="厨余桶里天天混着塑料袋。")

    # 周 mistypes the password five times; then even the right one has to wait, until 冯 has unlocked the sign-in.
    zhou = open_page()
    zhou.goto("/desk/sign-in/")
    for password in [*("记不清了" for _ in range(5)), district.password]:
        zhou.get_by_label("账号").fill(district.username("周"))
        zhou.get_by_label("密码").fill(password)
        zhou.get_by_role("button", name="登录", exact=True).click()
        expect(zhou.get_by_role("alert")).to_be_visible()
    expect(zhou.get_by_role("alert")).to_contain_text("失败次数太多，请 15 分钟以后再试，或请安全管理员解锁。")
    look(zhou, "locked-out")

    feng = sign_in("冯")
    expect(feng.get_by_role("heading", name="角色和权限")).to_be_visible()
    look(feng, "roles", everywhere=True)
    open_person(feng, STAFF["周"], look)
    look(feng, "locked-account")
    feng.get_by_role("button", name="解除登录锁定").click()
    expect(feng.get_by_role("status")).to_contain_text("已解锁，可以再登录。")

    # What keeps the system does no business in it: the role is refused the power, and says on what ground.
    feng.goto("/desk/roles/")
    feng.get_by_role("link", name="审计管理员").click()
    look.once(feng)
    feng.get_by_label("受理或不予受理").check()
    feng.get_by_label("更改的理由").fill("想让审计管理员也帮忙受理。")
    feng.get_by_role("button", name="保存权限").click()
    expect(feng.get_by_role("group", name="不能这样办")).to_contain_text("管理员的角色不得有业务权限")
    look(feng, "role-refused")

    zhou.get_by_label("账号").fill(district.username("周"))
    zhou.get_by_label("密码").fill(district.password)
    zhou.get_by_role("button", name="登录", exact=True).click()
    zhou.wait_for_url("**/desk/")
    next_step(zhou, waiting.number, "受理", look)
    zhou.get_by_label("归入哪一项").select_option(label="K1-06 生活垃圾分类违规投放执法")

    # 钱 ends 周's post. The form that is open in the other browser has lost its power with it.
    qian = sign_in("钱")
    end_post(qian, STAFF["周"], ground="调任或者免职", basis="东湖街道办事处 2026 年第 31 号通知", look=look)
    expect(qian.get_by_role("status")).to_contain_text("已离任：窗口受理员。权限已经停止。")
    look(qian, "left-post")
    zhou.get_by_role("button", name="受理").click()
    expect(zhou.get_by_role("heading", name="您现在没有在任的岗位")).to_be_visible()
    look(zhou, "no-post", everywhere=True)
    assert Matter.objects.get(number=waiting.number.replace("-", "")).state == "registered"

    # 陈 was elected. No contract ends what the electors gave.
    end_post(qian, STAFF["陈"], ground="解除合同", basis="街道决定", look=look)
    refusal = qian.get_by_role("alert", name="不能这样办")
    expect(refusal).to_contain_text("X-09")
    expect(refusal).to_contain_text("选举产生的成员不能以解除合同、合同期满或者调任的方式免去")
    expect(qian.get_by_label("依据")).to_have_value("街道决定")
    look(qian, "elected-stays", everywhere=True)

    # An announcement moves the clocks that run; the page names each of them with both dates.
    file = tmp_path / "停工.csv"
    file.write_text(ANNOUNCED, encoding="utf-8")
    qian.goto("/desk/imports/")
    look.once(qian)
    qian.get_by_role("link", name="工作日历").click()
    look.once(qian)
    qian.get_by_label("通知名称").fill("示范区人民政府关于停工一天的通知")
    qian.get_by_label("CSV 或 JSON 文件").set_input_files(file)
    qian.get_by_role("button", name="试运行").click()
    expect(qian.get_by_role("status")).to_contain_text("试运行：可以导入，还没有写入")
    look(qian, "calendar-tried", everywhere=True)
    file.write_text(MORE_REST, encoding="utf-8")
    qian.get_by_label("通知名称").fill("示范区人民政府关于再停工一天的通知")
    qian.get_by_label("CSV 或 JSON 文件").set_input_files(file)
    qian.get_by_role("button", name="试运行").click()
    row = qian.get_by_role("row").filter(has_text=running.number)
    expect(row).to_contain_text("2026-11-16")
    expect(row).to_contain_text("2026-11-17")
    qian.get_by_role("button", name="写入，并重算期限").click()
    expect(qian.get_by_role("status")).to_contain_text("已导入工作日历，运行中的期限已经重算。")
    expect(qian.get_by_role("row").filter(has_text=running.number)).to_contain_text("2026-11-17")
    look(qian, "calendar-imported")

    # 沈 reads what they did.
    sequence()
    shen = sign_in("沈")
    expect(shen.get_by_role("heading", name="记录")).to_be_visible()
    expect(shen.get_by_role("row").filter(has_text="期限因放假安排变动")).to_contain_text(
        running.number.replace("-", "")
    )
    look(shen, "record", everywhere=True)
    shen.get_by_role("row").filter(has_text="解除登录锁定").get_by_role("link").click()
    expect(shen.get_by_role("row").filter(has_text="解除登录锁定")).to_contain_text("安全管理员（工号 0002）")
    look(shen, "record-of-one-account")
    call_command("verify")
