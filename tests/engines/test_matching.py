"""A statement is matched with the books without a guess: nothing twice, nothing that had a choice."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanhu.engines.matching import MOST_CANDIDATES, Entry, match

MONDAY = date(2026, 11, 9)


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


BOOKS = [
    Entry(1, "V1", day(0), 500),
    Entry(2, "V2", day(0), 700),
    Entry(3, "V3", day(3), 700),
    Entry(4, "V4", day(20), 900),
]


@pytest.mark.parametrize(
    ("line", "matched", "differing", "candidates"),
    [
        (Entry(9, "V1", day(0), 500), {9: 1}, {}, {}),
        (Entry(9, "V1", day(5), 500), {9: 1}, {}, {}),  # the Saturday after, within five days
        (Entry(9, "V1", day(6), 500), {}, {9: 1}, {}),  # another day
        (Entry(9, "V1", day(0), 501), {}, {9: 1}, {}),  # another amount
        (Entry(9, "V8", day(0), 500), {}, {}, {}),  # it names none there is, though the amount would fit
        (Entry(9, "", day(0), 500), {9: 1}, {}, {}),
        (Entry(9, "", day(-6), 500), {}, {}, {}),
        (Entry(9, "", day(2), 700), {}, {}, {9: (3, 2)}),  # two could be meant: the nearer stands first
        (Entry(9, "", day(8), 700), {9: 3}, {}, {}),
        (Entry(9, "", day(0), 501), {}, {}, {}),
    ],
)
def test_one_line(line: Entry, matched: dict[int, int], differing: dict[int, int], candidates: dict[int, object]):
    found = match([line], BOOKS, window_days=5)
    assert (found.matched, found.differing, found.candidates) == (matched, differing, candidates)


def test_lines_that_could_be_the_same_voucher_leave_it_to_a_person():
    found = match([Entry(7, "", day(0), 500), Entry(8, "", day(1), 500)], BOOKS, window_days=5)
    assert (found.matched, found.candidates) == ({}, {7: (1,), 8: (1,)})


def test_what_is_named_is_no_candidate_any_more():
    found = match([Entry(7, "", day(2), 700), Entry(8, "V2", day(0), 1)], BOOKS, window_days=5)
    assert (found.matched, found.differing) == ({7: 3}, {8: 2})


def test_a_number_named_twice_is_taken_once_and_exactly():
    found = match([Entry(7, "V1", day(0), 499), Entry(8, "V1", day(0), 500)], BOOKS, window_days=5)
    assert (found.matched, found.differing) == ({8: 1}, {})


entries = st.lists(
    st.tuples(st.sampled_from(["", "", "V1", "V2", "V3", "V9"]), st.integers(0, 12), st.integers(1, 3)), max_size=12
)
vouchers = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 3)), max_size=8)


@given(asked=entries, books=vouchers, window=st.integers(0, 5))
def test_nothing_is_used_twice_and_nothing_with_a_choice_is_matched(
    asked: list[tuple[str, int, int]], books: list[tuple[int, int]], window: int
):
    lines = [Entry(key, number, day(on), fen) for key, (number, on, fen) in enumerate(asked)]
    booked = [Entry(key, f"V{key}", day(on), fen) for key, (on, fen) in enumerate(books)]
    found = match(lines, booked, window_days=window)
    used = [*found.matched.values(), *found.differing.values()]
    assert len(used) == len(set(used))
    assert not set(found.matched) & set(found.differing)

    named = {voucher for line, voucher in (found.matched | found.differing).items() if lines[line].number}
    free = [one for one in booked if one.key not in named]
    unnamed = [one for one in lines if not one.number]

    def near(one: Entry, others: list[Entry]) -> list[int]:
        return [other.key for other in others if other.fen == one.fen and abs((other.day - one.day).days) <= window]

    for line in unnamed:
        could = near(line, free)
        is_only = len(could) == 1 and near(booked[could[0]], unnamed) == [line.key]
        assert found.matched.get(line.key) == (could[0] if is_only else None)
        given_to_choose = set(found.candidates.get(line.key, ()))
        assert given_to_choose <= set(could)
        assert len(given_to_choose) == (0 if is_only else min(len(could), MOST_CANDIDATES))
    reordered = match(lines[::-1], booked[::-1], window_days=window)
    keys = [one.key for one in unnamed]
    assert [reordered.matched.get(key) for key in keys] == [found.matched.get(key) for key in keys]
