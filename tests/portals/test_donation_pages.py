"""A donor follows the money with number and key; everybody reads what was published; all adds up to the ledger."""

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.funding.donation_rules import Donor
from sanhu.domains.funding.donation_terms import DonorKind, Naming
from sanhu.domains.funding.earmark_queries import left_fen, received_fen
from sanhu.domains.funding.services.donating import Registered
from sanhu.portals.record_keeping import VERIFIER, take_checkpoint
from tests.cast import COMMUNITY, OTHER_COMMUNITY, found_demo_district
from tests.conftest import Clock
from tests.domains.funding.giving import CONTACT, DONOR, PURPOSE, WORDS, Giving
from tests.domains.funding.money import Purse
from tests.gate import Gate, open_gate
from tests.portals.policy import breaches
from tests.portals.reading import words

MINE, WAY = "/donations/mine/", "/donations/mine/way/"
NOT_FOUND = "没有找到：编号或者查询码不对，请照收据再核对一遍。"


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Gate]:
    """Put the people of the gate into office, and clear the database after the module."""
    with django_db_blocker.unblock():
        gate = open_gate(found_demo_district())
    yield gate
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def giving(founded: Gate, db: None, clock: Clock) -> Giving:
    giving = Giving(Purse(founded))
    clock.at = giving.purse.at + timedelta(hours=2)
    return giving


def spent(giving: Giving) -> Registered:
    """¥3,000 came in; ¥1,200 and ¥800 were spent, the ¥1,200 taken back and spent anew as ¥1,100."""
    found = giving.register()
    giving.receive(found.donation, 300_000)
    wrong = giving.spend(found.donation, 120_000)
    giving.spend(found.donation, 80_000, payee_kind="person", payee_name="李木生", meets="请木工修旧桌子")
    giving.purse.reverse(wrong.number)
    giving.spend(found.donation, 110_000)
    return found


def donor(found: Registered) -> Client:
    client = Client()
    answer = client.post(MINE, {"number": found.donation.number.lower(), "key": found.key.lower()})
    assert (answer.status_code, answer["Location"]) == (302, WAY)
    return client


def read(url: str, client: Client | None = None) -> str:
    answer = (client or Client()).get(url)
    assert answer.status_code == 200
    assert breaches(answer) == []
    return answer.content.decode()


def table(url: str, client: Client | None = None) -> list[dict[str, str]]:
    answer = (client or Client()).get(url)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def total(rows: list[dict[str, str]], column: str) -> int:
    return int(sum(Decimal(row[column] or 0) for row in rows) * 100)


@pytest.mark.covers("R63", "R53")
def test_the_donor_reads_the_whole_way_and_it_adds_up(giving: Giving):
    found = spent(giving)
    client = donor(found)
    text = words(read(WAY, client))
    assert f"用途 {PURPOSE} 协议金额 ¥3,000.00 收到 ¥3,000.00 已用 ¥1,900.00 结余 ¥1,100.00" in text
    assert "请木工修旧桌子" in text
    assert "李*" in text
    assert "李木生" not in text
    assert DONOR not in text
    assert CONTACT not in text
    rows = table(f"{MINE}way.csv", client)
    assert [(row["做了什么"], row["收入（元）"], row["支出（元）"], row["结余（元）"]) for row in rows] == [
        ("捐赠款到账", "3000.00", "", "3000.00"),
        ("支出：设备购置", "", "1200.00", "1800.00"),
        ("支出：设备购置", "", "800.00", "1000.00"),
        ("冲销 990101-2026-V0002", "1200.00", "", "2200.00"),
        ("支出：设备购置", "", "1100.00", "1100.00"),
    ]
    came, went = total(rows, "收入（元）"), total(rows, "支出（元）")
    assert came - went == left_fen(found.donation.earmark) == 110_000
    assert received_fen(found.donation.earmark) == 300_000
    client.post(f"{MINE}leave/")
    assert client.get(WAY)["Location"] == MINE


def test_wrong_number_and_wrong_key_are_answered_alike_and_slowed_down(giving: Giving):
    found = giving.register()
    number, client = found.donation.number, Client()
    told = set()
    for wrong in ({"number": number, "key": "0000-0000-00000"}, {"number": "990101-2026-D9999", "key": found.key}):
        answer = client.post(MINE, wrong)
        assert answer.status_code == 422
        told.add(words(answer.content.decode()).partition("请改正后再提交")[2].partition("捐赠登记编号")[0])
    assert len(told) == 1
    assert NOT_FOUND in told.pop()
    for _try in range(settings.SANHU_RECEIPT_TRIES - 2):
        client.post(MINE, {"number": number, "key": "0000-0000-00000"})
    right = {"number": number, "key": found.key}
    assert client.post(MINE, right).status_code == 429
    assert client.post(MINE, right, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_a_replaced_key_and_a_forged_ticket_open_nothing(giving: Giving):
    found = giving.register()
    client = donor(found)
    assert client.get(WAY).status_code == 200
    again = giving.new_key(found.donation)
    assert client.get(WAY)["Location"] == MINE
    fresh = donor(again)
    for name in ("way.csv",):
        assert fresh.get(f"{MINE}{name}").status_code == 200
    forged = Client()
    forged.cookies["ticket"] = f"{found.donation.number} 00"
    for address in (WAY, f"{MINE}way.csv", f"{MINE}proof.json", f"{MINE}vouchers/990101-2026-V0001/proof.json"):
        assert forged.get(address)["Location"] == MINE


@pytest.mark.covers("R63")
def test_everybody_reads_what_was_published_and_what_is_late(giving: Giving, clock: Clock):
    found = spent(giving)
    number = found.donation.number
    page = f"/donations/{number}/"
    before = words(read("/donations/"))
    assert f"{PURPOSE} {number} — 翠园社区居民委员会 — — — 还没有公布，最迟2026年11月24日" in before
    assert "3,000.00" not in before + words(read(page))
    assert WORDS not in words(read(page))
    assert Client().get(f"{page}donation.csv").status_code == 404
    clock.at += timedelta(days=16)
    assert "没有按时公布：应于2026年11月24日以前，已经晚了 1 天" in words(read(page))
    giving.purse.at = clock.at
    giving.publish(found.donation)
    text = words(read("/donations/"))
    assert f"{number} 欧*** 翠园社区居民委员会 ¥3,000.00 ¥1,900.00 ¥1,100.00" in text
    assert "已公布的合计 收到 ¥3,000.00 已用 ¥1,900.00 结余 ¥1,100.00" in text
    whole = words(read(page))
    assert f"捐赠人 欧*** 怎样捐的 捐赠人主动捐赠 捐赠人的话 {WORDS}" in whole
    assert "晚了 1 天公布" in whole
    assert (DONOR in whole, CONTACT in whole, "李木生" in whole) == (False, False, False)
    rows = table(f"{page}donation.csv")
    assert total(rows, "收入（元）") - total(rows, "支出（元）") == left_fen(found.donation.earmark)
    giving.spend(found.donation, 10_000, meets="买桌布")
    assert "买桌布" not in words(read(page))
    assert "买桌布" in words(read(WAY, donor(found)))


def test_the_list_is_of_a_community_and_of_a_year(giving: Giving):
    found = spent(giving)
    number = found.donation.number
    shown = {
        query: number in read(f"/donations/{query}")
        for query in ("", f"?area={COMMUNITY}", f"?area={OTHER_COMMUNITY}", "?year=2026", "?year=2025")
    }
    assert list(shown.values()) == [True, True, False, True, False]
    for wrong, status in (("?year=abcd", 400), ("?area=990101", 404), ("?area=990102001001", 404)):
        assert Client().get(f"/donations/{wrong}").status_code == status
    assert Client().get("/donations/990101-2026-D0009/").status_code == 404


def test_a_donor_who_wants_no_name_has_none_and_words_may_stay_closed(giving: Giving):
    anonymous = giving.register(donor=Donor(DonorKind.ANONYMOUS), are_words_public=False)
    firm = giving.register(donor=Donor(DonorKind.ENTERPRISE, "翠园面馆", naming=Naming.MASKED))
    for one in (anonymous, firm):
        giving.receive(one.donation, 100)
        giving.publish(one.donation)
    text = read(f"/donations/{anonymous.donation.number}/")
    assert "匿名捐赠人" in text
    assert WORDS not in text
    assert WORDS in read(WAY, donor(anonymous))
    text = read(f"/donations/{firm.donation.number}/")
    assert "一家企业" in text
    assert "翠园面馆" not in text


@pytest.mark.covers("R63", "R53")
def test_every_step_is_checked_offline(giving: Giving, tmp_path: Path):
    found = spent(giving)
    giving.change(found.donation)
    giving.publish(found.donation)
    sequence()
    take_checkpoint(at=giving.purse.now())
    client = donor(found)
    key = tmp_path / "public-key.pem"
    key.write_bytes(Client().get("/record/public-key.pem").content)
    links = re.findall(rf'href="({MINE}(?:proof|vouchers/[^"]+/proof)\.json)"', read(WAY, client))
    assert len(links) == 6
    told = ""
    for place, link in enumerate(links):
        proof = tmp_path / f"{place}.json"
        answer = client.get(link)
        assert answer.status_code == 200
        proof.write_bytes(answer.content)
        ran = subprocess.run(
            [sys.executable, str(VERIFIER), str(proof), "--key", str(key)], capture_output=True, check=False
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        told += json.dumps(json.loads(answer.content), ensure_ascii=False)
    assert "社区儿童书屋添置书架" in told
    assert "请木工修旧桌子" in told
    for hidden in (DONOR, CONTACT, "李木生", found.key):
        assert hidden not in told
    public = Client().get(f"/donations/{found.donation.number}/vouchers/990101-2026-V0003/proof.json")
    assert "请木工修旧桌子" in public.content.decode()
    assert Client().get(f"/donations/{found.donation.number}/vouchers/990101-2026-V0099/proof.json").status_code == 404


def asked(url: str, client: Client) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_pages_ask_no_more_for_more(giving: Giving):
    found = spent(giving)
    giving.publish(found.donation)
    client = donor(found)
    pages = ("/donations/", f"/donations/{found.donation.number}/", WAY)
    few = [asked(page, client) for page in pages]
    for _one in range(3):
        giving.spend(found.donation, 100)
        other = giving.register()
        giving.receive(other.donation, 300)
        giving.publish(other.donation)
    giving.publish(found.donation)
    many = [asked(page, client) for page in pages]
    assert many == few
    assert max(few) <= 16
