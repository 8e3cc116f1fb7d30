"""What a reporter added to a matter, as the desk reads it: masked like the first words, with its photos."""

from dataclasses import dataclass

from sanhu.domains.casework.models import Matter, Supplement
from sanhu.domains.evidence.attachments import photos_of
from sanhu.domains.evidence.models import Attachment


@dataclass(frozen=True)
class Added:
    """One supplement with its photos."""

    supplement: Supplement
    photos: list[Attachment]


def supplements_of(matter: Matter) -> list[Added]:
    """List what was added to a matter, oldest first."""
    return [Added(added, photos_of(added.ref)) for added in matter.supplements.order_by("ordinal")]


def photo_owners(matter: Matter) -> list[str]:
    """Name, besides the matter, whatever owns photos that belong to it."""
    return [added.ref for added in matter.supplements.only("pk")]
