"""The state table of a matter is total: nothing without wording, mover, article, event or place in the drawing."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanhu.domains.casework.events import MatterEvent
from sanhu.domains.casework.parties import NAMELESS, PARTY_LABELS, Party
from sanhu.domains.casework.rules import HANDLING_MOVES, MATTER, SATISFACTION_LABELS, Satisfaction, is_handoff
from sanhu.domains.catalogue import shipped
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.diagrams import layout, main_path
from sanhu.engines.workflow import ClockEffect, Move


def test_the_table_is_total():
    assert MATTER.faults() == []


def test_the_states_are_those_of_the_measure():
    assert {state.code: (state.label, state.public_label, state.is_open) for state in MATTER.states} == {
        "registered": ("待受理", "已收到", True),
        "accepted": ("待交办", "已受理", True),
        "assigned": ("待签收", "已交办", True),
        "signed": ("已签收", "已签收", True),
        "in_progress": ("办理中", "办理中", True),
        "done": ("待核查", "办理完毕，等待核查", True),
        "verified": ("待办结", "已核查", True),
        "closed": ("已办结", "已办结", False),
        "returned": ("被退回", "正在重新确定承办单位", True),
        "suspended": ("挂账", "暂缓办理，条件具备后恢复", True),
        "reopened": ("待重新交办", "重新办理，等待交办", True),
        "merged": ("已并案", "已并入另一件办理", False),
        "declined": ("不予受理", "不予受理", False),
    }


def test_every_party_has_a_name_and_every_name_is_used():
    assert {move.party for move in MATTER.moves} == set(Party)
    assert set(PARTY_LABELS) == {*Party, ""}
    assert all(PARTY_LABELS.values())


def test_every_move_of_a_person_takes_a_power_and_no_other_does():
    for move in MATTER.moves:
        assert (move.permission == "") == (move.party in NAMELESS), move.code
        assert move.permission in {"", *Permission}


def test_every_move_leaves_an_event_of_its_own_with_words():
    events = [move.event for move in MATTER.moves]
    assert Counter(events).most_common(1)[0][1] == 1
    assert set(events) < set(MatterEvent)
    assert all(str(event.label) for event in MatterEvent)


def test_every_move_rests_on_an_article_of_the_measure():
    articles = {row["number"] for row in shipped.demonstration_instrument()["articles"]}
    assert {move.citation.removeprefix("分类管理办法") for move in MATTER.moves} <= articles


NEEDS_REASON = {
    "decline", "send_back", "finish", "rework", "ask_extension", "refuse_extension", "ask_suspension",
    "refuse_suspension", "keep_suspended", "call_up", "merge", "urge", "supervise", "answer_supervision",
    "reclassify", "rule",
}  # fmt: skip


def test_what_a_move_must_say():
    assert {move.code for move in MATTER.moves if move.needs_reason} == NEEDS_REASON
    assert {move.code for move in MATTER.moves if move.needs_article} == {
        "decline", "send_back", "ask_extension", "rule",
    }  # fmt: skip


def test_the_reporter_is_told_of_what_changes_for_them():
    assert {move.code for move in MATTER.moves if move.notice} == {
        "accept", "decline", "assign", "start", "close", "grant_suspension", "resume", "call_up", "merge", "reopen",
        "rule",
    }  # fmt: skip


def test_what_changes_no_state_is_public_only_where_it_says_in_which_words():
    staying = {move.code: move.public_label for move in MATTER.moves if move.stays}
    assert {code for code, words in staying.items() if words} == {
        "grant_extension", "keep_suspended", "urge", "urge_by_reporter",
    }  # fmt: skip
    assert not any(move.public_label for move in MATTER.moves if not move.stays)


def test_only_what_was_closed_is_opened_again():
    assert [state.code for state in MATTER.states if state.may_reopen] == ["closed"]
    assert [move.code for move in MATTER.moves_from("closed")] == ["reopen"]


@pytest.mark.parametrize(
    ("walk", "count"),
    [
        ([("assign", "accepted")], 0),
        ([("assign", "accepted"), ("send_back", "assigned")], 1),
        ([("assign", "accepted"), ("send_back", "assigned"), ("assign", "returned")], 2),
        ([("assign", "accepted"), ("lapse_into_returned", "assigned"), ("assign", "returned")], 2),
        ([("assign", "accepted"), ("lapse_into_signed", "assigned"), ("assign", "reopened")], 0),
    ],
)
def test_a_handoff_is_what_sends_back_or_assigns_anew(walk: list[tuple[str, str]], count: int):
    assert sum(is_handoff(move, before=before) for move, before in walk) == count


_STARTED = {
    ClockEffect.START_ACCEPTANCE: ClockEffect.ANSWER_ACCEPTANCE,
    ClockEffect.START_SIGNING: ClockEffect.ANSWER_SIGNING,
    ClockEffect.START_HANDLING: ClockEffect.ANSWER_HANDLING,
    ClockEffect.START_REVIEW: ClockEffect.ANSWER_REVIEW,
}
_NEED_HANDLING = {ClockEffect.EXTEND_HANDLING, ClockEffect.PAUSE_HANDLING, ClockEffect.RESUME_HANDLING}
# A supervisor's clock stands beside the way: who may start and answer it is asked of the matter, not of the table.
_BESIDE = {ClockEffect.START_SUPERVISION, ClockEffect.ANSWER_SUPERVISION}


def running_after(running: frozenset[ClockEffect], move: Move) -> frozenset[ClockEffect]:
    """Apply a move's clock effects to the clocks that run, named by the effect that would answer them."""
    for effect in move.clock:
        if effect in _BESIDE:
            continue
        if effect is ClockEffect.ANSWER_ALL:
            running = frozenset()
        elif effect in _STARTED:
            assert _STARTED[effect] not in running, f"{move.code} starts a clock that runs"
            running |= {_STARTED[effect]}
        elif effect in _NEED_HANDLING:
            assert ClockEffect.ANSWER_HANDLING in running, f"{move.code} touches a clock that does not run"
        else:
            assert effect in running, f"{move.code} answers a clock that does not run"
            running -= {effect}
    return running


def test_on_every_way_clocks_start_once_and_are_answered_by_the_end():
    here = {("registered", frozenset({ClockEffect.ANSWER_ACCEPTANCE}))}
    seen: set[tuple[str, frozenset[ClockEffect]]] = set()
    while here:
        state, running = here.pop()
        seen.add((state, running))
        if not MATTER.state(state).is_open:
            assert running == frozenset(), state
        here |= {(move.leads_to(state), running_after(running, move)) for move in MATTER.moves_from(state)} - seen
    assert {state for state, _running in seen} == {state.code for state in MATTER.states}


def test_the_drawing_shows_every_state_and_every_move():
    drawn = layout(MATTER, "assigned")
    assert {node.code for node in drawn.nodes} == {state.code for state in MATTER.states}
    assert [node.code for node in drawn.nodes if node.is_here] == ["assigned"]
    shown = {(edge.source, edge.target) for edge in drawn.edges}
    assert shown == {(source, move.target) for move in MATTER.moves if not move.stays for source in move.sources}
    ways = {node.code: [label for label, _target in node.ways] for node in drawn.nodes}
    assert ways == {state.code: [move.label for move in MATTER.moves_from(state.code)] for state in MATTER.states}, (
        "what changes no state is listed"
    )


def test_the_happy_way_is_the_one_a_report_goes():
    assert main_path(MATTER) == (
        "registered", "accepted", "assigned", "signed", "in_progress", "done", "verified", "closed",
    )  # fmt: skip


def test_whoever_signs_starts_or_finishes_has_handled():
    assert {"sign", "start", "finish"} == HANDLING_MOVES
    assert {MATTER.move(code).party for code in HANDLING_MOVES} == {Party.LEAD}


def test_every_grade_has_words():
    assert set(SATISFACTION_LABELS) == set(Satisfaction)


@given(data=st.data())
def test_a_random_walk_of_a_matter_replays_to_where_it_stands(data: st.DataObject):
    here, walked = MATTER.initial, []
    while MATTER.state(here).is_open and len(walked) < 25:
        move = data.draw(st.sampled_from(MATTER.moves_from(here)))
        walked.append(move.code)
        here = move.leads_to(here)
    assert MATTER.replay(walked) == here
