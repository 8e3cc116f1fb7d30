"""What the indicator system asks of one committee (G.5 1.2 and 1.3, R28), out of its burden: each with two parts."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop as _

from sanhu.domains.evaluation.burden import LEAD, Burden

_FILE = Path(__file__).parent / "data" / "indicators.json"
POWER, MONEY, OUTSIDE, ADMINISTRATIVE, SELF_GOVERNANCE = "1.2.1", "1.2.2", "1.3.2", "1.3.3", "R28"
LABELS: Mapping[str, str] = {
    POWER: _("权随责走落实率"),
    MONEY: _("费随事转到位率"),
    OUTSIDE: _("清单外下派件数（十二个月）"),
    ADMINISTRATIVE: _("居委会承担主责的行政事务占比"),
    SELF_GOVERNANCE: _("自治事务占比"),
}


@dataclass(frozen=True)
class Indicator:
    """One indicator: a ratio with numerator and denominator, or a count, which has no denominator.

    `target` is the proposal's; empty where it names none.
    """

    code: str
    numerator: int
    denominator: int | None
    target: str

    @property
    def share(self) -> Fraction | None:
        """The ratio; None for a count, and where there is nothing to divide by."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None


def indicators_of(burden: Burden, year: Iterable[Burden]) -> list[Indicator]:
    """Give the indicators of a month, in the order of their codes; `year` are the months the yearly one counts."""
    said = _said()
    targets: Mapping[str, str] = said["targets"]
    kinds, own = burden.kinds, set(said["self_governance_classes"])
    administrative = {role: count for (one, role), count in kinds.items() if one == said["administrative_class"]}
    parts: tuple[tuple[str, int, int | None], ...] = (
        (POWER, burden.duties - burden.duties_without_power, burden.duties),
        (MONEY, burden.paid_fen, burden.due_fen),
        (OUTSIDE, sum(month.unadmitted for month in year), None),
        (ADMINISTRATIVE, administrative.get(LEAD, 0), sum(administrative.values())),
        (SELF_GOVERNANCE, sum(count for (one, _role), count in kinds.items() if one in own), sum(kinds.values())),
    )
    return [Indicator(code, above, below, targets.get(code, "")) for code, above, below in parts]


def is_over_ceiling(burden: Burden) -> bool:
    """Tell whether more of the staff's time went into what organs sent than the district lets them ask (R4)."""
    return burden.share is not None and burden.share * 100 > settings.SANHU_ASSISTING_PERCENT


def led_for_government(burden: Burden) -> int:
    """Give how many administrative affairs the committee leads; there should be none (X-02)."""
    return burden.kinds[_said()["administrative_class"], LEAD]


def self_governed(indicators: Iterable[Indicator]) -> Indicator:
    """Give, out of the indicators of a month, the share of self-governance in what the committee does (R28)."""
    return next(one for one in indicators if one.code == SELF_GOVERNANCE)


@lru_cache(maxsize=1)
def _said() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return found
