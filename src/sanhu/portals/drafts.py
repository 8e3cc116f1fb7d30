"""Photos of a form that is still being filled in: taken at once, so that a faulty form does not lose them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest

from sanhu.domains.evidence.attachments import drafts_of, keep_draft, take_photo
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Decision, Refused


@dataclass(frozen=True)
class Kept:
    """A photo that is already with us."""

    ordinal: int
    size: int


def client_id_of(text: str) -> UUID:
    """Give a form's own number; one that is none gets a new one."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


def kept_with(client_id: UUID | None) -> list[Kept]:
    """List the photos of a form, with their size in kB."""
    kept = drafts_of(client_id) if client_id else []
    return [Kept(ordinal=place, size=photo.size // 1024) for place, photo in enumerate(kept, start=1)]


def keep_photos(request: HttpRequest, client_id: UUID, *, actor: Actor, at: datetime) -> list[Decision]:
    """Take what was uploaded, keep what is good, and say of each other one why not."""
    refusals, photos = [], []
    for upload in request.FILES.getlist("photos"):
        assert isinstance(upload, UploadedFile), "uploads are files"
        try:
            photos.append(
                take_photo(data=upload.read(), claimed_type=upload.content_type or "", name=upload.name or "")
            )
        except Refused as refused:
            refusals.append(refused.decision)
    if photos:
        try:
            with transaction.atomic():
                keep_draft(draft_id=client_id, district=actor.district, photos=photos, actor=actor, at=at)
        except Refused as refused:
            refusals.append(refused.decision)
    return refusals
