"""Why a message went where it went: the words in it that spoke for the first label and against the second.

Every run that speaks for the first label spreads its weight over the characters it covers. Where a word begins and ends
is told by how often its characters stand together in what was learnt from, and by the blanks the writer made. The words
that carry most are the reasons; so a reason is always a piece of the message itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sanhu.engines.routing.folding import MARK, Folded, Places, is_spaced
from sanhu.engines.routing.scoring import Floats
from sanhu.engines.routing.texts import LONGEST, Runs

MOST_REASONS = 3
_MOST_CHARS = 12
_COHERES_FROM = 0.35  # of what it would be if neither character ever stood without the other
_CARRIES_FROM = 0.2  # of what the weightiest word of the message carries
_LONE_CHARACTER = 0.3  # a single character says little by itself: it must outweigh words to come before them


@dataclass(frozen=True)
class Words:
    """The words of several messages: the first and last folded character of each, and the message."""

    first: Places
    last: Places
    message: Places


def weight_of_chars(folded: Folded, at: Places, size: NDArray[np.int8], weight: Floats) -> Floats:
    """Spread the weight of each run evenly over the characters it covers."""
    carried = np.zeros(len(folded.chars))
    share = weight / size
    for step in range(LONGEST):
        covers = size > step
        carried += np.bincount(at[covers] + step, weights=share[covers], minlength=len(carried))
    return carried


def words_of(folded: Folded, found: Runs, columns: Places, rarity: NDArray[np.float32]) -> Words:
    """Part messages into words."""
    places = np.flatnonzero(folded.chars != MARK)
    if not len(places):
        return Words(places, places, places)
    joined = _joined(folded, found, columns, rarity)
    goes_on = np.zeros(len(places), bool)
    goes_on[1:] = (np.diff(places) == 1) & joined[places[:-1]]
    starts = np.flatnonzero(~goes_on)
    since = np.arange(len(places)) - np.repeat(starts, np.diff(np.append(starts, len(places))))
    starts = np.flatnonzero(~goes_on | (since % _MOST_CHARS == 0))
    lasts = np.append(starts[1:], len(places)) - 1
    return Words(places[starts], places[lasts], folded.message[places[starts]])


def _joined(folded: Folded, found: Runs, columns: Places, rarity: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Tell of each folded character whether it and the next one are of one word (normalised mutual information)."""
    alone, pair = np.full(len(folded.chars), np.inf), np.full(len(folded.chars), np.inf)
    is_known = columns >= 0
    for size, into in ((1, alone), (2, pair)):
        chosen = is_known & (found.size == size)
        into[found.at[chosen]] = rarity[columns[chosen]] - 1  # minus the logarithm of how often
    joined = np.zeros(len(folded.chars), bool)
    together = pair[:-1]
    with np.errstate(invalid="ignore"):
        coherence = (alone[:-1] + alone[1:] - together) / np.maximum(together, 1)
    side_by_side = (folded.message[1:] == folded.message[:-1]) & (folded.start[1:] == folded.stop[:-1])
    spaced = is_spaced(folded.chars)
    of_one_word = np.isfinite(together) & (coherence >= _COHERES_FROM) & (spaced[1:] == spaced[:-1])
    joined[:-1] = side_by_side & (of_one_word | (spaced[1:] & spaced[:-1]))
    return joined


def weightiest(texts: Sequence[str], folded: Folded, words: Words, carried: Floats) -> list[tuple[str, ...]]:
    """Give the words of each message that carry most, the weightiest first."""
    found: list[list[str]] = [[] for _ in texts]
    if not len(words.first):
        return [()] * len(texts)
    upto = np.append(0, np.cumsum(carried))
    weight = upto[words.last + 1] - upto[words.first]
    weight[words.first == words.last] *= _LONE_CHARACTER
    most = np.zeros(len(texts))
    np.maximum.at(most, words.message, weight)
    kept = np.flatnonzero((weight > 0) & (weight >= _CARRIES_FROM * most[words.message]))
    kept = kept[np.lexsort((-weight[kept], words.message[kept]))]
    columns = (words.message[kept], folded.start[words.first[kept]], folded.stop[words.last[kept]])
    for message, start, stop in zip(*(column.tolist() for column in columns), strict=True):
        word = texts[message][start:stop]
        if len(found[message]) < MOST_REASONS and word not in found[message]:
            found[message].append(word)
    return [tuple(listed) for listed in found]
