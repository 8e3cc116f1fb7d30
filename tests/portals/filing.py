"""Reporting as 林 does, with a photo; and what a page's form holds."""

from io import BytesIO
from uuid import UUID, uuid4

from PIL import Image

from sanhu.domains.casework.models import Supplement
from sanhu.domains.casework.services.intake import Registered, register
from sanhu.domains.casework.services.receipts import receipt_hash
from sanhu.domains.casework.services.supplements import Addition, supplement
from sanhu.domains.evidence.attachments import keep_draft, take_photo
from sanhu.engines.actors import resident
from tests.cast import DISTRICT, MONDAY_MORNING, Carried, report_of

WORDS = "三号楼西侧的灯柱倒了，压着𠮷老师的车。"


def photo_bytes(kind: str = "JPEG", *, colour: tuple[int, int, int] = (120, 140, 130), size: int = 64) -> bytes:
    """Draw a small photo."""
    written = BytesIO()
    Image.new("RGB", (size, size), colour).save(written, kind)
    return written.getvalue()


def report_with_photo(**changes: object) -> Registered:
    """Register a report with one photo on Monday morning."""
    client_id: UUID = uuid4()
    district = str(changes.get("district", DISTRICT))
    report = report_of(**{"words": WORDS, "photos": (_kept_photo(client_id, district),), **changes})
    return register(actor=resident(district), at=MONDAY_MORNING, client_id=client_id, report=report)


def add_with_photo(carried: Carried) -> str:
    """Let the reporter add words and a photo on Monday morning; give what owns the photo."""
    client_id: UUID = uuid4()
    addition = Addition(words=WORDS, photos=(_kept_photo(client_id, carried.matter.district),))
    supplement(at=MONDAY_MORNING, client_id=client_id, receipt_hash=receipt_hash(carried.receipt), addition=addition)
    return Supplement.objects.get(matter=carried.matter).ref


def _kept_photo(client_id: UUID, district: str) -> str:
    """Keep a photo with its form; give its hash."""
    photo = take_photo(data=photo_bytes(), claimed_type="image/jpeg", name="现场.jpg")
    keep_draft(draft_id=client_id, district=district, photos=[photo], actor=resident(district), at=MONDAY_MORNING)
    return photo.sha256
