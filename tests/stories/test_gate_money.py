"""A payer is late and the committee suspends; a fen is altered, and whoever proves the books names it."""

import io
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import expect

from sanhu.domains.admission.services.ticks import tick
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.funding.models import LedgerAccount, Posting
from tests.applying import APPLIED_AT, application_of
from tests.domains.casework.test_clocks import shanghai
from tests.gate import ORGAN
from tests.stories.conftest import make
from tests.stories.gate_pages import Town, fill, follow, sheets_of_a4

NAME, STATUTORY = "文明养犬入户宣传", "社区矫正对象帮扶走访"
SUSPEND = "中止任务：经费未按期到账"
THE_DAY_AFTER = shanghai("2026-10-29", "10:00")  # the first half was due on Wednesday 2026-10-28


@pytest.fixture
def at() -> datetime:
    """Thursday 2026-09-10, when the applications went in."""
    return APPLIED_AT


@pytest.mark.covers("R34", "R58")
def test_a_late_payer_s_task_stands_still_until_the_money_is_there(town: Town, photo: Path) -> None:
    look = town.look
    application_of(town.gate, to="effective", name=NAME)
    application_of(town.gate, to="effective", name=STATUTORY, item_code="K1-10")
    town.clock.at = THE_DAY_AFTER
    assert tick(at=town.at()) > 0

    # 陈 finds both late; statutory help goes on without its money, and the page cites the article.
    chen = town.find("陈", "tasks", STATUTORY)
    expect(chen.get_by_role("link", name=SUSPEND)).to_have_count(0)
    chen.get_by_text("其他步骤为什么不能办").click()
    expect(chen.get_by_text("这是法定协助事项，经费没有到账也不得中止")).to_be_visible()
    expect(chen.get_by_text("城市居民委员会组织法第十条").first).to_be_visible()
    look(chen, "statutory-task", everywhere=True)
    chen.goto(f"{chen.url}moves/suspend/")
    expect(chen.get_by_role("group", name="现在不能这样办")).to_contain_text("城市居民委员会组织法第十条")
    expect(chen.get_by_role("button", name=SUSPEND)).to_have_count(0)
    look(chen, "statutory-refused")

    # The other one may stand still: the notice says since when, why, and that the law's own help goes on.
    chen = town.step("陈", "tasks", NAME, SUSPEND)
    fill(chen, {"理由": "第一笔经费逾期没有到账。"})
    look(chen, "suspending", everywhere=True)
    make(chen, SUSPEND)
    expect(chen.get_by_text("已中止").first).to_be_visible()
    look(chen, "suspended", everywhere=True)
    follow(chen.get_by_role("link", name=re.compile("〔2026〕")), look)
    expect(chen.get_by_role("article")).to_contain_text("第1笔1,800.00元，应于2026年10月28日前拨付")
    look(chen, "suspension-notice", everywhere=True)
    assert sheets_of_a4(look.on_paper(chen, "suspension-notice")) in (1, 2)

    _paid(town, photo)

    # 陈 resumes.
    chen = town.step("陈", "tasks", NAME, "恢复任务")
    make(chen, "恢复任务")
    expect(chen.get_by_text("生效中").first).to_be_visible()
    look(chen, "resumed")
    sequence()
    call_command("verify")


def _paid(town: Town, scan: Path) -> None:
    """孙 is shown what is late; a first try without the paper keeps the words, the second pays."""
    look = town.look
    sun = town.find("孙", "tasks", NAME)
    follow(sun.get_by_role("link", name="拨付第 1 笔"), look)
    fill(sun, {"付款凭证号": "示银回2026-118"})
    sun.get_by_role("button", name="拨付 ¥1,800.00").click()
    expect(sun.get_by_text("凭证扫描件：至少附一张").first).to_be_visible()
    expect(sun.get_by_label("付款凭证号")).to_have_value("示银回2026-118")
    look(sun, "no-scan", everywhere=True)
    sun.get_by_label("凭证扫描件").set_input_files(scan)
    sun.get_by_role("button", name="拨付 ¥1,800.00").click()
    expect(sun.get_by_role("status")).to_contain_text("已拨付 ¥1,800.00")
    look(sun, "paid")


@pytest.mark.covers("R53", "R63", "R84.2")
def test_a_fen_altered_in_the_database_is_named(town: Town, settings: Any, tmp_path: Path) -> None:
    look = town.look
    settings.SANHU_DATA = tmp_path  # where the last proof is noted: no other test's is read here
    application_of(town.gate, to="effective", name=NAME)
    sequence()
    call_command("verify")
    account = LedgerAccount.objects.get(body__name=ORGAN)
    assert (account.cap_fen, account.reserved_fen) == (360_000, 360_000)
    posting = Posting.objects.get(account=account)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE funding_posting SET amount_fen = amount_fen + 1 WHERE id = %s", [posting.pk])

    # Nobody sees it in the book of the account.
    tian = town.list_of("田", "accounts")
    follow(tian.get_by_role("row").filter(has_text=ORGAN).get_by_role("link"), look)
    expect(tian.get_by_text("¥3,600.01")).to_be_visible()
    look(tian, "altered-book", everywhere=True)

    # Both proofs name the row and the fen, and the page of the system's health says that something is wrong.
    assert f"posting_wrong funding.posting:{posting.pk} in 360001 fen is no leg of" in _faulty("ledger", "check")
    said = _faulty("verify")
    assert f"（row_altered） funding.posting:{posting.pk} amount_fen" in said
    qian = town.list_of("钱", "health")
    row = qian.get_by_role("row").filter(has_text="上次核对")
    expect(row).to_contain_text("有故障")
    found = re.search(r"发现 \d+ 处问题", said)
    assert found is not None
    expect(row).to_contain_text(found.group())
    look(qian, "health", everywhere=True)


def _faulty(*command: str) -> str:
    """Give what a proof says that finds something."""
    out = io.StringIO()
    with pytest.raises(SystemExit) as left:
        call_command(*command, stdout=out, stderr=io.StringIO())
    assert left.value.code == 1
    return out.getvalue()
