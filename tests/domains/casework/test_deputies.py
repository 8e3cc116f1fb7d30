"""What a deputy did in somebody's post, neither of the two verifies, closes or approves, in whatever post (代办)."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sanhu.domains.casework.deferring import ASKING, GRANTING, REFUSING
from sanhu.domains.casework.models import Matter, Step
from sanhu.domains.casework.queries import standing_of
from sanhu.domains.casework.rules import HANDLING_MOVES
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.casework.services.moves import MoveRequest, make_move
from sanhu.domains.casework.verification import CHECKS
from sanhu.domains.casework.waiting import waiting_on
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import verify
from sanhu.engines.decisions import Refused
from tests.cast import MONDAY_MORNING, SAID, Cast, carry, move
from tests.deputising import with_deputies
from tests.domains.casework.refusals import refusal_of
from tests.domains.casework.test_who_may import ALLOWED

CHECKING = {"verify", "rework", "close"}
DECIDING = {*GRANTING, *REFUSING}
NOT_OWN = "核查和办结须由承办人以外的人进行，换岗位也不行"
NOT_OWN_WISH = "延期和挂账须由申请人和承办人以外的人批准，换岗位也不行"


def carried_by(cast: Cast, *steps: tuple[str, str]) -> Matter:
    """Carry a matter from its assignment on, by whoever is said to make each move."""
    matter = carry(cast, to="assigned").matter
    at = MONDAY_MORNING + timedelta(hours=1)
    for code, who in steps:
        matter = move(cast, matter.number, code, by=who, at=at)
        at += timedelta(minutes=10)
    return matter


# Who handled, who then verifies, and whether they may. 何代孙 is 何 in the post of 孙.
@pytest.mark.covers("R44")
@pytest.mark.parametrize(
    ("finished_by", "verified_by", "is_allowed"),
    [
        ("孙", "何", True),
        ("孙", "孙代何", False),  # a deputy does not verify for another what they did themselves
        ("何代孙", "何", False),  # what a deputy did they do not verify in their own post
        ("何代孙", "孙代何", False),  # nor does the absent one, in whose post it was done, in any post
        ("何代孙", "徐代何", False),  # nor whoever stands in for the deputy: it would be the deputy's act
        ("孙", "徐代何", True),
        ("徐代孙", "何", True),
        ("徐代孙", "徐代何", False),
        ("徐代孙", "孙代何", False),
        ("徐代孙", "陈", True),
    ],
)
def test_who_verifies_what_a_deputy_did(cast: Cast, finished_by: str, verified_by: str, is_allowed: bool):
    pairs = dict(who.split("代") for who in {finished_by, verified_by} if "代" in who)
    if finished_by == "徐代孙" and verified_by == "徐代何":
        cast = with_deputies(with_deputies(cast, {"徐": "孙"}), {"徐": "何"})
    else:
        cast = with_deputies(cast, pairs)
    matter = carried_by(cast, ("sign", "吴"), ("start", finished_by), ("finish", finished_by))
    at = MONDAY_MORNING + timedelta(hours=3)
    assert (matter in waiting_on(cast.actor(verified_by, at))) is is_allowed
    if not is_allowed:
        assert refusal_of(lambda: move(cast, matter.number, "verify", by=verified_by, at=at)).reasons == (NOT_OWN,)
        return
    assert move(cast, matter.number, "verify", by=verified_by, at=at).state == "verified"
    sequence()
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.parametrize(
    ("asked_by", "granted_by", "is_allowed"),
    [
        ("孙", "高", True),
        ("孙", "徐代高", True),
        ("高代孙", "高", False),
        ("孙", "孙代高", False),
        ("高代孙", "徐代高", False),
        ("何代孙", "高", True),
    ],
)
def test_who_grants_what_a_deputy_asked(cast: Cast, asked_by: str, granted_by: str, is_allowed: bool):
    cast = with_deputies(cast, dict(who.split("代") for who in {asked_by, granted_by} if "代" in who))
    matter = carried_by(cast, ("sign", "吴"), ("start", "吴"), ("ask_extension", asked_by))
    at = MONDAY_MORNING + timedelta(hours=3)
    assert (matter in waiting_on(cast.actor(granted_by, at))) is is_allowed
    if is_allowed:
        assert move(cast, matter.number, "grant_extension", by=granted_by, at=at).state == "in_progress"
        sequence()
        assert verify(checks=CHECKS).findings == ()
    else:
        decision = refusal_of(lambda: move(cast, matter.number, "grant_extension", by=granted_by, at=at))
        assert decision.reasons == (NOT_OWN_WISH,)


def test_a_step_and_its_entry_tell_the_deputy_and_the_post(cast: Cast):
    cast = with_deputies(cast, {"孙": "吴"})
    matter = carried_by(cast, ("sign", "孙代吴"))
    step = matter.steps.get(move="sign")
    assert (step.person, step.post) == (cast["孙"].person, cast["吴"].post)
    assert standing_of(matter).handler_ids == {cast["孙"].person.pk, cast["吴"].person.pk}
    actor = Entry.objects.filter(subject_ref=matter.ref).order_by("-id").values_list("actor_ref", flat=True)[0]
    assert actor.startswith(f"post:{cast['吴'].post.pk}/delegation:")


def test_somebody_s_deputy_put_in_as_verifier_is_found(cast: Cast):
    """Whoever alters the database so that a deputy handled what the absent one verified is found all the same."""
    matter = carry(cast, to="verified").matter
    Step.objects.filter(matter=matter, move="finish").update(post=cast["陈"].post)
    found = {(finding.kind, finding.detail) for finding in verify(checks=CHECKS).findings}
    assert ("own_work_verified", "verify") in found


PEOPLE = ("徐", "吴", "孙", "陈", "何", "高", "何代孙", "孙代何", "高代吴", "吴代高")
MOVES = ("sign", "start", "finish", "rework", "verify", "close", "ask_extension", "grant_extension", "refuse_extension")
SLOW = [HealthCheck.too_slow]
ACTS = st.lists(st.integers(0, 59), min_size=10, max_size=14)
# Who might be in turn in each state, were it not for what they or those behind them did before.
IN_TURN = {
    state: [(who, code) for who in PEOPLE for code in MOVES if code in allowed.get(who.rpartition("代")[2], ())]
    for state, allowed in ALLOWED.items()
}
IN_TURN["in_progress"] += [(who, code) for who in ("高", "吴代高") for code in ("grant_extension", "refuse_extension")]


def persons(step: Step) -> set[int]:
    assert step.person is not None
    assert step.post is not None
    return {step.person.pk, step.post.person_id}


def nobody_approved_their_own(matter: Matter) -> None:
    """Read the steps alone: no check and no decision shares a person with what it was about."""
    handled: set[int] = set()
    asked: set[int] = set()
    for step in matter.steps.select_related("post").order_by("ordinal"):
        if step.move in ASKING:
            asked = persons(step)
        if step.move in HANDLING_MOVES:
            handled |= persons(step)
        elif step.move in CHECKING:
            assert not persons(step) & handled
        elif step.move in DECIDING:
            assert not persons(step) & (handled | asked)


@pytest.mark.covers("R44")
def test_no_approval_is_ever_by_whoever_did_the_thing(cast: Cast):
    """Principals and deputies act as they like; whatever came about, no approval is by one of those behind the act."""
    cast = with_deputies(cast, {"何": "孙", "孙": "何", "高": "吴", "吴": "高"})
    seen: set[str] = set()

    def attempt(matter: Matter, nth: int, at: datetime) -> None:
        turns = IN_TURN[matter.state]
        if not turns:
            return
        who, code = turns[nth % len(turns)]
        request = MoveRequest(move=code, revision=matter.revision, **SAID.get(code, {}))  # type: ignore[arg-type]
        try:
            actor = cast.actor(who, at)
            make_move(actor=actor, at=at, client_id=uuid4(), number=matter.number, request=request)
        except (Refused, MatterNotFound):
            return
        seen.add(code)

    @settings(max_examples=10, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=SLOW)
    @given(acts=ACTS)
    def walk(acts: list[int]) -> None:
        carried = carry(cast, to="assigned" if acts[0] % 2 else "in_progress")
        matter, at = carried.matter, carried.at + timedelta(minutes=1)
        if matter.state == "in_progress":
            move(cast, matter.number, "ask_extension", by="何代孙" if acts[0] % 4 else "孙", at=at)
            matter.refresh_from_db()
        for nth in acts:
            at += timedelta(minutes=1)
            attempt(matter, nth, at)
            matter.refresh_from_db()
        nobody_approved_their_own(matter)

    walk()
    assert {"sign", "start", "finish", "verify", "close", "grant_extension"} <= seen
    sequence()
    assert verify(checks=CHECKS).findings == ()
