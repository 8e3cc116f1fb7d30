"""When days off are announced, running clocks move and say so; answered ones stay as they were."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from sanhu.domains.casework.calendars import KnownCalendars
from sanhu.domains.casework.models import Clock
from sanhu.domains.casework.services.clocks import Moved, recompute_running
from sanhu.domains.casework.services.ticks import tick
from sanhu.domains.casework.verification import CHECKS
from sanhu.domains.catalogue.announcements import CalendarRow
from sanhu.domains.catalogue.models import CalendarSource
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.domains.catalogue.services.calendars import import_calendar
from sanhu.domains.evidence.models import Entry, Notice
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.evidence.verify import verify
from sanhu.engines.actors import SYSTEM, Actor
from sanhu.engines.deadlines import ClockState
from tests.cast import Cast, carry, move
from tests.domains.casework.refusals import refusal_of
from tests.domains.casework.test_clocks import shanghai

OFF, ON = False, True
NOON = shanghai("2026-11-09", "12:00")
TO_PHONE = {"contact_channel": Channel.SMS, "contact_address": "13800990101"}


def announce(days: dict[str, bool], *, at: datetime = NOON, actor: Actor = SYSTEM) -> Sequence[Moved]:
    """Import an announcement and recompute, as the portals do: in one transaction."""
    rows = [CalendarRow(date.fromisoformat(day), is_working) for day, is_working in days.items()]
    with transaction.atomic():
        import_calendar(actor=actor, at=at, title="关于调整放假安排的通知", notice="示范区通知", rows=rows)
        return recompute_running(actor=actor, at=at)


def test_a_day_off_moves_what_runs_and_keeps_the_old_date_beside_the_new(cast: Cast):
    matter = carry(cast, to="assigned", **TO_PHONE).matter  # handling until Monday 16th, signing until Thursday 12th
    before, after = shanghai("2026-11-17", "00:00"), shanghai("2026-11-18", "00:00")
    assert announce({"2026-11-16": OFF}) == [Moved(matter.number, before, after)]
    matter.refresh_from_db()
    due = {clock.purpose: clock.due_on for clock in matter.clocks.all()}
    assert due == {"acceptance": date(2026, 11, 10), "signing": date(2026, 11, 12), "handling": date(2026, 11, 17)}
    assert (matter.due_at, matter.revision) == (after, 3)
    entry = Entry.objects.get(event="clock.recomputed")
    assert json.loads(entry.body)["facts"] == {
        "purpose": "handling",
        "before": "2026-11-16T16:00:00.000000Z",
        "after": "2026-11-17T16:00:00.000000Z",
    }
    assert Notice.objects.latest("id").text.endswith("因放假安排变动，办结期限改为2026-11-17。凭回执码可查看全部经过。")
    assert verify(checks=CHECKS).findings == ()


def test_a_make_up_day_brings_a_date_forward(cast: Cast):
    matter = carry(cast, to="assigned").matter
    announce({"2026-11-14": ON})  # a Saturday
    assert matter.clocks.get(purpose="handling").due_on == date(2026, 11, 14)
    assert verify(checks=CHECKS).findings == ()


def test_recomputing_again_changes_nothing(cast: Cast):
    carry(cast, to="assigned", **TO_PHONE)
    announce({"2026-11-16": OFF})
    counts = Entry.objects.count(), Notice.objects.count()
    for later in (timedelta(), timedelta(hours=1)):
        assert recompute_running(actor=SYSTEM, at=NOON + later) == []
    assert (Entry.objects.count(), Notice.objects.count()) == counts


def test_an_answered_clock_keeps_its_date_and_still_verifies(cast: Cast):
    closed = carry(cast, to="closed").matter
    clocks = {clock.row_ref: clock.witnessed_values() for clock in closed.clocks.all()}
    assert announce({"2026-11-10": OFF, "2026-11-12": OFF}, at=NOON + timedelta(days=1)) == []
    assert {clock.row_ref: clock.witnessed_values() for clock in closed.clocks.all()} == clocks
    assert verify(checks=CHECKS).findings == ()


def test_clocks_of_before_and_after_an_import_at_noon_each_verify_with_their_own_calendar(cast: Cast):
    morning = carry(cast, to="closed", at=shanghai("2026-11-09", "04:00")).matter  # closed at 11:20
    declined = carry(cast, to="declined", at=shanghai("2026-11-09", "08:30")).matter
    open_ = carry(cast, to="accepted", at=shanghai("2026-11-09", "09:00")).matter
    announce({"2026-11-10": OFF})
    afternoon = carry(cast, to="accepted", at=shanghai("2026-11-09", "14:00")).matter
    assert declined.clocks.get().due_on == date(2026, 11, 10)
    assert open_.clocks.get(purpose="handling").due_on == date(2026, 11, 17)
    assert afternoon.clocks.get(purpose="acceptance").due_on == date(2026, 11, 11)
    assert morning.clocks.get(purpose="acceptance").due_on == date(2026, 11, 10)
    assert verify(checks=CHECKS).findings == ()


def test_an_overdue_clock_may_be_in_time_again(cast: Cast):
    matter = carry(cast, to="registered").matter
    late = shanghai("2026-11-11", "00:00")
    tick(at=late)
    announce({"2026-11-10": OFF}, at=late + timedelta(hours=1))
    clock = matter.clocks.get()
    assert (clock.state, clock.next_check_at) == (ClockState.NEAR, shanghai("2026-11-12", "00:00"))
    assert verify(checks=CHECKS).findings == ()


def test_a_tick_after_an_import_turns_by_the_date_that_was_announced(cast: Cast):
    matter = carry(cast, to="assigned").matter
    announce({"2026-11-12": OFF})
    tick(at=shanghai("2026-11-13", "00:00"))
    matter.refresh_from_db()
    assert matter.state == "assigned"
    tick(at=shanghai("2026-11-14", "00:00"))
    matter.refresh_from_db()
    assert matter.state == "signed"
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.covers("X-17")
def test_an_announcement_that_pushes_a_clock_past_the_calendar_is_refused_whole(cast: Cast):
    matter = carry(cast, to="accepted", at=shanghai("2026-12-24")).matter  # Thursday; until Thursday the 31st
    assert matter.clocks.get(purpose="handling").due_on == date(2026, 12, 31)
    decision = refusal_of(lambda: announce({"2026-12-31": OFF}, at=shanghai("2026-12-25")))
    assert decision.code == "X-17"
    assert not CalendarSource.objects.exists()
    assert not Entry.objects.filter(event__in=("clock.recomputed", "calendar.imported")).exists()
    matter.refresh_from_db()
    assert matter.due_at == shanghai("2027-01-01", "00:00")


def test_only_whoever_imports_calendars_moves_clocks(cast: Cast):
    carry(cast, to="assigned")
    assert refusal_of(lambda: announce({"2026-11-16": OFF}, actor=cast.actor("徐"))).reasons == (
        "您的岗位没有这项权限",
    )
    refusal_of(lambda: recompute_running(actor=cast.actor("徐"), at=NOON))
    refusal_of(lambda: recompute_running(actor=cast.resident, at=NOON))
    assert len(announce({"2026-11-16": OFF}, actor=cast.actor("钱"))) == 1
    assert Entry.objects.get(event="clock.recomputed").actor_ref == f"post:{cast['钱'].post.pk}"


def test_a_move_after_an_import_computes_with_it(cast: Cast):
    matter = carry(cast, to="registered").matter
    announce({"2026-11-16": OFF})
    matter = move(cast, matter.number, "accept", by="周", at=NOON)
    assert matter.clocks.get(purpose="handling").due_on == date(2026, 11, 17)


def test_recomputing_reads_the_clocks_page_by_page(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sanhu.domains.casework.services.clocks._PAGE", 4)
    matters = [carry(cast, to="assigned").matter for _ in range(3)]  # six running clocks
    with CaptureQueriesContext(connection) as asked:
        assert recompute_running(actor=SYSTEM, at=NOON) == []
    assert [query["sql"].split()[0] for query in asked.captured_queries if "casework_clock" in query["sql"]] == [
        "SELECT"
    ] * 3
    assert [moved.number for moved in announce({"2026-11-16": OFF})] == [matter.number for matter in matters]


def test_known_calendars_are_those_of_each_moment_and_built_once(db: None):
    import_rows = {"2026-11-10": OFF}, {"2026-11-11": OFF}
    for place, days in enumerate(import_rows):
        announce(days, at=NOON + timedelta(hours=place))
    calendars = KnownCalendars()
    second = timedelta(seconds=1)
    moments = [NOON - second, NOON, NOON + second, NOON + timedelta(hours=1), NOON + timedelta(days=400)]
    with CaptureQueriesContext(connection) as asked:
        found = [calendars.at(moment) for moment in moments * 3]
    assert len(asked) == 3
    assert found == [working_calendar(moment) for moment in moments] * 3
    assert [calendar.is_working(date(2026, 11, 10)) for calendar in found[:5]] == [True, False, False, False, False]
    assert [calendar.is_working(date(2026, 11, 11)) for calendar in found[:5]] == [True, True, True, False, False]
    assert not Clock.objects.exists()


@pytest.mark.parametrize("seconds", [-59, 0, 59])
def test_a_deed_of_the_minute_of_an_import_may_have_seen_it_or_not(cast: Cast, seconds: int):
    """On a busy database the deed that bears the earlier time may be committed later."""
    matter = carry(cast, to="accepted").matter
    clock = matter.clocks.get(purpose="handling")
    imported_at = clock.computed_at + timedelta(seconds=seconds)
    rows = [CalendarRow(date(2026, 11, 16), OFF)]
    with transaction.atomic():
        import_calendar(actor=SYSTEM, at=imported_at, title="通知", notice="通知", rows=rows)
    assert verify(checks=CHECKS).findings == ()
    tick(at=shanghai("2026-11-17", "00:00"))
    clock.refresh_from_db()
    assert (clock.due_on, clock.state) == (date(2026, 11, 16), ClockState.OVERDUE)
    assert verify(checks=CHECKS).findings == ()


def test_an_import_of_another_minute_was_seen_or_not_by_its_time(cast: Cast):
    matter = carry(cast, to="accepted").matter
    clock = matter.clocks.get(purpose="handling")
    rows = [CalendarRow(date(2026, 11, 16), OFF)]
    with transaction.atomic():
        import_calendar(
            actor=SYSTEM, at=clock.computed_at - timedelta(seconds=61), title="通知", notice="通知", rows=rows
        )
    (finding,) = verify(checks=CHECKS).findings
    assert (finding.kind, finding.ref) == ("clock_wrong", clock.row_ref)
