"""Matters with a photo that waits to be looked at, and with one that was passed for the public."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from sanhu.domains.casework.models import Publication, Verdict
from sanhu.domains.casework.services.publishing import Ruling, decide
from sanhu.domains.catalogue.models import Duty
from tests.cast import MONDAY_MORNING, Cast, move
from tests.portals.filing import report_with_photo


@dataclass(frozen=True)
class Looked:
    """A public matter's number, and what of it was or is to be looked at."""

    number: str
    words: Publication
    photo: Publication

    @property
    def original(self) -> UUID:
        """The photo as it came."""
        assert self.photo.photo is not None
        return self.photo.photo


def looked_at(cast: Cast, *, by: str, duty: Duty, **changes: object) -> Looked:
    """Report with a photo, and have it accepted by somebody."""
    number = report_with_photo(**changes).number
    matter = move(cast, number, "accept", by=by, duty_id=duty.pk, public_title="")
    words, photo = matter.publications.order_by("pk")
    return Looked(number, words, photo)


def pass_photo(cast: Cast, looked: Looked, *, by: str) -> None:
    """Pass the photo for the public, as it is."""
    decide(
        actor=cast.actor(by),
        at=MONDAY_MORNING,
        client_id=uuid4(),
        publication_id=looked.photo.pk,
        ruling=Ruling(verdict=Verdict.PASSED, revision=looked.photo.revision),
    )
