"""The reporter urges: by the receipt, once the matter is overdue, and once a working day."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.parties import URGE_ARTICLE
from sanhu.domains.casework.queries import standing_of
from sanhu.domains.casework.rules import MATTER, may_move
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.casework.services.moves import apply_move, not_before_the_last_step
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.domains.evidence.once import Once
from sanhu.engines.actors import resident
from sanhu.engines.decisions import ALLOWED, Decision, Refused, refuse
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workdays import BeyondCalendar

_MOVE = "urge_by_reporter"


def urge(*, at: datetime, client_id: UUID, receipt_hash: str) -> None:
    """Urge the matter a receipt belongs to.

    Raises MatterNotFound for a hash that is nobody's, Refused when the matter is not overdue or was urged today,
    requests.ConflictError for a client_id used for something else.
    """
    matter = Matter.objects.filter(receipt_hash=receipt_hash).only("district").first()
    if matter is None:
        raise MatterNotFound
    once = Once(client_id=client_id, actor=resident(matter.district), asked={"urge": receipt_hash}, at=at)
    once.answer(lambda: _urge(once, matter.pk, at=at))


@transaction.atomic
def _urge(once: Once, key: int, *, at: datetime) -> str:
    matter = Matter.objects.select_for_update().get(pk=key)
    at = not_before_the_last_step(matter, at)
    decision = may_urge(matter, at=at)
    if not decision:
        raise Refused(decision)
    step = apply_move(matter, MATTER.move(_MOVE), actor=once.actor, at=at)
    return once.remember(f"step:{step.pk}")


def may_urge(matter: Matter, *, at: datetime) -> Decision:
    """May the reporter urge now? Only what is overdue, and only once a working day."""
    decision = may_move(standing=standing_of(matter), move=_MOVE, actor=resident(matter.district))
    if not decision:
        return decision
    if matter.due_at is None or at < matter.due_at:
        return refuse(_("还没有超过期限，到期没有办好再催办"), citations=(URGE_ARTICLE,))
    last = matter.steps.filter(move=_MOVE).order_by("ordinal").values_list("at", flat=True).last()
    if last is not None and not _is_another_working_day(last, at):
        return refuse(_("今天已经催办过；每个工作日可以催办一次"), citations=(URGE_ARTICLE,))
    return ALLOWED


def _is_another_working_day(last: datetime, at: datetime) -> bool:
    """Tell whether a working day has begun since; past the loaded calendar, whether any day has."""
    before, today = legal_day(last), legal_day(at)
    try:
        return working_calendar(at).count(before, today) > 0
    except BeyondCalendar:
        return today > before
