"""The public register: what committees were asked for, the same on pages, in tables and in feeds, and no ranking."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from sanhu.domains.admission.models import Task
from sanhu.domains.admission.services.steps import BEGIN
from sanhu.domains.admission.tables import TASK
from sanhu.portals.public.feeds import TITLES
from tests.cast import COMMUNITY, COMMUNITY_OF_OTHER_STREET, OTHER_COMMUNITY, found_demo_district
from tests.conftest import Clock
from tests.domains.admission.bearing import Bearing, noon
from tests.domains.funding.money import Purse
from tests.gate import COMMITTEE, ORGAN, OTHER_ORGAN, Gate, open_gate
from tests.portals.policy import breaches
from tests.portals.reading import Page, words

ATOM = "{http://www.w3.org/2005/Atom}"
TENTH = date(2026, 12, 10)  # a Thursday; the first instalments were due on the 5th
NEVER_A_500 = {"raise_request_exception": False}


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Gate]:
    """Put the people of the gate into office, and clear the database after the module."""
    with django_db_blocker.unblock():
        gate = open_gate(found_demo_district())
    yield gate
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def bearing(founded: Gate, db: None) -> Bearing:
    return Bearing(Purse(founded))


def of_another_organ(bearing: Bearing) -> Bearing:
    """Give the same gate, where 区民政局 stands in the place of the organ that asks."""
    gate = bearing.purse.gate
    other = replace(gate, bodies={**gate.bodies, ORGAN: gate.bodies[OTHER_ORGAN]})
    return Bearing(Purse(other, at=bearing.purse.at))


@pytest.fixture
def shown(bearing: Bearing, clock: Clock) -> Clock:
    """Let 翠园 bear a suspended task and one of another organ, 柳堤 one, and revoke a third of 翠园; it is the 10th."""
    late, _other = bearing.put_in_force(bearing.approved())
    of_another_organ(bearing).task(COMMITTEE, name="独居老人探访", content="每周上门看望一次")
    revoked = bearing.approved(COMMITTEE, name="犬只登记摸底")
    bearing.put_in_force(revoked)
    bearing.approved(COMMITTEE, name="还没有生效的")
    bearing.revoke(revoked, at=noon(date(2026, 12, 8)))
    bearing.move(late, "suspend", by="陈", on=TENTH)
    clock.at = noon(TENTH)
    return clock


def read(url: str, client: Client | None = None) -> str:
    answer = (client or Client()).get(url)
    assert answer.status_code == 200
    assert breaches(answer) == []
    return answer.content.decode()


def table(url: str) -> list[dict[str, str]]:
    answer = Client().get(url)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def entries(url: str, **options: str) -> list[ET.Element]:
    answer = Client(headers=options).get(url)
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(answer.content).findall(f"{ATOM}entry")


def texts(found: list[ET.Element], tag: str) -> list[str]:
    return [one.findtext(f"{ATOM}{tag}") or "" for one in found]


def rows(html: str) -> list[str]:
    return [words(row) for row in re.findall(r"<tr><td.*?</tr>", html, re.DOTALL)]


@pytest.mark.covers("R38", "R39", "R40")
def test_every_community_stands_there_by_its_code_with_its_sums(shown: Clock):
    text = read("/register/")
    assert rows(text) == [
        "翠园社区 2 2 100 小时 2 分 ¥3,600.00",
        "柳堤社区 1 1 50 小时 1 分 ¥1,800.00",
        "桥东社区 0 0 0 分钟 ¥0.00",
    ]
    assert "2026年12月10日，3 个社区共有 3 项，工作时间 150 小时 3 分，经费 ¥5,400.00。" in words(text)


def test_nothing_ranks_the_communities_nor_lets_anybody_sort_them(shown: Clock):
    text = read("/register/")
    assert not any("?" in (link.get("href") or "") for link in Page(text).all("a"))
    assert not re.search("排名|名次|最多|最少|第一|前列", text)
    for asked in ("?sort=tasks", "?order=-amount_fen", "?ranking=1"):
        assert rows(read(f"/register/{asked}")) == rows(text)


@pytest.mark.covers("R37", "R58")
def test_a_community_reads_who_asks_what_why_until_when_for_how_much(shown: Clock):
    text = words(read(f"/register/{COMMUNITY}/"))
    assert "现有 2 项，工作时间 100 小时 2 分，经费 ¥3,600.00。" in text
    task = text[text.index("独居老人探访") :]
    for said in (
        "谁请社区帮忙 政府 区民政局",
        "请居委会做什么 每周上门看望一次",
        "不包括 示例",
        "为什么 示例",
        "按哪条法律 示例",
        "从何时到何时 2026年12月1日至2026年12月30日",
        "要花多少时间 50 小时 1 分",
        "给社区多少钱 ¥1,800.00",
        "现在 生效中",
        "编号 990101-2026-T0003",
    ):
        assert said in task, said
    assert "已中止：经费没有按时到账" in text
    assert "还没有生效的" not in text


def test_what_ended_stands_apart_for_a_year(shown: Clock):
    ended = f"/register/{COMMUNITY}/"
    row = "犬只登记摸底 990101-2026-T0004 区城市管理局 2026年12月1日至2026年12月30日 2026年12月8日 已撤销"
    assert "最近一年结束的" in read(ended)
    assert row in words(read(ended))
    shown.at = noon(date(2027, 12, 8))
    assert "犬只登记摸底" in read(ended)
    shown.at = noon(date(2027, 12, 9))
    assert "犬只登记摸底" not in read(ended)


def test_a_day_after_its_last_a_task_is_borne_no_longer_whether_or_not_anything_ticked(shown: Clock):
    shown.at = noon(date(2026, 12, 30))
    assert rows(read("/register/"))[0].startswith("翠园社区 2 2 ")
    shown.at = noon(date(2026, 12, 31))
    assert rows(read("/register/"))[0] == "翠园社区 0 0 0 分钟 ¥0.00"
    text = words(read(f"/register/{COMMUNITY}/"))
    assert "现在没有部门请这个社区的居委会协助。" in text
    assert "独居老人探访 990101-2026-T0003 区民政局 2026年12月1日至2026年12月30日 2026年12月30日 已到期" in text


def test_tables_hold_what_the_pages_count(shown: Clock):
    everything = table("/register/tasks.csv")
    assert [(row["编号"], row["社区"], row["现在"]) for row in everything] == [
        ("990101-2026-T0001", "翠园社区", "已中止：经费没有按时到账"),
        ("990101-2026-T0003", "翠园社区", "生效中"),
        ("990101-2026-T0002", "柳堤社区", "生效中"),
    ]
    for code, minutes, yuan in ((COMMUNITY, 6002, "3600.00"), (OTHER_COMMUNITY, 3001, "1800.00")):
        own = table(f"/register/{code}/tasks.csv")
        assert own == [row for row in everything if row["社区代码"].strip() == code]
        assert sum(int(row["工作时间（分钟）"]) for row in own) == minutes
        assert sum(int(row["经费（元）"].replace(".", "")) for row in own) == int(yuan.replace(".", ""))
    assert table(f"/register/{COMMUNITY_OF_OTHER_STREET}/tasks.csv") == []


def test_a_spreadsheet_runs_nothing_of_it_and_keeps_codes_whole(bearing: Bearing, clock: Clock):
    bearing.task(
        COMMITTEE, name='=HYPERLINK("http://x")', content="+1,2", boundary="𠮷祥里\n不含入户", necessity="@SUM(A1)"
    )
    clock.at = noon(TENTH)
    (row,) = table(f"/register/{COMMUNITY}/tasks.csv")
    assert row["事项"] == '\'=HYPERLINK("http://x")'
    assert (row["协助内容"], row["为什么需要"]) == ("'+1,2", "'@SUM(A1)")
    assert row["不包括"] == "𠮷祥里\n不含入户"
    assert row["社区代码"] == f"\t{COMMUNITY}"
    assert (row["开始日期"], row["经费（元）"]) == ("2026-12-01", "1800.00")


def test_the_feed_tells_what_became_of_each_task_newest_first(shown: Clock):
    feed = entries(f"/register/{COMMUNITY}/feed.atom")
    assert texts(feed, "title") == [
        "中止协助，经费没有按时到账：垃圾分类入户宣传",
        "准入撤销，协助结束：犬只登记摸底",
        "开始协助：犬只登记摸底",
        "开始协助：独居老人探访",
        "开始协助：垃圾分类入户宣传",
    ]
    assert texts(feed, "updated")[:2] == ["2026-12-10T04:00:00+00:00", "2026-12-08T04:00:00+00:00"]
    assert texts(feed, "summary")[3] == (
        "区民政局请翠园社区居民委员会协助，2026年12月1日至2026年12月30日，编号 990101-2026-T0003。"
    )
    assert len(set(texts(feed, "id"))) == 5
    assert {one.find(f"{ATOM}link").get("href") for one in feed} <= {
        f"http://testserver/register/{COMMUNITY}/#{task.number}" for task in Task.objects.all()
    }


def test_an_entry_is_known_by_the_same_id_wherever_and_whenever_it_is_read(bearing: Bearing, clock: Clock):
    task = bearing.task(COMMITTEE)
    clock.at = noon(TENTH)
    url = f"/register/{COMMUNITY}/feed.atom"
    (first,) = texts(entries(url), "id")
    assert first.startswith("urn:uuid:")
    bearing.move(task, "suspend", by="陈", on=TENTH)
    clock.at = noon(date(2026, 12, 20))
    later = entries(url, host="localhost")
    assert texts(later, "id")[1:] == [first]
    assert texts(later, "id")[0] != first


def test_a_feed_of_nothing_and_one_with_odd_signs_are_well_formed(bearing: Bearing, clock: Clock):
    assert entries(f"/register/{COMMUNITY}/feed.atom") == []
    bearing.task(COMMITTEE, name="<b>楼道\x0b𠮷</b> & 院落")
    clock.at = noon(TENTH)
    assert texts(entries(f"/register/{COMMUNITY}/feed.atom"), "title") == ["开始协助：<b>楼道𠮷</b> & 院落"]


def test_a_feed_has_a_title_for_every_step_a_task_can_take():
    assert set(TITLES) == {BEGIN, *(move.code for move in TASK.moves)}


@pytest.mark.parametrize("rest", ["", "tasks.csv", "feed.atom"])
@pytest.mark.parametrize(
    "area",
    [
        "990101",
        "990101001",
        "990101001009",
        "990102001001",
        "99010100100A",
        "990101001001001",
        "翠园",
        "".join(chr(0xFEE0 + ord(digit)) for digit in COMMUNITY),
    ],
)
def test_an_area_that_is_no_community_of_this_district_is_not_found(founded: Gate, db: None, area: str, rest: str):
    assert Client(**NEVER_A_500).get(f"/register/{area}/{rest}").status_code == 404


def test_pages_ask_the_database_as_often_however_many_tasks_there_are(bearing: Bearing, clock: Clock):
    counts = []
    for _turn in range(2):
        bearing.put_in_force(bearing.approved())
        clock.at = noon(TENTH)
        for url in ("/register/", f"/register/{COMMUNITY}/", f"/register/{COMMUNITY}/feed.atom", "/register/tasks.csv"):
            with CaptureQueriesContext(connection) as captured:
                read(url)
            counts.append(len(captured))
    assert counts[:4] == counts[4:]
    assert max(counts) <= 5


def test_ways_lead_from_the_first_page_to_a_community_its_table_and_its_feed(shown: Clock):
    ways = {link["href"] for url in ("/", "/register/") for link in Page(read(url)).all("a") if link.get("href")}
    assert {"/register/", "/letter-check/", "/register/tasks.csv", f"{COMMUNITY}/"} <= ways
    text = read(f"/register/{COMMUNITY}/")
    page = Page(text)
    assert {f"/register/{COMMUNITY}/tasks.csv", f"/register/{COMMUNITY}/feed.atom"} <= {
        link.get("href") for link in page.all("a")
    }
    alternate = [link["href"] for link in page.all("link") if link.get("rel") == "alternate"]
    assert alternate == [f"/register/{COMMUNITY}/feed.atom"]
