"""People, photos and entries for the tests of the record."""

import io
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest
from django.db import connection, transaction
from PIL import Image

from sanhu.domains.evidence.attachments import Photo, adopt, keep_draft, take_photo
from sanhu.domains.evidence.models import Attachment, Entry
from sanhu.domains.evidence.record import record
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import Report, verify
from sanhu.engines.actors import Actor, ActorKind

DISTRICT = "990101"
SUBJECT = "matter:990101-20261109-000001"


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

    def keep(colour: str, *, owner: str = SUBJECT) -> Attachment:
        draft_id = uuid4()
        with transaction.atomic():
            keep_draft(draft_id=draft_id, district=DISTRICT, photos=[photo(colour)], actor=zhou, at=at)
            rows = adopt(draft_id=draft_id, owner_ref=owner, at=at)
            record(event="photo.kept", actor=zhou, at=at, subject=owner, district=DISTRICT, rows=rows)
        return rows[0]

    return keep


class House:
    """A record of four chained entries and one that waits, each about a photo of its own."""

    def __init__(self, photos: list[Attachment]) -> None:
        self.photos = photos
        self.entries = list(Entry.objects.order_by("id"))

    def photo(self, number: int) -> str:
        return self.photos[number - 1].row_ref

    def entry(self, number: int) -> str:
        return f"entry:{self.entries[number - 1].pk}"

    def sql(self, statement: str, *values: object) -> None:
        """Work straight in the tables; `E1` is the key of the first entry, `P1` of the first photo."""
        for number, (entry, attachment) in enumerate(zip(self.entries, self.photos, strict=True), start=1):
            statement = statement.replace(f"E{number}", str(entry.pk)).replace(f"P{number}", str(attachment.pk))
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            assert cursor.rowcount > 0, "the tampering met nothing"


@pytest.fixture
def house(keep: Callable[..., Attachment]) -> House:
    """Give a record that verifies."""
    photos = [keep(colour) for colour in ("red", "green", "blue", "black")]
    sequence()
    photos.append(keep("white"))
    house = House(photos)
    assert verify() == Report(chained=4, tail=1, rows=5, count=0, findings=())
    return house


def first(report: Report) -> tuple[str, str, int | None]:
    found = report.findings[0]
    return found.kind, found.ref, found.seq
