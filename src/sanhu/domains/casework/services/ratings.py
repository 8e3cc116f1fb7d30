"""A closed matter is rated once, by whoever holds its receipt."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.casework.events import MatterEvent
from sanhu.domains.casework.models import Matter, Rating
from sanhu.domains.casework.rules import Satisfaction
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.casework.services.once import Once
from sanhu.domains.evidence.record import record
from sanhu.engines.actors import resident
from sanhu.engines.decisions import Refused, refuse

RATING_ARTICLE = _("分类管理办法第十五条")
MOST_WORDS = 2000


def rate(*, at: datetime, client_id: UUID, receipt_hash: str, satisfaction: Satisfaction, words: str) -> None:
    """Rate the matter a receipt belongs to.

    Raises MatterNotFound for a hash that is nobody's, Refused when the matter is not closed or was rated before,
    requests.ConflictError for a client_id used for something else.
    """
    matter = Matter.objects.filter(receipt_hash=receipt_hash).only("district").first()
    if matter is None:
        raise MatterNotFound
    asked: dict[str, object] = {"receipt": receipt_hash, "satisfaction": str(satisfaction), "words": words}
    once = Once(client_id=client_id, actor=resident(matter.district), asked=asked, at=at)
    once.answer(lambda: _rate(once, matter.pk, satisfaction, words, at=at))


@transaction.atomic
def _rate(once: Once, key: int, satisfaction: Satisfaction, words: str, *, at: datetime) -> str:
    matter = Matter.objects.select_for_update().get(pk=key)
    _check(matter, words)
    rating = Rating.objects.create(matter=matter, satisfaction=satisfaction, words=words.strip(), at=at)
    record(
        event=MatterEvent.RATED,
        actor=once.actor,
        at=at,
        subject=matter.ref,
        district=matter.district,
        rows=[rating],
    )
    return once.remember(f"rating:{rating.pk}")


def _check(matter: Matter, words: str) -> None:
    if matter.state != "closed":
        raise Refused(refuse(_("办结以后才能评价"), citations=(RATING_ARTICLE,)))
    if Rating.objects.filter(matter=matter).exists():
        raise Refused(refuse(_("这件事已经评价过，评价只有一次"), citations=(RATING_ARTICLE,)))
    if len(words) > MOST_WORDS:
        raise Refused(refuse(_("想说的话：不超过 2000 个字"), citations=(RATING_ARTICLE,)))
