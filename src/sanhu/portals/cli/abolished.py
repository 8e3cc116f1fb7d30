"""Which divisions are no more: known from imported divisions alone, for no standard carries the whole history (D.3)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext

from sanhu.domains.places.models import Area, in_force
from sanhu.engines.codes.divisions import LENGTHS, padded, significant


@dataclass(frozen=True)
class Abolished:
    """A division no longer in force: since when, and which code came after it, if the import said so."""

    code: str
    since: date
    successor: str

    @property
    def sentence(self) -> str:
        """Say so, with codes as they are spoken of."""
        told = {"code": significant(self.code), "day": self.since.isoformat()}
        if not self.successor:
            return gettext("区划 %(code)s 已于 %(day)s 废止") % told
        told["successor"] = significant(self.successor)
        return gettext("区划 %(code)s 已于 %(day)s 废止，由 %(successor)s 接续") % told


def abolished_divisions(on: date) -> dict[str, Abolished]:
    """Read, in one go, the divisions that ended by a day and are not in force on it under another name; by code."""
    still = Area.objects.filter(in_force(on), code=OuterRef("code"))
    ended = Area.objects.filter(~Exists(still), valid_to__lte=on).order_by("valid_to")
    rows = ended.values_list("code", "valid_to", "successor")
    # The last period of a code is the one that counts.
    return {code: Abolished(code, since, successor) for code, since, successor in rows.iterator() if since}


def abolished_in(division: str, abolished: dict[str, Abolished]) -> Abolished | None:
    """Find what is abolished of a division of 6, 9 or 12 digits: itself, else what it lies in."""
    above = (division[:length] for length in reversed(LENGTHS) if length <= len(division))
    return next((abolished[padded(code)] for code in above if padded(code) in abolished), None)
