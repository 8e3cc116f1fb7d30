"""Likely duplicates at the desk: alike in words, near in place, seen by whoever asks."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanhu.domains.casework.duplicates import likely_for, likely_public, likely_told
from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.search import rarities
from sanhu.domains.casework.services.erasing import erase_at_the_end
from sanhu.engines.likeness import Rarity, overlap, rarity_of
from tests.cast import (
    CELL,
    COMMUNITY,
    COMMUNITY_OF_OTHER_DISTRICT,
    COMMUNITY_OF_OTHER_STREET,
    DISTRICT,
    MONDAY_MORNING,
    OTHER_COMMUNITY,
    OTHER_DISTRICT,
    Cast,
    carry,
    report_matter,
)

LAMP = "三号楼西侧的路灯柱倒了，压住了自行车棚。"
LAMP_AGAIN = "路灯柱倒了，压在三号楼自行车棚上面"
NOISE = "楼上半夜装修噪声很大，没法睡觉。"
AT = MONDAY_MORNING + timedelta(days=1)
pytestmark = pytest.mark.covers("R45")


def reported(cast: Cast, words: str, **changes: object) -> Matter:
    said: dict[str, object] = {"words": words, "address": "", "at": MONDAY_MORNING}
    return Matter.objects.get(number=report_matter(cast, **(said | changes)).number)


def found(cast: Cast, matter: Matter, *, who: str = "徐") -> list[str]:
    return [one.matter.number for one in likely_for(matter, cast.actor(who), at=AT)]


def test_what_is_alike_and_near_is_found_the_nearest_first(cast: Cast):
    away = reported(cast, LAMP, area_code=OTHER_COMMUNITY, cell_code="")
    here = reported(cast, LAMP, cell_code=f"{COMMUNITY}002")
    same_cell = reported(cast, LAMP)
    reported(cast, NOISE)
    new = reported(cast, LAMP_AGAIN)
    assert found(cast, new) == [same_cell.number, here.number, away.number]
    assert [one.is_here for one in likely_for(new, cast.actor("徐"), at=AT)] == [True, True, False]


def test_what_only_the_house_knows_is_found_by_those_who_may_see_it(cast: Cast):
    other_street = reported(cast, LAMP, area_code=COMMUNITY_OF_OTHER_STREET, cell_code="")
    place = {"district": OTHER_DISTRICT, "area_code": COMMUNITY_OF_OTHER_DISTRICT, "cell_code": ""}
    reported(cast, LAMP, by="郑", **place)
    new = reported(cast, LAMP_AGAIN)
    assert found(cast, new) == []
    assert found(cast, new, who="高") == [other_street.number]
    assert found(cast, new, who="吴") == [], "whose body neither leads nor co-signs it"
    assert likely_public(LAMP, district=DISTRICT, area_code=COMMUNITY, at=AT) == []


def told(cast: Cast, words: str, *, who: str = "周", **where: str) -> list[str]:
    found = likely_told(words, cast.actor(who), at=AT, **({"area_code": COMMUNITY} | where))
    return [one.matter.number for one in found]


def test_what_somebody_tells_a_clerk_is_held_against_what_the_clerk_may_see(cast: Cast):
    here = reported(cast, LAMP)
    away = reported(cast, LAMP, area_code=COMMUNITY_OF_OTHER_STREET, cell_code="")
    noise = reported(cast, NOISE, address="六号楼门前")
    assert told(cast, LAMP_AGAIN) == [here.number]
    assert told(cast, LAMP_AGAIN, who="高", area_code=COMMUNITY_OF_OTHER_STREET) == [away.number, here.number]
    assert told(cast, LAMP_AGAIN, who="郑") == []
    assert told(cast, LAMP_AGAIN, who="吴") == [], "whose body neither leads nor co-signs it"
    assert told(cast, "灯") == []
    assert told(cast, "装修太吵") == []
    assert told(cast, "装修太吵，没法睡觉", address="六号楼门前") == [noise.number]


@pytest.mark.parametrize(
    ("state", "days", "is_found"),
    [
        ("closed", 29, True),
        ("closed", 32, False),
        ("declined", 1, False),
        ("merged", 1, False),
        ("in_progress", 60, True),
    ],
)
def test_what_ended_a_month_ago_or_went_elsewhere_is_not_offered(cast: Cast, state: str, days: int, is_found: bool):
    old = carry(cast, to=state, words=LAMP, address="", at=AT - timedelta(days=days)).matter
    new = reported(cast, LAMP_AGAIN)
    expected = {old.number} if is_found else {old.merged_into.number} if old.merged_into else set()
    assert set(found(cast, new)) == expected


def test_what_was_erased_is_found_no_more(cast: Cast):
    old = carry(cast, to="closed", words=LAMP, address="", at=AT - timedelta(days=3)).matter
    new = reported(cast, LAMP_AGAIN)
    assert found(cast, new) == [old.number]
    erase_at_the_end(matter_id=old.pk, at=AT + timedelta(days=3000))
    assert found(cast, new) == []


def test_a_telephone_number_makes_no_two_matters_alike(cast: Cast):
    reported(cast, "请打13900990102找我谈谈")
    new = reported(cast, "停水了，13900990102是我的号码")
    assert found(cast, new) == []


def test_at_most_five_and_as_many_questions_for_fifty_as_for_one(cast: Cast):
    new = reported(cast, LAMP_AGAIN)
    reported(cast, LAMP)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            likely_for(new, cast.actor("徐"), at=AT)
        return len(queries)

    before = asked()
    for _more in range(12):
        reported(cast, LAMP)
    assert asked() == before
    assert len(found(cast, new)) == 5


def test_how_rare_words_are_is_kept_for_an_hour_where_there_are_many(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rarities, "SAMPLE", 2)
    monkeypatch.setattr(rarities, "_kept", {})
    reported(cast, LAMP)
    few = rarities.rarity_at(AT)
    reported(cast, LAMP)
    assert (few.texts, rarities.rarity_at(AT).texts) == (1, 2)
    reported(cast, NOISE)
    assert rarities.rarity_at(AT) is rarities.rarity_at(AT + timedelta(minutes=1))
    assert rarities.rarity_at(AT + timedelta(hours=1)) is not rarities.rarity_at(AT)


def test_a_rare_word_in_common_says_more_than_a_common_one():
    rarity = rarity_of([{"电梯"}] * 90 + [{"窨井"}])
    one = {"电梯", "窨井", "坏了", "今天", "很久"}
    by_rare = overlap(one, {"窨井", "天天", "有水", "臭味"}, rarity)
    by_common = overlap(one, {"电梯", "天天", "有水", "臭味"}, rarity)
    assert by_rare > 2 * by_common > 0
    assert rarity.rarest(one, most=2, share=0.5) == ["窨井", "今天"]
    assert overlap({"窨井"}, {"窨井"}, Rarity()) == 0.25, "one word in common is too little to say"
    assert CELL.startswith(COMMUNITY)
