"""Chaining committed entries, in batches, by whoever holds the head.

Entries are written without a place in the chain, so that writers never wait for each other; one sequencer gives the
places afterwards. Two sequencers that meet cannot fork the chain: the head moves by compare-and-swap.
"""

from django.db import connection, transaction

from sanhu.domains.evidence.models import Entry, Head
from sanhu.engines.chain import GENESIS, link

_GIVE_PLACE = "UPDATE evidence_entry SET seq = %s, previous = %s, hash = %s WHERE id = %s AND seq IS NULL"


class HeadMovedError(Exception):
    """Another sequencer was faster; nothing was written."""


def sequence(*, limit: int = 2000) -> int:
    """Chain up to `limit` committed entries in the order of their keys, and give how many there were.

    Raises HeadMovedError when another sequencer was faster.
    """
    with transaction.atomic():
        # The head before the tail: whoever chains any of this tail meanwhile has moved the head we read.
        head, _ = Head.objects.get_or_create(id=1, defaults={"seq": 0, "hash": GENESIS})
        seq, last = head.seq, head.hash
        places = []
        for key, body in Entry.objects.filter(seq__isnull=True).order_by("id").values_list("id", "body")[:limit]:
            seq, previous, last = seq + 1, last, link(last, body)
            places.append((seq, previous, last, key))
        if not places:
            return 0
        if not Head.objects.filter(id=1, seq=head.seq, hash=head.hash).update(seq=seq, hash=last):
            raise HeadMovedError
        with connection.cursor() as cursor:
            cursor.executemany(_GIVE_PLACE, places)
    return len(places)
