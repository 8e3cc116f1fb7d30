"""The record: one entry in the transaction that decides, witnessing the rows it speaks of."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from sanhu.domains.evidence.models import Entry, Opening, Witnessed
from sanhu.engines.actors import Actor
from sanhu.engines.chain import SALT_BYTES, canonical, commitment

_PREFIX = 12  # hexadecimal digits of a hash that a page prints


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

    `rows` are committed to field by field, as they were just saved; `facts` stand in the open, so they hold no
    personal value. Refuses to run outside a transaction: an entry without its deed, or a deed without its entry, must
    not be possible.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an entry is written in the transaction that decides")
    salts: dict[str, dict[str, str]] = {}
    witnessed: dict[str, dict[str, str]] = {}
    for row in rows:
        salts[row.row_ref], witnessed[row.row_ref] = _commit_to(row)
    body = canonical(
        {
            "v": 2,
            "nonce": secrets.token_hex(SALT_BYTES),  # so that a hash shown in its stead tells nothing
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


def _commit_to(row: Witnessed) -> tuple[dict[str, str], dict[str, str]]:
    """Give a row's salts and commitments by field, each salt fresh."""
    if row.pk is None:
        raise ValueError("a row is saved before the record speaks of it")
    values = row.witnessed_values()
    pool = secrets.token_bytes(SALT_BYTES * len(values))
    salts = {field: pool[place * SALT_BYTES :][:SALT_BYTES] for place, field in enumerate(values)}
    return (
        {field: salt.hex() for field, salt in salts.items()},
        {field: commitment(salts[field], field, value) for field, value in values.items()},
    )


@dataclass(frozen=True)
class Line:
    """An entry as a page shows it; `seq` and `hash_prefix` are empty until the entry is chained."""

    seq: int | None
    hash_prefix: str
    event: str
    at: datetime


def lines_of(subject_ref: str) -> list[Line]:
    """List what the record holds about a subject, oldest first: enough to compare, nothing that tells."""
    entries = Entry.objects.filter(subject_ref=subject_ref).order_by("id")
    return [
        Line(seq=seq, hash_prefix=found[:_PREFIX], event=event, at=at)
        for seq, found, event, at in entries.values_list("seq", "hash", "event", "at")
    ]
