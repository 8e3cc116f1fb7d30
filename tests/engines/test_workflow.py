"""A state table says what is wrong with it, decides what it allows, and replays what happened."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanhu.engines.workflow import Move, State, StateTable

DRAFT = State("draft", "草稿", "准备中", "author")
SENT = State("sent", "已送出", "已送出", "reader")
DONE = State("done", "已办结", "已办结", "", is_open=False)
SEND = Move("send", "送出", ("draft",), "sent", "author", "letter.send", "第一条", "letter.sent")
ANSWER = Move("answer", "答复", ("sent",), "done", "reader", "letter.answer", "第二条", "letter.answered")
RETURN = Move("return", "退回", ("sent",), "draft", "reader", "letter.answer", "第三条", "letter.returned")
LETTER = StateTable("letter", "draft", (DRAFT, SENT, DONE), (SEND, ANSWER, RETURN))


def with_states(*states: State) -> StateTable:
    return replace(LETTER, states=states)


def with_moves(*moves: Move) -> StateTable:
    return replace(LETTER, moves=moves)


def test_a_total_table_has_no_faults():
    assert LETTER.faults() == []


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        (with_states(DRAFT, SENT, DONE, SENT), "sent: two states of that code"),
        (with_moves(SEND, ANSWER, RETURN, SEND), "send: two moves of that code"),
        (replace(LETTER, initial="drafted"), "drafted: unknown initial state"),
        (with_moves(SEND, ANSWER, replace(RETURN, target="drafts")), "return: unknown state drafts"),
        (with_moves(SEND, ANSWER, replace(RETURN, sources=("sent", "lost"))), "return: unknown state lost"),
        (with_states(DRAFT, SENT, DONE, replace(DONE, code="lost")), "lost: cannot be reached"),
        (with_moves(SEND), "sent: open, but no move leaves it"),
        (with_moves(SEND, ANSWER, replace(RETURN, sources=("sent", "done"))), "done: final, but a move leaves it"),
        (with_states(DRAFT, SENT, replace(DONE, next_party="reader")), "done: final, but reader is to move"),
        (with_states(replace(DRAFT, next_party="reader"), SENT, DONE), "draft: reader has no move"),
        (with_states(replace(DRAFT, next_party=""), SENT, DONE), "draft:  has no move"),
        (with_states(DRAFT, replace(SENT, public_label=""), DONE), "sent: lacks its wording"),
        (with_states(DRAFT, replace(SENT, label=""), DONE), "sent: lacks its wording"),
        (with_moves(SEND, ANSWER, replace(RETURN, citation="")), "return: lacks its citation"),
        (with_moves(SEND, ANSWER, replace(RETURN, event="")), "return: lacks its event"),
        (with_moves(SEND, ANSWER, replace(RETURN, label="")), "return: lacks its label"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_fault_is_named(table: StateTable, fault: str):
    assert fault in table.faults()


REMIND = Move("remind", "提醒", ("sent",), "", "reader", "letter.answer", "第二条", "letter.reminded")


def test_a_move_without_a_target_stays():
    table = with_moves(SEND, REMIND, ANSWER, RETURN)
    assert table.faults() == []
    assert (REMIND.stays, REMIND.leads_to("sent"), SEND.stays, SEND.leads_to("draft")) == (True, "sent", False, "sent")
    assert table.replay(["send", "remind", "remind", "answer"]) == "done"
    assert table.ways_from("sent") == (ANSWER, RETURN)


def test_a_state_that_is_only_stayed_in_is_left_by_no_move():
    table = with_moves(SEND, REMIND)
    assert "sent: open, but no move leaves it" in table.faults()
    assert "sent: reader has no move" in table.faults()


def test_a_final_state_is_left_only_where_it_says_so():
    again = replace(RETURN, sources=("sent", "done"))
    table = with_moves(SEND, ANSWER, again)
    assert "done: final, but a move leaves it" in table.faults()
    reopening = replace(table, states=(DRAFT, SENT, replace(DONE, may_reopen=True)))
    assert reopening.faults() == []
    assert "done: final, but a move leaves it" in with_moves(SEND, ANSWER, replace(REMIND, sources=("done",))).faults()
    said = "may be opened again, but is not final or no move leaves it"
    assert f"done: {said}" in replace(LETTER, states=(DRAFT, SENT, replace(DONE, may_reopen=True))).faults()
    assert f"sent: {said}" in replace(LETTER, states=(DRAFT, replace(SENT, may_reopen=True), DONE)).faults()


@pytest.mark.parametrize(
    ("state", "move", "reasons"),
    [
        ("draft", "send", ()),
        ("sent", "return", ()),
        ("draft", "answer", ("现在的状态不能这样办理",)),
        ("done", "return", ("现在的状态不能这样办理",)),
        ("nowhere", "send", ("现在的状态不能这样办理",)),
        ("draft", "burn", ("没有这一步骤",)),
    ],
)
def test_only_listed_moves_are_allowed(state: str, move: str, reasons: tuple[str, ...]):
    decision = LETTER.may_move(state=state, move=move)
    assert (decision.allowed, decision.reasons) == (not reasons, reasons)


def test_moves_from_a_state_come_in_the_table_s_order():
    assert [move.code for move in LETTER.moves_from("sent")] == ["answer", "return"]
    assert LETTER.moves_from("done") == ()


def test_states_and_moves_are_found_by_code():
    assert (LETTER.state("sent"), LETTER.move("send")) == (SENT, SEND)
    with pytest.raises(KeyError):
        LETTER.state("lost")
    with pytest.raises(KeyError):
        LETTER.move("burn")


def test_replaying_stops_at_the_first_move_the_table_does_not_allow():
    assert LETTER.replay([]) == "draft"
    assert LETTER.replay(["send", "return", "send", "answer"]) == "done"
    with pytest.raises(ValueError, match="answer is not allowed from draft"):
        LETTER.replay(["send", "return", "answer"])


@st.composite
def tables(draw: st.DrawFn) -> StateTable:
    codes = [f"s{number}" for number in range(draw(st.integers(1, 6)))]
    some = st.lists(st.sampled_from(codes), min_size=1, max_size=3, unique=True)
    moves = [
        Move(f"m{number}", "办", tuple(draw(some)), draw(st.sampled_from(codes)), "who", "", "第一条", "t.moved")
        for number in range(draw(st.integers(0, 8)))
    ]
    states = tuple(State(code, "甲", "乙", "who") for code in codes)
    return StateTable("t", codes[0], states, tuple(moves))


@given(table=tables(), data=st.data())
def test_a_random_valid_walk_replays_to_the_state_it_reached(table: StateTable, data: st.DataObject):
    here, walked = table.initial, []
    for _ in range(data.draw(st.integers(0, 12))):
        ways = table.moves_from(here)
        if not ways:
            break
        move = data.draw(st.sampled_from(ways))
        assert table.may_move(state=here, move=move.code)
        walked.append(move.code)
        here = move.target
    assert table.replay(walked) == here


@given(table=tables())
def test_reachable_is_what_walks_reach(table: StateTable):
    seen, ahead = {table.initial}, [table.initial]
    while ahead:
        found = {move.target for move in table.moves_from(ahead.pop())} - seen
        seen |= found
        ahead += found
    unreached = {fault.partition(":")[0] for fault in table.faults() if fault.endswith("cannot be reached")}
    assert unreached == {state.code for state in table.states} - seen
