"""Chaining committed entries, in batches, by whoever holds the head.

Entries are written without a place in the chain, so that writers never wait for each other; one sequencer gives the
places afterwards. Two sequencers that meet cannot fork the chain: the head moves by compare-and-swap.
"""

from django.db import transaction

from sanhu.domains.evidence.models import Entry, Head
from sanhu.engines.chain import GENESIS, link


class HeadMovedError(Exception):
    """Another sequencer was faster; nothing was written."""


def sequence(*, limit: int = 2000) -> int:
    """Chain up to `limit` committed entries in the order of their keys, and give how many there were."""
    with transaction.atomic():
        head, _ = Head.objects.get_or_create(id=1, defaults={"seq": 0, "hash": GENESIS})
        tail = list(Entry.objects.filter(seq__isnull=True).order_by("id").only("id", "body")[:limit])
        if not tail:
            return 0
        seq, last = head.seq, head.hash
        for entry in tail:
            seq += 1
            entry.seq, entry.previous, entry.hash = seq, last, link(last, entry.body)
            last = entry.hash
        moved = Head.objects.filter(id=1, seq=head.seq, hash=head.hash).update(seq=seq, hash=last)
        if not moved:
            raise HeadMovedError
        Entry.objects.bulk_update(tail, ["seq", "previous", "hash"], batch_size=200)
    return len(tail)
