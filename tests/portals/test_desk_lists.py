"""What waits on me: due first, nothing lost between pages, nothing of others, as cheap with fifty as with two."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.services.intake import register
from sanhu.domains.subjects.models import Role
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import resident
from tests.cast import (
    COMMUNITY_OF_OTHER_DISTRICT,
    MONDAY_MORNING,
    OTHER_DISTRICT,
    carry,
    move,
    report_matter,
    report_of,
)
from tests.portals.conftest import Desks
from tests.portals.reading import Page, words

COUNT = 120


def numbers_in(html: str) -> list[str]:
    return re.findall(r'href="/desk/matters/([0-9]{20})/"', html)


def next_of(html: str) -> str | None:
    return next((link["href"] for link in Page(html).all("a") if link.get("rel") == "next"), None)


def walk(client: Client, url: str | None, *, then=lambda _page: None) -> list[str]:
    """Go from page to page to the end; `then` happens between two of them."""
    seen: list[str] = []
    while url:
        html = client.get(url).content.decode()
        seen += numbers_in(html)
        url = next_of(html)
        then(seen)
    return seen


def many(desks: Desks, count: int = COUNT) -> list[str]:
    """Report matters whose dates are mixed up: many share one, some have none."""
    numbers = [report_matter(desks.cast, at=MONDAY_MORNING - timedelta(days=n % 7)).number for n in range(count)]
    Matter.objects.filter(number__in=numbers[::6]).update(due_at=None)
    return numbers


def test_every_matter_is_met_once_due_first_and_undated_last(desks: Desks):
    numbers = many(desks)
    seen = walk(desks.browser("周"), "/desk/")
    assert len(seen) == len(set(seen)) == COUNT
    assert set(seen) == set(numbers)
    rows = {matter.number: matter for matter in Matter.objects.all()}
    dates = [rows[number].due_at for number in seen]
    dated = [date for date in dates if date is not None]
    assert dates == sorted(dated) + [None] * (COUNT // 6)
    same = [(date, rows[number].pk) for number, date in zip(seen, dates, strict=True) if date]
    assert same == sorted(same)


def test_a_page_begins_where_the_last_ended_even_if_a_colleague_took_that_matter(desks: Desks):
    many(desks, 60)
    taken: list[str] = []

    def take_the_last(seen: list[str]) -> None:
        if not taken:
            taken.append(seen[-1])
            move(desks.cast, seen[-1], "accept", by="周")

    seen = walk(desks.browser("周"), "/desk/", then=take_the_last)
    assert len(seen) == len(set(seen)) == 60


def test_all_matters_of_the_area_are_met_once_newest_first(desks: Desks):
    numbers = many(desks)
    seen = walk(desks.browser("周"), "/desk/matters/")
    assert len(seen) == COUNT
    assert set(seen) == set(numbers)
    reported = dict(Matter.objects.values_list("number", "reported_at"))
    assert [reported[number] for number in seen] == sorted(reported.values(), reverse=True)
    assert walk(desks.browser("周"), "/desk/matters/?state=accepted") == []


def test_lists_hold_what_the_post_may_see_and_count_it(desks: Desks):
    own = [report_matter(desks.cast).number for _turn in range(3)]
    led = carry(desks.cast, to="assigned").matter.number
    report = report_of(district=OTHER_DISTRICT, area_code=COMMUNITY_OF_OTHER_DISTRICT, cell_code="")
    away = register(actor=resident(OTHER_DISTRICT), at=MONDAY_MORNING, client_id=uuid4(), report=report).number
    waiting = {"周": own, "徐": [], "吴": [led], "孙": [], "陈": [], "何": [], "马": [], "郑": [away]}
    for surname, expected in waiting.items():
        html = desks.browser(surname).get("/desk/").content.decode()
        assert sorted(numbers_in(html)) == sorted(expected), surname
        counted = re.search(r'<a href="/desk/"[^>]*>[^<]*<span class="count">(\d+)</span>', html)
        assert int(counted[1] if counted else 0) == len(expected), surname
    seen = {surname: set(walk(desks.browser(surname), "/desk/matters/")) for surname in waiting}
    everything = {*own, led}
    assert seen == {
        **dict.fromkeys("周徐陈何", everything),
        "吴": {led},
        "孙": {led},
        "马": set(),
        "郑": {away},
    }


def test_tabs_part_what_waits_by_state(desks: Desks):
    done, verified = carry(desks.cast, to="done").matter.number, carry(desks.cast, to="verified").matter.number
    client = desks.browser("何")
    everything = client.get("/desk/").content.decode()
    assert set(numbers_in(everything)) == {done, verified}
    tabs = [link for link in Page(everything).all("a") if (link.get("href") or "").startswith("/desk/?state=")]
    assert [tab["href"] for tab in tabs] == ["/desk/?state=done", "/desk/?state=verified"]
    assert numbers_in(client.get("/desk/?state=done").content.decode()) == [done]
    assert numbers_in(client.get("/desk/?state=closed").content.decode()) == []
    assert "没有等您办的事。" in client.get("/desk/?state=closed").content.decode()


def test_who_only_reads_has_an_empty_inbox(desks: Desks):
    """As the head of the coordinating body does, whom no move waits for."""
    report_matter(desks.cast)
    Role.objects.filter(posts=desks.cast["高"].post).update(permissions=[Permission.MATTER_VIEW])
    for url in ("/desk/", "/desk/?state=registered"):
        page = desks.browser("高").get(url)
        assert (page.status_code, numbers_in(page.content.decode())) == (200, []), url


@pytest.mark.parametrize("url", ["/desk/", "/desk/matters/"])
@pytest.mark.parametrize("query", ["state=unknown", "after=0", "after=x", "after=9999999999999999999999", "q=%00"])
def test_a_list_asked_for_what_is_none_is_a_400_in_words(url: str, query: str, desks: Desks):
    report_matter(desks.cast)
    answer = desks.browser("周").get(f"{url}?{query}")
    assert answer.status_code == 400
    assert "这个请求看不懂" in answer.content.decode()


def test_a_list_does_not_begin_after_a_matter_one_may_not_see(desks: Desks):
    report = report_of(district=OTHER_DISTRICT, area_code=COMMUNITY_OF_OTHER_DISTRICT, cell_code="")
    away = register(actor=resident(OTHER_DISTRICT), at=MONDAY_MORNING, client_id=uuid4(), report=report).number
    key = Matter.objects.get(number=away).pk
    for url in ("/desk/", "/desk/matters/"):
        told = {who: desks.browser(who).get(f"{url}?after={key}").status_code for who in ("周", "郑")}
        assert told == {"周": 400, "郑": 200}, url


@pytest.mark.parametrize(
    ("typed", "found"), [("{}", True), ("{}-{}", True), ("  {} ", True), ("{}9", False), ("%", False)]
)
def test_a_matter_is_found_by_its_number(typed: str, found: bool, desks: Desks):
    number = report_matter(desks.cast).number
    wanted = f"{number[:6]}-{number[6:14]}-{number[14:]}" if "-" in typed else typed.format(number)
    html = desks.browser("周").get("/desk/matters/", {"q": wanted}).content.decode()
    assert (number in numbers_in(html)) is found


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize(("url", "most"), [("/desk/", 14), ("/desk/matters/", 18)])
def test_a_list_asks_the_database_as_often_with_fifty_rows_as_with_two(url: str, most: int, desks: Desks):
    client = desks.browser("周")
    many(desks, 2)
    few = queries(client, url)
    many(desks, 48)
    assert queries(client, url) == few <= most


def test_a_matters_page_asks_about_as_often_however_long_its_way_was(desks: Desks):
    client = desks.browser("何")
    counts = [
        queries(client, f"/desk/matters/{carry(desks.cast, to=state).matter.number}/")
        for state in ("accepted", "assigned", "closed")
    ]
    # Before its result it is asked too what is likely the same: eight questions, however many matters there are.
    assert max(counts) - min(counts) <= 3 + 8, counts
    assert max(counts) <= 30 + 8


def test_the_time_left_is_told_in_words(desks: Desks):
    report_matter(desks.cast, at=MONDAY_MORNING - timedelta(days=4))
    report_matter(desks.cast, at=MONDAY_MORNING)
    shown = words(desks.browser("周").get("/desk/").content.decode())
    assert "超" in shown
    assert "还剩 1 个工作日" in shown
