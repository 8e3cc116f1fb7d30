"""Handed round: each change is remembered, the third hand-off waits for a ruling, and a ruling guides later ones."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanhu.domains.casework.models import Matter, Reclassification, Ruling, Step
from sanhu.domains.casework.precedents import precedents_like, precedents_visible_to
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.casework.services.ticks import tick
from sanhu.domains.casework.verification import CHECKS
from sanhu.domains.casework.verification_handing import (
    changes_follow_from_their_steps,
    rulings_follow_from_their_steps,
)
from sanhu.domains.casework.waiting import waiting_on
from sanhu.domains.evidence.models import Entry, Notice
from sanhu.domains.evidence.verify import verify
from tests.cast import (
    COMMUNITY,
    ITEM,
    LEAD,
    MONDAY_MORNING,
    OTHER_ITEM,
    Cast,
    carry,
    move,
)
from tests.domains.casework.refusals import refusal_of
from tests.domains.casework.test_clocks import shanghai

WORDS = "市政道路边的装修垃圾堆了三天，没有人清运。"
LATER_WORDS = "路边又堆了装修垃圾，一直没有人清运"
RULING_ARTICLE = "分类管理办法第二十七条"
pytestmark = pytest.mark.covers("R45")


def handed_back(cast: Cast, times: int = 2, **changes: object) -> Matter:
    """Let the lead hand a matter back so often; of two, that is the third hand-off."""
    matter = carry(cast, to="assigned", **changes).matter
    for time in range(times):
        if time:
            move(cast, matter.number, "assign", by="徐")
        move(cast, matter.number, "send_back", by="吴")
    return Matter.objects.get(pk=matter.pk)


def test_each_hand_off_is_remembered_with_its_step(cast: Cast):
    matter = handed_back(cast)
    bureau = cast.bodies[LEAD]
    changes = list(matter.reclassifications.order_by("id"))
    assert [(change.step.move, change.from_lead, change.to_lead) for change in changes] == [
        ("send_back", bureau, None),
        ("assign", bureau, bureau),
        ("send_back", bureau, None),
    ]
    assert {(change.from_item.code, change.to_item.code) for change in changes} == {(ITEM, ITEM)}
    assert changes[0].step.person == cast["吴"].person
    assert changes[0].step.reason == "堆放点在市政道路上，由住建部门清运。"
    assert verify(checks=CHECKS).findings == ()


def test_the_first_assignment_is_no_hand_off_and_is_not_remembered(cast: Cast):
    carry(cast, to="closed")
    assert not Reclassification.objects.exists()


def test_a_committees_silence_is_remembered_too(cast: Cast):
    matter = carry(cast, to="registered").matter
    move(cast, matter.number, "accept", by="周", duty_id=cast.duties["K5-04"].pk)
    move(cast, matter.number, "assign", by="徐", lead_id=cast.bodies["翠园社区居民委员会"].pk)
    tick(at=shanghai("2026-11-13", "00:00"))
    change = Reclassification.objects.get()
    assert (change.step.move, change.step.person, change.to_lead) == ("lapse_into_returned", None, None)


@pytest.mark.covers("R17")
@pytest.mark.parametrize("state", ["accepted", "returned", "reopened"])
def test_a_matter_comes_under_another_item_and_the_reporters_date_stays(cast: Cast, state: str):
    carried = carry(cast, to=state)
    due = carried.matter.due_at
    changed = move(cast, carried.matter.number, "reclassify", by="徐", at=carried.at)
    assert changed.item is not None
    assert (changed.item.code, changed.state, changed.lead, changed.due_at) == (OTHER_ITEM, state, None, due)
    change = Reclassification.objects.latest("id")
    assert (change.from_item.code, change.to_item.code, change.to_lead) == (ITEM, OTHER_ITEM, None)
    entry = Entry.objects.get(event="matter.reclassified")
    assert change.row_ref in json.loads(entry.body)["rows"]
    move(cast, changed.number, "assign", by="徐", at=carried.at)
    assert verify(checks=CHECKS).findings == ()


def test_what_is_no_change_and_what_is_of_another_version_is_refused(cast: Cast):
    matter = carry(cast, to="accepted").matter
    same = refusal_of(lambda: move(cast, matter.number, "reclassify", by="徐", duty_id=cast.duties[ITEM].pk))
    assert same.reasons == ("归入哪一项：和原来的一样",)
    for nothing in (None, 999_999):
        decision = refusal_of(lambda duty=nothing: move(cast, matter.number, "reclassify", by="徐", duty_id=duty))
        assert decision.reasons == ("归入哪一项：请从这件事受理时的清单中选择一项",)
    assert not Reclassification.objects.exists()


def test_what_becomes_public_by_it_waits_to_be_looked_at_first(cast: Cast):
    matter = carry(cast, to="registered").matter
    move(cast, matter.number, "accept", by="周", duty_id=cast.duties["K2-01"].pk)
    assert not matter.publications.exists()
    move(cast, matter.number, "reclassify", by="徐")
    assert [row.verdict for row in matter.publications.all()] == ["pending"]


# --- the third hand-off


def test_after_the_third_nobody_assigns_but_who_rules(cast: Cast):
    once = handed_back(cast, times=1)
    assert refusal_of(lambda: move(cast, once.number, "rule", by="高")).reasons == (
        "转手还没有到要裁定的次数，由派遣员交办",
    )
    matter = handed_back(cast)
    assert matter.handoff_count == 3
    for who in "徐高":
        for code in ("assign", "reclassify"):
            decision = refusal_of(lambda who=who, code=code: move(cast, matter.number, code, by=who))
            assert decision.reasons == ("这件事已经多次转手，要等区社区建设协调管理机构裁定主责",)
            assert decision.citations == (RULING_ARTICLE,)
    assert refusal_of(lambda: move(cast, matter.number, "rule", by="徐")).reasons == ("您的岗位没有这项权限",)
    with pytest.raises(MatterNotFound):
        move(cast, matter.number, "rule", by="郑")


def test_it_waits_on_the_coordinating_body_and_on_nobody_else(cast: Cast):
    matter, once = handed_back(cast), handed_back(cast, times=1)
    assert set(waiting_on(cast.actor("徐"))) == {once}
    assert set(waiting_on(cast.actor("高"))) == {matter, once}
    head = replace(cast.actor("高"), permissions=frozenset({"matter.view", "matter.rule"}))
    assert set(waiting_on(head)) == {matter}


def test_a_ruling_assigns_is_numbered_and_entered(cast: Cast):
    first, second = handed_back(cast), handed_back(cast)
    at = MONDAY_MORNING + timedelta(days=1)
    ruled = move(cast, first.number, "rule", by="高", at=at, is_precedent=True)
    assert (ruled.state, ruled.lead, ruled.handoff_count) == ("assigned", cast.bodies[LEAD], 3)
    ruling = Ruling.objects.get()
    assert (ruling.number, ruling.is_precedent, ruling.lead) == ("2026-1", True, cast.bodies[LEAD])
    assert (ruling.reason, ruling.article) == ("市政道路上的装修垃圾由城市管理部门清运。", "市容条例第十四条")
    assert (ruling.person, ruling.step.move) == (cast["高"].person, "rule")
    facts = json.loads(Entry.objects.get(event="matter.ruled").body)["facts"]
    assert (facts["ruling"], facts["to"]) == ("2026-1", "assigned")
    move(cast, second.number, "rule", by="高", at=at)
    assert Ruling.objects.latest("id").number == "2026-2"
    assert verify(checks=CHECKS).findings == ()


def test_a_ruling_may_say_another_item_too(cast: Cast):
    matter = handed_back(cast)
    ruled = move(cast, matter.number, "rule", by="高", duty_id=cast.duties[OTHER_ITEM].pk)
    assert ruled.item == cast.duties[OTHER_ITEM].item
    change = Reclassification.objects.latest("id")
    assert (change.from_item.code, change.to_item.code, change.to_lead) == (ITEM, OTHER_ITEM, cast.bodies[LEAD])
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"reason": " "}, "理由：这一步须写明理由"),
        ({"article": ""}, "依据：这一步须写明法律、法规或办法的条款"),
        ({"duty_id": None}, "归入哪一项：请从这件事受理时的清单中选择一项"),
        ({"lead_id": None}, "主责单位：请选择本区在册的一个单位"),
    ],
)
def test_a_ruling_says_what_who_and_why(cast: Cast, said: dict[str, object], reason: str):
    matter = handed_back(cast)
    assert refusal_of(lambda: move(cast, matter.number, "rule", by="高", **said)).reasons == (reason,)
    assert not Ruling.objects.exists()


@pytest.mark.covers("X-02")
def test_not_even_a_ruling_lets_a_committee_lead_the_governments_duty(cast: Cast):
    matter = handed_back(cast)
    committee = cast.bodies["翠园社区居民委员会"].pk
    assert refusal_of(lambda: move(cast, matter.number, "rule", by="高", lead_id=committee)).code == "X-02"


def test_what_was_ruled_is_not_handed_back_until_it_is_opened_again(cast: Cast):
    matter = handed_back(cast)
    move(cast, matter.number, "rule", by="高")
    decision = refusal_of(lambda: move(cast, matter.number, "send_back", by="吴"))
    assert decision.reasons[0].startswith("主责单位是区社区建设协调管理机构裁定的，不能退回")
    assert decision.citations == (RULING_ARTICLE,)
    assert move(cast, matter.number, "sign", by="吴").state == "signed"


def test_the_reporter_is_told_of_a_ruling_as_of_an_assignment(cast: Cast):
    matter = handed_back(cast, contact_channel="sms", contact_address="13800990101")
    before = Notice.objects.count()
    move(cast, matter.number, "rule", by="高")
    assert Notice.objects.count() == before + 1
    assert "：已交办。" in Notice.objects.latest("id").text


# --- precedents


def ruled(cast: Cast, *, is_precedent: bool = True, **changes: object) -> Ruling:
    matter = handed_back(cast, words=WORDS, address="", **changes)
    move(cast, matter.number, "rule", by="高", is_precedent=is_precedent)
    return Ruling.objects.get(matter=matter)


def found(cast: Cast, words: str = LATER_WORDS, *, who: str = "周") -> list[str]:
    at = MONDAY_MORNING + timedelta(days=2)
    return [one.ruling.number for one in precedents_like(words, COMMUNITY, cast.actor(who), at=at)]


def test_a_precedent_is_found_where_a_later_matter_is_alike(cast: Cast):
    ruling = ruled(cast)
    ruled(cast, is_precedent=False)
    assert found(cast) == [ruling.number]
    assert found(cast, "楼上半夜装修噪声很大，没法睡觉。") == []
    assert found(cast, "") == []


def test_whoever_decides_in_the_district_reads_it_and_nobody_else(cast: Cast):
    ruling = ruled(cast)
    at = MONDAY_MORNING
    (for_bureau,) = precedents_like(LATER_WORDS, COMMUNITY, cast.actor("马"), at=at)
    (for_street,) = precedents_like(LATER_WORDS, COMMUNITY, cast.actor("周"), at=at)
    assert (for_bureau.ruling, for_bureau.may_see) == (ruling, False)
    assert (for_street.ruling, for_street.may_see, for_street.is_here) == (ruling, True, True)
    for nobody in (cast.actor("郑"), cast.resident, cast.actor("钱")):
        assert precedents_like(LATER_WORDS, COMMUNITY, nobody, at=at) == []
    Matter.objects.filter(pk=ruling.matter_id).update(publicity="never")
    assert found(cast, who="马") == []
    assert found(cast, who="周") == [ruling.number]
    assert precedents_visible_to(cast.actor("高")).get() == ruling


def test_as_many_questions_for_many_precedents_as_for_one(cast: Cast):
    ruled(cast)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            found(cast)
        return len(queries)

    before = asked()
    for _more in range(4):
        ruled(cast)
    assert asked() == before
    assert len(found(cast)) == 3


# --- what verifying finds


def test_a_change_that_was_bent_and_one_that_is_lost_are_named(cast: Cast):
    matter = handed_back(cast)
    changes = list(matter.reclassifications.order_by("id"))
    Reclassification.objects.filter(pk=changes[1].pk).update(from_duty=cast.duties[OTHER_ITEM].pk)
    assert {one.kind for one in changes_follow_from_their_steps()} == {"change_impossible"}
    Reclassification.objects.filter(pk=changes[2].pk).delete()
    assert "change_lost" in {one.kind for one in changes_follow_from_their_steps()}


def test_a_ruling_its_step_does_not_say_and_a_step_without_one_are_named(cast: Cast):
    ruling = ruled(cast)
    Ruling.objects.filter(pk=ruling.pk).update(person=cast["徐"].person)
    assert [one.kind for one in rulings_follow_from_their_steps()] == ["ruling_impossible"]
    Ruling.objects.filter(pk=ruling.pk).delete()
    assert [one.ref for one in rulings_follow_from_their_steps()] == [f"casework.step:{ruling.step_id}"]
    assert Step.objects.filter(move="rule").count() == 1
