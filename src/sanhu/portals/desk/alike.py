"""Matters offered to a clerk who is about to register: those that are likely the same, of what the clerk may see."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sanhu.domains.casework.duplicates import likely_told
from sanhu.domains.casework.joined import joined_counts, may_add
from sanhu.domains.casework.models import Matter
from sanhu.domains.evidence.fields import mask_words
from sanhu.domains.places.queries import within
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Decision
from sanhu.engines.legal_time import legal_day
from sanhu.portals.matters import beginning


@dataclass(frozen=True)
class Offer:
    """One matter, how many joined it, and whether whoever stands at the window may be put down as joining it."""

    matter: Matter
    place: str
    words: str
    is_here: bool
    joined: int
    may_add: Decision


def offers_for(said: dict[str, Any], *, actor: Actor, at: datetime) -> list[Offer]:
    """Find what is likely the same as a form says, in its community and around."""
    found = likely_told(said["words"], actor, area_code=said["area"], address=said["address"], at=at)
    if not found:
        return []
    names = dict(within(actor.district, legal_day(at)).values_list("code", "name"))
    joined = joined_counts([one.matter.pk for one in found])
    return [
        Offer(
            matter=one.matter,
            place=names.get(one.matter.area_code, ""),
            words=beginning(mask_words(one.matter.words)),
            is_here=one.is_here,
            joined=joined.get(one.matter.pk, 0),
            may_add=may_add(one.matter, actor=actor),
        )
        for one in found
    ]
