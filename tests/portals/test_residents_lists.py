"""Public matters narrowed, counted, mapped and taken away: each way shows the same, and nothing but the public."""

import csv
import io
import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet
from django.test import Client

from sanhu.domains.casework import public_lists
from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.public_lists import PublicFilter
from sanhu.portals.public import counting
from tests.cast import COMMUNITY, MONDAY_MORNING, OTHER_COMMUNITY, STREET, Carried, carry, move, report_matter
from tests.conftest import Clock
from tests.portals.conftest import Desks
from tests.portals.policy import breaches
from tests.portals.reading import Page, words
from tests.portals.test_access_things import NEVER, RECEIPT_ONLY

ATOM = "{http://www.w3.org/2005/Atom}"
SECRET = "垃圾桶三天没人清"  # what 林 wrote: read by nobody here


def titled(desks: Desks, title: str, *, item: str = "K1-06", **changes: object) -> Matter:
    """Report a matter and accept it under an item with a public title."""
    number = report_matter(desks.cast, **changes).number
    move(desks.cast, number, "accept", by="周", duty_id=desks.cast.duties[item].pk, public_title=title)
    return Matter.objects.get(number=number)


def listed(client: Client, query: str = "") -> list[str]:
    """Give the titles on the list, in their order."""
    html = client.get(f"/matters/{query}").content.decode()
    return re.findall(r'<a href="/matters/[0-9-]+/">([^<]+)</a>', html)


def counted(client: Client, query: str = "") -> list[str]:
    html = client.get(f"/matters/{query}").content.decode()
    return [words(part) for part in re.findall(r"<dd>(.*?)</dd>", html, re.DOTALL)][:4]


def rows(client: Client, query: str = "") -> list[list[str]]:
    text = client.get(f"/matters/matters.csv{query}").content.decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))[1:]


def entries(client: Client, query: str = "") -> list[tuple[str, str]]:
    feed = ET.fromstring(client.get(f"/matters/feed.atom{query}").content)
    return [(one.findtext(f"{ATOM}title", ""), one.findtext(f"{ATOM}id", "")) for one in feed.iter(f"{ATOM}entry")]


@pytest.fixture
def three(desks: Desks) -> Client:
    """Three public matters of different kind and place, and two that are not public."""
    titled(desks, "垃圾房旁乱倒装修垃圾")
    titled(desks, "电梯一周停四次", item="K3-07", area_code=OTHER_COMMUNITY, cell_code="")
    titled(desks, "", area_code=OTHER_COMMUNITY, cell_code="")
    titled(desks, "", item=RECEIPT_ONLY)
    titled(desks, "", item=NEVER)
    return desks.browser()


DUMPING, LIFT, UNTITLED = "垃圾房旁乱倒装修垃圾", "电梯一周停四次", "生活垃圾分类违规投放执法"
NARROWED = [
    ("", [UNTITLED, LIFT, DUMPING]),
    ("?class=K3", [LIFT]),
    (f"?area={OTHER_COMMUNITY}", [UNTITLED, LIFT]),
    (f"?area={STREET}", [UNTITLED, LIFT, DUMPING]),
    (f"?area={COMMUNITY}&class=K3", []),
    ("?state=accepted", [UNTITLED, LIFT, DUMPING]),
    ("?state=open", [UNTITLED, LIFT, DUMPING]),
    ("?state=overdue", []),
    ("?state=closed", []),
    ("?month=2026-11", [UNTITLED, LIFT, DUMPING]),
    ("?month=2026-10", []),
    ("?q=%E7%94%B5%E6%A2%AF", [LIFT]),  # 电梯
    ("?q=%E5%88%86%E7%B1%BB", [UNTITLED]),  # 分类: of an untitled matter the item's name is what is read
    ("?q=%E4%B8%89%E5%A4%A9", []),  # 三天: stands in what 林 wrote alone
    ("?class=&area=&state=&month=&q=", [UNTITLED, LIFT, DUMPING]),
]


@pytest.mark.covers("R84.2")
@pytest.mark.parametrize(("query", "titles"), NARROWED)
def test_list_table_and_feed_show_what_was_asked_for(query: str, titles: list[str], three: Client):
    assert listed(three, query) == titles
    assert [row[5] for row in rows(three, query)] == titles
    heard = [title for title, _id in entries(three, query) if title.startswith("已受理：")]
    assert heard == [f"已受理：{title}" for title in titles]


@pytest.mark.parametrize(
    "query",
    [
        "class=K8", "state=registered", "state=declined", "state=%00", "area=990101", "area=990102001", "area=99",
        "area=x", "area=9901010010010010", "month=2026-13", "month=2026-1", "month=%EF%BC%92026-11", "q=%00", "q=a%0Ab",
    ],
)  # fmt: skip
def test_what_no_form_could_have_sent_is_a_400_in_words(query: str, desks: Desks):
    for page in ("", "matters.csv", "feed.atom"):
        answer = Client(raise_request_exception=False).get(f"/matters/{page}?{query}")
        assert answer.status_code == 400
        assert breaches(answer) == []


def test_the_form_shows_what_was_chosen_and_the_ways_keep_it(three: Client):
    query = f"?class=K3&area={OTHER_COMMUNITY}&state=open&month=2026-11&q=%E7%94%B5%E6%A2%AF"
    html = three.get(f"/matters/{query}").content.decode()
    page = Page(html)
    chosen = {option["value"] for option in page.all("option") if "selected" in option}
    assert chosen == {"K3", OTHER_COMMUNITY, "open", "2026-11"}
    assert [field["value"] for field in page.all("input") if field["name"] == "q"] == ["电梯"]
    ways = {link["href"] for link in page.all("a") if link.get("href", "").startswith("/matters/matters.csv")}
    assert ways == {f"/matters/matters.csv{query}"}
    assert words(html).count("不再筛选") == 1


def test_the_second_page_keeps_the_filter_even_where_its_beginning_left_the_list(desks: Desks):
    made = [titled(desks, f"第 {turn} 件") for turn in range(32)]
    move(desks.cast, made[3].number, "assign", by="徐")
    client = desks.browser()
    html = client.get("/matters/?state=accepted").content.decode()
    (onward,) = [link["href"] for link in Page(html).all("a") if link.get("rel") == "next"]
    assert onward
    assert (len(listed(client, "?state=accepted")), "state=accepted" in onward) == (30, True)
    begins = re.search(r"after=(\d+)", onward)
    assert begins
    move(desks.cast, Matter.objects.get(pk=begins[1]).number, "assign", by="徐")
    assert client.get(onward).status_code == 200


def test_counts_tell_how_matters_stand_with_what_the_share_is_of(desks: Desks, clock: Clock):
    client = desks.browser()
    assert counted(client) == ["0 件", "0 件", "0 件", "无数据 按时办结 0 件 ÷ 已办结和超期未结 0 件"]
    carry(desks.cast, to="closed")
    late = carry(desks.cast, to="assigned")
    clock.at = late.at + timedelta(days=25)
    titled(desks, "新的一件", at=clock.at)
    assert counted(client) == ["2 件", "1 件", "1 件", "50% 按时办结 1 件 ÷ 已办结和超期未结 2 件"]
    assert counted(client, "?state=closed")[3].startswith("50%"), "a chosen state does not answer beforehand"
    assert counted(client, "?class=K3")[3].startswith("无数据")
    assert [len(listed(client, f"?state={state}")) for state in ("open", "overdue", "closed")] == [2, 1, 1]


def test_what_was_closed_late_is_not_on_time(desks: Desks):
    closed = carry(desks.cast, to="verified")
    move(desks.cast, closed.matter.number, "close", by="何", at=closed.at + timedelta(days=90))
    assert counted(desks.browser())[3] == "0% 按时办结 0 件 ÷ 已办结和超期未结 1 件"


def test_the_map_and_its_table_count_open_public_matters_by_community(desks: Desks, clock: Clock):
    titled(desks, "翠园的一件")
    titled(desks, "柳堤的一件", area_code=OTHER_COMMUNITY, cell_code="")
    titled(desks, "", item=RECEIPT_ONLY)
    carry(desks.cast, to="closed")
    clock.forward(days=60)
    html = desks.browser().get("/matters/map/").content.decode()
    page = Page(html)
    drawn = [link["aria-label"] for link in page.all("a") if link.get("aria-label")]
    assert drawn == ["翠园社区：1 件还没办结"], "柳堤 and 桥东 have no cells to draw"
    table = [words(row) for row in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)]
    assert [row for row in table if "社区 " in row and "还没办结" not in row] == [
        "翠园社区 1 1",
        "柳堤社区 1 1",
        "桥东社区 0 0",
    ], "in the order of their codes, whatever they count"
    to = {link["href"] for link in page.all("a") if "area=" in link.get("href", "")}
    assert to == {f"/matters/?area={code}&state=open" for code in (COMMUNITY, OTHER_COMMUNITY, "990101002001")}
    assert [path["class"] for path in page.all("path") if "ink" in (path["class"] or "")] == ["ink-1"]
    assert breaches(desks.browser().get("/matters/map/")) == []


def test_the_table_is_for_a_spreadsheet(desks: Desks, clock: Clock):
    titled(desks, "=HYPERLINK(1)")
    closed = carry(desks.cast, to="closed")
    clock.at = closed.at
    answer = desks.browser().get("/matters/matters.csv")
    assert answer["Content-Disposition"] == f'attachment; filename="matters-990101-{closed.at:%Y-%m-%d}.csv"'
    by_number = {row[0]: row for row in rows(desks.browser())}
    done = by_number[f"990101-20261109-{closed.matter.number[-6:]}"]
    assert done[1:5] == [f"\t{COMMUNITY}", "翠园社区", "K1", "K1-06"]
    assert done[6:10] == ["区城市管理局", "政府", "已办结", "2026-11-09T09:40+08:00"]
    assert done[11].endswith("+08:00")
    assert re.fullmatch(r"2026-\d\d-\d\d", done[10])
    (open_one,) = (row for row in by_number.values() if row is not done)
    assert open_one[5] == "'=HYPERLINK(1)"
    assert open_one[11] == ""
    assert SECRET[:4] not in answer.content.decode()


def test_an_entry_of_the_feed_is_known_by_the_same_id_in_every_feed_and_tells_no_word(desks: Desks):
    carried: Carried = carry(desks.cast, to="closed")
    client = desks.browser()
    every, narrow = dict(entries(client)), dict(entries(client, "?class=K1"))
    assert every == narrow
    assert [title.split("：")[0] for title, _id in entries(client)] == [
        "已办结", "已核查", "办理完毕，等待核查", "办理中", "已签收", "已交办", "已受理", "已收到",
    ]  # fmt: skip
    text = client.get("/matters/feed.atom").content.decode()
    assert SECRET[:4] not in text
    assert f"/matters/{carried.matter.number[:6]}-" in text
    assert client.get("/matters/feed.atom")["Content-Type"] == "application/atom+xml; charset=utf-8"


# --- as often as anybody likes, of a million


def plan_of(rows: QuerySet[Matter]) -> str:
    return rows.order_by("-reported_at", "-id")[:31].explain()


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (PublicFilter(area=COMMUNITY), "matter_of_street"),
        (PublicFilter(area=STREET), "matter_of_street"),
        (PublicFilter(state="overdue"), "matter_of_area"),
        (PublicFilter(state="closed"), "matter_in_state"),
    ],
    ids=str,
)
def test_a_list_of_little_is_found_by_an_index(desks: Desks, clock: Clock, wanted: PublicFilter, index: str):
    del desks
    plan = plan_of(public_lists.narrowed("990101", wanted, at=clock.now()))
    # PostgreSQL plans by what the tables hold, and of a few rows it reads all.
    assert (index if connection.vendor == "sqlite" else "Limit") in plan


def test_titles_are_sought_in_the_newest_alone(three: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(public_lists, "MOST_SOUGHT", 2)
    assert listed(three, "?q=%E7%94%B5%E6%A2%AF") == [LIFT]
    assert listed(three, "?q=%E5%9E%83%E5%9C%BE%E6%88%BF") == [], "垃圾房: the third"
    assert listed(three, f"?q=%E5%9E%83%E5%9C%BE%E6%88%BF&area={COMMUNITY}") == [DUMPING]


def test_news_are_sought_among_the_newest_steps_of_all(three: Client, monkeypatch: pytest.MonkeyPatch):
    told = entries(three)
    monkeypatch.setattr(public_lists, "_STEPS_READ", (1, 1))
    assert len(entries(three)) < len(told)
    monkeypatch.setattr(public_lists, "_STEPS_READ", (1, 1_000))
    assert entries(three) == told


def test_nothing_sealed_is_read_for_a_list(three: Client):
    matter = public_lists.narrowed("990101", PublicFilter(), at=MONDAY_MORNING)[0]
    assert matter.get_deferred_fields() == {"words", "address"}


def test_counts_of_many_are_kept_for_a_minute_and_of_few_are_not(three: Client, monkeypatch: pytest.MonkeyPatch):
    cache.clear()
    assert counted(three)[0] == "3 件"
    Matter.objects.filter(public_title=LIFT).update(publicity="never")
    assert counted(three)[0] == "2 件"
    monkeypatch.setattr(counting, "MANY", 2)
    assert counted(three)[0] == "2 件"
    Matter.objects.filter(public_title=DUMPING).update(publicity="never")
    assert (counted(three)[0], counted(three, "?class=K3")[0]) == ("2 件", "0 件"), "kept, and only for the same list"
    cache.clear()
    assert counted(three)[0] == "1 件"
    cache.clear()
