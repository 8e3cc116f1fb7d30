"""A closed matter is rated by whoever holds its receipt: once, and once more where that opened it again."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.casework.events import MatterEvent
from sanhu.domains.casework.models import Matter, Rating
from sanhu.domains.casework.parties import RATING_ARTICLE, REOPEN_ARTICLE
from sanhu.domains.casework.queries import reopening_over_before, standing_of
from sanhu.domains.casework.rules import MATTER, UNHAPPY, Satisfaction, may_move
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.casework.services.moves import apply_move, not_before_the_last_step
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.engines.actors import resident
from sanhu.engines.decisions import ALLOWED, Decision, Refused, refuse
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workdays import BeyondCalendar

MOST_WORDS = 2000


def rate(
    *,
    at: datetime,
    client_id: UUID,
    receipt_hash: str,
    satisfaction: Satisfaction,
    words: str,
    reopen: bool = False,
) -> None:
    """Rate the matter a receipt belongs to, and with `reopen` ask for it to be handled again.

    Raises MatterNotFound for a hash that is nobody's, Refused when the matter is not closed, was rated before or may
    not be opened again, requests.ConflictError for a client_id used for something else.
    """
    matter = Matter.objects.filter(receipt_hash=receipt_hash).only("district").first()
    if matter is None:
        raise MatterNotFound
    asked: dict[str, object] = {
        "receipt": receipt_hash,
        "satisfaction": str(satisfaction),
        "words": words,
        "reopen": reopen,
    }
    once = Once(client_id=client_id, actor=resident(matter.district), asked=asked, at=at)
    once.answer(lambda: _rate(once, matter.pk, satisfaction, words, reopen=reopen, at=at))


@transaction.atomic
def _rate(once: Once, key: int, satisfaction: Satisfaction, words: str, *, reopen: bool, at: datetime) -> str:
    matter = Matter.objects.select_for_update().get(pk=key)
    at = not_before_the_last_step(matter, at)
    _check(matter, words)
    if reopen and not (decision := may_reopen(matter, satisfaction, at=at)):
        raise Refused(decision)
    rating = Rating.objects.create(
        matter=matter, round=matter.round, satisfaction=satisfaction, words=words.strip(), at=at
    )
    record(
        event=MatterEvent.RATED,
        actor=once.actor,
        at=at,
        subject=matter.ref,
        district=matter.district,
        rows=[rating],
    )
    if reopen:
        apply_move(matter, MATTER.move("reopen"), actor=once.actor, at=at)
    return once.remember(f"rating:{rating.pk}")


def _check(matter: Matter, words: str) -> None:
    if matter.state != "closed":
        raise Refused(refuse(_("办结以后才能评价"), citations=(RATING_ARTICLE,)))
    if Rating.objects.filter(matter=matter, round=matter.round).exists():
        raise Refused(refuse(_("这件事已经评价过，评价只有一次"), citations=(RATING_ARTICLE,)))
    if len(words) > MOST_WORDS:
        raise Refused(refuse(_("想说的话：不超过 2000 个字"), citations=(RATING_ARTICLE,)))


def may_reopen(matter: Matter, satisfaction: Satisfaction, *, at: datetime) -> Decision:
    """May this rating open the matter again? Once, by an unhappy one, within so many days of the close."""
    decision = may_move(standing=standing_of(matter), move="reopen", actor=resident(matter.district))
    if not decision:
        return decision
    if satisfaction not in UNHAPPY:
        reason = _("评价为不满意或很不满意的，才能要求重新办理")
    elif matter.closed_at is None or matter.closed_at < reopening_over_before(at):
        reason = _("要求重新办理的时间已经过了")
    else:
        return ALLOWED
    return refuse(reason, citations=(REOPEN_ARTICLE,))


def reopen_until(matter: Matter, *, at: datetime) -> date | None:
    """Give the last day on which a rating may open the matter again; None when it may not, or no longer."""
    if matter.state != "closed" or matter.round > 1 or matter.closed_at is None:
        return None
    if matter.closed_at < reopening_over_before(at):
        return None
    last, calendar = (
        legal_day(matter.closed_at) + timedelta(days=settings.SANHU_REOPEN_WITHIN_DAYS),
        working_calendar(at),
    )
    try:
        return last if calendar.is_working(last) else calendar.next_working(last)
    except BeyondCalendar:
        return last
