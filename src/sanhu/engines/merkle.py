"""The tree over the record: RFC 6962 (section 2.1), SHA-256, with proofs that one entry is in it and that it only grew.

A leaf is the hash of an entry's body, so that an entry can be proven to be there without being shown. Everything here
is arithmetic over 32-byte hashes; `read(level, place)` stands for wherever whole subtrees are kept: the hash over
2**level leaves, beginning with leaf place * 2**level.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

EMPTY_ROOT = hashlib.sha256(b"").digest()
HASH_BYTES = 32

Read = Callable[[int, int], bytes]


def leaf_hash(body_hash: bytes) -> bytes:
    """Hash a leaf: a zero byte before its 32 bytes, so that no leaf can be taken for a node."""
    return hashlib.sha256(b"\x00" + body_hash).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into one."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Node:
    """The hash over a whole subtree of 2**level leaves, the `place`-th of its size."""

    level: int
    place: int
    hash: bytes


@dataclass
class GrowingTree:
    """A tree as far as growing it needs: its size and the hashes of its whole subtrees, largest first."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Raise ValueError for peaks that cannot be those of a tree of this size."""
        if len(self.peaks) != self.size.bit_count():
            raise ValueError("a tree has one peak for each binary digit of its size")

    def append(self, leaf: bytes) -> Iterator[Node]:
        """Add a leaf's hash, and give every subtree that it makes whole, smallest first. Run it to its end."""
        here, level = leaf, 0
        while self.size >> level & 1:
            here = node_hash(self.peaks.pop(), here)
            level += 1
            yield Node(level, self.size >> level, here)
        self.peaks.append(here)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The tree's root; RFC 6962's hash of nothing while it is empty."""
        if not self.peaks:
            return EMPTY_ROOT
        *others, root = self.peaks
        for peak in reversed(others):
            root = node_hash(peak, root)
        return root


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Give the root over leaf hashes."""
    tree = GrowingTree()
    for leaf in leaves:
        for _whole in tree.append(leaf):
            pass
    return tree.root


def inclusion_path(index: int, size: int, read: Read) -> list[bytes]:
    """Give the hashes that lead from leaf `index` (the first is 0) to the root of the tree of `size` leaves.

    Raises ValueError for a leaf that is not in that tree.
    """
    if not 0 <= index < size:
        raise ValueError("the leaf is not in the tree")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_root(middle, end, read))
            end = middle
        else:
            path.append(_range_root(start, middle, read))
            start = middle
    return path[::-1]


def root_by_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Give the root to which a path leads from a leaf. Raises ValueError for a path of the wrong length."""
    root, place, last = leaf, index, size - 1
    if not 0 <= index < size:
        raise ValueError("the leaf is not in the tree")
    for sibling in path:
        if last == 0:
            raise ValueError("the path is too long")
        if place & 1 or place == last:
            root = node_hash(sibling, root)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise ValueError("the path is too short")
    return root


def consistency_path(old: int, new: int, read: Read) -> list[bytes]:
    """Give the hashes that show that the tree of `old` leaves is the beginning of the tree of `new` leaves.

    Raises ValueError where there is nothing to show: an empty old tree, or one that is not smaller.
    """
    if not 0 < old < new:
        raise ValueError("the older tree has a leaf and is smaller")
    path: list[bytes] = []
    start, end, is_whole = 0, new, True
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range_root(middle, end, read))
            end = middle
        else:
            path.append(_range_root(start, middle, read))
            start, is_whole = middle, False
    if not is_whole:
        path.append(_range_root(start, end, read))
    return path[::-1]


def is_consistent(old: int, new: int, *, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Tell whether a path shows that the older tree is the beginning of the newer one (RFC 9162, 2.1.4.2)."""
    if old == new:
        return old_root == new_root and not path
    if not 0 < old < new:
        return False
    hashes = list(path) if old & (old - 1) else [old_root, *path]
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    if not hashes:
        return False
    from_old = from_new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            from_old, from_new = node_hash(sibling, from_old), node_hash(sibling, from_new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            from_new = node_hash(from_new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and from_old == old_root and from_new == new_root


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def _range_root(start: int, end: int, read: Read) -> bytes:
    """The hash over leaves `start` to `end` (excluded), where `start` is a multiple of the subtree's size."""
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return read(level, start >> level)
    middle = start + _split(count)
    return node_hash(_range_root(start, middle, read), _range_root(middle, end, read))
