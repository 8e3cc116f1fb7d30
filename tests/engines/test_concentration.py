"""Laws of concentration, and the funnel's drawing."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanhu.engines.concentration import Concentration, concentration
from sanhu.engines.funnel import Origin, funnel

AMOUNTS = st.lists(st.integers(min_value=1, max_value=10**9), min_size=1, max_size=40)


def measured(amounts: list[int]) -> Concentration:
    found = concentration(amounts)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("amounts", "numerator", "denominator"),
    [([7], 49, 49), ([600, 300, 100], 460_000, 1_000_000), ([1, 1, 1, 1], 4, 16), ([3, 0, 1], 10, 16)],
)
def test_it_is_the_squares_over_the_square(amounts: list[int], numerator: int, denominator: int):
    assert concentration(amounts) == Concentration(numerator, denominator)


def test_of_nothing_there_is_none_and_of_less_than_nothing_no_share():
    assert concentration([]) is None
    assert concentration([0, 0]) is None
    with pytest.raises(ValueError, match="below 0"):
        concentration([3, -1])


@given(AMOUNTS)
def test_it_lies_between_equal_parts_and_one(amounts: list[int]):
    found = measured(amounts)
    assert Fraction(1, len(amounts)) <= found.index <= 1
    assert found.index * found.effective_number == 1


@given(st.integers(1, 500), st.integers(1, 10**9))
def test_n_equal_parts_count_as_n(number: int, amount: int):
    found = measured([amount] * number)
    assert (found.index, found.effective_number) == (Fraction(1, number), number)


@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=40).filter(any))
def test_two_origins_become_one_never_lowers_it(amounts: list[int]):
    first, second, *others = amounts
    assert measured([first + second, *others]).index >= measured(amounts).index


@given(AMOUNTS, st.integers(1, 10**6))
def test_hours_or_minutes_make_no_difference(amounts: list[int], factor: int):
    assert measured([amount * factor for amount in amounts]).index == measured(amounts).index


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60))
def test_each_organ_has_its_row_within_the_sheet(minutes: list[int]):
    origins = [Origin(f"部门{number}", "government", amount) for number, amount in enumerate(minutes)]
    drawn = funnel(origins, "翠园社区居民委员会")
    assert [band.origin for band in drawn.bands] == origins
    heights = [band.text_y for band in drawn.bands]
    assert all(before < after for before, after in pairwise(heights))
    assert heights[0] > 0
    assert heights[-1] < drawn.height
    left, top, width, height = drawn.box
    assert top >= 0
    assert top + height <= drawn.height
    assert left + width <= drawn.width


def test_a_funnel_without_origins_is_none():
    with pytest.raises(ValueError, match="at least one origin"):
        funnel([], "翠园社区居民委员会")
