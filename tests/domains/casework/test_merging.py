"""Two matters that are one: merged once, into one that goes on, never in a circle."""

import json
from datetime import timedelta

import pytest

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.verification import CHECKS
from sanhu.domains.evidence.models import Entry, Notice
from sanhu.domains.evidence.verify import verify
from tests.cast import (
    COMMUNITY_OF_OTHER_DISTRICT,
    COMMUNITY_OF_OTHER_STREET,
    HAPPY_WAY,
    MONDAY_MORNING,
    OTHER_DISTRICT,
    Cast,
    carry,
    move,
)
from tests.domains.casework.refusals import refusal_of

MERGE = "分类管理办法第二十六条"
TO_PHONE = {"contact_channel": "sms", "contact_address": "13800990101"}


def merge(cast: Cast, duplicate: Matter, main: Matter | str, *, by: str = "徐") -> Matter:
    into = main if isinstance(main, str) else main.number
    return move(cast, duplicate.number, "merge", by=by, into=into, at=MONDAY_MORNING + timedelta(days=1))


@pytest.mark.parametrize("state", ["registered", "accepted", "returned", "assigned", "signed", "in_progress"])
def test_a_duplicate_ends_where_the_other_goes_on(cast: Cast, state: str):
    main, duplicate = carry(cast, to="in_progress").matter, carry(cast, to=state).matter
    before = main.witnessed_values()
    merged = merge(cast, duplicate, main)
    assert (merged.state, merged.is_open, merged.merged_into) == ("merged", False, main)
    assert not merged.clocks.filter(is_open=True).exists()
    main.refresh_from_db()
    assert main.witnessed_values() == before
    entry = Entry.objects.get(event="matter.merged")
    assert json.loads(entry.body)["facts"]["into"] == main.number
    assert verify(checks=CHECKS).findings == ()


def test_a_number_is_taken_as_people_write_it(cast: Cast):
    main, duplicate = carry(cast, to="accepted").matter, carry(cast, to="accepted").matter
    shown = f" {main.number[:6]}-{main.number[6:14]}-{main.number[14:]} "
    assert merge(cast, duplicate, shown).merged_into == main


@pytest.mark.parametrize("by", ["徐", "高"])
def test_not_into_itself_nor_into_what_is_closed_or_merged(cast: Cast, by: str):
    duplicate = carry(cast, to="accepted").matter
    for into, reason in (
        (duplicate, "并入哪一件：不能并入它自己"),
        (carry(cast, to="closed").matter, "并入哪一件：那一件已经办结"),
        (carry(cast, to="declined").matter, "并入哪一件：那一件已经办结"),
        (carry(cast, to="merged").matter, "并入哪一件：那一件已经并入别的办件，请直接并入继续办理的那一件"),
        ("99010120261109000999", "并入哪一件：没有找到这个编号的办件"),
        ("", "并入哪一件：没有找到这个编号的办件"),
    ):
        decision = refusal_of(lambda into=into: merge(cast, duplicate, into, by=by))
        assert (decision.reasons, decision.citations) == ((reason,), (MERGE,))
    duplicate.refresh_from_db()
    assert (duplicate.state, duplicate.merged_into) == ("accepted", None)


def test_what_one_may_not_see_is_not_found(cast: Cast):
    duplicate = carry(cast, to="accepted").matter
    away = {"district": OTHER_DISTRICT, "area_code": COMMUNITY_OF_OTHER_DISTRICT, "cell_code": "", "by": "郑"}
    other_street = carry(cast, to="registered", area_code=COMMUNITY_OF_OTHER_STREET, cell_code="").matter
    other_district = carry(cast, to="registered", **away).matter
    for hidden in (other_street, other_district):
        decision = refusal_of(lambda hidden=hidden: merge(cast, duplicate, hidden))
        assert decision.reasons == ("并入哪一件：没有找到这个编号的办件",)
    assert merge(cast, duplicate, other_street, by="高").merged_into == other_street


def test_there_is_no_circle_and_no_chain(cast: Cast):
    one, two, three = (carry(cast, to="accepted").matter for _ in range(3))
    merge(cast, one, two)
    assert refusal_of(lambda: merge(cast, two, one)).reasons == ("已有办件并入这一件；请把另一件并入这一件",)
    assert refusal_of(lambda: merge(cast, two, three)).reasons == ("已有办件并入这一件；请把另一件并入这一件",)
    assert refusal_of(lambda: merge(cast, one, three)).reasons == ("现在的状态不能这样办理",)
    merge(cast, three, two)
    assert set(two.merged.all()) == {one, three}


def test_the_reporters_of_both_are_told_the_end(cast: Cast):
    main = carry(cast, to="in_progress").matter
    carried = carry(cast, to="accepted", **TO_PHONE)
    merge(cast, carried.matter, main)
    for code, who, _pause in HAPPY_WAY[-3:]:
        move(cast, main.number, code, by=who, at=MONDAY_MORNING + timedelta(days=2))
    texts = [notice.text for notice in Notice.objects.filter(subject_ref=carried.matter.ref).order_by("id")]
    assert "已并入另一件办理" in texts[-2]
    assert texts[-1].endswith("那一件：已办结。凭回执码可查看。")
    assert main.number not in "".join(texts)


def test_what_was_opened_again_or_is_supervised_is_not_put_away_by_merging(cast: Cast):
    main = carry(cast, to="accepted").matter
    carried = carry(cast, to="reopened")
    number = carried.matter.number
    move(cast, number, "assign", by="徐", at=carried.at)
    assert refusal_of(lambda: merge(cast, carried.matter, main)).reasons == ("重新办理的办件不再并案",)
    supervised = carry(cast, to="assigned").matter
    move(cast, supervised.number, "supervise", by="高")
    assert refusal_of(lambda: merge(cast, supervised, main)).reasons == ("督办还没有答复，不能并案",)


def test_a_request_lapses_by_merging(cast: Cast):
    main, duplicate = carry(cast, to="accepted").matter, carry(cast, to="in_progress").matter
    move(cast, duplicate.number, "ask_extension", by="孙")
    merged = merge(cast, duplicate, main)
    assert merged.deferrals.get().outcome == "lapsed"
    assert verify(checks=CHECKS).findings == ()
