"""A day of an elected member of a residents' committee: what is its own, what is asked of it, what it may only read."""

import re
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from sanhu.domains.casework.models import Matter
from sanhu.domains.evidence.sequencer import sequence
from tests.applying import application_of
from tests.cast import COMMUNITY, MONDAY_MORNING, move, report_matter
from tests.gate import COMMITTEE, ORGAN, OTHER_ORGAN
from tests.stories.conftest import make
from tests.stories.gate_pages import Town, fill, follow, phone

ASKED_FOR, IN_FORCE = "文明养犬入户宣传", "社区矫正对象帮扶走访"
TITLE = "楼前空地怎么用，请居民一起商量"


@pytest.fixture
def at() -> datetime:
    """Monday 2026-11-09, 09:40."""
    return MONDAY_MORNING


@pytest.mark.covers("R38", "R40", "X-05")
def test_day_of_committee(town: Town) -> None:
    number = _on_its_own_ground(town)
    application_of(town.gate, to="reviewing", name=ASKED_FOR)
    application_of(town.gate, to="effective", name=IN_FORCE, item_code="K1-10")

    _its_own_matter(town, number)
    _asked_without_admission(town)
    _heard(town)
    _read_only(town)
    _not_its_own(town)
    sequence()
    call_command("verify")


def _on_its_own_ground(town: Town) -> str:
    """A matter of self-governance, which the committee leads."""
    cast, at = town.gate.cast, MONDAY_MORNING - timedelta(days=3)
    number = report_matter(cast, at=at, words="楼前空地有人要种菜有人要停车，请大家坐下来商量。").number
    move(cast, number, "accept", by="周", at=at, duty_id=cast.duties["K5-04"].pk, public_title=TITLE)
    move(cast, number, "assign", by="徐", at=at, lead_id=cast.bodies[COMMITTEE].pk)
    return number


def _its_own_matter(town: Town, number: str) -> None:
    """陈 signs, begins and reports what the residents agreed on; a result without words is no result."""
    look = town.look
    chen = town.desk("陈")
    chen.goto("/desk/")
    expect(chen.get_by_role("row").filter(has_text=TITLE)).to_contain_text("K5-04")
    look(chen, "inbox", everywhere=True)
    for step in ("签收", "开始办理", "办理完毕"):
        town.clock.forward(minutes=10)
        chen = town.desk("陈")
        chen.goto("/desk/")
        chen.get_by_role("row").filter(has_text=TITLE).get_by_role("link").click()
        expect(chen.get_by_role("heading", name=TITLE)).to_be_visible()
        look.once(chen)
        follow(chen.get_by_role("link", name=step, exact=True), look)
        if step == "办理完毕":
            chen.get_by_role("button", name=step).click()
            expect(chen.get_by_role("alert")).to_contain_text("请填写“办理结果”")
            look(chen, "no-result", everywhere=True)
            fill(
                chen,
                {"办理结果": "二十六户商量定了：一半种花，一半划六个车位。", "告诉反映人的话": "约定贴在三号楼门口。"},
            )
        make(chen, step)
    expect(chen.get_by_role("link", name="核查通过", exact=True)).to_have_count(0)
    look(chen, "handled", everywhere=True)
    assert Matter.objects.get(number=number).state == "done"


def _asked_without_admission(town: Town) -> None:
    """A bureau phones. The page answers at once that it is not admitted, on what article, and writes the letter."""
    look = town.look
    chen = phone(town, organ=OTHER_ORGAN, name="逐户核对养老补贴", words="请逐户核对，周五前报来。", item="K7-13")
    verdict = chen.get_by_role("group", name="请对方先按准入程序申请，已出告知函")
    expect(verdict).to_contain_text("X-05")
    look(chen, "not-admitted", everywhere=True)
    follow(chen.get_by_role("link", name=re.compile("打开文书")), look)
    expect(chen.get_by_role("article")).to_contain_text(f"{COMMITTEE}")


def _heard(town: Town) -> None:
    """The committee's word on an application: for or against has to be said, and why."""
    look = town.look
    chen = town.step("陈", "applications", ASKED_FOR, "发表居民委员会意见")
    chen.get_by_role("button", name="发表居民委员会意见").click()
    expect(chen.get_by_role("alert")).to_be_visible()
    look(chen, "opinion-faulty", everywhere=True)
    chen.get_by_label("不同意", exact=True).check()
    fill(chen, {"理由": "志愿者只有四人，每月两次做不到，请改为一次。"})
    make(chen, "发表居民委员会意见")
    expect(chen.get_by_text("每月两次做不到").first).to_be_visible()
    look(chen, "opinion-given")


def _read_only(town: Town) -> None:
    """The task in force, the money behind it and the public register are there to be read, and nothing more."""
    look = town.look
    chen = town.find("陈", "tasks", IN_FORCE)
    look(chen, "task", everywhere=True)
    chen = town.list_of("陈", "accounts")
    look(chen, "accounts", everywhere=True)
    expect(chen.get_by_role("link", name="拨入经费")).to_have_count(0)
    expect(chen.locator("main form[method=post]")).to_have_count(0)
    chen.goto(f"/register/{COMMUNITY}/")
    look.once(chen)
    expect(chen.get_by_role("row").filter(has_text=IN_FORCE).or_(chen.get_by_text(ORGAN)).first).to_be_visible()


def _not_its_own(town: Town) -> None:
    """Whether words become public is no affair of the committee: no way leads there, and the address is refused."""
    chen = town.desk("陈")
    chen.goto("/desk/")
    ways = chen.get_by_role("navigation", name="主导航").get_by_role("link")
    expect(ways.filter(has_text="公开审看")).to_have_count(0)
    expect(ways.filter(has_text="登记").filter(has_not_text="下派")).to_have_count(0)
    for address in ("publications/1/", "record/", "register/"):
        assert chen.request.get(f"/desk/{address}").status == 403, address
    answer = chen.goto("/desk/publications/")
    assert answer is not None
    assert answer.status == 403
    expect(chen.get_by_text("您的岗位没有这项权限")).to_be_visible()
    town.look(chen, "not-permitted", everywhere=True)
