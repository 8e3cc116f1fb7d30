"""What time does to demands by itself: a late record of an emergency lapses, an unanswered notice goes up (R40)."""

from datetime import datetime
from functools import partial

from django.db import transaction

from sanhu.domains.admission.models import Demand
from sanhu.domains.admission.services.incidents import lapse
from sanhu.domains.admission.services.steps import apply, not_before_the_last_step
from sanhu.domains.admission.services.turns import take_turns
from sanhu.domains.admission.tables import DEMAND
from sanhu.engines.actors import SYSTEM
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workdays import BeyondCalendar

_WAITING = ("awaiting_record", "noticed")


def tick(*, at: datetime) -> int:
    """Move every demand whose day has passed, the earliest first, and give how many moved.

    Where the day for an answer would lie past the loaded calendar, the demand waits for the next year's days. What
    could not be done is raised, as an ExceptionGroup, when everything else is.
    """
    late = Demand.objects.filter(is_open=True, due_on__lt=legal_day(at), state__in=_WAITING)
    keys = list(late.order_by("due_on", "pk").values_list("pk", flat=True))
    return take_turns(partial(_turn, pk, at=at) for pk in keys)


def _turn(pk: int, *, at: datetime) -> bool:
    try:
        return _turn_now(pk, at=at)
    except BeyondCalendar:
        return False


@transaction.atomic
def _turn_now(pk: int, *, at: datetime) -> bool:
    """Move one demand behind its lock; gives False when somebody else was faster."""
    demand = Demand.objects.select_for_update().get(pk=pk)
    if demand.state not in _WAITING or demand.due_on is None or demand.due_on >= legal_day(at):
        return False
    at = not_before_the_last_step(demand, at)
    if demand.state == "awaiting_record":
        lapse(demand, at=at)
    else:
        move = DEMAND.move("escalate_unanswered")
        apply(demand, move, actor=SYSTEM, at=at, article=move.citation)
    return True
