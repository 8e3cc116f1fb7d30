"""Growth and shares: exact whatever the amounts, rounded half to even to be read, never made or lost by rounding."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanhu.engines.growth import BASIS, MINUS, Growth, Share, in_percent, shares

FEN = st.integers(0, 10_000_000_000_000)


@pytest.mark.covers("R57")
@pytest.mark.parametrize(
    ("before", "now", "points", "words"),
    [
        (100, 105, 500, "5.00%"),
        (3, 4, 3333, "33.33%"),
        (3, 5, 6667, "66.67%"),
        (20_000, 20_001, 0, "0.00%"),  # half a basis point: to the even 0
        (20_000, 20_003, 2, "0.02%"),  # one and a half: to the even 2
        (20_000, 20_005, 2, "0.02%"),  # two and a half: to the even 2
        (20_000, 19_999, 0, "0.00%"),
        (20_000, 19_997, -2, f"{MINUS}0.02%"),
        (100, 0, -10_000, f"{MINUS}100.00%"),
        (1, 10_000_000_000_000, 99_999_999_999_990_000, "999999999999900.00%"),
    ],
)
def test_growth_is_rounded_half_to_even(before: int, now: int, points: int, words: str):
    growth = Growth(before_fen=before, now_fen=now)
    assert growth.basis_points == points
    assert in_percent(points) == words


def test_nothing_grows_from_nothing():
    growth = Growth(before_fen=0, now_fen=5)
    assert (growth.rate, growth.basis_points, growth.falls, growth.is_below(10_000)) == (None, None, False, False)
    assert Share(part_fen=0, whole_fen=0).basis_points is None


@pytest.mark.covers("R57")
def test_what_only_looks_as_high_as_the_reference_is_below_it():
    almost = Growth(before_fen=30_000, now_fen=31_499)
    assert (almost.basis_points, almost.is_below(500)) == (500, True)
    exactly = Growth(before_fen=30_000, now_fen=31_500)
    assert (exactly.basis_points, exactly.is_below(500)) == (500, False)
    shrinking = Growth(before_fen=100, now_fen=98)  # a year in which everything shrinks by 3 %
    assert (shrinking.falls, shrinking.is_below(-300)) == (True, False)


@given(before=FEN.filter(bool), now=FEN, reference=st.integers(-10_000, 100_000))
def test_the_exact_rate_decides_and_rounding_is_off_by_half_a_point_at_most(before: int, now: int, reference: int):
    growth = Growth(before_fen=before, now_fen=now)
    assert growth.rate is not None
    assert growth.basis_points is not None
    assert before + growth.rate * before == now
    assert growth.is_below(reference) == (now * BASIS < before * (BASIS + reference))
    assert abs(growth.rate * BASIS - growth.basis_points) <= Fraction(1, 2)


@given(parts=st.dictionaries(st.text(max_size=3), FEN))
def test_shares_lose_no_fen(parts: dict[str, int]):
    found = shares(parts)
    assert {key: share.part_fen for key, share in found.items()} == parts
    assert all(share.whole_fen == sum(parts.values()) for share in found.values())
    if sum(parts.values()):
        assert sum(share.rate or 0 for share in found.values()) == 1
