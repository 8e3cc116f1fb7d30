"""Who may make which move of an application in which state, and who sees it: by hand, for everybody at the gate."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanhu.domains.admission.events import AdmissionEvent
from sanhu.domains.admission.models import Application
from sanhu.domains.admission.parties import PARTY_LABELS
from sanhu.domains.admission.queries.applications import standing_of, visible_to, waiting_on
from sanhu.domains.admission.queries.parties import parties_of
from sanhu.domains.admission.rules.applications import Standing, may_move
from sanhu.domains.admission.services.checking import check_application
from sanhu.domains.admission.services.errors import GateNotFound
from sanhu.domains.admission.tables import APPLICATION
from sanhu.engines.actors import SYSTEM, Actor
from tests.applying import AGAINST, APPLIED_AT, HEARERS, WAY, application_of, go_on, move
from tests.domains.casework.refusals import refusal_of
from tests.gate import Gate

NOON = APPLIED_AT + timedelta(hours=2)
EVERYBODY = [*"周徐吴孙陈何马高钱冯沈郑石罗田秦董蒋柳", "吴会", "董会", "罗会", "秦会", "林", "系统"]
OWN = {"孙": {"withdraw"}, "吴": {"withdraw"}}
WRITING = {who: {"submit", "edit", "withdraw"} for who in "孙吴"}
MEMBERS = ("石", "吴会", "董会", "罗会", "秦会")

# Where it stands → who → which moves, for an application of 孙's that asks 翠园. Whoever is not named may nothing.
ALLOWED: dict[str, dict[str, set[str]]] = {
    "draft": WRITING,
    "submitted": {**OWN, "高": {"accept", "return"}},
    "returned": WRITING,
    "reviewing": {
        **OWN,
        "罗": {"check_legality", "return_by_legality"},
        "田": {"check_funding"},
        "秦": {"check_funding"},
        "陈": {"hear"},
    },
    "heard": {**OWN, "罗": {"return_by_legality"}, "高": {"convene"}},
    "joint_meeting": {**OWN, **{who: {"vote"} for who in MEMBERS}},
    "voted": {**OWN, "石": {"approve"}},
    "voted against": {**OWN, "石": {"reject"}},
    "approved": {**OWN, "高": {"put_in_force"}, "石": {"revoke"}, "系统": {"expire"}},
    "effective": {"石": {"revoke"}, "系统": {"expire"}},
    "rejected": {},
    "revoked": {},
    "withdrawn": {},
}
# On whose list of things to do it stands.
WAITING = {
    "draft": "孙吴",
    "submitted": "高",
    "returned": "孙吴",
    "reviewing": "罗田秦陈",
    "heard": "高",
    "joint_meeting": MEMBERS,
    "voted": "石",
    "voted against": "石",
    "approved": "高",
}
SEES_OWN_DRAFT = {"孙", "吴", "系统"}
SEES = SEES_OWN_DRAFT | {"高", "罗", "田", "秦", "陈", *MEMBERS}


def actor_of(gate: Gate, who: str) -> Actor:
    return SYSTEM if who == "系统" else gate.actor(who, NOON)


def stages(gate: Gate) -> Iterator[tuple[str, Application]]:
    """Walk one application all the way, and others to the ends beside it."""
    application = application_of(gate, to="draft")
    yield "draft", application
    for state, _moves in WAY:
        yield state, go_on(gate, application, state)
    yield "revoked", move(gate, application.number, "revoke", by="石")
    returned = application_of(gate, to="returned", name="文明养犬宣传二")
    yield "returned", returned
    yield "withdrawn", move(gate, returned.number, "withdraw", by="孙")
    against = application_of(gate, to=AGAINST, name="文明养犬宣传三")
    yield AGAINST, against
    yield "rejected", move(gate, against.number, "reject", by="石")


def test_the_table_is_total():
    assert APPLICATION.faults() == []
    assert {row.party for row in APPLICATION.moves} <= set(PARTY_LABELS)
    assert {row.event for row in APPLICATION.moves} <= set(AdmissionEvent)
    assert set(ALLOWED) - {"heard", "voted", AGAINST} == {state.code for state in APPLICATION.states} - {"expired"}


@pytest.mark.covers("R38", "R39")
def test_who_may_make_which_move_and_who_sees_it(gate: Gate):
    actors, seen = {who: actor_of(gate, who) for who in EVERYBODY}, set()
    for where, application in stages(gate):
        seen.add(where)
        standing = standing_of(application, actor=actors["高"], at=NOON)
        for who, actor in actors.items():
            may = moves_of(standing, application, actor)
            assert may == ALLOWED[where].get(who, set()), (where, who)
            sees = visible_to(actor).filter(pk=application.pk).exists()
            assert sees == (who in (SEES_OWN_DRAFT if where == "draft" else SEES)), (where, who)
        waits = {who for who in SEES - {"系统"} if waiting_on(actors[who], at=NOON).filter(pk=application.pk).exists()}
        assert waits == set(WAITING.get(where, ())), where
    assert seen == set(ALLOWED)


def moves_of(standing: Standing, application: Application, actor: Actor) -> set[str]:
    """Give what somebody may do; only the bodies are read anew for each."""
    committees = standing.parties.committee_ids
    parties = parties_of(
        district=application.district, organ_id=application.organ_id, committee_ids=committees, actor=actor, at=NOON
    )
    theirs = replace(standing, parties=parties)
    return {row.code for row in APPLICATION.moves if may_move(standing=theirs, move=row.code, actor=actor)}


def test_what_one_may_not_see_is_not_found_and_what_one_may_not_do_is_refused(gate: Gate):
    application = application_of(gate, to="submitted")
    for who in ("柳", "董", "蒋", "郑", "何", "周", "林"):
        with pytest.raises(GateNotFound):
            move(gate, application.number, "accept", by=who)
    for who in ("罗", "田", "石", "陈", "孙", "吴会"):
        decision = refusal_of(lambda who=who: move(gate, application.number, "accept", by=who))
        assert decision.reasons == ("您的岗位没有这项权限",)
        assert decision.citations == ("分类管理办法第二十一条",)
    assert move(gate, application.number, "accept", by="高").state == "reviewing"


def test_lists_of_things_to_do_and_standing_take_few_queries(gate: Gate, django_assert_max_num_queries):
    application = application_of(gate, to="joint_meeting")
    chair = gate.actor("石", NOON)
    with django_assert_max_num_queries(3):
        assert list(waiting_on(chair, at=NOON)) == [application]
    with django_assert_max_num_queries(13):
        standing_of(application, actor=chair, at=NOON)


def test_what_was_withdrawn_before_anybody_was_asked_stays_with_its_organ(gate: Gate):
    application = move(gate, application_of(gate, to="draft").number, "withdraw", by="孙")
    assert application.state == "withdrawn"
    sees = {who for who in EVERYBODY if visible_to(actor_of(gate, who)).filter(pk=application.pk).exists()}
    assert sees == SEES_OWN_DRAFT


def test_asking_more_committees_takes_no_more_queries(gate: Gate):
    one = application_of(gate, to="draft")
    two = application_of(gate, to="draft", committee_ids=tuple(gate.bodies[name].pk for name in HEARERS))
    taken = []
    for application in (one, two):
        with CaptureQueriesContext(connection) as queries:
            assert not [finding for finding in check_application(application, at=NOON) if finding.is_refusal]
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 8
