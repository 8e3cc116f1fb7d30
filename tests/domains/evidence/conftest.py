"""People, photos and entries for the tests of the record."""

import io
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest
from django.db import transaction
from PIL import Image

from sanhu.domains.evidence.attachments import Photo, adopt, keep_draft, take_photo
from sanhu.domains.evidence.models import Attachment
from sanhu.domains.evidence.record import record
from sanhu.engines.actors import Actor, ActorKind

DISTRICT = "990101"


@pytest.fixture
def zhou() -> Actor:
    """Give 周, the window clerk."""
    return Actor(kind=ActorKind.POST, district=DISTRICT, person_id=2, post_id=12)


@pytest.fixture
def wu() -> Actor:
    """Give 吴, the department head."""
    return Actor(kind=ActorKind.POST, district=DISTRICT, person_id=4, post_id=14)


def picture(colour: str = "red", *, kind: str = "JPEG", size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    """Draw a picture file."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, kind, **options)
    return file.getvalue()


def photo(colour: str = "red") -> Photo:
    """Take a photo in."""
    return take_photo(data=picture(colour), claimed_type="image/jpeg", name="路灯.jpg")


@pytest.fixture
def keep(zhou: Actor, at: datetime) -> Callable[..., Attachment]:
    """Give a deed of evidence's own: a photo kept, adopted and recorded."""

    def keep(colour: str, *, owner: str = "matter:990101-20261109-000001") -> Attachment:
        draft_id = uuid4()
        with transaction.atomic():
            keep_draft(draft_id=draft_id, district=DISTRICT, photos=[photo(colour)], actor=zhou, at=at)
            rows = adopt(draft_id=draft_id, owner_ref=owner, at=at)
            record(event="photo.kept", actor=zhou, at=at, subject=owner, district=DISTRICT, rows=rows)
        return rows[0]

    return keep
