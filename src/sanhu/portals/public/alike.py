"""Matters offered to somebody who is about to report: those that are likely the same, in the words of the public."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sanhu.domains.casework.duplicates import Likely, likely_public
from sanhu.domains.casework.joined import joined_counts, may_join
from sanhu.domains.casework.models import Matter
from sanhu.domains.places.queries import within
from sanhu.engines.legal_time import legal_day
from sanhu.portals.matters import beginning


@dataclass(frozen=True)
class Offer:
    """One matter that may be joined, or that ended a short while ago. `words` are those a person passed."""

    matter: Matter
    place: str
    words: str
    joined: int
    may_join: bool


def offers_for(said: Any, *, district: str, at: datetime) -> list[Offer]:
    """Find what is likely the same as a report with these words, in that community and cell."""
    area = str(said.get("area", ""))
    cell = str(said.get("cell", ""))
    found = likely_public(
        str(said.get("words", "")),
        district=district,
        area_code=area if area.startswith(district) else "",
        cell_code=cell if cell.startswith(area) else "",
        at=at,
    )
    return _offers(found, district, at=at) if found else []


def _offers(found: list[Likely], district: str, *, at: datetime) -> list[Offer]:
    names = dict(within(district, legal_day(at)).values_list("code", "name"))
    joined = joined_counts([one.matter.pk for one in found])
    return [
        Offer(
            matter=one.matter,
            place=names.get(one.matter.area_code, ""),
            words=beginning(one.words),
            joined=joined.get(one.matter.pk, 0),
            may_join=bool(may_join(one.matter)),
        )
        for one in found
    ]
