"""Reading what waits to be looked at before it is public, what was decided, and what the public gets."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

from sanhu.domains.casework import queries
from sanhu.domains.casework.erasure_rules import ErasureScope, ErasureState
from sanhu.domains.casework.models import Erasure, Matter, Publication, Verdict
from sanhu.domains.casework.services.errors import PublicationNotFound
from sanhu.domains.evidence.models import Attachment
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor

PUBLIC = "public"
_SHOWN = (Verdict.PASSED, Verdict.MASKED)


def visible_to(actor: Actor) -> QuerySet[Publication]:
    """What an actor may decide on: of public matters in their area, as long as there is something to look at."""
    if not actor.may(Permission.MATTER_PUBLISH):
        return Publication.objects.none()
    erased = Erasure.objects.filter(
        matter=OuterRef("matter_id"), state=ErasureState.ERASED, scope=ErasureScope.EVERYTHING
    )
    matters = queries.visible_to(actor).filter(queries.in_scope(actor), publicity=PUBLIC)
    found = Publication.objects.filter(~Exists(erased), matter_id__in=matters.values("pk"))
    return found.exclude(matter__state="merged", verdict=Verdict.PENDING)


def waiting_on(actor: Actor) -> QuerySet[Publication]:
    """What waits for somebody to look at it, oldest first."""
    found = visible_to(actor).filter(verdict=Verdict.PENDING)
    return found.select_related("matter__item", "matter__duty", "supplement").order_by("waiting_since", "id")


def publication_for(actor: Actor, key: int) -> Publication:
    """Give one text or photo with its matter. Raises PublicationNotFound for what the actor may not decide on."""
    found = visible_to(actor).select_related(
        "matter__item", "matter__duty", "supplement", "decided_by", "decided_post__organisation"
    )
    publication = found.filter(pk=key).first()
    if publication is None:
        raise PublicationNotFound(key)
    return publication


def original_words(publication: Publication) -> str:
    """Give the words somebody decides about: the matter's own or a supplement's."""
    return publication.supplement.words if publication.supplement else publication.matter.words


def original_photo(publication: Publication) -> Attachment | None:
    """Give the photo somebody decides about; None when it is of words, or the photo is gone."""
    return Attachment.objects.filter(uuid=publication.photo).first() if publication.photo else None


def decisions_on(matter: Matter) -> QuerySet[Publication]:
    """Give what of a matter was or is to be decided, in the order it came in."""
    return matter.publications.select_related(
        "supplement", "decided_by", "decided_post__organisation", "decided_post__person"
    ).order_by("id")


@dataclass(frozen=True)
class PublishedWords:
    """Words the public may read; `ordinal` counts supplements, 0 is the report itself."""

    words: str
    is_masked: bool
    ordinal: int
    at: datetime


@dataclass(frozen=True)
class PublishedPhoto:
    """A photo the public may see."""

    uuid: UUID
    is_masked: bool
    width: int
    height: int


def published_words(matter: Matter) -> tuple[PublishedWords, ...]:
    """Give the words that were passed: none unless the matter is public."""
    return tuple(
        PublishedWords(
            words=row.public_words,
            is_masked=row.verdict == Verdict.MASKED,
            ordinal=row.supplement.ordinal if row.supplement else 0,
            at=row.supplement.at if row.supplement else matter.reported_at,
        )
        for row in _shown(matter).filter(photo__isnull=True)
        if row.public_words
    )


def published_photos(matter: Matter) -> tuple[PublishedPhoto, ...]:
    """Give the photos that were passed, or their copies with places blackened: none unless the matter is public."""
    rows = list(_shown(matter).filter(public_photo__isnull=False))
    kept = {photo.uuid: photo for photo in Attachment.objects.filter(uuid__in=[row.public_photo for row in rows])}
    return tuple(
        PublishedPhoto(uuid=photo.uuid, is_masked=row.verdict == Verdict.MASKED, width=photo.width, height=photo.height)
        for row in rows
        if row.public_photo and (photo := kept.get(row.public_photo))
    )


def published_photo(matter: Matter, uuid: UUID) -> Attachment | None:
    """Give one photo the public may see, or None."""
    if not _shown(matter).filter(public_photo=uuid).exists():
        return None
    return Attachment.objects.filter(uuid=uuid).first()


def _shown(matter: Matter) -> QuerySet[Publication]:
    if matter.publicity != PUBLIC:
        return Publication.objects.none()
    found = matter.publications.filter(verdict__in=_SHOWN).select_related("supplement")
    return found.order_by(F("supplement__ordinal").asc(nulls_first=True), "id")
