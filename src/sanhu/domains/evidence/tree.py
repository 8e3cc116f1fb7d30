"""Proofs from the tree as it is kept: that an entry is in it, and that it only grew since an earlier checkpoint."""

from collections.abc import Iterable, Iterator

from sanhu.domains.evidence.models import Entry, TreeNode
from sanhu.domains.evidence.sequencer import KEPT_EVERY, leaf_of
from sanhu.engines.merkle import consistency_path, inclusion_path, node_hash

_WIDTH = 1 << KEPT_EVERY


class KeptTree:
    """Reads whole subtrees, folding them from what is kept; each block of 256 is read once.

    Raises LookupError where a part of the tree is missing, which `sanhu verify` tells more of.
    """

    def __init__(self) -> None:
        self._blocks: dict[tuple[int, int], list[bytes]] = {}

    def inclusion(self, *, seq: int, size: int) -> list[bytes]:
        """Give the path from the entry of that place in the chain to the root over the first `size` entries.

        Raises ValueError for an entry behind them.
        """
        return inclusion_path(seq - 1, size, self._read)

    def consistency(self, *, old: int, new: int) -> list[bytes]:
        """Give the path that shows the first `old` entries to be the beginning of the first `new`.

        Raises ValueError where the older tree is empty or not smaller.
        """
        return consistency_path(old, new, self._read)

    def _read(self, level: int, place: int) -> bytes:
        kept, above = level - level % KEPT_EVERY, level % KEPT_EVERY
        first, count = place << above, 1 << above
        block, offset = divmod(first, _WIDTH)
        hashes = self._block(kept, block)[offset : offset + count]
        if len(hashes) != count:
            raise LookupError(f"the tree lacks a part at level {kept}")
        while len(hashes) > 1:
            hashes = [node_hash(*hashes[pair : pair + 2]) for pair in range(0, len(hashes), 2)]
        return hashes[0]

    def _block(self, level: int, block: int) -> list[bytes]:
        if (level, block) not in self._blocks:
            self._blocks[level, block] = _leaves(block) if level == 0 else _nodes(level, block)
        return self._blocks[level, block]


def _leaves(block: int) -> list[bytes]:
    first = block * _WIDTH + 1
    entries = Entry.objects.filter(seq__gte=first, seq__lt=first + _WIDTH).order_by("seq").values_list("seq", "body")
    return [leaf_of(body) for body in _up_to_a_gap(entries, first=first)]


def _nodes(level: int, block: int) -> list[bytes]:
    first = block * _WIDTH
    kept = TreeNode.objects.filter(level=level, place__gte=first, place__lt=first + _WIDTH).order_by("place")
    return [bytes.fromhex(value) for value in _up_to_a_gap(kept.values_list("place", "hash"), first=first)]


def _up_to_a_gap(found: Iterable[tuple[int | None, str]], *, first: int) -> Iterator[str]:
    """Give what stands at the places from the first on, so that nothing is taken for what is missing before it."""
    for expected, (place, value) in enumerate(found, start=first):
        if place != expected:
            return
        yield value
