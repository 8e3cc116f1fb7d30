"""How much an amount grew from one year to the next, and what share it has of a whole: exact, rounded only to be read.

Amounts are whole fen and are never rounded. What is printed is a rate in basis points (hundredths of a per cent),
rounded half to even; what is decided on is the exact fraction, so that a rate which only looks as high as the reference
is still below it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

BASIS = 10_000
MINUS = "\u2212"


@dataclass(frozen=True, slots=True)
class Growth:
    """An amount before and now, in fen.

    >>> Growth(before_fen=300, now_fen=301).rate
    Fraction(1, 300)
    >>> Growth(before_fen=300, now_fen=301).basis_points
    33
    """

    before_fen: int
    now_fen: int

    @property
    def change_fen(self) -> int:
        """Give how many fen more or, below zero, fewer it is now."""
        return self.now_fen - self.before_fen

    @property
    def falls(self) -> bool:
        """Tell whether it is less than before."""
        return self.change_fen < 0

    @property
    def rate(self) -> Fraction | None:
        """Give the exact growth; None where there was nothing before to grow from."""
        return Fraction(self.change_fen, self.before_fen) if self.before_fen else None

    @property
    def basis_points(self) -> int | None:
        """Give the growth in basis points, rounded half to even; None as `rate`."""
        return None if self.rate is None else round(self.rate * BASIS)

    def is_below(self, reference_bp: int) -> bool:
        """Tell whether it grows less than the reference rate. What grew from nothing is below none.

        >>> Growth(before_fen=30_000, now_fen=31_499).basis_points, Growth(30_000, 31_499).is_below(500)
        (500, True)
        """
        return self.rate is not None and self.rate < Fraction(reference_bp, BASIS)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, both kept. Of an empty whole there is no share.

    >>> Share(part_fen=2, whole_fen=3).basis_points
    6667
    """

    part_fen: int
    whole_fen: int

    @property
    def rate(self) -> Fraction | None:
        """Give the exact share; None of an empty whole."""
        return Fraction(self.part_fen, self.whole_fen) if self.whole_fen else None

    @property
    def basis_points(self) -> int | None:
        """Give the share in basis points, rounded half to even; None as `rate`."""
        return None if self.rate is None else round(self.rate * BASIS)


def shares(parts: Mapping[str, int]) -> dict[str, Share]:
    """Give each part's share of their sum.

    >>> {key: share.basis_points for key, share in shares({"social": 1, "capital": 3}).items()}
    {'social': 2500, 'capital': 7500}
    """
    whole = sum(parts.values())
    return {key: Share(part_fen=part, whole_fen=whole) for key, part in parts.items()}


def in_percent(basis_points: int) -> str:
    """Write basis points as a percentage with two decimals and, below zero, a minus sign.

    >>> in_percent(1234), in_percent(-5) == f"{MINUS}0.05%"
    ('12.34%', True)
    """
    whole, rest = divmod(abs(basis_points), 100)
    return f"{MINUS if basis_points < 0 else ''}{whole}.{rest:02}%"
