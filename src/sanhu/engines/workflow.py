"""State tables as data: what states a room has, whose move is next, and which moves the rules allow.

A table is plain frozen data, so that it can be proven total, replayed, drawn and translated. Labels are message ids in
Chinese; whoever shows them translates them.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from sanhu.engines.decisions import ALLOWED, Decision, refuse


class ClockEffect(StrEnum):
    """What a move does to the running clocks of the object."""

    START_ACCEPTANCE = "start_acceptance"
    ANSWER_ACCEPTANCE = "answer_acceptance"
    START_SIGNING = "start_signing"
    ANSWER_SIGNING = "answer_signing"
    START_HANDLING = "start_handling"
    EXTEND_HANDLING = "extend_handling"
    PAUSE_HANDLING = "pause_handling"
    RESUME_HANDLING = "resume_handling"
    ANSWER_HANDLING = "answer_handling"
    START_REVIEW = "start_review"
    ANSWER_REVIEW = "answer_review"
    START_SUPERVISION = "start_supervision"
    ANSWER_SUPERVISION = "answer_supervision"
    ANSWER_ALL = "answer_all"


@dataclass(frozen=True)
class State:
    """A state: its wording for officials and for the public, and whose move is next (empty when nobody's).

    A final state is left by no move, but for one that says so: what was closed may then be opened again.
    """

    code: str
    label: str
    public_label: str
    next_party: str
    is_open: bool = True
    may_reopen: bool = False


@dataclass(frozen=True)
class Move:
    """A move from one of `sources` to `target`; one without a target leaves the object in the state it is in.

    `party` is who makes it (a role in the room, such as "window" or "lead"), `permission` the power it takes,
    `citation` the article it rests on, `event` its name in the record, `notice` whether the reporter is told.
    `public_label` is what the public reads of a move that changes no state; without one it reads nothing.
    """

    code: str
    label: str
    sources: tuple[str, ...]
    target: str
    party: str
    permission: str
    citation: str
    event: str
    clock: tuple[ClockEffect, ...] = ()
    notice: bool = False
    needs_reason: bool = False
    needs_article: bool = False
    public_label: str = ""

    @property
    def stays(self) -> bool:
        """Tell whether the move leaves the state as it is."""
        return not self.target

    def leads_to(self, source: str) -> str:
        """Give the state the move leads to from one of its sources."""
        return self.target or source


@dataclass(frozen=True)
class StateTable:
    """A room's states and moves; `initial` is where every object starts."""

    name: str
    initial: str
    states: tuple[State, ...]
    moves: tuple[Move, ...]

    def state(self, code: str) -> State:
        """Give the state of that code. Raises KeyError for a code the table does not hold."""
        return self._states[code]

    def move(self, code: str) -> Move:
        """Give the move of that code. Raises KeyError for a code the table does not hold."""
        return self._moves[code]

    def moves_from(self, state: str) -> tuple[Move, ...]:
        """Give the moves a state allows, in the table's order."""
        return tuple(move for move in self.moves if state in move.sources)

    def ways_from(self, state: str) -> tuple[Move, ...]:
        """Give the moves that leave a state, in the table's order."""
        return tuple(move for move in self.moves_from(state) if not move.stays)

    def may_move(self, *, state: str, move: str) -> Decision:
        """Decide whether the table allows the move from that state."""
        if move not in self._moves:
            return refuse("没有这一步骤")
        if state not in self._moves[move].sources:
            return refuse("现在的状态不能这样办理")
        return ALLOWED

    def replay(self, moves: Iterable[str]) -> str:
        """Walk the moves from the initial state and give the state reached.

        Raises ValueError at the first move the table does not allow.
        """
        here = self.initial
        for code in moves:
            if not self.may_move(state=here, move=code):
                raise ValueError(f"{code} is not allowed from {here}")
            here = self.move(code).leads_to(here)
        return here

    def faults(self) -> list[str]:
        """List what is wrong with the table; empty when it is total.

        Every code stands once and is known, every state is reached, an open one is left by a move of the party whose
        move is next and a final one by none, and nothing lacks the words, the article or the event it needs.
        """
        return [*self._doubled(), *self._unknown(), *self._unreached(), *self._stuck(), *self._unsaid()]

    def _doubled(self) -> Iterator[str]:
        for what, codes in (("state", [state.code for state in self.states]), ("move", [m.code for m in self.moves])):
            yield from (f"{code}: two {what}s of that code" for code, times in Counter(codes).items() if times > 1)

    def _unknown(self) -> Iterator[str]:
        if self.initial not in self._states:
            yield f"{self.initial}: unknown initial state"
        for move in self.moves:
            named = (*move.sources, *([] if move.stays else [move.target]))
            yield from (f"{move.code}: unknown state {code}" for code in named if code not in self._states)

    def _unreached(self) -> Iterator[str]:
        reachable = self._reachable()
        yield from (f"{code}: cannot be reached" for code in self._states if code not in reachable)

    def _stuck(self) -> Iterator[str]:
        for state in self.states:
            leaves = self.ways_from(state.code)
            if state.is_open and not leaves:
                yield f"{state.code}: open, but no move leaves it"
            if not state.is_open and self.moves_from(state.code) and not state.may_reopen:
                yield f"{state.code}: final, but a move leaves it"
            if state.may_reopen and (state.is_open or not leaves):
                yield f"{state.code}: may be opened again, but is not final or no move leaves it"
            if not state.is_open and state.next_party:
                yield f"{state.code}: final, but {state.next_party} is to move"
            if state.is_open and not any(move.party == state.next_party for move in leaves):
                yield f"{state.code}: {state.next_party} has no move"

    def _unsaid(self) -> Iterator[str]:
        for state in self.states:
            if not (state.label and state.public_label):
                yield f"{state.code}: lacks its wording"
        for move in self.moves:
            lacking = [name for name in ("label", "party", "citation", "event") if not getattr(move, name)]
            yield from (f"{move.code}: lacks its {name}" for name in lacking)

    @cached_property
    def _states(self) -> Mapping[str, State]:
        return {state.code: state for state in self.states}

    @cached_property
    def _moves(self) -> Mapping[str, Move]:
        return {move.code: move for move in self.moves}

    def _reachable(self) -> frozenset[str]:
        seen = {self.initial}
        queue = deque([self.initial])
        while queue:
            here = queue.popleft()
            for move in self.ways_from(here):
                if move.target not in seen:
                    seen.add(move.target)
                    queue.append(move.target)
        return frozenset(seen)
