"""A resident reads where the money of the community went, and checks it on a machine of their own."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.funding.models import LedgerAccount
from sanhu.domains.funding.public_account import bodies_of
from sanhu.portals.record_keeping import take_checkpoint
from tests.browser import OpenPage
from tests.cast import COMMUNITY
from tests.domains.casework.test_clocks import shanghai
from tests.domains.funding.money import Purse
from tests.stories.gate_pages import Town, follow, press

QUARTER = "2026 年第 3 季度"
IN_OCTOBER = shanghai("2026-10-08", "10:00")  # a Thursday
VOUCHER = "990101-2026-V0002"


@pytest.fixture
def at() -> datetime:
    """Monday 2026-09-28, when the money was paid."""
    return shanghai("2026-09-28", "09:00")


@pytest.mark.covers("R53", "R63", "R84.2")
def test_a_resident_reads_where_the_money_went_and_checks_it(town: Town, open_page: OpenPage, tmp_path: Path) -> None:
    purse = Purse(town.gate, at=town.at())
    purse.fund(1_000_000)  # V0001
    held = purse.reserve(100_000)
    purse.pay(held, 30_000)  # V0002
    later = purse.pay(held, 5_005, basis="示拨〔2026〕2号")
    town.clock.at = IN_OCTOBER
    lin = open_page(java_script_enabled=False)
    _not_yet(lin, town)
    _published(town)
    _read(lin, town)
    files = _taken_home(lin, tmp_path)
    assert _checked(files, "proof") == 0
    said = json.loads(json.loads(files["proof"].read_bytes())["entries"][0]["body"])["facts"]
    assert said["sha256"] == hashlib.sha256(files["file"].read_bytes()).hexdigest()
    assert (said["income_fen"], said["spending_fen"], said["postings"]) == (35_005, 0, 2)
    accounts = LedgerAccount.objects.filter(body__in=bodies_of(COMMUNITY), year=2026)
    assert sum(accounts.values_list("cap_fen", flat=True)) == 35_005
    _one_payment(lin, town, tmp_path, files["key"], files["verifier"])
    # A fen put into the proof is found.
    files["proof"].write_bytes(files["proof"].read_bytes().replace(b"35005", b"35006"))
    assert _checked(files, "proof") == 1
    # What is taken back after it was published stands on the page.
    purse.at = town.at()
    purse.reverse(later.number, reason="重复拨付")
    lin.reload()
    lin.goto(f"/accounts/{COMMUNITY}/2026Q3/")
    expect(lin.get_by_role("heading", name="公布以后有变动")).to_be_visible()
    expect(lin.get_by_text("990101-2026-V0003 的 ¥50.05")).to_be_visible()
    town.look(lin, "changed", everywhere=True)


def _not_yet(lin: Page, town: Town) -> None:
    """Before it is published there is no figure, and the day is told by which it has to be."""
    lin.goto("/")
    town.look.once(lin)
    follow(lin.get_by_role("link", name="社区账目").first, town.look)
    follow(lin.get_by_role("link", name="翠园社区"), town.look)
    follow(lin.get_by_role("link", name=QUARTER), town.look)
    expect(lin.get_by_text("还没有公布，最迟2026年10月20日")).to_be_visible()
    expect(lin.get_by_text("公布以前，这里没有数字。")).to_be_visible()
    town.look(lin, "not-yet", everywhere=True)


def _published(town: Town) -> None:
    """陈 looks at the figures and publishes them; there is nothing to publish twice."""
    chen = town.list_of("陈", "disclosures")
    town.look(chen, "due", everywhere=True)
    follow(chen.get_by_role("link", name=QUARTER), town.look)
    expect(chen.get_by_text("¥350.05").first).to_be_visible()
    chen.get_by_role("button", name="公布", exact=True).click()
    expect(chen.get_by_text("请").first).to_be_visible()  # the box was not ticked
    town.look(chen, "not-ticked")
    chen.get_by_label("我核对过这一期的收支").check()
    press(chen, "公布", f"**/{COMMUNITY}/2026Q3/", town.look)
    expect(chen.get_by_role("status")).to_contain_text(f"{QUARTER}的账目已公布。")
    expect(chen.get_by_text("公布以后账本没有变动，不用再公布。")).to_be_visible()
    town.look(chen, "published", everywhere=True)
    sequence()
    take_checkpoint(town.at())


def _read(lin: Page, town: Town) -> None:
    lin.goto("/accounts/")
    expect(lin.get_by_role("row").filter(has_text="翠园社区")).to_contain_text("已按时公布")
    follow(lin.get_by_role("link", name="翠园社区"), town.look)
    follow(lin.get_by_role("link", name=QUARTER), town.look)
    expect(lin.get_by_text("¥350.05").first).to_be_visible()
    expect(lin.get_by_role("row").filter(has_text="L9 协助事项经费")).to_contain_text("¥350.05")
    expect(lin.get_by_role("row").filter(has_text=VOUCHER)).to_contain_text("区城市管理局")
    town.look(lin, "account", everywhere=True)
    assert town.look.on_paper(lin, "account")


def _taken_home(lin: Page, folder: Path) -> dict[str, Path]:
    """Download the file, its proof, the checker and the key, each by its link."""
    links = {
        "file": "下载公布时的文件",
        "proof": "下载公布的证明",
        "verifier": "下载核对程序",
        "key": "下载公钥",
    }
    return {name: _download(lin, link, folder / name) for name, link in links.items()}


def _download(lin: Page, link: str, path: Path) -> Path:
    address = lin.get_by_role("link", name=link).get_attribute("href")
    assert address is not None
    path.write_bytes(lin.request.get(address).body())
    return path


def _one_payment(lin: Page, town: Town, folder: Path, key: Path, verifier: Path) -> None:
    """One payment of it is checked by itself."""
    follow(lin.get_by_role("link", name=VOUCHER), town.look)
    expect(lin.get_by_text("在检查点之内")).to_be_visible()
    town.look(lin, "payment", everywhere=True)
    proof = _download(lin, "下载这一笔的证明", folder / "payment.json")
    assert _checked({"verifier": verifier, "key": key, "payment": proof}, "payment") == 0


def _checked(files: Mapping[str, Path], proof: str) -> int:
    """Run the checker alone, with nothing of Sanhu."""
    command = [sys.executable, "-I", "-S", files["verifier"], files[proof], "--key", files["key"]]
    return subprocess.run(command, capture_output=True, check=False).returncode
