"""Taking signed checkpoints, and keeping each twice: a row for pages, and some lines of a file outside the database.

Whoever can rewrite the database cannot rewrite that file nor sign another; so a record that was cut, forked or set back
to yesterday no longer fits its checkpoints. Only what fits the last one is signed.
"""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sanhu.domains.evidence.models import Checkpoint, Entry, Head
from sanhu.domains.evidence.outside import append
from sanhu.domains.evidence.tree import KeptTree
from sanhu.engines import checkpoints as notes
from sanhu.engines.merkle import GrowingTree, is_consistent

_NOTE_BYTES = 4096  # more than any note has


class RecordForkedError(Exception):
    """The record does not continue what was signed last; the message says how. Nothing was signed."""


@dataclass(frozen=True)
class Standing:
    """How large the tree is, its root, and how many committed entries wait to be chained."""

    size: int
    root: bytes
    unsequenced: int


def standing() -> Standing:
    """Read where the record stands."""
    head = Head.objects.filter(id=1).first()
    tree = GrowingTree(head.seq, [bytes.fromhex(peak) for peak in head.peaks]) if head else GrowingTree()
    return Standing(size=tree.size, root=tree.root, unsequenced=Entry.objects.filter(seq__isnull=True).count())


def latest() -> Checkpoint | None:
    """Give the last checkpoint the database knows."""
    return Checkpoint.objects.order_by("at").last()


def last_witnessed(witness: Path) -> notes.Checkpoint | None:
    """Read the last checkpoint of the file outside the database; None before the first.

    Raises ValueError where the file ends in something else.
    """
    try:
        with witness.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _NOTE_BYTES))
            lines = file.read().decode(errors="replace").splitlines(keepends=True)
    except FileNotFoundError:
        return None
    return notes.read_note("".join(lines[-notes.NOTE_LINES :])) if lines else None


def take_when_due(
    *, key: Ed25519PrivateKey, at: datetime, witness: Path, grown: timedelta, idle: timedelta
) -> Checkpoint | None:
    """Take a checkpoint when the record grew and the last is `grown` old, or when the last is `idle` old in any case.

    Raises what `take` raises.
    """
    last = last_witnessed(witness)
    if last is not None:
        age = at - last.at
        if age < grown or (age < idle and standing().size == last.size):
            return None
    return take(key=key, at=at, witness=witness)


def take(*, key: Ed25519PrivateKey, at: datetime, witness: Path) -> Checkpoint | None:
    """Sign the record as it stands and keep the note; None while the record is empty.

    Raises RecordForkedError when the record does not continue the last checkpoint, ValueError when the file outside the
    database holds something else than checkpoints.
    """
    here, last = standing(), last_witnessed(witness) or _last_known(key)
    if here.size == 0 and last is None:
        return None
    _check_growth(last, here)
    note = notes.sign(key, size=here.size, root=here.root, at=at)
    # The file first: a note in the database alone could be taken away with it.
    witness.parent.mkdir(parents=True, exist_ok=True)
    append(witness, note, mode=0o644)
    return Checkpoint.objects.create(size=here.size, at=at, note=note)


def _last_known(key: Ed25519PrivateKey) -> notes.Checkpoint | None:
    """Read the last checkpoint of the database, for when the file outside was lost: better than none to go on from."""
    row = latest()
    if row is None or not notes.is_signed_by(key.public_key(), row.note):
        return None
    return notes.read_note(row.note)


def _check_growth(last: notes.Checkpoint | None, here: Standing) -> None:
    if last is None or last.size == 0:
        return
    if here.size < last.size:
        raise RecordForkedError(f"{here.size} entries, {last.size} were signed")
    try:
        path = KeptTree().consistency(old=last.size, new=here.size) if here.size > last.size else []
    except LookupError as missing:
        raise RecordForkedError(str(missing)) from missing
    if not is_consistent(last.size, here.size, old_root=last.root, new_root=here.root, path=path):
        raise RecordForkedError(f"its first {last.size} entries are not those that were signed")
