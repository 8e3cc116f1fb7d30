"""A task goes back to its department with its power and its money, and everybody reads whether it stayed there."""

from datetime import date, datetime, timedelta

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from sanhu.domains.admission.models import ReturnProposal, Task
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.funding.models import LedgerAccount
from tests.applying import APPLIED_AT, application_of
from tests.domains.admission.bearing import Bearing
from tests.domains.admission.returning import ITEM
from tests.domains.casework.test_clocks import shanghai
from tests.domains.funding.money import Purse
from tests.gate import COMMITTEE, ORGAN
from tests.stories.conftest import make
from tests.stories.gate_pages import Town, fill, follow, press

NAME = "文明养犬入户宣传"
MONDAY = shanghai("2026-11-09", "10:00")
DECISION = "示社建联〔2026〕3号"


@pytest.fixture
def at() -> datetime:
    """Thursday 2026-09-10, when the application went in."""
    return APPLIED_AT


def available(body: str) -> int:
    return LedgerAccount.objects.get(body__name=body).available_fen


@pytest.mark.covers("R14", "R28", "R32", "R33", "R34")
def test_a_task_goes_back_to_its_department_with_its_money(town: Town) -> None:
    look = town.look
    application = application_of(town.gate, to="effective", name=NAME, item_code=ITEM)
    task = Task.objects.get(application=application)
    Bearing(Purse(town.gate, at=MONDAY - timedelta(days=12))).pay(task, on=date(2026, 10, 28))
    town.clock.at = MONDAY
    assert (available(ORGAN), available(COMMITTEE)) == (0, 180_000)

    _proposed(town)
    found = ReturnProposal.objects.get()

    # 孙 of the department is asked, and answers.
    sun = town.list_of("孙", "returns")
    expect(sun.get_by_role("heading", name="等您办的")).to_be_visible()
    look(sun, "waiting", everywhere=True)
    sun = town.step("孙", "returns", NAME, "答复征求意见")
    sun.get_by_label("同意", exact=True).check()
    fill(sun, {"理由": "养犬登记本是部门的事，收回自办。"})
    look(sun, "answering", everywhere=True)
    make(sun, "答复征求意见")

    # 石 decides; the decision goes out on paper.
    shi = town.step("石", "returns", NAME, "决定回归")
    fill(shi, {"决定文号": DECISION, "从哪一天起移交": "2026-11-09", "理由": "属于部门法定职责，居民委员会只协助。"})
    look(shi, "deciding", everywhere=True)
    make(shi, "决定回归")
    look(shi, "decided", everywhere=True)

    _listed(town, found)

    # 高 transfers: the task ends, what was held is free, what was left goes back.
    gao = town.step("高", "returns", NAME, "移交权、费、事")
    fill(gao, {"已拨付还没有用完的经费（元）": "500", "移交情况": "资料、委托书当面点交。"})
    look(gao, "transferring", everywhere=True)
    make(gao, "移交权、费、事")
    expect(gao.get_by_text("已移交，待核验").first).to_be_visible()
    expect(gao.get_by_text("¥1,800.00").first).to_be_visible()
    assert (available(ORGAN), available(COMMITTEE)) == (230_000, 130_000)
    task.refresh_from_db()
    assert (task.state, task.grant.valid_to) == ("returned", date(2026, 11, 9))
    look(gao, "transferred", everywhere=True)

    _verified(town)
    _read_by_everybody(town)
    sequence()
    call_command("verify")


def _proposed(town: Town) -> None:
    """陈 starts from the page of the task; what the law forbids stands in the form with its article."""
    look = town.look
    chen = town.find("陈", "tasks", NAME)
    follow(chen.get_by_role("link", name="提出回归建议"), look)
    look(chen, "empty", everywhere=True)
    chen.get_by_label("应当由哪个单位承担").select_option(label=ORGAN)
    chen.get_by_label("同时修改清单").check()
    chen.get_by_label("功能拓展与权责不对等").check()
    said = {"为什么": "每月占去居委会两成时间，权力和经费都没有跟上。", "引用的负担数据": "10 月占工作时间 21%。"}
    fill(chen, said)
    chen.get_by_role("button", name="提出，征求意见").click()
    expect(chen.get_by_role("alert").first).to_be_visible()
    look(chen, "without-article", everywhere=True)
    fill(chen, {"依据的条款": "城市居民委员会组织法第四十三条"})
    press(chen, "提出，征求意见", "**/returns/990101-2026-R0001/", look)
    expect(chen.get_by_role("status")).to_contain_text("已提出：990101-2026-R0001")
    look(chen, "proposed", everywhere=True)


def _listed(town: Town, found: ReturnProposal) -> None:
    """高 may not transfer before the list is changed; she proposes the change, and 石, another person, approves it."""
    look = town.look
    gao = town.find("高", "returns", NAME)
    expect(gao.get_by_role("link", name="移交权、费、事")).to_have_count(0)
    gao.get_by_text("其他步骤为什么不能办").click()
    expect(gao.get_by_text("清单的新版本还没有经另一人批准并施行，不能移交")).to_be_visible()
    gao = town.step("高", "returns", NAME, "提出清单修改建议")
    look(gao, "listing", everywhere=True)
    make(gao, "提出清单修改建议")
    found.refresh_from_db()
    assert found.list_proposal is not None
    shi = town.find("石", "returns", NAME)
    follow(shi.get_by_role("link", name="打开修改建议"), look)
    look(shi, "list-proposal")
    shi.goto(f"{shi.url}moves/approve/")
    look.once(shi)
    shi.get_by_role("button", name="批准", exact=True).click()
    expect(shi.get_by_role("status")).to_be_visible()
    found.list_proposal.refresh_from_db()
    assert found.list_proposal.state == "approved"


def _verified(town: Town) -> None:
    """Sixty days later 陈 says how it is, and 高 looks at what was recorded."""
    look = town.look
    town.clock.at = shanghai("2027-01-08", "10:00")  # a Friday, sixty days after
    chen = town.step("陈", "returns", NAME, "说明是否还在做")
    chen.get_by_label("没有再做").check()
    fill(chen, {"情况": "没有再来要过。"})
    look(chen, "stating", everywhere=True)
    make(chen, "说明是否还在做")
    gao = town.step("高", "returns", NAME, "核验成效")
    gao.get_by_label("没有再落到居民委员会").check()
    fill(gao, {"怎样核验的": "查下派登记和办件，没有再发生。"})
    look(gao, "verifying", everywhere=True)
    make(gao, "核验成效")
    look(gao, "verified", everywhere=True)


def _read_by_everybody(town: Town) -> None:
    """A resident finds it from the register, without JavaScript."""
    look = town.look
    page = town.open_page(java_script_enabled=False)
    page.goto("/register/")
    look.once(page)
    follow(page.get_by_role("link", name="看任务回归"), look)
    row = page.get_by_role("row").filter(has_text=NAME)
    for said in (COMMITTEE, ORGAN, DECISION, "未拨付 ¥1,800.00，未用 ¥500.00", "没有再落到居民委员会"):
        expect(row).to_contain_text(said)
    look(page, "public", everywhere=True)
