"""What goes over and what goes back on pages and in files, and where money came from: for residents and at the desk."""

import csv
import io
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoDbBlocker

from sanhu.domains.funding.disclosure_rules import Period
from sanhu.domains.funding.services.disclosing import disclose
from tests.cast import COMMUNITY, Member, found_demo_district
from tests.conftest import Clock
from tests.domains.casework.test_clocks import shanghai
from tests.domains.funding.money import COMMITTEE, ORGAN, Purse
from tests.domains.funding.settling import close, let_go_over, settle, to_new_year
from tests.gate import Gate, open_gate
from tests.portals.conftest import session_of
from tests.portals.policy import breaches
from tests.portals.reading import words

IN_APRIL = shanghai("2027-04-05", "10:00")  # a Monday


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
    """Of 翠园's fiscal ¥120 ¥100 went over and ¥20 back; all of ¥80 earned went over. 2026 is closed, it is April."""
    purse = Purse(founded)
    purse.appropriate(10_000, COMMITTEE, source="fiscal", line="L7")
    purse.appropriate(2_000, COMMITTEE, source="fiscal", line="L2")
    purse.appropriate(8_000, COMMITTEE, source="paid_service", line="L7")
    purse.appropriate(5_000, ORGAN, source="fiscal", line="L7")
    let_go_over(purse, purse.account(COMMITTEE, source="fiscal", line="L7"))
    to_new_year(purse)
    settle(purse)
    close(purse)
    purse.appropriate(300, COMMITTEE, source="paid_service", line="L7", year=2027)
    clock.at = purse.at = IN_APRIL
    return purse


def signed_in(member: Member) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(member.account, post=member.post)
    return client


def publish(purse: Purse, period: Period) -> None:
    actor = purse.gate.actor("陈", purse.at)
    disclose(actor=actor, at=purse.now(), client_id=uuid4(), area_code=COMMUNITY, period=period)


def read(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    assert breaches(answer) == []
    return words(answer.content.decode())


def table(client: Client, url: str) -> list[dict[str, str]]:
    answer = client.get(url)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.covers("R53", "R63")
def test_residents_read_what_went_over_and_back_by_itself(purse: Purse):
    client = Client()
    assert client.get(f"/accounts/{COMMUNITY}/2026/sources/").status_code == 404  # nothing was disclosed
    publish(purse, Period(2026))
    publish(purse, Period(2027, 1))
    old = read(client, f"/accounts/{COMMUNITY}/2026/")
    assert "收入 ¥200.00 支出 ¥0.00" in old
    assert "结转和交回 结转下年 ¥180.00 交回 ¥20.00" in old
    new = read(client, f"/accounts/{COMMUNITY}/2027Q1/")
    assert "收入 ¥3.00 支出 ¥0.00" in new
    assert "上年结转 ¥180.00" in new
    rows = table(client, f"/accounts/{COMMUNITY}/2026/account.csv")
    assert [
        (row["种类"], row["收入（元）"], row["支出（元）"], row["结转下年（元）"], row["交回（元）"]) for row in rows
    ] == [
        ("拨入", "100.00", "", "", ""),
        ("拨入", "20.00", "", "", ""),
        ("拨入", "80.00", "", "", ""),
        *[(row["种类"], "", "", row["结转下年（元）"], row["交回（元）"]) for row in rows[3:]],
    ]
    assert sorted(row["结转下年（元）"] for row in rows) == ["", "", "", "", "100.00", "80.00"]
    assert [row["交回（元）"] for row in rows if row["种类"] == "结余交回"] == ["20.00"]
    assert sorted(row["上年结转（元）"] for row in table(client, f"/accounts/{COMMUNITY}/2027Q1/account.csv")) == [
        "",
        "100.00",
        "80.00",
    ]


@pytest.mark.covers("R63")
def test_residents_read_where_the_money_came_from_as_far_as_it_is_disclosed(purse: Purse):
    publish(purse, Period(2026))
    page = read(Client(), f"/accounts/{COMMUNITY}/2026/sources/")
    assert "财政支持是最大的来源，其他来源为辅。" in page
    assert "非财政资金占比 40.00%（¥80.00 / ¥200.00），高于 5.00%–30.00% 的范围。" in page
    assert "财政支持 ¥120.00 ¥200.00 60.00%" in page
    publish(purse, Period(2027, 1))
    page = read(Client(), f"/accounts/{COMMUNITY}/2027/sources/")
    assert "财政支持不是最大的来源" in page  # what came over is no income
    assert "有偿服务 ¥3.00 ¥3.00 100.00%" in page


@pytest.mark.covers("R52", "R63")
def test_the_desk_reports_the_district_its_levels_and_its_bodies(purse: Purse):
    client = signed_in(purse.gate["田"])
    page = read(client, "/desk/sources/?year=2026")
    assert "非财政资金占比 32.00%（¥80.00 / ¥250.00），高于 5.00%–30.00% 的范围。" in page
    rows = table(client, "/desk/sources/2026.csv")
    found = {(row["范围"], row["来源或者性质"]): (row["金额（元）"], row["合计（元）"], row["占比"]) for row in rows}
    assert found["全区", "财政支持"] == ("170.00", "250.00", "68.00%")
    assert found["社区", "财政支持"] == ("120.00", "200.00", "60.00%")
    assert found["街道", "财政支持"] == ("0.00", "0.00", "无数据")
    assert found[COMMITTEE, "有偿服务"] == ("80.00", "200.00", "40.00%")
    own = table(signed_in(purse.gate["陈"]), "/desk/sources/2026.csv")
    assert {row["范围"] for row in own} == {COMMITTEE}


def test_a_closed_year_s_page_says_what_came_of_every_fen(purse: Purse):
    client = signed_in(purse.gate["秦"])
    page = read(client, "/desk/years/2026/")
    assert "已结账，这一年的账不再动。" in page
    assert "财政支持 ¥0.00 ¥170.00 ¥0.00 ¥100.00 ¥70.00 ¥0.00" in page
    assert "有偿服务 ¥0.00 ¥80.00 ¥0.00 ¥80.00 ¥0.00 ¥0.00" in page
    assert "已结账" in read(client, "/desk/years/")
