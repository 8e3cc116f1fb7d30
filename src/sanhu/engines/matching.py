"""Matching a statement with the books: by number first, then by an amount and a day that leave no choice.

Nothing is ever guessed. A line that names a voucher belongs to that one or to none. A line that names none belongs to a
voucher only where each is the other's only candidate: of that amount, within the window of days. Whatever has more than
one candidate is left with them, for a person to choose.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

MOST_CANDIDATES = 5


class Entry(NamedTuple):
    """A line of a statement or a voucher of the books: its key, the voucher's number (or empty), day and fen."""

    key: int
    number: str
    day: date
    fen: int


@dataclass(frozen=True)
class Matching:
    """What belongs together, by the keys of lines: vouchers matched, vouchers named that differ, and candidates.

    No voucher stands in `matched` or `differing` twice. `candidates` hold at most MOST_CANDIDATES, the nearest days
    first.
    """

    matched: Mapping[int, int] = field(default_factory=dict)
    differing: Mapping[int, int] = field(default_factory=dict)
    candidates: Mapping[int, tuple[int, ...]] = field(default_factory=dict)


def match(lines: Iterable[Entry], booked: Iterable[Entry], *, window_days: int) -> Matching:
    """Match lines with vouchers, each at most once.

    >>> monday = date(2026, 11, 9)
    >>> books = [Entry(1, "V1", monday, 500), Entry(2, "V2", monday, 700), Entry(3, "V3", monday, 700)]
    >>> lines = [Entry(1, "V1", monday, 500), Entry(2, "", monday, 700), Entry(3, "V2", monday, 701)]
    >>> found = match(lines, books, window_days=5)
    >>> found.matched, found.differing, found.candidates
    ({1: 1, 2: 3}, {3: 2}, {})
    >>> match(lines[1:2], books, window_days=5).candidates
    {2: (2, 3)}
    """
    lines, window = list(lines), timedelta(days=window_days)
    free = {voucher.number: voucher for voucher in booked}
    matched = _by_number(lines, free, window=window, is_exact=True)
    differing = _by_number([line for line in lines if line.key not in matched], free, window=window, is_exact=False)
    unnamed = [line for line in lines if not line.number]
    only, candidates = _by_amount(unnamed, list(free.values()), window=window)
    return Matching(matched | only, differing, candidates)


def _by_number(lines: Iterable[Entry], free: dict[str, Entry], *, window: timedelta, is_exact: bool) -> dict[int, int]:
    """Give each line the voucher it names, while that is free: exactly, or whatever differs."""
    found = {}
    for line in lines:
        voucher = free.get(line.number) if line.number else None
        if voucher is not None and (not is_exact or _agrees(line, voucher, window)):
            found[line.key] = free.pop(line.number).key
    return found


def _agrees(line: Entry, voucher: Entry, window: timedelta) -> bool:
    return line.fen == voucher.fen and abs(line.day - voucher.day) <= window


def _by_amount(
    lines: Sequence[Entry], vouchers: Sequence[Entry], *, window: timedelta
) -> tuple[dict[int, int], dict[int, tuple[int, ...]]]:
    """Pair those that have each other alone, and give the candidates of the lines that have a choice."""
    lines_of, vouchers_of = _by_fen(lines), _by_fen(vouchers)
    only, candidates = dict[int, int](), dict[int, tuple[int, ...]]()
    for line in lines:
        same = vouchers_of.get(line.fen, [])
        near = _near(same, line.day, window)
        if len(near) == 1 and len(_near(lines_of[line.fen], same[near[0]].day, window)) == 1:
            only[line.key] = same[near[0]].key
        elif near:
            candidates[line.key] = _nearest(same, near, line.day)
    return only, candidates


def _by_fen(entries: Iterable[Entry]) -> dict[int, list[Entry]]:
    """Put entries of one amount together, in the order of their days."""
    found: defaultdict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.fen].append(entry)
    for some in found.values():
        some.sort(key=lambda one: (one.day, one.key))
    return found


def _near(entries: list[Entry], day: date, window: timedelta) -> range:
    """Give the places of the entries within the window of a day."""
    first = bisect_left(entries, day - window, key=_day_of)
    return range(first, bisect_right(entries, day + window, lo=first, key=_day_of))


def _day_of(entry: Entry) -> date:
    return entry.day


def _nearest(entries: list[Entry], near: range, day: date) -> tuple[int, ...]:
    """Give the keys of the entries nearest to a day; only as many are looked at as may be given."""
    middle = bisect_left(entries, day, lo=near.start, hi=near.stop, key=_day_of)
    around = range(max(near.start, middle - MOST_CANDIDATES), min(near.stop, middle + MOST_CANDIDATES))
    ordered = sorted((entries[place] for place in around), key=lambda one: (abs(one.day - day), one.day, one.key))
    return tuple(one.key for one in ordered[:MOST_CANDIDATES])
