"""What a reporter adds to an open matter afterwards: further words and photos, by the receipt, so many times."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.casework.events import MatterEvent
from sanhu.domains.casework.models import Matter, Supplement
from sanhu.domains.casework.parties import ACCEPT_ARTICLE
from sanhu.domains.casework.search.entries import index
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.casework.services.moves import not_before_the_last_step
from sanhu.domains.casework.services.publishing import queue_supplement
from sanhu.domains.evidence.attachments import adopt
from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.engines.actors import resident
from sanhu.engines.decisions import ALLOWED, Decision, Refused, refuse

MOST_WORDS = 2000


@dataclass(frozen=True)
class Addition:
    """What is added. `photos` are the hashes of the photos kept under the request's client_id."""

    words: str = ""
    photos: tuple[str, ...] = ()


def supplement(*, at: datetime, client_id: UUID, receipt_hash: str, addition: Addition) -> None:
    """Add to the matter a receipt belongs to.

    Raises MatterNotFound for a hash that is nobody's, Refused when the matter is not open, when enough was added or the
    addition says nothing or too much, requests.ConflictError for a client_id used for something else.
    """
    matter = Matter.objects.filter(receipt_hash=receipt_hash).only("district").first()
    if matter is None:
        raise MatterNotFound
    asked: dict[str, object] = {
        "supplement": receipt_hash,
        "words": addition.words,
        "photos": sorted(addition.photos),
    }
    once = Once(client_id=client_id, actor=resident(matter.district), asked=asked, at=at)
    once.answer(lambda: _supplement(once, matter.pk, addition, at=at))


@transaction.atomic
def _supplement(once: Once, key: int, addition: Addition, *, at: datetime) -> str:
    matter = Matter.objects.select_for_update().get(pk=key)
    at = not_before_the_last_step(matter, at)
    for decision in (may_supplement(matter), _says_something(addition)):
        if not decision:
            raise Refused(decision)
    added = Supplement.objects.create(
        matter=matter, ordinal=matter.supplements.count() + 1, words=addition.words.strip(), at=at
    )
    index(matter)
    photos = adopt(draft_id=once.client_id, owner_ref=added.ref, at=at) if addition.photos else []
    record(
        event=MatterEvent.SUPPLEMENTED,
        actor=once.actor,
        at=at,
        subject=matter.ref,
        district=matter.district,
        rows=[added, *photos, *queue_supplement(added, at=at)],
    )
    return once.remember(added.ref)


def may_supplement(matter: Matter) -> Decision:
    """May something be added now? To what is open, and so many times."""
    if not matter.is_open:
        return refuse(_("这件事已经结束，不能再补充；有新的情况，请再反映一次"), citations=(ACCEPT_ARTICLE,))
    if matter.supplements.count() >= settings.SANHU_SUPPLEMENTS_MOST:
        return refuse(_("补充的次数已经用完；要紧的情况，请到街道窗口说明"), citations=(ACCEPT_ARTICLE,))
    return ALLOWED


def _says_something(addition: Addition) -> Decision:
    if not (addition.words.strip() or addition.photos):
        return refuse(_("补充的内容：写几句话，或者附上照片"))
    if len(addition.words) > MOST_WORDS:
        return refuse(_("补充的内容：不超过 2000 个字"))
    return ALLOWED
