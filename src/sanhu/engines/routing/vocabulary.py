"""The runs a model knows, found by the hundred thousand at once: a table with open addressing, held in one array."""

import numpy as np

from sanhu.engines.routing.folding import Places
from sanhu.engines.routing.texts import Keys

_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio: neighbours land far apart
_SLOTS_PER_KEY = 2
_FREE = -1


class Vocabulary:
    """Knows the place of each key in a list of different keys."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        bits = max(4, int(len(keys) * _SLOTS_PER_KEY).bit_length())
        self._shift = np.uint64(64 - bits)
        self._mask = np.int64((1 << bits) - 1)
        self._held = np.full(1 << bits, _FREE, np.int32)
        self._settle()
        # A free slot holds a key that no run has: all bits set. So one comparison tells a key from its absence.
        self._slots = np.full(1 << bits, ~np.uint64(0), np.uint64)
        taken = self._held != _FREE
        self._slots[taken] = keys[self._held[taken]]

    def __len__(self) -> int:
        return len(self.keys)

    def find(self, keys: Keys) -> Places:
        """Give the place of each key, or -1."""
        places = np.full(len(keys), _FREE, np.int64)
        asked = np.arange(len(keys))
        slots = self._home(keys)
        while len(asked):
            there = self._slots[slots]
            found = there == keys
            places[asked[found]] = self._held[slots[found]]
            on = ~found & (self._held[slots] != _FREE)
            asked, keys, slots = asked[on], keys[on], (slots[on] + 1) & self._mask
        return places

    def _home(self, keys: Keys) -> Places:
        return ((keys * _SPREAD) >> self._shift).astype(np.int64)

    def _settle(self) -> None:
        """Give every key the first free slot from its home on; of several that want one, the first has it."""
        waiting = np.arange(len(self.keys), dtype=np.int32)
        slots = self._home(self.keys)
        while len(waiting):
            free = self._held[slots] == _FREE
            self._held[slots[free][::-1]] = waiting[free][::-1]
            on = self._held[slots] != waiting
            waiting, slots = waiting[on], (slots[on] + 1) & self._mask
