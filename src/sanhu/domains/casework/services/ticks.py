"""What time does by itself: clocks change state, and silence has its consequence (R36)."""

from datetime import datetime

from django.db import transaction

from sanhu.domains.casework.calendars import KnownCalendars
from sanhu.domains.casework.models import Clock, ClockPurpose, Matter
from sanhu.domains.casework.rules import MATTER, silence_move
from sanhu.domains.casework.services.moves import apply_move
from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.engines.actors import SYSTEM
from sanhu.engines.deadlines import ClockState


def tick(*, at: datetime, limit: int = 100) -> int:
    """Check every clock whose moment has come, earliest first, and give how many changed."""
    calendars = KnownCalendars()
    due = Clock.objects.filter(next_check_at__lte=at).order_by("next_check_at", "id")
    return sum(_turn(clock, calendars, at=at) for clock in due[:limit])


@transaction.atomic
def _turn(seen: Clock, calendars: KnownCalendars, *, at: datetime) -> bool:
    """Move a clock to the state it is in now, and its matter where silence speaks.

    By compare-and-swap behind the matter's lock: a missed or doubled tick changes nothing. Gives False when somebody
    else was faster.
    """
    matter = Matter.objects.select_for_update().get(pk=seen.matter_id)
    clock = Clock.objects.filter(pk=seen.pk, next_check_at=seen.next_check_at).first()
    if clock is None:
        return False
    clock.turn(calendars.of(clock), at=at)
    clock.save(update_fields=["state", "next_check_at"])
    record(
        event=f"clock.{clock.state}",
        actor=SYSTEM,
        at=at,
        subject=matter.ref,
        district=matter.district,
        rows=[clock],
        facts={"purpose": clock.purpose, "due_at": clock.due_at},
    )
    if clock.purpose == ClockPurpose.SIGNING and clock.state == ClockState.OVERDUE:
        _let_silence_speak(matter, at=at)
    return True


def _let_silence_speak(matter: Matter, *, at: datetime) -> None:
    """An assignment not signed for within its limit is taken as accepted or as sent back."""
    if matter.state == "assigned" and matter.lead is not None:
        move = MATTER.move(silence_move(SubjectKind(matter.lead.kind)))
        apply_move(matter, move, actor=SYSTEM, at=at)
