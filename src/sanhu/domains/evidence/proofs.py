"""The proof of everything the record says about one thing: its entries, and their paths to a signed root."""

from typing import Any

from sanhu.domains.evidence.export import Disclosure, shown_entries
from sanhu.domains.evidence.models import Checkpoint, Entry
from sanhu.domains.evidence.tree import KeptTree


def proof_of(
    subject_ref: str, *, checkpoint: Checkpoint, disclosure: Disclosure, since: Checkpoint | None = None
) -> dict[str, Any]:
    """Prove what is said about a subject, as tools/verify_record.py reads it; `since` adds how the tree grew.

    Entries behind the checkpoint are left out: nothing was signed about them yet. Raises LookupError where a part of
    the tree is missing.
    """
    tree = KeptTree()
    entries = Entry.objects.filter(subject_ref=subject_ref, seq__lte=checkpoint.size)
    shown = [
        entry | {"path": _hex(tree.inclusion(seq=entry["seq"], size=checkpoint.size))}
        for entry in shown_entries(list(entries.select_related("opening").order_by("seq")), disclosure)
        if "body" in entry
    ]
    proof: dict[str, Any] = {"format": 1, "subject": subject_ref, "checkpoint": checkpoint.note, "entries": shown}
    if since is not None and 0 < since.size < checkpoint.size:
        proof |= {"from": since.note, "consistency": _hex(tree.consistency(old=since.size, new=checkpoint.size))}
    return proof


def _hex(path: list[bytes]) -> list[str]:
    return [part.hex() for part in path]
