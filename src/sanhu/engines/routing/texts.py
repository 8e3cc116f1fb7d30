"""What a router reads in a message: the runs of one, two and three folded characters that occur in it.

Most Chinese words have two characters and most names of things three, so no list of words is needed, and a word nobody
foresaw is read like any other. A run is a number: three characters of 21 bits each. It is exact, so nothing collides.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sanhu.engines.routing.folding import MARK, Folded, Places, composed, fold, is_spaced

Keys = NDArray[np.uint64]

LONGEST = 3
_BITS = 21
_MOST_CHARS_AT_ONCE = 200_000


@dataclass(frozen=True)
class Runs:
    """Every run of several messages: what it is, in which message, at which folded character, and how long."""

    keys: Keys
    message: Places
    at: Places
    size: NDArray[np.int8]


def runs(folded: Folded) -> Runs:
    """Give the runs. One with a MARK in it counts only among letters, where it parts words."""
    chars = folded.chars.astype(np.uint64)
    is_mark = folded.chars == MARK
    is_letter = ~is_mark
    is_latin = is_mark | is_spaced(folded.chars)
    found = [_of_size(size, chars, folded.message, is_letter, is_latin) for size in range(1, LONGEST + 1)]
    keys, at = (np.concatenate(column) for column in zip(*found, strict=True))
    sizes = np.repeat(np.arange(1, LONGEST + 1, dtype=np.int8), [len(part) for part, _at in found])
    return Runs(keys, folded.message[at], at, sizes)


def _of_size(
    size: int, chars: Keys, message: Places, is_letter: NDArray[np.bool_], is_latin: NDArray[np.bool_]
) -> tuple[Keys, Places]:
    count = max(0, len(chars) - size + 1)
    keys = np.zeros(count, np.uint64)
    all_letters, all_latin, any_letter = np.ones(count, bool), np.ones(count, bool), np.zeros(count, bool)
    for step in range(size):
        window = slice(step, step + count)
        keys |= chars[window] << np.uint64(_BITS * step)
        all_letters &= is_letter[window]
        all_latin &= is_latin[window]
        any_letter |= is_letter[window]
    one_message = message[:count] == message[size - 1 : size - 1 + count]
    at = np.flatnonzero(one_message & (all_letters | (all_latin & any_letter)))
    return keys[at], at


def in_batches(texts: Sequence[str], *, most_chars: int = _MOST_CHARS_AT_ONCE) -> Iterator[list[str]]:
    """Give the messages, composed, in batches that fit the memory; one longer than a batch is a batch alone."""
    batch: list[str] = []
    chars = 0
    for text in texts:
        if batch and chars + len(text) > most_chars:
            yield batch
            batch, chars = [], 0
        batch.append(composed(text))
        chars += len(text)
    if batch:
        yield batch


def counted(texts: Sequence[str]) -> tuple[Places, Keys, Places]:
    """Count the different runs of each message: message, run, how often; by message, then run."""
    done = 0
    parts: list[tuple[Places, Keys, Places]] = []
    for batch in in_batches(texts):
        found = runs(fold(batch))
        order = np.lexsort((found.keys, found.message))
        message, keys = found.message[order], found.keys[order]
        is_new = np.ones(len(keys), bool)
        is_new[1:] = (keys[1:] != keys[:-1]) | (message[1:] != message[:-1])
        first = np.flatnonzero(is_new)
        parts.append((message[first] + done, keys[first], np.diff(np.append(first, len(keys)))))
        done += len(batch)
    if not parts:
        return np.empty(0, np.int64), np.empty(0, np.uint64), np.empty(0, np.int64)
    message, keys, counts = (np.concatenate(column) for column in zip(*parts, strict=True))
    return message, keys, counts
