"""Chaining committed entries and growing the tree over them, in batches, by whoever holds the head.

Entries are written without a place in the chain, so that writers never wait for each other; one sequencer gives the
places afterwards. Two sequencers that meet cannot fork the chain: the head moves by compare-and-swap.
"""

import hashlib

from django.db import connection, transaction

from sanhu.domains.evidence.models import Entry, Head, TreeNode
from sanhu.engines.chain import GENESIS, link
from sanhu.engines.merkle import GrowingTree, Node, leaf_hash

KEPT_EVERY = 8  # levels of the tree: 256 leaves or subtrees below each one that is kept

_GIVE_PLACE = "UPDATE evidence_entry SET seq = %s, previous = %s, hash = %s WHERE id = %s AND seq IS NULL"


class HeadMovedError(Exception):
    """Another sequencer was faster; nothing was written."""


def leaf_of(body: str) -> bytes:
    """Give the leaf under which an entry with this body stands in the tree."""
    return leaf_hash(hashlib.sha256(body.encode()).digest())


def sequence(*, limit: int = 2000) -> int:
    """Chain up to `limit` committed entries in the order of their keys, and give how many there were.

    Raises HeadMovedError when another sequencer was faster.
    """
    with transaction.atomic():
        # The head before the tail: whoever chains any of this tail meanwhile has moved the head we read.
        head, _ = Head.objects.get_or_create(id=1, defaults={"seq": 0, "hash": GENESIS})
        seq, last = head.seq, head.hash
        tree = GrowingTree(seq, [bytes.fromhex(peak) for peak in head.peaks])
        places = []
        whole: list[Node] = []
        for key, body in Entry.objects.filter(seq__isnull=True).order_by("id").values_list("id", "body")[:limit]:
            seq, previous, last = seq + 1, last, link(last, body)
            places.append((seq, previous, last, key))
            whole += tree.append(leaf_of(body))
        if not places:
            return 0
        if not _move(head, seq=seq, last=last, tree=tree):
            raise HeadMovedError
        with connection.cursor() as cursor:
            cursor.executemany(_GIVE_PLACE, places)
        TreeNode.objects.bulk_create(
            TreeNode(level=node.level, place=node.place, hash=node.hash.hex())
            for node in whole
            if node.level % KEPT_EVERY == 0
        )
    return len(places)


def _move(head: Head, *, seq: int, last: str, tree: GrowingTree) -> bool:
    peaks = [peak.hex() for peak in tree.peaks]
    return bool(Head.objects.filter(id=1, seq=head.seq, hash=head.hash).update(seq=seq, hash=last, peaks=peaks))
