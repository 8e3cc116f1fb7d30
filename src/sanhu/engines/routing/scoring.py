"""How much each label suits each message: the sum of what its known runs say, rare ones louder, long texts no louder.

A run counts by 1 + log(how often), times its rarity, and a message is scaled to length one (TF-IDF). Training and
serving both count with `known`, so a message weighs the same in both.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sanhu.engines.routing.folding import Places
from sanhu.engines.routing.texts import Runs

_MOST_CELLS = 8_000_000  # of the table of weights gathered at once

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Known:
    """The known runs of several messages.

    Each different run of a message is a row: its message, its column in the model, its value. And each occurrence tells
    its row, the folded character it begins at, and how long it is. `share` is how much of a message is known at all.
    """

    message: Places
    column: Places
    value: Floats
    row: Places
    at: Places
    size: NDArray[np.int8]
    share: Floats


def known(found: Runs, columns: Places, rarity: NDArray[np.float32], count: int) -> Known:
    """Value the runs of `count` messages; `columns` tells the place of each in the model, or -1."""
    has = columns >= 0
    share = _share(found, has, count)
    message, column, at, size = found.message[has], columns[has], found.at[has], found.size[has]
    order = np.argsort(message * len(rarity) + column)
    message, column = message[order], column[order]
    is_new = np.ones(len(order), bool)
    is_new[1:] = (message[1:] != message[:-1]) | (column[1:] != column[:-1])
    first = np.flatnonzero(is_new)
    often = np.diff(np.append(first, len(order)))
    message, column = message[first], column[first]
    return Known(
        message=message,
        column=column,
        value=scaled((1 + np.log(often)) * rarity[column], message, count),
        row=np.cumsum(is_new) - 1,
        at=at[order],
        size=size[order],
        share=share,
    )


def scaled(value: Floats, message: Places, count: int) -> Floats:
    """Scale the values of each message to length one."""
    length = np.sqrt(np.bincount(message, weights=value * value, minlength=count))
    return np.asarray(value / np.where(length > 0, length, 1)[message], np.float64)


def sums(known_runs: Known, weights: NDArray[np.float16], lead: NDArray[np.float32], count: int) -> Floats:
    """Sum what the known runs of each message say for each label."""
    total = np.repeat(lead.astype(np.float64)[np.newaxis, :], count, axis=0)
    message, column, value = known_runs.message, known_runs.column, known_runs.value.astype(np.float32)
    at_once = max(1, _MOST_CELLS // len(lead))
    for start in range(0, len(message), at_once):
        part = slice(start, start + at_once)
        said = weights[column[part]].astype(np.float32) * value[part, np.newaxis]
        first = np.flatnonzero(np.diff(message[part], prepend=-1))
        total[message[part][first]] += np.add.reduceat(said, first, axis=0)
    return total


def likely(total: Floats) -> Floats:
    """Turn sums into probabilities that come to one for each message."""
    raised = np.exp(total - total.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float64)


def _share(found: Runs, has: NDArray[np.bool_], count: int) -> Floats:
    """Tell what share of the runs of two and three characters is known; of none, none."""
    long = found.size > 1
    total = np.bincount(found.message[long], minlength=count)
    of_these = np.bincount(found.message[long & has], minlength=count)
    return np.asarray(of_these / np.maximum(total, 1), np.float64)
