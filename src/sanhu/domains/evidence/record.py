"""The record: one entry in the transaction that decides, witnessing the rows it speaks of."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from sanhu.domains.evidence.models import Entry, Opening, Witnessed
from sanhu.engines.actors import Actor
from sanhu.engines.chain import SALT_BYTES, canonical, commitment

_AT_A_TIME = 500
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
    said = Saying(subject=subject, rows=rows, facts=facts or {})
    return record_each([said], event=event, actor=actor, at=at, district=district)[0]


@dataclass(frozen=True)
class Saying:
    """What one entry speaks of."""

    subject: str
    rows: Sequence[Witnessed] = ()
    facts: Mapping[str, object] = field(default_factory=dict)


def record_each(sayings: Sequence[Saying], *, event: str, actor: Actor, at: datetime, district: str) -> list[Entry]:
    """Write an entry for each of many subjects to which the same was done at once, with few statements; as `record`."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an entry is written in the transaction that decides")
    entries, salts = [], []
    for saying in sayings:
        entry, opened = _entry(saying, event=event, actor=actor, at=at, district=district)
        entries.append(entry)
        salts.append(opened)
    entries = Entry.objects.bulk_create(entries, batch_size=_AT_A_TIME)
    openings = [Opening(entry=entry, salts=opened) for entry, opened in zip(entries, salts, strict=True)]
    Opening.objects.bulk_create(openings, batch_size=_AT_A_TIME)
    return entries


def _entry(
    saying: Saying, *, event: str, actor: Actor, at: datetime, district: str
) -> tuple[Entry, dict[str, dict[str, str]]]:
    salts: dict[str, dict[str, str]] = {}
    witnessed: dict[str, dict[str, str]] = {}
    for row in saying.rows:
        salts[row.row_ref], witnessed[row.row_ref] = _commit_to(row)
    body = canonical(
        {
            "v": 2,
            "nonce": secrets.token_hex(SALT_BYTES),  # so that a hash shown in its stead tells nothing
            "event": event,
            "at": at,
            "actor": actor.ref,
            "district": district,
            "subject": saying.subject,
            "rows": witnessed,
            "facts": saying.facts,
        }
    )
    entry = Entry(district=district, at=at, event=event, actor_ref=actor.ref, subject_ref=saying.subject, body=body)
    return entry, salts


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
