"""Photos: decoded, stripped and encoded anew before anything is kept; first with their form, then with their owner.

Nothing of an uploaded file survives but its pixels: no place where it was taken, no camera, no thumbnail, no profile.
"""

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop as _
from PIL import Image, ImageOps

from sanhu.domains.evidence.fields import UnreadableBytes
from sanhu.domains.evidence.image_headers import JPEG, ImageType, announced_pixels, image_type
from sanhu.domains.evidence.models import Attachment, AttachmentBlob
from sanhu.domains.evidence.models.attachment import MOST_PHOTOS
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2048

EMPTY = _("照片：文件是空的")
TOO_BIG = _("照片：每张不得超过 10 MB")
WRONG_TYPE = _("照片：只收 JPEG、PNG、WebP 图片")
NOT_AS_CLAIMED = _("照片：文件的内容与它的名称或类型不符")
ANIMATED = _("照片：不收动图")
TOO_MANY_PIXELS = _("照片：不得超过 4000 万像素")
BROKEN = _("照片：文件不完整或已损坏，无法读取")
TOO_MANY = _("照片：每次最多 3 张")

_SAYS_NOTHING = frozenset({"", "application/octet-stream", "binary/octet-stream"})
_EXTENSION = re.compile(r"\.([a-z][a-z0-9]{1,7})")
_ENCODING: dict[str, dict[str, object]] = {
    "JPEG": {"quality": 85, "optimize": True},
    "PNG": {"optimize": False},
    "WEBP": {"quality": 85, "method": 4},
}


class UnreadablePhotoError(Exception):
    """The photo's bytes were altered in the database, or are gone."""


@dataclass(frozen=True)
class Photo:
    """A photo as it will be stored."""

    content_type: str
    width: int
    height: int
    data: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        """The hash by which the record knows the bytes."""
        return hashlib.sha256(self.data).hexdigest()


def take_photo(*, data: bytes, claimed_type: str, name: str) -> Photo:
    """Make a photo of an uploaded file. Raises Refused, naming the rule, for whatever is not one."""
    if not data:
        raise Refused(refuse(EMPTY))
    if len(data) > MOST_BYTES:
        raise Refused(refuse(TOO_BIG))
    kind = image_type(data)
    if kind is None:
        raise Refused(refuse(WRONG_TYPE))
    if _is_lie(kind, claimed_type=claimed_type, name=name):
        raise Refused(refuse(NOT_AS_CLAIMED))
    if (announced_pixels(data, kind) or 0) > MOST_PIXELS:
        raise Refused(refuse(TOO_MANY_PIXELS))
    try:
        return encode(_decode(data, kind), kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(refuse(TOO_MANY_PIXELS)) from None
    except Refused:
        raise
    except Exception as broken:  # decoders raise whatever a broken file makes them stumble over
        raise Refused(refuse(BROKEN)) from broken


def _is_lie(kind: ImageType, *, claimed_type: str, name: str) -> bool:
    claim = claimed_type.partition(";")[0].strip().lower()
    if claim not in _SAYS_NOTHING | kind.claims:
        return True
    extension = _EXTENSION.fullmatch(PurePosixPath(name).suffix.lower())
    return extension is not None and extension[1] not in kind.extensions


def _decode(data: bytes, kind: ImageType) -> Image.Image:
    """Give upright pixels, at most LONGEST_SIDE long, in a mode the encoder takes."""
    with Image.open(io.BytesIO(data), formats=[kind.decoder]) as image:
        if image.width * image.height > MOST_PIXELS:
            raise Refused(refuse(TOO_MANY_PIXELS))
        # A JPEG with further pictures (a depth map, a wide-gamut twin) is one photo; only its first picture is read.
        if kind is not JPEG and getattr(image, "is_animated", False):
            raise Refused(refuse(ANIMATED))
        image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded at half or a quarter of its size at once
        image.load()
        upright = _upright(image)
        if upright.mode not in ("L", "RGB", "RGBA"):
            has_alpha = kind is not JPEG and upright.has_transparency_data
            upright = upright.convert("RGBA" if has_alpha else "RGB")
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        return upright


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001 - a broken note about the camera does not spoil the photo
        return image.copy()


def encode(image: Image.Image, kind: ImageType) -> Photo:
    """Make a photo of pixels alone."""
    image.info = {}  # comments, profiles and texts would otherwise be written again
    written = io.BytesIO()
    image.save(written, format=kind.decoder, **_ENCODING[kind.decoder])
    return Photo(content_type=kind.content_type, width=image.width, height=image.height, data=written.getvalue())


def keep_draft(
    *, draft_id: UUID, district: str, photos: Sequence[Photo], actor: Actor, at: datetime
) -> list[Attachment]:
    """Keep photos with their form, so that it can be shown again without losing them.

    Gives everything kept under `draft_id`; the same photo sent again is kept once. Raises Refused past three.
    """
    try:
        return _keep_draft(draft_id=draft_id, district=district, photos=photos, actor=actor, at=at)
    except IntegrityError:  # the same form sent twice at once: the twin's photos are there now
        return _keep_draft(draft_id=draft_id, district=district, photos=photos, actor=actor, at=at)


@transaction.atomic
def _keep_draft(
    *, draft_id: UUID, district: str, photos: Sequence[Photo], actor: Actor, at: datetime
) -> list[Attachment]:
    kept = drafts_of(draft_id)
    known = {attachment.sha256 for attachment in kept}
    fresh = {photo.sha256: photo for photo in photos if photo.sha256 not in known}
    places = [place for place in range(1, MOST_PHOTOS + 1) if place not in {attachment.place for attachment in kept}]
    if len(fresh) > len(places):
        raise Refused(refuse(TOO_MANY))
    added = [
        Attachment(
            district=district,
            draft_id=draft_id,
            place=place,
            content_type=photo.content_type,
            size=len(photo.data),
            width=photo.width,
            height=photo.height,
            sha256=sha256,
            created_by=actor.ref,
            created_at=at,
        )
        for place, (sha256, photo) in zip(places, fresh.items(), strict=False)
    ]
    if added:
        Attachment.objects.bulk_create(added)
        AttachmentBlob.objects.bulk_create(
            [AttachmentBlob(attachment=row, data=fresh[row.sha256].data) for row in added]
        )
    return sorted([*kept, *added], key=lambda attachment: attachment.place)


def drafts_of(draft_id: UUID) -> list[Attachment]:
    """Give what was kept under a form's id.

    Photos adopted since are among them, so that a form posted twice is seen to ask for the same thing twice.
    """
    return list(Attachment.objects.filter(draft_id=draft_id).order_by("place"))


def adopt(*, draft_id: UUID, owner_ref: str, at: datetime) -> list[Attachment]:
    """Give a form's photos to their owner, in the transaction whose entry then witnesses them as `rows`."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("photos are adopted in the transaction that records it")
    photos = list(Attachment.objects.select_for_update().filter(draft_id=draft_id, owner_ref="").order_by("place"))
    if photos:
        Attachment.objects.filter(pk__in=[photo.pk for photo in photos]).update(owner_ref=owner_ref, adopted_at=at)
    for photo in photos:
        photo.owner_ref, photo.adopted_at = owner_ref, at
    return photos


def discard_draft(*, draft_id: UUID, uuid: UUID) -> None:
    """Take a photo off its form again."""
    Attachment.objects.filter(draft_id=draft_id, uuid=uuid, owner_ref="").delete()


def drop_stale_drafts(*, before: datetime) -> int:
    """Remove photos of forms that were never sent; give how many."""
    dropped = 0
    while True:
        with transaction.atomic():
            stale = Attachment.objects.select_for_update(skip_locked=True).filter(owner_ref="", created_at__lt=before)
            keys = [attachment.pk for attachment in stale.only("pk")[:500]]
            AttachmentBlob.objects.filter(pk__in=keys).delete()
            Attachment.objects.filter(pk__in=keys).delete()
        dropped += len(keys)
        if not keys:
            return dropped


def photos_of(owner_ref: str) -> list[Attachment]:
    """Give an owner's photos in their order; their bytes are read one by one."""
    return list(Attachment.objects.filter(owner_ref=owner_ref).order_by("adopted_at", "place"))


def read(attachment: Attachment) -> bytes:
    """Give a photo's bytes. Raises UnreadablePhotoError for what was altered or is gone."""
    blob = AttachmentBlob.objects.filter(pk=attachment.pk).first()
    if blob is None or isinstance(blob.data, UnreadableBytes):
        raise UnreadablePhotoError
    return blob.data


def erase_photos(owner_ref: str) -> dict[str, list[str]]:
    """Remove an owner's photos, bytes and rows; give what the record then says was erased, by row.

    The rows go as a whole: a size and a hash would still tell which picture it was. The caller destroys their salts and
    enters it, in the same transaction.
    """
    photos = list(Attachment.objects.select_for_update().filter(owner_ref=owner_ref))
    fields = {photo.row_ref: sorted(photo.witnessed_values()) for photo in photos}
    keys = [photo.pk for photo in photos]
    AttachmentBlob.objects.filter(pk__in=keys).delete()
    Attachment.objects.filter(pk__in=keys).delete()
    return fields
