"""A resident reads where the community's money went: what was published, the same in the file, and checked offline."""

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.funding.disclosure_rules import Period
from sanhu.domains.funding.models import Disclosure, LedgerAccount
from sanhu.domains.funding.public_account import bodies_of
from sanhu.domains.funding.services.disclosing import disclose
from sanhu.portals.record_keeping import VERIFIER, take_checkpoint
from tests.cast import COMMUNITY, COMMUNITY_OF_OTHER_DISTRICT, OTHER_COMMUNITY, found_demo_district
from tests.conftest import Clock
from tests.domains.admission.bearing import Bearing
from tests.domains.funding.money import NEW_YEAR, OTHER_COMMITTEE, Purse
from tests.gate import Gate, open_gate
from tests.portals.open.calling import Program
from tests.portals.policy import breaches
from tests.portals.reading import words

LAST = f"/accounts/{COMMUNITY}/2026Q4/"
TASK, OTHER = "990101-2026-V0002", "990101-2026-V0004"


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Gate]:
    """Put the people of the gate into office, and clear the database after the module."""
    with django_db_blocker.unblock():
        gate = open_gate(found_demo_district())
    yield gate
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def purse(founded: Gate, db: None, clock: Clock) -> Purse:
    """翠园 was paid ¥300 and ¥50.05, 柳堤 ¥7; the ¥50.05 were taken back. It is the 4th of January."""
    purse = Purse(founded)
    purse.fund(1_000_000)
    held = purse.reserve(100_000)
    purse.pay(held, 30_000)
    wrong = purse.pay(held, 5_005)
    purse.pay(purse.reserve(700, OTHER_COMMITTEE), 700)
    purse.reverse(wrong.number)
    clock.at = purse.at = NEW_YEAR
    return purse


def publish(purse: Purse, *, quarter: int = 4, year: int = 2026) -> Disclosure:
    actor = purse.gate.actor("陈", purse.at)
    wish = {"area_code": COMMUNITY, "period": Period(year, quarter)}
    return disclose(actor=actor, at=purse.now(), client_id=uuid4(), **wish)  # type: ignore[arg-type]


def read(url: str) -> str:
    answer = Client().get(url)
    assert answer.status_code == 200
    assert breaches(answer) == []
    return answer.content.decode()


def table(url: str) -> list[dict[str, str]]:
    answer = Client().get(url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def total(rows: list[dict[str, str]], column: str) -> int:
    return int(sum(Decimal(row[column] or 0) for row in rows) * 100)


def rows(html: str) -> list[str]:
    return [words(row) for row in re.findall(r"<tr>\s*<td.*?</tr>", html, re.DOTALL)]


@pytest.mark.covers("R53")
def test_before_it_is_published_the_page_says_by_when_or_how_late(purse: Purse, clock: Clock):
    assert "翠园社区 还没有公布，最迟2027年1月20日" in rows(read("/accounts/"))
    text = words(read(LAST))
    assert "还没有公布，最迟2027年1月20日" in text
    assert "公布以前，这里没有数字。" in text
    assert "300.00" not in text
    assert [Client().get(url).status_code for url in (f"{LAST}account.csv", f"/accounts/vouchers/{TASK}/")] == [
        404,
        404,
    ]
    clock.at = datetime.fromisoformat("2027-01-25T01:00:00+00:00")  # a Monday
    late = "没有按时公布：应于2027年1月20日以前，已经晚了 5 天"
    assert rows(read("/accounts/")) == [f"翠园社区 {late}", f"柳堤社区 {late}", "桥东社区 还没有账目"]
    assert Client().get(LAST.replace("2026Q4", "2026Q3")).status_code == 404  # there was no money yet to tell of
    purse.at = clock.at
    publish(purse)
    assert "翠园社区 晚了 5 天公布" in rows(read("/accounts/"))


@pytest.mark.covers("R53", "R63")
def test_page_and_file_say_what_the_ledger_says(purse: Purse):
    publish(purse)
    text = words(read(LAST))
    accounts = LedgerAccount.objects.filter(body__in=bodies_of(COMMUNITY), year=2026)
    assert sum(accounts.values_list("cap_fen", flat=True)) == 30_000
    assert "已按时公布 翠园社区居民委员会公布" in text
    assert "合计 收入 ¥300.00 支出 ¥0.00" in text
    assert "费随事转 ¥300.00 ¥0.00" in text
    assert "L9 协助事项经费（费随事转） ¥300.00 ¥0.00" in text
    assert "2026年11月9日 990101-2026-V0005 冲销 区城市管理局 示冲〔2026〕1号 \u2212¥50.05" in text
    found = table(f"{LAST}account.csv")
    assert total(found, "收入（元）") - total(found, "冲减收入（元）") == 30_000
    assert [row["凭证编号"][-5:] for row in found] == ["V0002", "V0003", "V0005"]
    assert table(f"/accounts/{COMMUNITY}/2026/account.csv") == found
    year = words(read(f"/accounts/{COMMUNITY}/2026/"))
    assert "这一期本身还没有公布；下面是其中已经公布的季度。" in year
    assert "合计 收入 ¥300.00 支出 ¥0.00" in year


@pytest.mark.covers("R53", "R63")
def test_a_program_reads_the_same_sums_and_rows(purse: Purse):
    unpublished = Program().get(f"/accounts/{COMMUNITY}/2026Q4").json()
    assert (unpublished["standing"], unpublished["published_at"], unpublished["items"]) == ("due", None, [])
    assert unpublished["whole"]["income_fen"] == 0
    disclosure = publish(purse)
    standings = {one["period"]: one for one in Program().get(f"/accounts/{COMMUNITY}").json()["periods"]}
    assert (standings["2026Q4"]["standing"], standings["2026Q4"]["sha256"]) == ("on_time", disclosure.sha256)
    first = Program().get(f"/accounts/{COMMUNITY}/2026Q4", limit=2).json()
    assert first["whole"]["income_fen"] == 30_000
    assert {key: one["income_fen"] for key, one in first["by_source"].items()} == {"fee_follows_affair": 30_000}
    assert {key: one["income_fen"] for key, one in first["by_line"].items()} == {"L9": 30_000}
    items = [*first["items"], *Client().get(first["next"]).json()["items"]]
    written = table(f"{LAST}account.csv")
    assert [one["voucher"] for one in items] == [row["凭证编号"] for row in reversed(written)]
    assert sum(one["fen"] for one in items) == 30_000
    for path in (f"/accounts/{COMMUNITY_OF_OTHER_DISTRICT}", "/accounts/990101001000", f"/accounts/{COMMUNITY}/2031"):
        assert Program().get(path).status_code == 404
    assert Program().get(f"/accounts/{COMMUNITY}/2026Q5").status_code == 422


def test_what_is_no_account_is_not_found(purse: Purse):
    publish(purse)
    missing = (
        *(f"/accounts/{COMMUNITY}/{code}/" for code in ("2026Q5", "2026q4", "26", "1999", "2027Q1", "2025")),
        f"/accounts/{COMMUNITY_OF_OTHER_DISTRICT}/2026Q4/",
        *("/accounts/990101/", "/accounts/x/", f"/accounts/{OTHER_COMMUNITY}/2026Q4/account.csv"),
        *(f"/accounts/vouchers/{number}/" for number in ("990101-2026-V0001", OTHER, "x")),
        f"{LAST}published-2.csv",
    )
    assert {url: Client().get(url).status_code for url in missing} == dict.fromkeys(missing, 404)


@pytest.mark.covers("R53")
def test_what_changed_since_is_said_beside_what_was_published(purse: Purse):
    first = publish(purse)
    before = Client().get(f"{LAST}published-1.csv").content
    assert "公布以后有变动" not in read(LAST)
    purse.reverse(TASK)
    text = words(read(LAST))
    assert "公布以后有变动 公布时收入 ¥300.00，支出 ¥0.00。" in text
    assert "以后这一期又记了 1 笔：收入变动 \u2212¥300.00，支出变动 ¥0.00。" in text
    assert f"{TASK} 的 ¥300.00，2027年1月4日被 990101-2027-V0001 冲销" in text
    assert "合计 收入 ¥0.00 支出 ¥0.00" in text
    assert hashlib.sha256(before).hexdigest() == first.sha256
    publish(purse)
    assert "公布以后有变动" not in read(LAST)
    assert Client().get(f"{LAST}published-1.csv").content == before


@pytest.mark.covers("R53")
def test_a_resident_checks_it_offline(purse: Purse, tmp_path: Path):
    """Without JavaScript and without us: the file's hash is the one the signed record has, a posting's proof holds."""
    publish(purse)
    sequence()
    take_checkpoint(purse.now())
    client = Client()
    text = read(LAST)
    links = dict(re.findall(r'href="([^"]+/(published|proof|verify|public)[^"]*)"', text))
    taken = {kind: client.get(url).content for url, kind in links.items()}
    assert set(taken) == {"published", "proof", "verify", "public"}  # the last two: the program, and the key it needs
    file, proof = taken["published"], taken["proof"]
    key = tmp_path / "key.pem"
    key.write_bytes(taken["public"])
    assert verified(tmp_path, proof, key) == 0
    said = json.loads(json.loads(proof)["entries"][0]["body"])["facts"]
    assert (said["sha256"], said["period"], said["income_fen"]) == (hashlib.sha256(file).hexdigest(), "2026Q4", 30_000)
    assert "<script" not in text or "defer" in text

    page = read(f"/accounts/vouchers/{TASK}/")
    assert page.count("在检查点之内") == 1
    posting = client.get(f"/accounts/vouchers/{TASK}/proof.json").content
    assert verified(tmp_path, posting, key) == 0
    opened = json.loads(posting)["entries"][0]["open"]
    fields = {name for row in opened.values() for name in row}
    assert {"amount_fen", "debit_id", "side", "basis"} <= fields
    assert not fields & {"asked_by_id", "signed_by_id", "reason", "answer"}
    assert verified(tmp_path, posting.replace(b"30000", b"30001"), key) == 1


def verified(folder: Path, proof: bytes, key: Path) -> int:
    path = folder / "proof.json"
    path.write_bytes(proof)
    command = [sys.executable, "-I", "-S", str(VERIFIER), str(path), "--key", str(key)]
    return subprocess.run(command, capture_output=True, check=False).returncode


def test_a_task_is_named_and_leads_to_its_page(founded: Gate, db: None, clock: Clock):
    bearing = Bearing(Purse(founded))
    task, _other = bearing.put_in_force(bearing.approved())
    bearing.pay(task, on=datetime.fromisoformat("2026-12-02T02:00:00+00:00").date())
    clock.at = bearing.purse.at = NEW_YEAR
    publish(bearing.purse)
    text = read(LAST)
    assert f'<a href="/register/{COMMUNITY}/#{task.number}">' in text
    assert task.application.name in words(text)


def test_reading_takes_as_many_questions_however_much_there_is(purse: Purse):
    publish(purse)
    with CaptureQueriesContext(
        connection,
    ) as few:
        read(LAST)
    held = purse.reserve(10_000)
    for _ in range(6):
        purse.pay(held, 100)
    with CaptureQueriesContext(connection) as more:
        read(LAST)
    assert len(more) <= len(few) + 1
    assert len(few) < 40
