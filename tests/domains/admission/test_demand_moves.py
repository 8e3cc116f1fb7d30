"""What becomes of a demand nobody admitted: every move by every person, and what time does by itself (R40)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from sanhu.domains.admission.models import Application, Demand, GateStep
from sanhu.domains.admission.queries.demands import decision_of, demand_for, standing_of
from sanhu.domains.admission.rules.demands import may_move
from sanhu.domains.admission.services.demand_moves import DemandMove, make_move
from sanhu.domains.admission.services.demand_ticks import tick
from sanhu.domains.admission.services.errors import GateNotFound, StaleForm
from sanhu.domains.admission.services.steps import steps_of
from sanhu.domains.admission.tables import DEMAND
from sanhu.domains.evidence.letters import letters_about
from sanhu.domains.evidence.models import Letter
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.evidence.verify import verify
from sanhu.domains.subjects.kinds import Specialty, SubjectKind
from sanhu.engines.actors import SYSTEM
from tests.cast import APPOINTED, DISTRICT, FOUNDED_AT, MONDAY_MORNING, Hiring
from tests.domains.admission.demanding import CORRECTIONS, DECLARED, facts_of, moved, recorded, right
from tests.domains.casework.refusals import refusal_of
from tests.domains.casework.test_clocks import shanghai
from tests.gate import ORGAN, Gate

EVERYBODY = [*"陈柳何周徐吴孙董蒋高石罗田秦马钱郑林", "吴会", "董会", "系统"]
ANSWERS = {"withdraw", "convert"}

# state → who → which moves. Whoever or whatever is not named here may not. 吴 and 孙 are of the organ, 陈 is asked.
ALLOWED: dict[str, dict[str, set[str]]] = {
    "recorded": {"系统": {"bear", "await_record", "give_notice"}},
    "awaiting_record": {"吴": {"record_afterwards"}, "孙": {"record_afterwards"}, "系统": {"lapse"}},
    "noticed": {"吴": ANSWERS, "孙": ANSWERS, "陈": {"escalate"}, "系统": {"escalate_unanswered"}},
    "escalated": {"吴": ANSWERS, "孙": ANSWERS, "高": {"rule"}, "石": {"rule"}},
    "borne": {},
    "withdrawn": {},
    "converted": {},
    "ruled": {},
}


@pytest.mark.covers("R40")
@pytest.mark.parametrize("state", ALLOWED)
def test_the_whole_matrix(gate: Gate, state: str):
    demand = recorded(gate)
    found: dict[str, set[str]] = {}
    for who in EVERYBODY:
        actor = SYSTEM if who == "系统" else gate.actor(who)
        standing = replace(standing_of(demand, actor=actor, at=MONDAY_MORNING), state=state)
        may = {move.code for move in DEMAND.moves if may_move(standing=standing, move=move.code, actor=actor)}
        if may:
            found[who] = may
    assert found == ALLOWED[state]


def test_the_matrix_is_of_every_state_and_every_move():
    assert set(ALLOWED) == {state.code for state in DEMAND.states}
    named = {move for people in ALLOWED.values() for moves in people.values() for move in moves}
    assert named == {move.code for move in DEMAND.moves}


def test_nobody_rules_on_what_a_body_demands_in_which_they_hold_a_post(gate: Gate):
    demand, actor = recorded(gate), gate.actor("高")
    standing = replace(standing_of(demand, actor=actor, at=MONDAY_MORNING), state="escalated")
    bureau = gate.bodies[ORGAN].pk
    partial = replace(standing, parties=replace(standing.parties, bodies_of_person=frozenset({bureau})))
    decision = may_move(standing=partial, move="rule", actor=actor)
    assert decision.reasons == ("您在提出要求的部门任职，应当回避，换岗位也不行",)


def test_a_move_nobody_knows_is_refused(gate: Gate):
    demand = recorded(gate)
    assert refusal_of(lambda: moved(gate, demand, "ignore", by="孙")).reasons == ("没有这一步骤",)
    assert refusal_of(lambda: moved(gate, demand, "give_notice", by="陈")).reasons == ("现在的状态不能这样办理",)


def test_the_organ_withdraws(gate: Gate):
    demand = moved(gate, recorded(gate), "withdraw", by="吴", reason="由本局自行完成。")
    assert (demand.state, demand.is_open, demand.revision) == ("withdrawn", False, 3)
    last = steps_of(demand)[-1]
    assert (last.reason, last.article) == ("由本局自行完成。", "分类管理办法第二十二条")
    assert decision_of(demand).code == "X-05"  # what it was, it was
    assert verify().findings == ()


@pytest.mark.covers("R40", "R38")
def test_the_organ_converts_with_one_click(gate: Gate):
    demand = moved(gate, recorded(gate, money_fen=50_000), "convert", by="孙", reason="")
    assert (demand.state, demand.is_open) == ("converted", False)
    application = demand.application
    assert application is not None
    assert (application.organ, application.state, application.name) == (demand.organ, "draft", demand.name)
    assert [row.committee for row in application.committees.all()] == [demand.committee]
    assert facts_of(demand.ref, "demand.converted") == {"application": application.number}
    assert verify().findings == ()


@pytest.mark.covers("R37", "R40")
def test_a_public_utility_that_is_told_to_apply_may_apply(gate: Gate):
    """The Measure speaks of government departments and of public enterprises and institutions (21)."""
    hiring = Hiring(DISTRICT, at=FOUNDED_AT)
    hiring.body("示范燃气公司", SubjectKind.UTILITY, DISTRICT, Specialty.GAS)
    post = hiring.further_post(gate["蒋"], "示范燃气公司", "department_officer", "专员", APPOINTED)
    own = replace(gate, members={**gate.members, "蒋气": post}, bodies={**gate.bodies, **hiring.bodies})
    demand = recorded(own, organ="示范燃气公司")
    assert demand.state == "noticed"
    demand = moved(own, demand, "convert", by="蒋气", reason="")
    assert demand.application is not None
    assert (demand.state, demand.application.organ.name) == ("converted", "示范燃气公司")


def test_a_converted_demand_makes_one_application_however_often_it_is_asked(gate: Gate):
    demand, actor, asked = recorded(gate), gate.actor("孙"), uuid4()
    request = DemandMove(move="convert", revision=demand.revision)
    for _again in range(2):
        make_move(actor=actor, at=MONDAY_MORNING, client_id=asked, number=demand.number, request=request)
    assert Application.objects.count() == 1
    with pytest.raises(ConflictError):
        make_move(
            actor=actor,
            at=MONDAY_MORNING,
            client_id=asked,
            number=demand.number,
            request=replace(request, move="withdraw", reason="不要了。"),
        )


def test_the_committee_escalates_and_the_coordinating_body_rules(gate: Gate):
    demand = moved(gate, recorded(gate), "escalate", by="陈", reason="部门仍电话催办。")
    assert (demand.state, demand.is_open) == ("escalated", True)
    ruled = moved(gate, demand, "rule", by="高", reason="请部门自行完成，不得再下派。")
    assert (ruled.state, ruled.is_open) == ("ruled", False)


def test_what_was_escalated_may_still_be_withdrawn_or_converted(gate: Gate):
    first, second = (moved(gate, recorded(gate), "escalate", by="陈") for _each in range(2))
    assert moved(gate, first, "withdraw", by="孙").state == "withdrawn"
    assert moved(gate, second, "convert", by="吴").state == "converted"


@pytest.mark.parametrize(
    ("said", "reasons"),
    [
        ({"reason": " "}, ["理由：这一步须写明理由"]),
        ({"article": ""}, ["依据：这一步须写明法律、法规或办法的条款"]),
        ({"reason": "字" * 2001, "article": "字" * 201}, ["理由：不超过 2000 个字", "依据：不超过 200 个字"]),
    ],
)
def test_a_record_afterwards_says_what_happened_and_on_what_article(
    gate: Gate, said: dict[str, str], reasons: list[str]
):
    demand = recorded(gate, item_code="", **DECLARED)
    words = {"reason": "转移低洼处住户。", "article": "突发事件应对法第七十七条"} | said
    assert list(refusal_of(lambda: moved(gate, demand, "record_afterwards", by="孙", **words)).reasons) == reasons


def test_an_emergency_recorded_in_time_is_borne(gate: Gate):
    demand = recorded(gate, item_code="", **DECLARED)
    said = {"reason": "转移低洼处住户。", "article": "突发事件应对法第七十七条"}
    last_minute = shanghai("2026-11-16", "23:59")
    demand = moved(gate, demand, "record_afterwards", by="孙", at=last_minute, **said)
    assert (demand.state, demand.is_open, demand.ground) == ("borne", False, "emergency")
    assert steps_of(demand)[-1].article == "突发事件应对法第七十七条"
    assert tick(at=shanghai("2026-12-01")) == 0
    assert not Letter.objects.exists()


def test_a_record_that_is_late_is_refused_before_any_tick(gate: Gate):
    demand = recorded(gate, item_code="", **DECLARED)
    said = {"reason": "转移低洼处住户。", "article": "突发事件应对法第七十七条"}
    late = shanghai("2026-11-17", "00:00")
    refused = refusal_of(lambda: moved(gate, demand, "record_afterwards", by="孙", at=late, **said))
    assert refused.reasons == ("补办期限已过，请按准入程序申请",)


def test_a_form_that_is_behind_is_told_what_happened(gate: Gate):
    demand = recorded(gate)
    moved(gate, demand, "escalate", by="陈")
    with pytest.raises(StaleForm) as stale:
        moved(gate, demand, "withdraw", by="孙")
    assert [step.move for step in stale.value.steps] == ["escalate"]


@pytest.mark.parametrize("who", ["柳", "董", "蒋", "罗", "何", "郑", "林"])
def test_what_one_may_not_see_is_not_found(gate: Gate, who: str):
    demand = recorded(gate)
    with pytest.raises(GateNotFound):
        moved(gate, demand, "withdraw", by=who)


# --- what time does


@pytest.mark.covers("R40", "X-05")
def test_a_late_record_lapses_to_an_incident_once_and_is_no_refusal(gate: Gate):
    right(gate)  # an emergency is never refused, not even afterwards
    demand = recorded(gate, item_code="", **DECLARED)
    turns = [tick(at=shanghai(day, clock)) for day, clock in (("2026-11-16", "23:59"), ("2026-11-17", "00:00"))]
    assert turns == [0, 1]
    assert tick(at=shanghai("2026-11-17", "00:01")) == 0
    demand.refresh_from_db()
    assert (demand.state, demand.ground, demand.is_refusal) == ("noticed", "unadmitted", False)
    assert demand.due_on == date(2026, 11, 24)  # Tuesday: five working days after Tuesday 2026-11-17
    letter = letters_about(demand.ref).get()
    assert letter.kind == "admission_letter"
    assert facts_of(demand.ref, "demand.lapsed") == {"code": "X-05", "letter": letter.number}
    assert decision_of(demand).reasons == ("应急协助逾期没有补办手续，按未经准入处理",)
    assert decision_of(demand).code == "X-05"
    assert [(step.move, step.person_id) for step in steps_of(demand)[1:]] == [("await_record", None), ("lapse", None)]
    assert verify().findings == ()


@pytest.mark.covers("R40")
def test_an_unanswered_notice_goes_up_once(gate: Gate):
    demand = recorded(gate)
    assert tick(at=shanghai("2026-11-16", "23:59")) == 0
    assert tick(at=shanghai("2026-11-19")) == 1  # a missed tick changes nothing but the hour
    assert tick(at=shanghai("2026-11-19")) == 0
    demand.refresh_from_db()
    assert (demand.state, demand.revision) == ("escalated", 3)
    assert tick(at=shanghai("2026-12-01")) == 0
    assert GateStep.objects.filter(subject_ref=demand.ref, move="escalate_unanswered").count() == 1
    assert verify().findings == ()


def test_a_lapsed_emergency_that_is_not_answered_goes_up_too(gate: Gate):
    demand = recorded(gate, item_code="", **DECLARED)
    assert tick(at=shanghai("2026-11-17")) == 1
    assert tick(at=shanghai("2026-11-24", "23:59")) == 0
    assert tick(at=shanghai("2026-11-25")) == 1
    assert demand_for(gate.actor("高"), demand.number).state == "escalated"


def test_what_is_answered_or_borne_never_turns(gate: Gate):
    moved(gate, recorded(gate), "withdraw", by="孙")
    moved(gate, recorded(gate), "escalate", by="陈")
    recorded(gate, item_code=CORRECTIONS)
    assert tick(at=shanghai("2026-12-20")) == 0


@pytest.mark.covers("X-17")
def test_where_the_calendar_ends_a_lapse_waits_and_the_others_go_on(gate: Gate):
    late = shanghai("2026-12-18", "09:00")
    emergency = recorded(gate, at=late, item_code="", **DECLARED)  # to be recorded by Friday 2026-12-25
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.SANHU_ANSWER_NOTICE_WORKING_DAYS", 4)
        other = recorded(gate, at=late)
    beyond: datetime = shanghai("2026-12-28", "09:00")
    refused = refusal_of(lambda: recorded(gate, at=beyond))
    assert refused.code == "X-17"
    assert tick(at=beyond) == 1
    states = dict(Demand.objects.values_list("pk", "state"))
    assert states == {emergency.pk: "awaiting_record", other.pk: "escalated"}
    assert tick(at=beyond + timedelta(days=1)) == 0
