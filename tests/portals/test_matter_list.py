"""The list of matters by its address: what it is narrowed to, its columns, its order, its pages, its saved forms."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from sanhu.domains.casework.listing import Order, visible_parts
from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.queries import visible_by_key, visible_to
from sanhu.domains.subjects.models import SavedView
from tests.cast import COMMUNITY_OF_OTHER_STREET, MONDAY_MORNING, Cast, carry, report_matter
from tests.portals.conftest import Desks
from tests.portals.reading import Page, words
from tests.portals.test_desk_lists import numbers_in

LIST = "/desk/matters/"


def listed(client: Client, **asked: object) -> list[str]:
    answer = client.get(LIST, asked)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return numbers_in(answer.content.decode())


def shelf(cast: Cast) -> dict[str, str]:
    """Give matters that differ, by what they differ in, the oldest first."""
    monday = MONDAY_MORNING
    return {
        "old": report_matter(cast, at=monday - timedelta(days=20), words="电梯坏了").number,
        "window": report_matter(cast, at=monday - timedelta(days=4), by="周", words="路灯不亮").number,
        "new": report_matter(cast, at=monday, words="楼道里有电动车").number,
        "assigned": carry(cast, to="assigned", at=monday, words="电梯又坏了").matter.number,
        "closed": carry(cast, to="closed", at=monday, words="树倒了").matter.number,
    }


def test_a_list_is_narrowed_by_each_part_of_its_address(desks: Desks):
    kept = shelf(desks.cast)
    lead = Matter.objects.get(number=kept["assigned"]).lead_id
    code = Matter.objects.select_related("item").get(number=kept["assigned"]).item.code
    expected: list[tuple[dict[str, object], set[str]]] = [
        ({}, {"old", "window", "new", "assigned", "closed"}),
        ({"state": "closed"}, {"closed"}),
        ({"channel": "window"}, {"window"}),
        ({"lead": lead}, {"assigned", "closed"}),
        ({"item": code.lower()}, {"assigned", "closed"}),
        ({"item": code[:2]}, {"assigned", "closed"}),
        ({"affair_class": code[:2], "state": "assigned"}, {"assigned"}),
        ({"item": "K7-99"}, set()),
        ({"area": "990101001"}, {"old", "window", "new", "assigned", "closed"}),
        ({"area": "990101001002"}, set()),
        ({"until": "2026-11-05"}, {"old", "window"}),
        ({"since": "2026-11-05", "until": "2026-11-05"}, {"window"}),
        ({"due": "overdue"}, {"old", "window"}),
        ({"order": "due"}, {"old", "window", "new", "assigned"}),
        ({"q": "电梯"}, {"old", "assigned"}),
        ({"q": "电梯", "state": "assigned"}, {"assigned"}),
        ({"q": "电梯", "lead": lead, "channel": "window"}, set()),
        ({"q": kept["new"]}, {"new"}),
        ({"q": f"{kept['new'][:6]}-{kept['new'][6:14]}"}, {"new", "assigned", "closed"}),
    ]
    client = desks.browser("周")
    for asked, names in expected:
        assert set(listed(client, **asked)) == {kept[name] for name in names}, asked


def test_what_comes_due_first_is_first_where_that_is_asked(desks: Desks):
    kept = shelf(desks.cast)
    assert listed(desks.browser("周"), order="due")[:2] == [kept["old"], kept["window"]]
    assert listed(desks.browser("周"))[-2:] == [kept["window"], kept["old"]]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("q=梯", "至少两个相连的字"),
        ("q=%21", "至少两个相连的字"),
        ("item=K9", "要写成 K1-03 这样的代码"),
        ("since=2026-13-01", "要写成 2026-11-23 这样的日期"),
        ("since=2026-11-09&until=2026-11-01", "不能早于开始的日期"),
        (f"q={'电' * 61}", "最多 60 个字"),
    ],
)
def test_what_is_typed_wrong_is_said_by_field_and_rule(query: str, told: str, desks: Desks):
    answer = desks.browser("周").get(f"{LIST}?{query}")
    assert answer.status_code == 400
    assert told in words(answer.content.decode())


@pytest.mark.parametrize(
    "query",
    [
        *("only=all", "due=never", "area=990102001", "lead=x", "lead=99999999999999999999", "order=luck"),
        *("cols=secret", "channel=fax", "affair_class=K9", "q=电梯&after=x", "before=x"),
        "before=99999999999999999999",
    ],
)
def test_what_no_page_offers_is_not_understood(query: str, desks: Desks):
    answer = desks.browser("周").get(f"{LIST}?{query}")
    assert answer.status_code == 400
    assert "这个请求看不懂" in answer.content.decode()


def test_columns_are_chosen(desks: Desks):
    report_matter(desks.cast)
    usual = desks.browser("周").get(LIST).content.decode()
    chosen = desks.browser("周").get(f"{LIST}?cols=reported&cols=channel").content.decode()
    assert _heads(usual) == ["期限", "事项", "状态", "类别", "主责", "地点"]
    assert _heads(chosen) == ["事项", "反映时间", "来源"]


def _heads(html: str) -> list[str]:
    return re.findall(r'<th scope="col">([^<]+)</th>', html)


def test_pages_lead_on_and_back_and_say_how_many_there_are(desks: Desks):
    numbers = [report_matter(desks.cast, at=MONDAY_MORNING - timedelta(days=n % 5)).number for n in range(110)]
    client = desks.browser("周")
    for order in ("reported", "due"):
        first = client.get(f"{LIST}?order={order}").content.decode()
        assert "共 110 件" in first
        pages, url = [numbers_in(first)], _way(first, "next")
        while url:
            last = client.get(url).content.decode()
            pages.append(numbers_in(last))
            url = _way(last, "next")
        assert [len(page) for page in pages] == [50, 50, 10]
        assert set(numbers) == {number for page in pages for number in page}
        back, url = [pages[-1]], _way(last, "prev")
        while url:
            html = client.get(url).content.decode()
            back.insert(0, numbers_in(html))
            url = _way(html, "prev")
        assert back == pages, order


def _way(html: str, rel: str) -> str | None:
    return next((link["href"] for link in Page(html).all("a") if link.get("rel") == rel), None)


def test_the_parts_of_a_list_are_what_one_may_see(desks: Desks):
    """Three ways to ask for one thing: the whole, part by part, and by key."""
    shelf(desks.cast)
    report_matter(desks.cast, area_code=COMMUNITY_OF_OTHER_STREET, cell_code="")
    for who in "周徐吴孙陈何马高钱郑":
        actor = desks.cast.actor(who, MONDAY_MORNING)
        seen = set(visible_to(actor).values_list("pk", flat=True))
        parts = {pk for part in visible_parts(actor, Order.REPORTED) for pk in part.values_list("pk", flat=True)}
        due = {pk for part in visible_parts(actor, Order.DUE) for pk in part.values_list("pk", flat=True)}
        assert parts == due == set(visible_by_key(actor).values_list("pk", flat=True)) == seen, who


def test_a_list_is_kept_under_a_name_replaced_and_given_up(desks: Desks):
    client = desks.browser("周")
    saved = client.post("/desk/lists/", {"name": "超期的", "query": "due=overdue&state=&after=3"}, follow=True)
    assert saved.redirect_chain == [(f"{LIST}?due=overdue", 302)]
    assert "超期的" in words(saved.content.decode())
    client.post("/desk/lists/", {"name": "超期的", "query": "due=near"})
    assert [(view.name, view.query) for view in SavedView.objects.all()] == [("超期的", "due=near")]
    view = SavedView.objects.get()
    assert desks.browser("徐").post(f"/desk/lists/{view.pk}/delete/").status_code == 404
    assert "超期的" not in words(desks.browser("徐").get(LIST).content.decode())
    client.post(f"/desk/lists/{view.pk}/delete/")
    assert not SavedView.objects.exists()


def test_at_most_twenty_lists_are_kept_and_a_name_is_needed(desks: Desks):
    client = desks.browser("周")
    for n in range(20):
        client.post("/desk/lists/", {"name": f"列表{n}", "query": "due=near"})
    refused = client.post("/desk/lists/", {"name": "又一个", "query": "due=near"}, follow=True)
    assert "最多 20 个" in words(refused.content.decode())
    nameless = client.post("/desk/lists/", {"name": " ", "query": "due=near"}, follow=True)
    assert "请填写“名称”" in words(nameless.content.decode())
    assert SavedView.objects.count() == 20
