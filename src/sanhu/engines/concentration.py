"""How much of a whole comes from few origins: Herfindahl's index and the effective number of origins.

The index is the sum of the squared shares (A. O. Hirschman, National Power and the Structure of Foreign Trade, 1945,
there under its square root; O. C. Herfindahl, Concentration in the Steel Industry, 1950). Its inverse says to how many
equal origins the shares come (M. Laakso and R. Taagepera, “Effective” Number of Parties, 1979). Both are kept as exact
fractions of integers: nothing is rounded before it is shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Concentration:
    """The sum of the squared amounts over the square of their sum."""

    numerator: int
    denominator: int

    @property
    def index(self) -> Fraction:
        """Herfindahl's index: 1 where all comes from one origin, 1/n where it comes from n in equal parts."""
        return Fraction(self.numerator, self.denominator)

    @property
    def effective_number(self) -> Fraction:
        """The number of equal origins that would give the same index."""
        return Fraction(self.denominator, self.numerator)


def concentration(amounts: Iterable[int]) -> Concentration | None:
    """Measure how concentrated some amounts are; None where there is nothing to share.

    Origins of nothing change nothing. Raises ValueError for an amount below 0.

    >>> concentration([600, 300, 100])
    Concentration(numerator=460000, denominator=1000000)
    >>> concentration([5, 5, 5, 5]).index, concentration([5, 5, 5, 5]).effective_number
    (Fraction(1, 4), Fraction(4, 1))
    >>> concentration([0, 0]) is None
    True
    """
    given = list(amounts)
    if any(amount < 0 for amount in given):
        raise ValueError("a share of a whole is not below 0")
    whole = sum(given)
    return Concentration(sum(amount * amount for amount in given), whole * whole) if whole else None
