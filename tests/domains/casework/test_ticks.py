"""What time does by itself: clocks turn near and overdue, each once; silence is taken as the Measure says (R36)."""

import json
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanhu.domains.casework.models import Clock, Matter
from sanhu.domains.casework.rules import silence_move
from sanhu.domains.casework.services.ticks import tick
from sanhu.domains.casework.verification import CHECKS
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.verify import verify
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.engines.deadlines import ClockState
from tests.cast import Cast, carry, move
from tests.domains.casework.test_clocks import shanghai

MINUTE = timedelta(minutes=1)


def turns(matter: Matter) -> list[tuple[str, str]]:
    """List what the record says the matter's clocks did by themselves."""
    entries = Entry.objects.filter(subject_ref=matter.ref, event__startswith="clock.").order_by("id")
    return [(entry.event, json.loads(entry.body)["facts"]["purpose"]) for entry in entries]


def test_a_clock_turns_near_and_then_overdue_each_once_however_often_it_is_looked_at(cast: Cast):
    matter = carry(cast, to="registered").matter  # to be accepted by Tuesday 2026-11-10
    near, late = shanghai("2026-11-10", "00:00"), shanghai("2026-11-11", "00:00")
    clock = Clock.objects.get(matter=matter)
    for at, changed, state in (
        (near - MINUTE, 0, ClockState.ON_TIME),
        (near, 1, ClockState.NEAR),
        (near, 0, ClockState.NEAR),
        (late - MINUTE, 0, ClockState.NEAR),
        (late, 1, ClockState.OVERDUE),
        (late + timedelta(days=9), 0, ClockState.OVERDUE),
    ):
        assert tick(at=at) == changed
        clock.refresh_from_db()
        assert clock.state == state
    assert turns(matter) == [("clock.near", "acceptance"), ("clock.overdue", "acceptance")]
    assert clock.next_check_at is None
    assert verify(checks=CHECKS).findings == ()


def test_a_missed_tick_changes_nothing_but_the_hour(cast: Cast):
    matter = carry(cast, to="registered").matter
    assert tick(at=shanghai("2026-11-12")) == 1
    assert turns(matter) == [("clock.overdue", "acceptance")]
    assert tick(at=shanghai("2026-11-12")) == 0


def test_an_answered_clock_is_not_looked_at(cast: Cast):
    matter = carry(cast, to="declined").matter
    assert tick(at=shanghai("2026-11-30")) == 0
    assert turns(matter) == []


def test_the_earliest_come_first_and_the_rest_next_time(cast: Cast):
    tuesday = shanghai("2026-11-10")
    later = carry(cast, to="registered", at=tuesday).matter
    earlier = carry(cast, to="registered", at=tuesday - timedelta(days=1)).matter
    at = shanghai("2026-11-13")
    assert tick(at=at, limit=1) == 1
    assert (len(turns(earlier)), len(turns(later))) == (1, 0)
    assert tick(at=at, limit=1) == 1
    assert (len(turns(earlier)), len(turns(later))) == (1, 1)
    assert tick(at=at, limit=1) == 0


def test_a_turn_moves_no_date(cast: Cast):
    matter = carry(cast, to="accepted").matter
    before = matter.clocks.get(purpose="handling")
    tick(at=shanghai("2026-11-17", "00:00"))
    after = matter.clocks.get(purpose="handling")
    assert (after.due_at, after.due_on, after.computed_at) == (before.due_at, before.due_on, before.computed_at)
    matter.refresh_from_db()
    assert (matter.state, matter.revision, matter.due_at) == ("accepted", 2, before.due_at)


def test_an_empty_round_costs_two_statements(cast: Cast, at: datetime):
    carry(cast, to="assigned")
    with CaptureQueriesContext(connection) as asked:
        assert tick(at=at) == 0
    assert len(asked) == 2


# --- silence


def given_to(cast: Cast, item: str, lead: str) -> Matter:
    matter = carry(cast, to="registered").matter
    move(cast, matter.number, "accept", by="周", duty_id=cast.duties[item].pk)
    return move(cast, matter.number, "assign", by="徐", lead_id=cast.bodies[lead].pk)


SILENT = [
    ("K1-06", "区城市管理局", "signed", "lapse_into_signed", "matter.deemed_signed"),
    ("K1-02", "和平街道办事处", "signed", "lapse_into_signed", "matter.deemed_signed"),
    ("K5-04", "翠园社区居民委员会", "returned", "lapse_into_returned", "matter.deemed_returned"),
    ("K3-07", "安居物业服务有限公司", "returned", "lapse_into_returned", "matter.deemed_returned"),
]


@pytest.mark.covers("R36")
@pytest.mark.parametrize(("item", "lead", "state", "code", "event"), SILENT, ids=[row[1] for row in SILENT])
def test_silence_past_three_working_days_is_taken_as_the_measure_says(
    cast: Cast, item: str, lead: str, state: str, code: str, event: str
):
    matter = given_to(cast, item, lead)  # Monday; to be signed for by Thursday 2026-11-12
    midnight = shanghai("2026-11-13", "00:00")
    tick(at=midnight - MINUTE)
    matter.refresh_from_db()
    assert matter.state == "assigned"
    tick(at=midnight)
    matter.refresh_from_db()
    assert (matter.state, matter.revision) == (state, 4)
    step = matter.steps.get(ordinal=4)
    assert (step.move, step.person, step.post, step.organisation, step.at) == (code, None, None, None, midnight)
    assert step.article == "分类管理办法第十条"
    clock = matter.clocks.get(purpose="signing")
    assert (clock.is_open, clock.state) == (False, ClockState.ANSWERED_LATE)
    entries = Entry.objects.filter(subject_ref=matter.ref, at=midnight, actor_ref="system").order_by("id")
    assert [entry.event for entry in entries if "signing" in entry.body or entry.event == event] == [
        "clock.overdue",
        event,
    ]
    assert tick(at=midnight + MINUTE) == 0
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.covers("R36")
def test_whoever_signed_in_time_is_not_silent(cast: Cast):
    matter = given_to(cast, "K5-04", "翠园社区居民委员会")
    move(cast, matter.number, "sign", by="陈", at=shanghai("2026-11-12", "23:59"))
    tick(at=shanghai("2026-11-13", "00:00"))
    matter.refresh_from_db()
    assert matter.state == "signed"
    assert matter.clocks.get(purpose="signing").state == ClockState.ANSWERED_ON_TIME


def test_after_silence_the_matter_goes_on(cast: Cast):
    firm = given_to(cast, "K3-07", "安居物业服务有限公司")
    bureau = given_to(cast, "K1-06", "区城市管理局")
    at = shanghai("2026-11-13", "00:00")
    tick(at=at)
    assert move(cast, bureau.number, "start", by="孙", at=at).state == "in_progress"
    again = move(cast, firm.number, "assign", by="徐", at=at, lead_id=cast.bodies["安居物业服务有限公司"].pk)
    assert again.clocks.get(purpose="signing", is_open=True).due_on == date(
        2026, 11, 18
    )  # from Friday: Monday, Tuesday, Wednesday
    tick(at=shanghai("2026-11-19", "00:00"))
    again.refresh_from_db()
    assert again.state == "returned"


def test_every_kind_of_body_has_its_silence():
    signed = {kind for kind in SubjectKind if silence_move(kind) == "lapse_into_signed"}
    assert SubjectKind.RESIDENTS_COMMITTEE not in signed
    assert {SubjectKind.FUNCTIONAL_DEPARTMENT, SubjectKind.SUBDISTRICT_OFFICE, SubjectKind.PUBLIC_SECURITY} < signed
    assert {silence_move(kind) for kind in set(SubjectKind) - signed} == {"lapse_into_returned"}
