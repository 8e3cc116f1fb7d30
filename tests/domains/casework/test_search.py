"""Finding matters by words that lie sealed: what is found, by whom, and what the index tells."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from sanhu.domains.casework.models import Matter, SearchEntry
from sanhu.domains.casework.search import tokens
from sanhu.domains.casework.search.finding import Found, find
from sanhu.domains.casework.services.intake import register
from sanhu.domains.casework.services.receipts import receipt_hash
from sanhu.domains.casework.services.supplements import Addition, supplement
from sanhu.engines.actors import resident
from sanhu.engines.bigrams import wanted
from tests.cast import (
    COMMUNITY_OF_OTHER_DISTRICT,
    COMMUNITY_OF_OTHER_STREET,
    MONDAY_MORNING,
    OTHER_DISTRICT,
    Cast,
    carry,
    report_of,
)

LATER = MONDAY_MORNING + timedelta(days=30)
RARE = "𠮷"  # beyond the BMP


def report(words: str, **where: str) -> str:
    """Register a report and give its number."""
    said = report_of(words=words, **where)
    done = register(actor=resident(said.district), at=MONDAY_MORNING, client_id=uuid4(), report=said)
    return done.number


def found(cast: Cast, query: str, *, by: str = "周", **narrowed: int) -> list[str]:
    """Give the numbers somebody finds, newest first."""
    given = find(wanted(query), actor=cast.actor(by, LATER), **{"size": 50, **narrowed})
    return _numbers(given)


def _numbers(given: Found) -> list[str]:
    rows = Matter.objects.in_bulk(given.keys)
    return [rows[key].number for key in given.keys]


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("电梯", True),
        ("电梯 老人", True),
        ("停了四次", True),
        ("WIFI", True),
        ("wifi坏", True),
        ("12", True),
        ("翠园", True),
        (f"{RARE}野", True),
        ("四次停了", False),  # its pairs but one are there
        ("电梯 摊贩", False),
        ("1", False),
        ("13912345678", False),  # a page does not show it either
        ("139", True),  # the first three digits stay on the page
        ("501", False),
    ],
)
def test_a_matter_is_found_by_what_pages_show_of_it(cast: Cast, query: str, is_found: bool):
    words = f"三号楼电梯停了四次，老人下不来。12楼wifi坏了，{RARE}野家说请打13912345678"
    number = report(words, address="翠园小区三号楼2单元501室")
    assert found(cast, query) == ([number] if is_found else [])


def test_the_newest_come_first_and_the_rest_below(cast: Cast):
    numbers = [report(f"电梯坏了，第{n}次") for n in range(7)]
    first = find(wanted("电梯"), actor=cast.actor("周", LATER), size=3)
    assert _numbers(first) == numbers[:3:-1]
    assert first.go_on_below is not None
    assert found(cast, "电梯", size=3, below=first.go_on_below) == numbers[3:0:-1]
    assert find(wanted("电梯"), actor=cast.actor("周", LATER), size=7).go_on_below is None


def test_everybody_finds_what_they_may_see_and_nothing_else(cast: Cast):
    here = report("电梯坏了")
    there = report("电梯坏了", area_code=COMMUNITY_OF_OTHER_STREET, cell_code="")
    away = report("电梯坏了", district=OTHER_DISTRICT, area_code=COMMUNITY_OF_OTHER_DISTRICT, cell_code="")
    led = carry(cast, to="assigned", words="电梯坏了").matter.number
    expected = {
        "周": [led, here],
        "陈": [led, here],
        "高": [led, there, here],
        "吴": [led],
        "马": [],
        "郑": [away],
        "钱": [],
    }
    assert {who: found(cast, "电梯", by=who) for who in expected} == expected


def test_a_title_and_what_is_added_later_are_found_too(cast: Cast):
    carried = carry(cast, to="accepted", words="楼下很吵")
    number = carried.matter.number
    assert found(cast, "广场舞") == []
    supplement(
        at=MONDAY_MORNING,
        client_id=uuid4(),
        receipt_hash=receipt_hash(carried.receipt),
        addition=Addition(words="是广场舞，一直跳到十点"),
    )
    assert found(cast, "广场舞") == [number]
    assert found(cast, "很吵 广场舞") == [number]


def test_the_index_holds_keyed_tokens_places_and_bodies(cast: Cast):
    report("电梯坏了", area_code="990101001001", cell_code="990101001001001", address="")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tokens FROM casework_searchentry")
        ((stored,),) = cursor.fetchall()
    kept = set(str(stored).replace("'", "").split())
    places = {"0990101001", "0990101001001", "0990101001001001"}
    assert kept == {tokens.keyed("电梯"), tokens.keyed("梯坏"), tokens.keyed("坏了")} | places
    assert "电" not in str(stored)


def test_another_key_gives_other_tokens(settings):
    before = tokens.keyed("电梯")
    settings.SANHU_FIELD_KEY = bytes(32)
    assert tokens.keyed("电梯") != before


def test_pairs_of_characters_without_the_words_are_read_and_left_out(cast: Cast):
    for _turn in range(3):
        report("人民银行的民医，再到医院")
    number = report("人民医院门口")
    assert found(cast, "人民医院") == [number]


def test_what_was_erased_is_found_no_more(cast: Cast):
    from tests.domains.casework.test_erasing import agree, ask, closed  # noqa: PLC0415

    carried = closed(cast)
    word = Matter.objects.get(pk=carried.matter.pk).words[:2]
    assert found(cast, word) == [carried.matter.number]
    agree(cast, carried, ask(cast, carried))
    assert found(cast, word) == []
    assert not SearchEntry.objects.filter(matter=carried.matter).exists()
