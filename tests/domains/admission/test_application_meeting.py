"""The joint meeting: persons are counted, not posts; the organ's own people stay out; the chair only confirms."""

import json

import pytest
from django.db import IntegrityError, transaction

from sanhu.domains.admission.models import Application, Vote
from sanhu.domains.admission.queries.applications import tally_of, votes_of
from sanhu.domains.admission.rules.applications import Tally, count
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.verify import verify
from sanhu.domains.subjects.appointments import LeavingGround
from sanhu.domains.subjects.services.posts import leave_post
from sanhu.engines.actors import SYSTEM
from tests.applying import AGAINST, APPLIED_AT, application_of, drafted, fund, go_on, move, with_post
from tests.cast import COORDINATING
from tests.domains.casework.refusals import refusal_of
from tests.domains.casework.test_clocks import shanghai
from tests.gate import JUSTICE, ORGAN, OTHER_ORGAN, Gate

ONLY_RECUSE = ("您在申请部门任职或者参与过起草，只能选择回避",)


@pytest.fixture
def number(gate: Gate) -> str:
    """Give the number of an application on which the meeting sits: five members, one of them of the organ that asks."""
    return application_of(gate, to="joint_meeting").number


def vote(gate: Gate, number: str, choice: str, *voters: str, reason: str = "") -> Application:
    for who in voters:
        application = move(gate, number, "vote", by=who, choice=choice, reason=reason)
    return application


def tally(number: str) -> Tally:
    return tally_of(Application.objects.get(number=number), at=APPLIED_AT)


# members, recused, for, against, percent → how many must vote, whether they did, whether more than half agree
COUNTS = [
    (5, 1, 2, 0, 50, (3, False, True)),
    (5, 1, 2, 1, 50, (3, True, True)),
    (5, 1, 2, 2, 50, (3, True, False)),  # half is not more than half
    (5, 0, 3, 0, 50, (3, True, True)),
    (5, 0, 1, 2, 50, (3, True, False)),
    (3, 3, 0, 0, 50, (1, False, False)),  # nobody is left who could decide
    (9, 0, 6, 0, 66, (6, True, True)),  # more than 5.94
    (9, 0, 5, 0, 66, (6, False, True)),
]


@pytest.mark.parametrize(("members", "recused", "approve", "reject", "percent", "expected"), COUNTS)
def test_more_than_half_of_those_who_take_part_must_vote_and_more_than_half_of_those_agree(
    members: int, recused: int, approve: int, reject: int, percent: int, expected: tuple[int, bool, bool]
):
    counted = count(members=members, recused=recused, approve=approve, reject=reject, quorum_percent=percent)
    assert (counted.needed, counted.has_quorum, counted.approves) == expected


@pytest.mark.covers("R38")
def test_whoever_belongs_to_the_organ_that_asks_can_only_recuse_themselves(gate: Gate, number: str):
    assert tally(number) == Tally(members=5, recused=1, approve=0, reject=0, needed=3, has_quorum=False)
    for choice in ("approve", "reject"):
        decision = refusal_of(lambda choice=choice: vote(gate, number, choice, "吴会"))
        assert decision.reasons == ONLY_RECUSE
    vote(gate, number, "recuse", "吴会")
    assert tally(number) == Tally(members=5, recused=1, approve=0, reject=0, needed=3, has_quorum=False)


def test_others_recuse_themselves_with_words_and_lower_the_quorum(gate: Gate, number: str):
    assert refusal_of(lambda: vote(gate, number, "recuse", "秦会")).reasons == ("理由：主动回避须写明理由",)
    assert refusal_of(lambda: vote(gate, number, "recuse", "秦会", reason="因" * 201)).reasons == (
        "理由：表决的说明不超过 200 个字",
    )
    vote(gate, number, "recuse", "秦会", reason="近亲属在申请部门任职。")
    assert tally(number) == Tally(members=5, recused=2, approve=0, reject=0, needed=2, has_quorum=False)
    vote(gate, number, "approve", "董会", "罗会")
    assert tally(number) == Tally(members=5, recused=2, approve=2, reject=0, needed=2, has_quorum=True)
    assert move(gate, number, "approve", by="石").state == "approved"
    assert [(vote.person.name, vote.choice) for vote in votes_of(Application.objects.get(number=number))] == [
        ("秦岭", "recuse"),
        ("董宁", "approve"),
        ("罗文", "approve"),
    ]
    assert verify().findings == ()


def test_a_member_of_another_organ_recuses_where_their_own_asks(gate: Gate):
    number = application_of(gate, to="joint_meeting", by="蒋").number
    assert refusal_of(lambda: vote(gate, number, "approve", "董会")).reasons == ONLY_RECUSE
    assert vote(gate, number, "approve", "吴会").revision


def test_a_vote_is_one_of_three_words(gate: Gate, number: str):
    for choice in ("", "abstain"):
        decision = refusal_of(lambda choice=choice: vote(gate, number, choice, "石"))
        assert decision.reasons == ("表决：须选择同意、不同意或者回避",)


@pytest.mark.covers("R38")
def test_one_person_in_two_posts_has_one_vote(gate: Gate):
    gate = with_post(gate, "石", COORDINATING, "joint_meeting_member")
    number = application_of(gate, to="joint_meeting").number
    assert tally(number).members == 5
    vote(gate, number, "approve", "石")
    for who in ("石", "石又"):
        decision = refusal_of(lambda who=who: vote(gate, number, "approve", who))
        assert decision.reasons == ("您已经表决过；一人一票，换岗位也不能再投",)
    application, again = Application.objects.get(number=number), gate["石又"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(
            application=application, round=1, person=again.person, post=again.post, choice="approve", at=APPLIED_AT
        )
    assert tally(number).approve == 1


def test_nobody_votes_before_the_day_of_the_meeting(gate: Gate):
    application = application_of(gate, to="heard")
    move(gate, application.number, "convene", by="高", meets_on=shanghai("2026-09-14", "09:00").date())
    decision = refusal_of(lambda: vote(gate, application.number, "approve", "石"))
    assert decision.reasons == ("联席会议定于 2026-09-14 召开，当天起才能表决",)
    on_the_day = shanghai("2026-09-14", "00:00")
    assert move(gate, application.number, "vote", by="石", at=on_the_day).state == "joint_meeting"


@pytest.mark.covers("R38")
def test_the_chair_confirms_what_the_votes_say_and_nothing_else(gate: Gate, number: str):
    vote(gate, number, "approve", "董会", "罗会")
    too_few = "表决人数不足：5 名成员中 1 人回避，须有 3 人表决，已有 2 人"
    for code in ("approve", "reject"):
        assert refusal_of(lambda code=code: move(gate, number, code, by="石")).reasons == (too_few,)
    vote(gate, number, "approve", "秦会")
    decision = refusal_of(lambda: move(gate, number, "reject", by="石"))
    assert decision.reasons == ("同意 3 人，不同意 0 人，过半数同意，不能不予核准",)
    approved = move(gate, number, "approve", by="石")
    assert (approved.state, approved.ended_at) == ("approved", None)
    # dated with its step, which is never before the one it follows
    assert approved.decided_at == votes_of(approved)[-1].at


@pytest.mark.covers("R38")
def test_a_decision_tells_in_the_record_who_made_its_quorum(gate: Gate):
    """Posts change afterwards; that three of four had to vote is told by the entry alone."""
    approved = application_of(gate, to="approved")
    entry = Entry.objects.get(subject_ref=approved.ref, event="admission.approved")
    assert json.loads(entry.body)["facts"] == {
        "members": 5,
        "recused": 1,
        "needed": 3,
        "voted": 4,
        "approve": 4,
        "reject": 0,
        "quorum_percent": 50,
    }


def test_a_tie_does_not_approve(gate: Gate, number: str):
    vote(gate, number, "approve", "董会", "罗会")
    vote(gate, number, "reject", "秦会", "石")
    decision = refusal_of(lambda: move(gate, number, "approve", by="石"))
    assert decision.reasons == ("同意 2 人，不同意 2 人，没有过半数同意，不能核准",)
    rejected = move(gate, number, "reject", by="石")
    assert (rejected.state, rejected.is_open) == ("rejected", False)
    assert rejected.decided_at == rejected.ended_at
    assert rejected.decided_at is not None


@pytest.mark.covers("R38")
def test_the_chair_did_not_check_it_and_does_not_belong_to_the_organ(gate: Gate):
    gate = with_post(gate, "石", JUSTICE, "legality_reviewer")
    application = application_of(gate, to="reviewing")
    move(gate, application.number, "check_legality", by="石又")
    move(gate, application.number, "check_funding", by="田", account_id=fund(gate, application))
    move(gate, application.number, "hear", by="陈")
    for state in ("joint_meeting", "voted"):
        go_on(gate, application, state)
    decision = refusal_of(lambda: move(gate, application.number, "approve", by="石"))
    assert decision.reasons == ("您出具过合法性审查或者经费审核意见，须由其他人宣布决定，换岗位也不行",)
    gate = with_post(gate, "吴", COORDINATING, "coordination_head")
    decision = refusal_of(lambda: move(gate, application.number, "approve", by="吴又"))
    assert decision.reasons == ("您在提出要求的部门任职，应当回避，换岗位也不行",)
    # another head, who neither checked it nor belongs to the organ
    gate = with_post(gate, "董", COORDINATING, "coordination_head")
    assert move(gate, application.number, "approve", by="董又").state == "approved"


def test_an_author_neither_votes_nor_decides_after_leaving_the_organ(gate: Gate):
    gate = with_post(gate, "石", OTHER_ORGAN, "department_officer")
    application = drafted(gate, by="石又")
    move(gate, application.number, "submit", by="石又")
    leave_post(
        post_id=gate["石又"].post.pk, ground=LeavingGround.REASSIGNED, basis="调任通知", actor=SYSTEM, at=APPLIED_AT
    )
    for state in ("reviewing", "heard", "joint_meeting"):
        go_on(gate, application, state)
    number = application.number
    assert tally(number) == Tally(members=5, recused=2, approve=0, reject=0, needed=2, has_quorum=False)
    assert refusal_of(lambda: vote(gate, number, "approve", "石")).reasons == ONLY_RECUSE
    vote(gate, number, "recuse", "石")
    vote(gate, number, "approve", "吴会", "罗会", "秦会")
    decision = refusal_of(lambda: move(gate, number, "approve", by="石"))
    assert decision.reasons == ("您起草或者提交过这件申请，须由其他人办理，换岗位也不行",)


@pytest.mark.covers("R38", "X-08")
def test_a_meeting_does_not_vote_the_law_or_the_money_away(gate: Gate):
    for name, code, said in (
        ("普法宣传", "check_legality", ("合法性审查没有同意，不能核准", "城市居民委员会组织法第四十三条", "")),
        ("禁毒宣传", "check_funding", ("经费审核没有同意，经费没有落实，不能核准", "分类管理办法第二十条", "X-08")),
    ):
        application = application_of(gate, to="reviewing", name=name)
        number, account = application.number, fund(gate, application)
        move(gate, number, "hear", by="陈")
        move(gate, number, "check_legality", by="罗", agrees=code != "check_legality")
        move(gate, number, "check_funding", by="田", agrees=code != "check_funding", account_id=account)
        for state in ("joint_meeting", "voted"):
            go_on(gate, application, state)
        decision = refusal_of(lambda number=number: move(gate, number, "approve", by="石"))
        assert (decision.reasons, decision.citations, decision.code) == ((said[0],), (said[1],), said[2])
        assert move(gate, number, "reject", by="石").state == "rejected"


def test_what_the_members_reject_is_rejected(gate: Gate):
    application = application_of(gate, to=AGAINST)
    assert tally(application.number) == Tally(members=5, recused=1, approve=0, reject=4, needed=3, has_quorum=True)
    assert refusal_of(lambda: move(gate, application.number, "reject", by="石", reason="")).reasons == (
        "理由：这一步须写明理由",
    )
    assert refusal_of(lambda: move(gate, application.number, "approve", by="石")).reasons == (
        "同意 0 人，不同意 4 人，没有过半数同意，不能核准",
    )
    assert application.organ.name == ORGAN
    assert move(gate, application.number, "reject", by="石").state == "rejected"
    assert verify().findings == ()
