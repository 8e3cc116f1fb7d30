"""Starting and answering the clocks of matters, and computing running ones anew when the calendar changes."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from sanhu.domains.casework.events import MatterEvent
from sanhu.domains.casework.models import Clock, ClockPurpose, Matter
from sanhu.domains.casework.models.clock import REPORTERS_CLOCKS
from sanhu.domains.casework.parties import ACCEPT_ARTICLE, SIGN_ARTICLE, SUSPEND_ARTICLE, URGE_ARTICLE
from sanhu.domains.casework.rules import NOT_PERMITTED
from sanhu.domains.casework.services.notices import tell_new_date
from sanhu.domains.catalogue.models import Duty
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.deadlines import ClockKind, FactKind, Roll, Unit
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.workdays import BeyondCalendar, WorkCalendar
from sanhu.engines.workflow import ClockEffect

_PAGE = 2000

_STARTS = {
    ClockEffect.START_ACCEPTANCE: ClockPurpose.ACCEPTANCE,
    ClockEffect.START_SIGNING: ClockPurpose.SIGNING,
    ClockEffect.START_HANDLING: ClockPurpose.HANDLING,
    ClockEffect.START_REVIEW: ClockPurpose.REVIEW,
    ClockEffect.START_SUPERVISION: ClockPurpose.SUPERVISION,
}
# What happens to which running clocks; None stands for all of them.
_HAPPENS: Mapping[ClockEffect, tuple[FactKind, ClockPurpose | None]] = {
    ClockEffect.ANSWER_ACCEPTANCE: (FactKind.ANSWERED, ClockPurpose.ACCEPTANCE),
    ClockEffect.ANSWER_SIGNING: (FactKind.ANSWERED, ClockPurpose.SIGNING),
    ClockEffect.EXTEND_HANDLING: (FactKind.EXTENDED, ClockPurpose.HANDLING),
    ClockEffect.PAUSE_HANDLING: (FactKind.PAUSED, ClockPurpose.HANDLING),
    ClockEffect.RESUME_HANDLING: (FactKind.RESUMED, ClockPurpose.HANDLING),
    ClockEffect.ANSWER_HANDLING: (FactKind.ANSWERED, ClockPurpose.HANDLING),
    ClockEffect.ANSWER_REVIEW: (FactKind.ANSWERED, ClockPurpose.REVIEW),
    ClockEffect.ANSWER_SUPERVISION: (FactKind.ANSWERED, ClockPurpose.SUPERVISION),
    ClockEffect.ANSWER_ALL: (FactKind.ANSWERED, None),
}


def apply_effects(matter: Matter, effects: Iterable[ClockEffect], *, at: datetime, amount: int = 0) -> list[Clock]:
    """Start, extend, pause, resume and answer clocks as a move says, and give those that changed.

    They are to be saved after their matter. `amount` is an extension's, or a supervisor's limit in working days. A
    matter's own due date follows the clock that is its reporter's concern: handling once it runs, acceptance before.
    Raises Refused with X-17 when a working-day date lies past the loaded calendar.
    """
    wanted = list(effects)
    if not wanted:
        return []
    calendar = working_calendar(at)
    changed: list[Clock] = []
    for effect in wanted:
        if effect in _STARTS:
            changed.append(_started(matter, _STARTS[effect], at=at, amount=amount))
        else:
            changed += _happened(matter, effect, at=at, amount=amount)
    for clock in changed:
        _recompute(clock, calendar, at=at)
        if clock.purpose in REPORTERS_CLOCKS:
            matter.due_at = clock.due_at
    return changed


def _started(matter: Matter, purpose: ClockPurpose, *, at: datetime, amount: int) -> Clock:
    clock = Clock(matter=matter, purpose=purpose, facts=[])
    match purpose:
        case ClockPurpose.ACCEPTANCE:
            _by_promise(clock)
        case ClockPurpose.SIGNING:
            _by_local_rule(clock, settings.SANHU_SIGN_WITHIN_WORKING_DAYS, Unit.WORKING_DAY, SIGN_ARTICLE)
        case ClockPurpose.HANDLING:
            assert matter.duty is not None, "a duty is chosen before its clock starts"
            _by_duty(clock, matter.duty)
        case ClockPurpose.REVIEW:
            _by_local_rule(clock, settings.SANHU_SUSPENSION_REVIEW_DAYS, Unit.NATURAL_DAY, SUSPEND_ARTICLE)
        case ClockPurpose.SUPERVISION:
            _by_local_rule(clock, amount, Unit.WORKING_DAY, URGE_ARTICLE)
    clock.add_fact(FactKind.STARTED, at=at)
    return clock


def _happened(matter: Matter, effect: ClockEffect, *, at: datetime, amount: int) -> list[Clock]:
    kind, purpose = _HAPPENS[effect]
    running = matter.clocks.filter(is_open=True).order_by("pk")
    touched = list(running if purpose is None else running.filter(purpose=purpose))
    for clock in touched:
        clock.add_fact(kind, at=at, amount=amount if kind is FactKind.EXTENDED else 0)
    return touched


def _recompute(clock: Clock, calendar: WorkCalendar, *, at: datetime) -> None:
    try:
        clock.recompute(calendar, at=at)
    except BeyondCalendar as beyond:
        raise Refused(beyond.decision) from beyond


def _by_promise(clock: Clock) -> None:
    clock.amount, clock.unit, clock.roll = settings.SANHU_ACCEPT_WITHIN_WORKING_DAYS, Unit.WORKING_DAY, Roll.NONE
    clock.kind, clock.citation = ClockKind.PROMISE, ACCEPT_ARTICLE


def _by_local_rule(clock: Clock, amount: int, unit: Unit, article: str) -> None:
    clock.amount, clock.unit, clock.roll = amount, unit, Roll.NONE
    clock.kind, clock.citation = ClockKind.LOCAL_RULE, article


def _by_duty(clock: Clock, duty: Duty) -> None:
    clock.amount, clock.unit, clock.roll = duty.clock_amount, duty.clock_unit, duty.clock_roll
    clock.kind, clock.citation = duty.clock_kind, duty.clock_citation
    clock.rule_version = duty.item.version.number


class Moved(NamedTuple):
    """A clock whose date moved: its matter's number, and the date before and after."""

    number: str
    before: datetime | None
    after: datetime | None


@transaction.atomic
def recompute_running(*, actor: Actor, at: datetime) -> list[Moved]:
    """Compute every running clock with the calendar as it is now, and give those whose date moved.

    Call it in the transaction that imports an announcement: where a date would lie past the loaded calendar it raises
    Refused with X-17, and then nothing may have been imported. Each moved clock leaves an entry with the old date
    beside the new one. Recomputing twice changes nothing.
    """
    if actor.kind is not ActorKind.SYSTEM and not actor.may(Permission.CALENDAR_IMPORT):
        raise Refused(refuse(NOT_PERMITTED))
    calendar = working_calendar(at)
    return [_move(clock, calendar, actor=actor, at=at) for clock in _that_move(calendar)]


def _that_move(calendar: WorkCalendar) -> Iterator[Clock]:
    """Give the running clocks whose date the calendar moves, each with its matter locked."""
    keys = [clock.pk for clock in _running() if _due_at(clock, calendar) != clock.due_at]
    for key in keys:
        clock = Clock.objects.get(pk=key)
        clock.matter = Matter.objects.select_for_update().get(pk=clock.matter_id)
        # Whoever held the matter may have answered the clock meanwhile.
        clock.refresh_from_db(fields=["facts", "is_open", "due_at"])
        if clock.is_open and _due_at(clock, calendar) != clock.due_at:
            yield clock


def _running() -> Iterator[Clock]:
    # Not by iterator(): a refusal would leave PostgreSQL's cursor to be closed later, in somebody else's transaction.
    running = Clock.objects.filter(is_open=True).order_by("pk")
    page = list(running[:_PAGE])
    while page:
        yield from page
        page = list(running.filter(pk__gt=page[-1].pk)[:_PAGE])


def _due_at(clock: Clock, calendar: WorkCalendar) -> datetime | None:
    try:
        return clock.deadline(calendar).due_at
    except BeyondCalendar as beyond:
        raise Refused(beyond.decision) from beyond


def _move(clock: Clock, calendar: WorkCalendar, *, actor: Actor, at: datetime) -> Moved:
    matter, before = clock.matter, clock.due_at
    _recompute(clock, calendar, at=at)
    clock.save()
    if clock.purpose in REPORTERS_CLOCKS:
        matter.due_at = clock.due_at
        matter.save(update_fields=["due_at"])
        tell_new_date(matter, clock, at=at)
    record(
        event=MatterEvent.CLOCK_RECOMPUTED,
        actor=actor,
        at=at,
        subject=matter.ref,
        district=matter.district,
        rows=[matter, clock],
        facts={"purpose": clock.purpose, "before": before, "after": clock.due_at},
    )
    return Moved(matter.number, before, clock.due_at)
