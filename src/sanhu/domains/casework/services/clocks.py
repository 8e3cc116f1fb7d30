"""Starting, answering and checking the clocks of matters."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from sanhu.domains.casework.models import Clock, ClockPurpose, Matter
from sanhu.domains.catalogue.models import Duty
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.domains.evidence.record import record
from sanhu.engines.actors import SYSTEM, Actor
from sanhu.engines.deadlines import ClockKind, FactKind, Roll, Unit
from sanhu.engines.decisions import Refused
from sanhu.engines.workdays import BeyondCalendar, WorkCalendar
from sanhu.engines.workflow import ClockEffect

_STARTS = {
    ClockEffect.START_ACCEPTANCE: ClockPurpose.ACCEPTANCE,
    ClockEffect.START_SIGNING: ClockPurpose.SIGNING,
    ClockEffect.START_HANDLING: ClockPurpose.HANDLING,
}
_ANSWERS = {
    ClockEffect.ANSWER_ACCEPTANCE: ClockPurpose.ACCEPTANCE,
    ClockEffect.ANSWER_SIGNING: ClockPurpose.SIGNING,
    ClockEffect.ANSWER_HANDLING: ClockPurpose.HANDLING,
}


def apply_effects(matter: Matter, effects: Iterable[ClockEffect], *, at: datetime) -> list[Clock]:
    """Start and answer clocks as a move says, and give those that changed, saved.

    A matter's own due date follows the clock that is its reporter's concern: handling once it runs, acceptance before.
    Raises Refused with X-17 when a working-day date lies past the loaded calendar.
    """
    calendar = working_calendar(at)
    changed = []
    for effect in effects:
        if effect in _STARTS:
            changed.append(_start(matter, _STARTS[effect], calendar, at=at))
        elif effect in _ANSWERS:
            changed += _answer(matter, _ANSWERS[effect], calendar, at=at)
    for clock in changed:
        if clock.purpose != ClockPurpose.SIGNING:
            matter.due_at = clock.due_at
    return changed


def _start(matter: Matter, purpose: ClockPurpose, calendar: WorkCalendar, *, at: datetime) -> Clock:
    clock = _new_clock(matter, purpose, at=at)
    clock.add_fact(FactKind.STARTED, at=at)
    _recompute(clock, calendar, at=at)
    clock.save()
    return clock


def _answer(matter: Matter, purpose: ClockPurpose, calendar: WorkCalendar, *, at: datetime) -> list[Clock]:
    running = list(matter.clocks.filter(purpose=purpose, is_open=True))
    for clock in running:
        clock.add_fact(FactKind.ANSWERED, at=at)
        _recompute(clock, calendar, at=at)
        clock.save()
    return running


def _recompute(clock: Clock, calendar: WorkCalendar, *, at: datetime) -> None:
    try:
        clock.recompute(calendar, at=at)
    except BeyondCalendar as beyond:
        raise Refused(beyond.decision) from beyond


def _new_clock(matter: Matter, purpose: ClockPurpose, *, at: datetime) -> Clock:
    clock = Clock(matter=matter, purpose=purpose, facts=[], computed_at=at)
    if purpose is ClockPurpose.HANDLING:
        assert matter.duty is not None, "a duty is chosen before its clock starts"
        return _by_duty(clock, matter.duty)
    days = {
        ClockPurpose.ACCEPTANCE: settings.SANHU_ACCEPT_WITHIN_WORKING_DAYS,
        ClockPurpose.SIGNING: settings.SANHU_SIGN_WITHIN_WORKING_DAYS,
    }[purpose]
    clock.amount, clock.unit, clock.roll = days, Unit.WORKING_DAY, Roll.NONE
    clock.kind = ClockKind.PROMISE if purpose is ClockPurpose.ACCEPTANCE else ClockKind.LOCAL_RULE
    clock.citation = "分类管理办法第八条" if purpose is ClockPurpose.ACCEPTANCE else "分类管理办法第十条"
    return clock


def _by_duty(clock: Clock, duty: Duty) -> Clock:
    clock.amount, clock.unit, clock.roll = duty.clock_amount, duty.clock_unit, duty.clock_roll
    clock.kind, clock.citation = duty.clock_kind, duty.clock_citation
    clock.rule_version = duty.item.version.number
    return clock


def due_clocks(*, at: datetime, limit: int = 100) -> Sequence[Clock]:
    """Clocks whose next moment has come, earliest first."""
    return list(
        Clock.objects.filter(next_check_at__lte=at)
        .order_by("next_check_at", "id")
        .select_related("matter__lead")[:limit]
    )


def check_clock(clock: Clock, *, at: datetime) -> bool:
    """Move a clock to the state it is in now, by compare-and-swap: a missed or doubled tick changes nothing.

    Gives False when somebody else was faster.
    """
    with transaction.atomic():
        seen = clock.next_check_at
        matter = Matter.objects.select_for_update().get(pk=clock.matter_id)
        fresh = Clock.objects.filter(pk=clock.pk, next_check_at=seen).first()
        if fresh is None:
            return False
        fresh.recompute(working_calendar(at), at=at)
        fresh.save()
        record(
            event=f"clock.{fresh.state}",
            actor=SYSTEM,
            at=at,
            subject=matter.ref,
            district=matter.district,
            rows=[fresh],
            facts={"purpose": fresh.purpose, "due_at": fresh.due_at},
        )
    return True


def recompute_running(*, actor: Actor, at: datetime) -> list[tuple[str, datetime | None, datetime | None]]:
    """Recompute every running clock with the calendar as it is now, and give those whose date moved.

    Each moved clock leaves an entry that keeps the old date beside the new one. Recomputing twice changes nothing.
    """
    calendar = working_calendar(at)
    moved = []
    for clock in Clock.objects.filter(is_open=True).select_related("matter").order_by("id"):
        before = clock.due_at
        if clock.deadline(calendar).due_at == before:
            continue
        with transaction.atomic():
            matter = Matter.objects.select_for_update().get(pk=clock.matter_id)
            clock.refresh_from_db()
            clock.recompute(calendar, at=at)
            clock.save()
            if clock.purpose != ClockPurpose.SIGNING:
                matter.due_at = clock.due_at
                matter.save()
            record(
                event="clock.recomputed",
                actor=actor,
                at=at,
                subject=matter.ref,
                district=matter.district,
                rows=[matter, clock],
                facts={"purpose": clock.purpose, "before": before, "after": clock.due_at},
            )
        moved.append((matter.number, before, clock.due_at))
    return moved
