"""Scores of performance: by hand, and by law: between 0 and 100, never worse for doing better, exact to the grade."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanhu.engines.performance import (
    Direction,
    Scheme,
    Target,
    band,
    degree,
    execution_rate,
    grade,
    in_hundredths,
    missing_points,
    score,
)

SCHEME = Scheme(
    10,
    {"output": 50, "benefit": 30, "satisfaction": 10},
    (("excellent", 90), ("good", 80), ("fair", 60), ("poor", 0)),
)
AT_LEAST, AT_MOST, DESCRIBED = Direction


def target(direction: Direction, value: str | None, dimension: str = "output", points: int = 10) -> Target:
    return Target(dimension, points, direction, None if value is None else Fraction(value))


# 120 visits of 120, 45 of 50 in time, ¥8 where at most ¥10 was meant, described at 85 %, 92 of 95 content
TARGETS = (
    target(AT_LEAST, "120", points=20),
    target(AT_LEAST, "50", points=20),
    target(AT_MOST, "10", points=10),
    target(DESCRIBED, None, "benefit", 30),
    target(AT_LEAST, "95", "satisfaction", 10),
)
ACTUALS = tuple(map(Fraction, ("120", "45", "8", "85", "92")))


@pytest.mark.covers("R53")
def test_a_score_is_summed_by_hand():
    found = score(TARGETS, ACTUALS, execution=Fraction(3, 4), scheme=SCHEME)
    assert found.execution == Fraction(15, 2)
    assert found.targets == (20, 18, 10, Fraction(51, 2), Fraction(184, 19))
    assert in_hundredths(found.total) == 9068  # 7.5 + 20 + 18 + 10 + 25.5 + 9.6842…
    assert grade(found.total, SCHEME) == "excellent"


@pytest.mark.parametrize(
    ("direction", "value", "actual", "reached"),
    [
        (AT_LEAST, "10", "0", 0),
        (AT_LEAST, "10", "9.99", Fraction(999, 1000)),
        (AT_LEAST, "10", "10", 1),
        (AT_LEAST, "10", "1000", 1),
        (AT_MOST, "10", "0", 1),
        (AT_MOST, "10", "10", 1),
        (AT_MOST, "10", "40", Fraction(1, 4)),
        (AT_MOST, "0", "0", 1),  # no accident was to happen, and none did
        (AT_MOST, "0", "1", 0),
        (DESCRIBED, None, "0", 0),
        (DESCRIBED, None, "79.5", Fraction(795, 1000)),
        (DESCRIBED, None, "100", 1),
    ],
)
def test_how_far_a_target_is_reached(direction: Direction, value: str | None, actual: str, reached: Fraction):
    assert degree(target(direction, value), Fraction(actual)) == reached


@pytest.mark.parametrize(
    ("direction", "value", "actual"),
    [
        (AT_LEAST, "0", "1"),
        (AT_LEAST, "-1", "1"),
        (AT_LEAST, "1", "-1"),
        (AT_LEAST, None, "1"),
        (AT_MOST, "-1", "0"),
        (AT_MOST, None, "0"),
        (DESCRIBED, None, "100.01"),
        (DESCRIBED, None, "-1"),
    ],
)
def test_what_cannot_be_measured_is_refused(direction: Direction, value: str | None, actual: str):
    with pytest.raises(ValueError, match=r"."):
        degree(target(direction, value), Fraction(actual))


@pytest.mark.parametrize(
    ("total", "code"),
    [
        ("100", "excellent"),
        ("90", "excellent"),
        ("89.9999", "good"),
        ("80", "good"),
        ("79.99", "fair"),
        ("60", "fair"),
        ("59.9999", "poor"),
        ("0", "poor"),
    ],
)
def test_a_grade_begins_where_it_begins_and_what_reads_as_its_beginning_has_it(total: str, code: str):
    exact = Fraction(total)
    assert grade(exact, SCHEME) == grade(Fraction(in_hundredths(exact), 100), SCHEME) == code


def test_below_every_grade_and_a_scheme_that_is_not_a_hundred_are_refused():
    with pytest.raises(ValueError, match="no grade"):
        grade(Fraction(-1), SCHEME)
    with pytest.raises(ValueError, match="100"):
        score(TARGETS, ACTUALS, execution=Fraction(1), scheme=replace(SCHEME, execution=11))
    with pytest.raises(ValueError, match="dimensions"):
        score(TARGETS[1:], ACTUALS[1:], execution=Fraction(1), scheme=SCHEME)
    with pytest.raises(ValueError, match="dimensions"):
        score(
            [*TARGETS, target(AT_LEAST, "1", points=0)], [*ACTUALS, Fraction(1)], execution=Fraction(1), scheme=SCHEME
        )
    with pytest.raises(ValueError, match="zip"):
        score(TARGETS, ACTUALS[1:], execution=Fraction(1), scheme=SCHEME)
    with pytest.raises(ValueError, match="rate"):
        score(TARGETS, ACTUALS, execution=Fraction(-1), scheme=SCHEME)


def test_points_too_few_too_many_and_of_no_dimension_are_named():
    assert missing_points(TARGETS, SCHEME) == {}
    assert missing_points(TARGETS[1:], SCHEME) == {"output": 20}
    assert missing_points([*TARGETS, target(AT_MOST, "1", "elsewhere", 3)], SCHEME) == {"elsewhere": -3}


def test_a_rate_of_execution_has_a_denominator_or_is_none():
    assert execution_rate(paid_fen=1, budgeted_fen=3) == Fraction(1, 3)
    assert execution_rate(paid_fen=5, budgeted_fen=0) is None
    for paid, budgeted in ((-1, 1), (1, -1)):
        with pytest.raises(ValueError, match="below 0"):
            execution_rate(paid_fen=paid, budgeted_fen=budgeted)


def test_a_band_takes_its_beginning_in():
    assert [band(Fraction(share), (80, 50, 0)) for share in ("100", "80", "79.9", "50", "49", "0")] == [
        0,
        0,
        1,
        1,
        2,
        2,
    ]


VALUES = st.fractions(0, 10**9, max_denominator=1000)
SHARES = st.fractions(0, 100, max_denominator=1000)
NUMBERS = st.builds(
    lambda direction, value: Target("any", 1, direction, value),
    st.sampled_from((AT_LEAST, AT_MOST)),
    VALUES.filter(bool),
)


@given(NUMBERS, VALUES, VALUES)
def test_doing_better_never_scores_less(one: Target, worse: Fraction, better: Fraction):
    low, high = sorted((worse, better), reverse=one.direction is AT_MOST)
    assert 0 <= degree(one, low) <= degree(one, high) <= 1


@st.composite
def sheets(draw: st.DrawFn) -> tuple[list[Target], list[Fraction]]:
    """Draw targets whose points are the scheme's, and a value for each."""
    targets, actuals = [], []
    for dimension, points in SCHEME.dimensions.items():
        cuts = sorted({0, points, *draw(st.lists(st.integers(1, points - 1), max_size=3))})
        for low, high in pairwise(cuts):
            direction = draw(st.sampled_from(Direction))
            value = None if direction is DESCRIBED else draw(VALUES.filter(bool))
            targets.append(Target(dimension, high - low, direction, value))
            actuals.append(draw(SHARES if direction is DESCRIBED else VALUES))
    return targets, actuals


@given(sheets(), st.fractions(0, 3, max_denominator=10_000))
def test_a_score_lies_between_0_and_100_and_is_the_sum_of_its_parts(
    sheet: tuple[list[Target], list[Fraction]], execution: Fraction
):
    targets, actuals = sheet
    assert missing_points(targets, SCHEME) == {}
    found = score(targets, actuals, execution=execution, scheme=SCHEME)
    assert 0 <= found.total <= 100
    assert found.total == found.execution + sum(found.targets)
    assert all(0 <= given <= one.points for given, one in zip(found.targets, targets, strict=True))
    shown = Fraction(in_hundredths(found.total), 100)
    assert 0 <= found.total - shown < Fraction(1, 100)
    assert grade(shown, SCHEME) == grade(found.total, SCHEME)


@given(st.integers(0, 10**13), st.integers(1, 10**13))
def test_paying_more_of_a_budget_never_scores_less(paid: int, budgeted: int):
    rates = [execution_rate(paid_fen=fen, budgeted_fen=budgeted) for fen in (paid, paid + 1)]
    first, second = (score(TARGETS, ACTUALS, execution=rate or Fraction(), scheme=SCHEME).execution for rate in rates)
    assert 0 <= first <= second <= 10
