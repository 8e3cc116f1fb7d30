"""Which messages are nearly the same: they are grouped, so that none is examined by what it was itself learnt from.

Two messages are nearly the same where half of their runs of three characters are common to both. It is estimated by
min-hashing, so that no message is compared with every other; all hashes follow from fixed numbers.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sanhu.engines.routing.folding import Places
from sanhu.engines.routing.texts import Keys

ALIKE_FROM = 0.5
_BANDS, _ROWS = 16, 3
_HASHES = _BANDS * _ROWS
_LONGEST_RUNS_FROM = np.uint64(1) << np.uint64(42)  # a run of three has something in its highest 21 bits

Signatures = NDArray[np.uint64]


def groups(count: int, message: Places, keys: Keys) -> Places:
    """Give the group of each of `count` messages, told by the runs of each (see `texts.counted`)."""
    long = keys >= _LONGEST_RUNS_FROM
    has_long = np.zeros(count, bool)
    has_long[message[long]] = True
    # A message of one or two characters has no run of three: it is told by those it has.
    used = long | ~has_long[message]
    signatures = _signatures(count, message[used], keys[used])
    pairs = _alike(signatures, _candidates(signatures))
    links = coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    return np.asarray(connected_components(links, directed=False)[1], np.int64)


def _signatures(count: int, message: Places, keys: Keys) -> Signatures:
    """Give each message the least of its runs under each of several hashes; one without runs has none in common."""
    signatures = np.arange(count, dtype=np.uint64)[:, np.newaxis].repeat(_HASHES, axis=1)
    if not len(message):
        return signatures
    first = np.flatnonzero(np.diff(message, prepend=-1))
    for number in range(_HASHES):
        signatures[message[first], number] = np.minimum.reduceat(_mixed(keys, number), first)
    return signatures


def _mixed(keys: Keys, number: int) -> Keys:
    """Hash runs, differently for each number (the finish of SplitMix64)."""
    mixed = keys + np.uint64((0x9E3779B97F4A7C15 * (number + 1)) % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _candidates(signatures: Signatures) -> Places:
    """Pair messages that share a band: each with the first and with the next of those that share it."""
    pairs = [np.empty((0, 2), np.int64)]
    for band in range(_BANDS):
        rows = signatures[:, band * _ROWS : (band + 1) * _ROWS]
        order = np.lexsort((np.arange(len(rows)), *rows.T))
        differs = np.ones(len(order), bool)
        differs[1:] = (rows[order[1:]] != rows[order[:-1]]).any(axis=1)
        starts = np.flatnonzero(differs)
        first = order[np.repeat(starts, np.diff(np.append(starts, len(order))))]
        follows = np.flatnonzero(~differs)
        pairs.append(np.column_stack((first[follows], order[follows])))
        pairs.append(np.column_stack((order[follows - 1], order[follows])))
    return np.unique(np.concatenate(pairs), axis=0)


def _alike(signatures: Signatures, pairs: Places) -> Places:
    kept = [np.empty((0, 2), np.int64)]
    for part in np.array_split(pairs, max(1, len(pairs) // 50_000)):
        share = (signatures[part[:, 0]] == signatures[part[:, 1]]).mean(axis=1)
        kept.append(part[share >= ALIKE_FROM])
    return np.concatenate(kept)
