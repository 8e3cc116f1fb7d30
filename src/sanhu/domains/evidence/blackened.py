"""Copies of photos with places blackened, for the public; the original stays as it is, and the copy is kept with it."""

import io
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from PIL import Image, ImageDraw

from sanhu.domains.evidence.attachments import Photo, UnreadablePhotoError, encode, read
from sanhu.domains.evidence.image_headers import image_type
from sanhu.domains.evidence.models import Attachment, AttachmentBlob
from sanhu.engines.actors import Actor
from sanhu.engines.blackening import Box, pixels_of


def blacken(original: Attachment, boxes: Sequence[Box]) -> Photo:
    """Give the photo with its boxes black. Raises UnreadablePhotoError for what was altered or is gone."""
    data = read(original)
    kind = image_type(data)
    if kind is None:
        raise UnreadablePhotoError
    with Image.open(io.BytesIO(data), formats=[kind.decoder]) as opened:
        image = opened.copy()
    pen = ImageDraw.Draw(image)
    for box in boxes:
        pen.rectangle(pixels_of(box, width=image.width, height=image.height), fill="black")
    return encode(image, kind)


def keep_copy(
    photo: Photo, *, of: Attachment, owner_ref: str, request_id: UUID, actor: Actor, at: datetime
) -> Attachment:
    """Keep a blackened copy with its owner, in the transaction whose entry then witnesses it."""
    copy = Attachment.objects.create(
        district=of.district,
        draft_id=request_id,
        place=1,
        owner_ref=owner_ref,
        content_type=photo.content_type,
        size=len(photo.data),
        width=photo.width,
        height=photo.height,
        sha256=photo.sha256,
        created_by=actor.ref,
        created_at=at,
        adopted_at=at,
    )
    AttachmentBlob.objects.create(attachment=copy, data=photo.data)
    return copy
