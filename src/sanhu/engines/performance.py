"""How well public money was used: a score of at most 100 out of targets that were set before and reached or missed.

Measures for Evaluating the Performance of Project Expenditure (财政部《项目支出绩效评价管理办法》, 财预〔2020〕10号):
in a self-evaluation the rate of execution counts 10 points, output 50, benefit 30 and satisfaction 10; a target that is
reached has all its points, one that is missed has them in proportion; what can only be described has a share of them
within three bands. Grades are 优 from 90, 良 from 80, 中 from 60, and 差 below. Points, grades and bands are given by
the caller: they are data.

Money comes in whole fen, values as fractions, points as integers. All is exact; a score is cut to two decimals to be
read and never rounded up, so that what reads 90.00 has its grade.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

WHOLE = 100
_CENTS = 100


class Direction(StrEnum):
    """Which side of a target is good; what is described has no number to be held against, but a share of 0 to 100."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    DESCRIBED = "described"


@dataclass(frozen=True, slots=True)
class Target:
    """A target of one dimension, worth some points. `value` is None of what is described."""

    dimension: str
    points: int
    direction: Direction
    value: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Scheme:
    """The points of execution and of each dimension, and the grades from the best down, each with where it begins."""

    execution: int
    dimensions: Mapping[str, int]
    grades: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Score:
    """What execution and each target were given, in their order, and the sum."""

    execution: Fraction
    targets: tuple[Fraction, ...]

    @property
    def total(self) -> Fraction:
        """The score, exactly, of at most 100."""
        return self.execution + sum(self.targets, Fraction())


def execution_rate(*, paid_fen: int, budgeted_fen: int) -> Fraction | None:
    """Give what was paid of what was budgeted; None where nothing was. Raises ValueError for an amount below 0.

    >>> execution_rate(paid_fen=150, budgeted_fen=200), execution_rate(paid_fen=0, budgeted_fen=0)
    (Fraction(3, 4), None)
    """
    if paid_fen < 0 or budgeted_fen < 0:
        raise ValueError("an amount is not below 0")
    return Fraction(paid_fen, budgeted_fen) if budgeted_fen else None


def degree(target: Target, actual: Fraction) -> Fraction:
    """Give how far a target is reached, from 0 to 1.

    Of what should be at least the target, what there is in proportion to it; of what should be at most, the target in
    proportion to what there is. Raises ValueError for a value below 0, for a target of nothing that should be reached,
    and for a described share above 100.

    >>> degree(Target("output", 10, Direction.AT_LEAST, Fraction(40)), Fraction(30))
    Fraction(3, 4)
    >>> degree(Target("output", 10, Direction.AT_MOST, Fraction(5)), Fraction(8))
    Fraction(5, 8)
    >>> degree(Target("benefit", 10, Direction.DESCRIBED), Fraction(85))
    Fraction(17, 20)
    """
    value = target.value
    if actual < 0 or (value is not None and value < 0):
        raise ValueError("a value is not below 0")
    if target.direction is Direction.DESCRIBED:
        if actual > WHOLE:
            raise ValueError("a share is at most 100")
        return actual / WHOLE
    if value is None:
        raise ValueError("what is not described has a value")
    if target.direction is Direction.AT_MOST:
        return value / actual if actual > value else Fraction(1)
    if value == 0:
        raise ValueError("what should be reached is above 0")
    return min(Fraction(1), actual / value)


def missing_points(targets: Iterable[Target], scheme: Scheme) -> dict[str, int]:
    """Give by dimension how many points the targets lack, or below zero have too many; empty where all is right.

    >>> one = Target("output", 40, Direction.AT_LEAST, Fraction(1))
    >>> missing_points([one], Scheme(10, {"output": 50}, ()))
    {'output': 10}
    """
    left = dict(scheme.dimensions)
    for target in targets:
        left[target.dimension] = left.get(target.dimension, 0) - target.points
    return {dimension: points for dimension, points in left.items() if points}


def score(targets: Sequence[Target], actuals: Sequence[Fraction], *, execution: Fraction, scheme: Scheme) -> Score:
    """Give the points of each target and of execution, which counts as whole from 1 on.

    Raises ValueError where the targets' points are not the scheme's, a target is worth nothing, the scheme's are not
    100 in all, or there is not one value for each target.
    """
    if scheme.execution + sum(scheme.dimensions.values()) != WHOLE:
        raise ValueError("the points of a scheme are 100")
    if missing_points(targets, scheme) or any(target.points <= 0 for target in targets):
        raise ValueError("the targets' points are those of their dimensions")
    if execution < 0:
        raise ValueError("a rate is not below 0")
    given = tuple(target.points * degree(target, actual) for target, actual in zip(targets, actuals, strict=True))
    return Score(scheme.execution * min(Fraction(1), execution), given)


def grade(total: Fraction, scheme: Scheme) -> str:
    """Give the grade of a score: the first whose beginning it reaches. Raises ValueError below all of them.

    >>> grade(Fraction(8999, 100), Scheme(10, {}, (("excellent", 90), ("good", 80), ("poor", 0))))
    'good'
    """
    for code, begins in scheme.grades:
        if total >= begins:
            return code
    raise ValueError("no grade is so low")


def band(share: Fraction, begins: Sequence[int]) -> int:
    """Give in which band a described share lies, 0 being the best; `begins` are where the bands begin, downwards.

    >>> band(Fraction(80), (80, 50, 0)), band(Fraction(79), (80, 50, 0)), band(Fraction(0), (80, 50, 0))
    (0, 1, 2)
    """
    return next(number for number, least in enumerate(begins) if share >= least)


def in_hundredths(points: Fraction) -> int:
    """Give points in hundredths, cut: 89.999 reads 89.99.

    >>> in_hundredths(Fraction(89999, 1000))
    8999
    """
    return int(points * _CENTS)
