"""What time does by itself: clocks change state, and silence has its consequence (R36)."""

from datetime import datetime

from django.db import transaction

from sanhu.domains.casework.models import Clock, ClockPurpose, Matter
from sanhu.domains.casework.rules import MATTER, silence_move
from sanhu.domains.casework.services.clocks import check_clock, due_clocks
from sanhu.domains.casework.services.moves import apply_move
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.engines.actors import SYSTEM
from sanhu.engines.deadlines import ClockState


def tick(*, at: datetime, limit: int = 100) -> int:
    """Check every clock whose moment has come, earliest first, and give how many changed."""
    changed = 0
    for clock in due_clocks(at=at, limit=limit):
        moment = clock.next_check_at
        assert moment is not None, "a due clock has its moment"
        if not check_clock(clock, at=at):
            continue
        changed += 1
        _let_silence_speak(clock, at=at)
    return changed


def _let_silence_speak(clock: Clock, *, at: datetime) -> None:
    """An assignment not signed for within its limit is taken as accepted or as sent back."""
    if clock.purpose != ClockPurpose.SIGNING:
        return
    with transaction.atomic():
        matter = (
            Matter.objects.select_for_update().select_related("lead", "duty__item__version").get(pk=clock.matter_id)
        )
        still_silent = matter.clocks.filter(pk=clock.pk, is_open=True, state=ClockState.OVERDUE).exists()
        if matter.state != "assigned" or not still_silent or matter.lead is None:
            return
        apply_move(matter, MATTER.move(silence_move(SubjectKind(matter.lead.kind))), actor=SYSTEM, at=at)
