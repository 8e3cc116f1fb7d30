"""Writing to the record: one entry in the transaction that decides, witnessing the rows it speaks of."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from sanhu.domains.evidence.models import Entry, Opening, Witnessed
from sanhu.engines.actors import Actor
from sanhu.engines.chain import SALT_BYTES, canonical, commitment


def record(
    *,
    event: str,
    actor: Actor,
    at: datetime,
    subject: str,
    district: str,
    rows: Sequence[Witnessed] = (),
    facts: Mapping[str, object] | None = None,
) -> Entry:
    """Write one entry.

    `rows` are committed to field by field; `facts` stand in the open, so they hold no personal value. Refuses to run
    outside a transaction: an entry without its deed, or a deed without its entry, must not be possible.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an entry is written in the transaction that decides")
    salts: dict[str, dict[str, str]] = {}
    witnessed: dict[str, dict[str, str]] = {}
    for row in rows:
        values = row.witnessed_values()
        pool = secrets.token_bytes(SALT_BYTES * len(values))
        opened = salts[row.row_ref] = {}
        committed = witnessed[row.row_ref] = {}
        for place, (field, value) in enumerate(values.items()):
            salt = pool[place * SALT_BYTES : (place + 1) * SALT_BYTES]
            opened[field] = salt.hex()
            committed[field] = commitment(salt, field, value)
    body = canonical(
        {
            "v": 1,
            "event": event,
            "at": at,
            "actor": actor.ref,
            "district": district,
            "subject": subject,
            "rows": witnessed,
            "facts": facts or {},
        }
    )
    entry = Entry.objects.create(
        district=district, at=at, event=event, actor_ref=actor.ref, subject_ref=subject, body=body
    )
    Opening.objects.create(entry=entry, salts=salts)
    return entry
