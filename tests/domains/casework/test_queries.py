"""What one may see, what waits on whom, and what the public is shown; each in few statements."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.queries import (
    changed_since,
    matter_for,
    open_count,
    public_matter,
    public_matters,
    standing_of,
    visible_to,
)
from sanhu.domains.casework.rules import MATTER, may_move
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.casework.services.ticks import tick
from sanhu.domains.casework.waiting import waiting_on
from sanhu.domains.subjects.permissions import Permission
from tests.cast import COMMUNITY_OF_OTHER_STREET, OTHER_COMMUNITY, Cast, carry, move, report_matter

STATES = [state.code for state in MATTER.states]


@pytest.fixture
def one_of_each(cast: Cast) -> dict[str, Matter]:
    """Give a matter in every state."""
    return {state: carry(cast, to=state).matter for state in STATES}


def test_area_powers_reach_their_areas_and_a_lead_sees_its_own(cast: Cast):
    here = carry(cast, to="registered").matter
    next_door = carry(cast, to="registered", area_code=OTHER_COMMUNITY, cell_code="").matter
    other_street = carry(cast, to="registered", area_code=COMMUNITY_OF_OTHER_STREET, cell_code="").matter
    given = carry(cast, to="assigned").matter
    seen = {who: set(visible_to(cast.actor(who))) for who in "周徐陈何高吴孙马钱冯沈郑"}
    assert seen == {
        "周": {here, next_door, given},
        "徐": {here, next_door, given},
        "何": {here, next_door, given},
        "高": {here, next_door, other_street, given},
        "陈": {here, given},
        "吴": {given},
        "孙": {given},
        **{who: set() for who in "马钱冯沈郑"},
    }
    assert other_street not in seen["周"]


def test_without_the_power_to_view_nothing_is_seen(cast: Cast):
    carry(cast, to="assigned")
    for who in "周吴":
        actor = cast.actor(who)
        blind = replace(actor, permissions=actor.permissions - {Permission.MATTER_VIEW})
        assert not visible_to(blind).exists()


def test_one_matter_is_given_or_not_found(cast: Cast):
    matter = carry(cast, to="assigned").matter
    assert matter_for(cast.actor("吴"), matter.number) == matter
    for who, number in (("马", matter.number), ("郑", matter.number), ("吴", "99010120261109000999"), ("吴", "")):
        with pytest.raises(MatterNotFound):
            matter_for(cast.actor(who), number)


# Moves nobody has to make.
UNASKED = {
    "ask_extension", "ask_suspension", "merge", "urge", "supervise", "resume", "call_up", "keep_suspended",
}  # fmt: skip


def test_what_waits_on_somebody_is_where_they_may_make_the_next_move(cast: Cast, one_of_each: dict[str, Matter]):
    standings = {matter: standing_of(matter) for matter in one_of_each.values()}
    awaited = [step.code for step in MATTER.moves if step.code not in UNASKED]
    for who in "周徐吴孙陈何马高郑":
        actor = cast.actor(who)
        theirs = {
            matter
            for matter, standing in standings.items()
            if any(may_move(standing=standing, move=code, actor=actor) for code in awaited)
        } | ({one_of_each["merged"].merged_into} if who == "周" else set())
        assert set(waiting_on(actor)) == theirs, who


def test_what_waits_is_what_one_expects(cast: Cast, one_of_each: dict[str, Matter]):
    found = {who: {matter.state for matter in waiting_on(cast.actor(who))} for who in "周徐吴孙陈何马高郑"}
    assert found == {
        "周": {"registered"},
        "徐": {"accepted", "returned", "reopened"},
        "高": {"accepted", "returned", "reopened", "verified"},
        "吴": {"assigned", "signed", "in_progress"},
        "孙": {"signed", "in_progress"},
        "陈": {"done"},
        "何": {"done", "verified"},
        "马": set(),
        "郑": set(),
    }


def test_nothing_waits_on_a_resident(cast: Cast, one_of_each: dict[str, Matter]):
    assert not waiting_on(cast.resident).exists()


def test_a_handler_is_not_asked_to_verify_their_own_work(cast: Cast):
    matter = carry(cast, to="done").matter
    both = replace(cast.actor("孙"), permissions=cast.actor("孙").permissions | {Permission.MATTER_VERIFY})
    assert matter not in set(waiting_on(both))
    assert matter in set(waiting_on(replace(both, person_id=cast["周"].person.pk)))


def test_a_request_waits_on_whoever_may_decide_it_and_on_no_handler(cast: Cast):
    extending, suspending = (carry(cast, to="in_progress").matter for _ in range(2))
    move(cast, extending.number, "ask_extension", by="孙")
    move(cast, suspending.number, "ask_suspension", by="孙")
    assert set(waiting_on(cast.actor("徐"))) == {extending}
    assert set(waiting_on(cast.actor("高"))) == {extending, suspending}
    handler = replace(cast.actor("高"), person_id=cast["吴"].person.pk)
    assert not waiting_on(handler).exists()
    move(cast, extending.number, "refuse_extension", by="徐")
    assert not waiting_on(cast.actor("徐")).exists()


def test_a_suspended_matter_waits_on_dispatch_once_its_review_comes_due(cast: Cast):
    suspended = carry(cast, to="suspended")
    assert not waiting_on(cast.actor("徐")).exists()
    tick(at=suspended.at + timedelta(days=31))
    assert set(waiting_on(cast.actor("徐"))) == {suspended.matter}
    move(cast, suspended.matter.number, "keep_suspended", by="徐", at=suspended.at + timedelta(days=31))
    assert not waiting_on(cast.actor("徐")).exists()


def test_a_supervised_matter_waits_on_its_lead_whatever_its_state(cast: Cast):
    matter = carry(cast, to="in_progress").matter
    for code, who in (("supervise", "高"), ("finish", "孙")):
        move(cast, matter.number, code, by=who)
    assert set(waiting_on(cast.actor("孙"))) == {matter}
    move(cast, matter.number, "answer_supervision", by="吴")
    assert not waiting_on(cast.actor("孙")).exists()


def test_what_is_due_first_comes_first(cast: Cast, at: datetime):
    days = [3, 0, 2, 1]
    matters = [carry(cast, to="registered", at=at + timedelta(days=day)).matter for day in days]
    waiting = list(waiting_on(cast.actor("周")))
    assert waiting == [matters[days.index(day)] for day in range(4)]


def test_lists_cost_one_statement_however_long(cast: Cast, one_of_each: dict[str, Matter]):
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            for matter in waiting_on(cast.actor("何")):
                assert matter.item.name
                assert matter.lead.name
                assert matter.duty.part
            for matter in public_matters("990101"):
                assert matter.item.name
        counts.append(len(asked))
        carry(cast, to="done")
    assert counts[0] == counts[1]


def test_handlers_are_whoever_signed_started_or_finished(cast: Cast):
    assert standing_of(carry(cast, to="assigned").matter).handler_ids == frozenset()
    closed = carry(cast, to="closed").matter
    assert standing_of(closed).handler_ids == {cast["吴"].person.pk, cast["孙"].person.pk}


def test_what_changed_since_a_revision_comes_in_order(cast: Cast):
    matter = carry(cast, to="signed").matter
    assert [step.move for step in changed_since(matter, 2)] == ["assign", "sign"]
    assert changed_since(matter, 4) == []


# --- the public


def accepted_as(cast: Cast, item: str, at: datetime) -> Matter:
    number = report_matter(cast, at=at).number
    return move(cast, number, "accept", by="周", at=at, duty_id=cast.duties[item].pk)


def test_the_public_sees_public_items_of_accepted_matters_newest_first(cast: Cast, at: datetime):
    hour = timedelta(hours=1)
    first, second = accepted_as(cast, "K1-06", at), accepted_as(cast, "K3-07", at + hour)
    hidden = [accepted_as(cast, item, at) for item in ("K1-13", "K2-01")]  # never; receipt only
    unlisted = [carry(cast, to=state, at=at).matter for state in ("registered", "declined")]
    assert list(public_matters("990101")) == [second, first]
    assert list(public_matters("990102")) == []
    assert public_matter("990101", first.number) == first
    for matter in (*hidden, *unlisted):
        with pytest.raises(MatterNotFound):
            public_matter("990101", matter.number)
    with pytest.raises(MatterNotFound):
        public_matter("990102", first.number)


def test_the_front_page_counts_in_two_statements(cast: Cast, one_of_each: dict[str, Matter], at: datetime):
    with CaptureQueriesContext(connection) as asked:
        assert open_count("990101", at) == {"open": 11, "overdue": 0, "closed": 1}
    assert len(asked) == 2
    assert open_count("990101", at + timedelta(days=8)) == {"open": 11, "overdue": 10, "closed": 1}
    assert open_count("990102", at) == {"open": 0, "overdue": 0, "closed": 0}
