"""Deciding what of a resident's words and photos is public; and putting into the queue what is to be decided."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.casework import publications, queries
from sanhu.domains.casework.events import MatterEvent
from sanhu.domains.casework.models import Matter, Publication, Supplement, Verdict
from sanhu.domains.casework.publications import PUBLIC, original_photo, original_words, publication_for
from sanhu.domains.casework.publishing_rules import (
    PUBLISH_ARTICLE,
    as_compared,
    may_blacken,
    may_mask_words,
    may_pass_words,
    may_say,
)
from sanhu.domains.casework.services.errors import PublicationNotFound
from sanhu.domains.evidence import requests
from sanhu.domains.evidence.attachments import UnreadablePhotoError, photos_of
from sanhu.domains.evidence.blackened import blacken, keep_copy
from sanhu.domains.evidence.fields import Unreadable
from sanhu.domains.evidence.models import Attachment
from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.services.doors import require
from sanhu.engines.actors import Actor
from sanhu.engines.blackening import Box
from sanhu.engines.decisions import Refused, refuse

_GONE = _("原件无法读取，不能公开")


@dataclass(frozen=True)
class Ruling:
    """What a person decided, on the publication as the form showed it (`revision`).

    Masked words are what the public is to read, with * for what is hidden; a masked photo has boxes.
    """

    verdict: Verdict
    revision: int
    words: str = ""
    boxes: tuple[Box, ...] = field(default=())
    reason: str = ""

    def asked(self, key: int) -> dict[str, object]:
        """What a repeated request is compared by."""
        boxes = [[str(side) for side in (box.left, box.top, box.width, box.height)] for box in self.boxes]
        return {"publication": key, **self.__dict__, "verdict": str(self.verdict), "boxes": boxes}


def decide(*, actor: Actor, at: datetime, client_id: UUID, publication_id: int, ruling: Ruling) -> Publication:
    """Decide on one text or photo, for the first time or anew.

    Raises PublicationNotFound for what the actor may not decide on, Refused with the reasons, requests.StaleForm when a
    colleague decided meanwhile, requests.ConflictError for a client_id used for something else.
    """
    once = Once(client_id=client_id, actor=actor, asked=ruling.asked(publication_id), at=at)
    once.answer(lambda: _decide(once, publication_id, ruling, at=at))
    return publication_for(actor, publication_id)


@transaction.atomic
def _decide(once: Once, key: int, ruling: Ruling, *, at: datetime) -> str:
    actor = once.actor
    publication = _locked(actor, key)
    if publication.revision != ruling.revision:
        raise requests.StaleForm
    before = publication.verdict
    require(may_say(ruling.reason, is_needed=ruling.verdict == Verdict.WITHHELD or before != Verdict.PENDING))
    publication.public_words, publication.public_photo = "", None
    copies: list[Attachment] = []
    if ruling.verdict == Verdict.PENDING:
        raise Refused(refuse(_("决定：要从列出的选项里选")))
    if ruling.verdict != Verdict.WITHHELD:
        if publication.is_of_words:
            publication.public_words = _public_words(publication, ruling)
        else:
            copies = _public_photo(once, publication, ruling, at=at)
    publication.verdict, publication.reason = ruling.verdict, ruling.reason.strip()
    publication.decided_post_id, publication.decided_by_id = actor.post_id, actor.person_id
    publication.decided_at = at
    publication.revision += 1
    publication.save()
    record(
        event=MatterEvent.PUBLICATION_DECIDED,
        actor=actor,
        at=at,
        subject=publication.matter.ref,
        district=publication.matter.district,
        rows=[publication, *copies],
        facts={
            "of": "words" if publication.is_of_words else "photo",
            "before": before,
            "verdict": str(ruling.verdict),
            "boxes": len(ruling.boxes) if copies else 0,
        },
    )
    return once.remember(publication.ref)


def _locked(actor: Actor, key: int) -> Publication:
    """The one door to one decision, its matter locked before it: erasing the matter waits, or has been."""
    matter_id = publications.visible_to(actor).filter(pk=key).values_list("matter_id", flat=True).first()
    if matter_id is None:
        raise PublicationNotFound(key)
    queries.visible_to(actor).select_for_update().get(pk=matter_id)
    publication = publications.visible_to(actor).select_for_update(of=("self",)).filter(pk=key).first()
    if publication is None:
        raise PublicationNotFound(key)
    return publication


def _public_words(publication: Publication, ruling: Ruling) -> str:
    words = original_words(publication)
    if isinstance(words, Unreadable):
        raise Refused(refuse(_GONE, citations=(PUBLISH_ARTICLE,)))
    if ruling.verdict == Verdict.PASSED:
        require(may_pass_words(words))
        return words
    require(may_mask_words(words, ruling.words))
    return as_compared(ruling.words)


def _public_photo(once: Once, publication: Publication, ruling: Ruling, *, at: datetime) -> list[Attachment]:
    original = original_photo(publication)
    if original is None:
        raise Refused(refuse(_GONE, citations=(PUBLISH_ARTICLE,)))
    if ruling.verdict == Verdict.PASSED:
        publication.public_photo = original.uuid
        return []
    require(may_blacken(ruling.boxes))
    try:
        photo = blacken(original, ruling.boxes)
    except UnreadablePhotoError:
        raise Refused(refuse(_GONE, citations=(PUBLISH_ARTICLE,))) from None
    copy = keep_copy(photo, of=original, owner_ref=publication.ref, request_id=once.client_id, actor=once.actor, at=at)
    publication.public_photo = copy.uuid
    return [copy]


def queue_matter(matter: Matter, *, at: datetime) -> list[Publication]:
    """Queue what of a matter nobody was asked about yet, where its item is public: rows for the entry of the move."""
    if matter.publicity != PUBLIC:
        return []
    fresh = list(_unasked(matter, None, matter.words, matter.ref, at=at))
    for supplement in matter.supplements.order_by("ordinal"):
        fresh += _unasked(matter, supplement, supplement.words, supplement.ref, at=at)
    return fresh


def queue_supplement(supplement: Supplement, *, at: datetime) -> list[Publication]:
    """Queue what a reporter added, where the matter is public already: rows for the entry of the supplement."""
    matter = supplement.matter
    if matter.publicity != PUBLIC:
        return []
    return list(_unasked(matter, supplement, supplement.words, supplement.ref, at=at))


def _unasked(
    matter: Matter, supplement: Supplement | None, words: str, owner_ref: str, *, at: datetime
) -> Iterator[Publication]:
    known = matter.publications.filter(supplement=supplement)
    asked = set(known.values_list("photo", flat=True))
    wanted: list[UUID | None] = [None] if words else []
    wanted += [photo.uuid for photo in photos_of(owner_ref)]
    for photo in wanted:
        if photo not in asked:
            yield Publication.objects.create(matter=matter, supplement=supplement, photo=photo, waiting_since=at)
