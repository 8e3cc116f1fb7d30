"""Several people, now and then out of turn, and time going by: whatever they try, what must hold holds."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanhu.domains.casework.deferring import GRANTING, REFUSING
from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.queries import standing_of, visible_to
from sanhu.domains.casework.rules import HANDLING_MOVES, MATTER, may_move
from sanhu.domains.casework.services.errors import MatterNotFound, StaleForm
from sanhu.domains.casework.services.moves import MoveRequest, make_move
from sanhu.domains.casework.services.ticks import tick
from sanhu.domains.casework.verification import CHECKS
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import verify
from sanhu.engines.actors import Actor
from sanhu.engines.deadlines import FactKind
from sanhu.engines.decisions import Refused
from tests.cast import LEAD, MONDAY_MORNING, Cast, carry, report_matter
from tests.domains.casework.test_who_may import ALLOWED

MOVES = [move.code for move in MATTER.moves]
PEOPLE = "周徐吴孙陈何马高郑"
# Beyond what the rules ask of the state, an extension is asked for in time, and once; and a matter is brought under
# another duty than the one it is under.
MAY_STILL_BE_REFUSED = {"ask_extension", "reclassify"}
IN_TURN = {
    state: sorted((who, code) for who, codes in allowed.items() if who in PEOPLE for code in codes)
    for state, allowed in ALLOWED.items()
}

# Somebody in their turn (the n-th of those who may), or anybody with anything; sometimes with words missing, a stale
# form, or the last form again; and the minutes that go by before.
WHO = st.one_of(st.integers(0, 3), st.tuples(st.sampled_from(PEOPLE), st.sampled_from(MOVES)))
SLIPS = st.sampled_from(["", "", "", "wordless", "stale", "again"])
ATTEMPTS = st.lists(st.tuples(WHO, SLIPS, st.sampled_from([0, 1, 600, 3 * 24 * 60])), min_size=3, max_size=9)


@dataclass
class Walk:
    """One matter and what has been asked about it."""

    cast: Cast
    actors: dict[str, Actor]
    number: str
    at: datetime = MONDAY_MORNING
    main: str = ""
    asked: list[tuple[str, UUID, MoveRequest]] = field(default_factory=list)

    @property
    def matter(self) -> Matter:
        return Matter.objects.get(number=self.number)

    def attempt(self, who: str, code: str, slip: str) -> None:
        if slip == "again" and self.asked:
            who, client_id, request = self.asked[-1]
        else:
            client_id, request = uuid4(), self.request(code, slip)
        before, entries = self.matter, Entry.objects.filter(subject_ref=self.matter.ref).count()
        is_seen = visible_to(self.actors[who]).filter(pk=before.pk).exists()
        may = may_move(standing=standing_of(before), move=request.move, actor=self.actors[who])
        no = self.answer(who, client_id, request)
        if no is None:
            is_new = self.matter.revision == before.revision + 1
            assert is_seen
            assert is_new or (slip == "again" and self.matter.revision == before.revision)
            assert may or not is_new
            self.asked.append((who, client_id, request))
        else:
            assert isinstance(no, MatterNotFound) == (not is_seen)
            assert not (may and slip == "") or request.move in MAY_STILL_BE_REFUSED
            assert self.matter.witnessed_values() == before.witnessed_values()
            assert Entry.objects.filter(subject_ref=before.ref).count() == entries

    def answer(self, who: str, client_id: UUID, request: MoveRequest) -> Exception | None:
        actor = self.actors[who]
        try:
            make_move(actor=actor, at=self.at, client_id=client_id, number=self.number, request=request)
        except (Refused, StaleForm, MatterNotFound, ConflictError) as no:
            return no
        return None

    def request(self, code: str, slip: str) -> MoveRequest:
        words = "" if slip == "wordless" else "第一条"
        return MoveRequest(
            move=code,
            revision=self.matter.revision - (slip == "stale"),
            reason=words,
            article=words,
            duty_id=self.cast.duties["K1-06"].pk,
            lead_id=self.cast.bodies[LEAD].pk,
            amount=2,
            cause="season",
            public_words="天气原因",
            into=self.main,
        )

    def time_goes_by(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)
        tick(at=self.at)

    def check(self) -> None:
        matter = self.matter
        steps = list(matter.steps.order_by("ordinal"))
        assert MATTER.replay(step.move for step in steps[1:]) == matter.state
        assert [step.ordinal for step in steps] == list(range(1, matter.revision + 1))
        assert [step.at for step in steps] == sorted(step.at for step in steps)
        assert matter.is_open == MATTER.state(matter.state).is_open == (matter.closed_at is None)
        running = [clock.purpose for clock in matter.clocks.filter(is_open=True)]
        assert len(running) == len(set(running))
        assert ("handling" in running) == (matter.is_open and matter.state != "registered")
        assert ("signing" in running) == (matter.state == "assigned")
        assert ("acceptance" in running) == (matter.state == "registered")
        assert ("review" in running) == (matter.state == "suspended")
        assert (matter.due_at is None) == (matter.state == "suspended")
        for clock in matter.clocks.all():
            assert clock.is_open == (clock.fact_list[-1].kind is not FactKind.ANSWERED)
        handlers: set[int | None] = set()
        for step in steps:
            if step.move in HANDLING_MOVES:
                handlers.add(step.person_id)
            elif step.move in {"verify", "rework", "close", *GRANTING, *REFUSING}:
                assert step.person_id not in handlers


@pytest.mark.parametrize("start", ALLOWED)
def test_whatever_people_try_what_must_hold_holds(cast: Cast, start: str):
    actors = {who: cast.actor(who) for who in PEOPLE}

    @settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
    @given(attempts=ATTEMPTS)
    def walk(attempts: list[tuple[int | tuple[str, str], str, int]]) -> None:
        carried = carry(cast, to=start)
        other = report_matter(cast).number
        way = Walk(cast, actors, carried.matter.number, carried.at, other)
        for who, slip, minutes in attempts:
            way.time_goes_by(minutes)
            turns = IN_TURN[way.matter.state] or [("周", "accept")]
            way.attempt(*(turns[who % len(turns)] if isinstance(who, int) else who), slip)
            way.check()
        for check in CHECKS:
            assert list(check()) == []

    walk()
    sequence()
    assert verify(checks=CHECKS).findings == ()


def test_every_state_is_reached_by_people_in_their_turn(cast: Cast):
    """The random walks seldom come to the end; this one goes there, with slips on the way."""
    way = Walk(cast, {who: cast.actor(who) for who in PEOPLE}, report_matter(cast).number)
    reached = {"registered"}
    for who, code in [
        ("周", "accept"), ("徐", "assign"), ("吴", "send_back"), ("徐", "assign"), ("吴", "sign"), ("孙", "start"),
        ("孙", "finish"), ("陈", "rework"), ("孙", "finish"), ("陈", "verify"), ("何", "close"),
    ]:  # fmt: skip
        for other in PEOPLE:
            if other != who and not (other in "吴孙" and who in "吴孙") and not (other in "陈何" and who in "陈何"):
                way.attempt(other, code, "")
        for slip in ("stale", "", "again"):
            way.attempt(who, code, slip)
            way.check()
        reached.add(way.matter.state)
    assert reached == {state.code for state in MATTER.states} - {"declined", "suspended", "merged", "reopened"}
    assert verify(checks=CHECKS).findings == ()
