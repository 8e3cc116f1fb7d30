"""Walking along the record from its first entry: bodies, hashes, order, gaps, head, columns and salts."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sanhu.domains.evidence.findings import Finding, FindingKind, Progress
from sanhu.domains.evidence.models import Entry, Head
from sanhu.domains.evidence.reading import pages, readable
from sanhu.domains.evidence.verify_tree import TreeWalk, Witnesses
from sanhu.engines.chain import GENESIS, SALT_BYTES, link, plain

_PAGE = 1000
# The columns that repeat parts of the body for queries.
_REPEATED = {"district": "district", "at": "at", "event": "event", "actor_ref": "actor", "subject_ref": "subject"}

Key = int | str


def key_of(text: str) -> Key:
    """Read a row's key from its reference, small in memory where it is a number."""
    return int(text) if text.isascii() and text.isdigit() else text


def _parts_of(ref: str) -> tuple[str, Key]:
    """Split a row's reference into table and key."""
    table, _, key = ref.partition(":")
    return table, key_of(key)


def body_of(entry: Entry) -> Mapping[str, Any] | None:
    """Read an entry's body; None where it is no body."""
    try:
        body = json.loads(entry.body)
    except ValueError:
        return None
    well_formed = isinstance(body, dict) and all(isinstance(body.get(part), dict) for part in ("rows", "facts"))
    return body if well_formed else None


def salts_of(entry: Entry) -> Mapping[str, Mapping[str, str]] | None:
    """Give an entry's salts by row and field; None where they are gone altogether."""
    opening = getattr(entry, "opening", None)
    return opening.salts if opening is not None and isinstance(opening.salts, dict) else None


def salt_in(salts: Mapping[str, Mapping[str, str]], ref: str, name: str) -> bytes | None:
    """Give one salt; None where it was destroyed."""
    try:
        salt = bytes.fromhex(salts[ref][name])
    except (KeyError, TypeError, ValueError):
        return None
    return salt if len(salt) == SALT_BYTES else None


@dataclass
class Walk:
    """One walk along the record, and what the comparison of rows needs of it.

    `last_words` gives, by table and key, the entry that spoke of a row last; `unopened` the salts that are missing, by
    row and field, though no entry says that they were destroyed.
    """

    chained: int = 0
    tail: int = 0
    last_words: dict[str, dict[Key, int]] = field(default_factory=dict)
    witnesses: Witnesses = field(default_factory=Witnesses)
    unopened: dict[tuple[str, str], Finding] = field(default_factory=dict)

    def findings(self, progress: Progress) -> Iterator[Finding]:
        """Walk, and give what is wrong in the order of the record."""
        total = Entry.objects.count()
        self.witnesses.collect()
        tree = TreeWalk(self.witnesses)
        yield from self._chain(progress, total, tree)
        yield from self._unsequenced(progress, total, tree)
        # Only now is it known which salts an entry behind them says were destroyed.
        yield from sorted(self.unopened.values(), key=_by_place)

    def _chain(self, progress: Progress, total: int, tree: TreeWalk) -> Iterator[Finding]:
        seq, last = 0, GENESIS
        previous: str | None = GENESIS  # None after a fault that was told: the next entry cannot be judged by it
        for page in pages(Entry.objects.filter(seq__isnull=False), by="seq", size=_PAGE):
            entries = readable(Entry.objects.select_related("opening"), [key for key, _ in page])
            for key, place in page:
                if place != seq + 1:
                    yield _gap(expected=seq + 1, found=place)
                    previous = None
                entry = entries.get(key)
                fault = _fault(key, entry, seq=place, previous=previous)
                if fault:
                    yield fault
                yield from tree.step(entry, is_sound=fault is None and place == seq + 1)
                seq, last = place, entry.hash if entry else ""
                previous = None if entry is None or (fault and fault.kind == FindingKind.ENTRY_ALTERED) else entry.hash
                if entry:
                    yield from self._content(entry)
            self.chained += len(page)
            progress("entries", self.chained, total)
        yield from _head_findings(seq, last)
        yield from tree.end(seq)

    def _unsequenced(self, progress: Progress, total: int, tree: TreeWalk) -> Iterator[Finding]:
        for page in pages(Entry.objects.filter(seq__isnull=True), by="id", size=_PAGE):
            entries = readable(Entry.objects.select_related("opening"), [key for key, _ in page])
            for key, _ in page:
                entry = entries.get(key)
                if entry is None:
                    yield _unreadable(key, None)
                    continue
                if entry.hash or entry.previous:
                    yield Finding(FindingKind.CHAIN_BROKEN, f"entry:{key}", "was taken out of the chain")
                yield from tree.dated_back(entry)
                yield from self._content(entry)
            self.tail += len(page)
            progress("entries", self.chained + self.tail, total)

    def _content(self, entry: Entry) -> Iterator[Finding]:
        """Compare an entry's columns and salts with its body, and listen to what it says."""
        body = body_of(entry)
        if body is None:
            yield _unreadable(entry.pk, entry.seq)
            return
        altered = [name for name, part in _REPEATED.items() if plain(getattr(entry, name)) != body.get(part)]
        if altered:
            yield Finding(FindingKind.COLUMN_ALTERED, f"entry:{entry.pk}", ", ".join(altered), entry.seq)
        self._forgive(body)
        salts = salts_of(entry)
        if salts is None:
            yield Finding(FindingKind.OPENING_MISSING, f"entry:{entry.pk}", "all salts", entry.seq)
        self._listen(entry, body["rows"], salts)

    def _listen(
        self, entry: Entry, rows: Mapping[str, Mapping[str, str]], salts: Mapping[str, Mapping[str, str]] | None
    ) -> None:
        for ref, committed in rows.items():
            table, key = _parts_of(ref)
            self.last_words.setdefault(table, {})[key] = entry.pk
            if salts is None:
                continue
            for name in committed:
                if salt_in(salts, ref, name) is None:
                    self.unopened[ref, name] = Finding(
                        FindingKind.OPENING_MISSING, f"entry:{entry.pk}", f"{ref} {name}", entry.seq
                    )

    def _forgive(self, body: Mapping[str, Any]) -> None:
        """Salts that an entry says were destroyed are erased, not missing: those of the entries before it."""
        erased = body["facts"].get("erased")
        for ref, names in erased.items() if isinstance(erased, dict) else ():
            for name in names:
                self.unopened.pop((ref, name), None)


def _by_place(finding: Finding) -> tuple[bool, int]:
    return finding.seq is None, finding.seq or 0


def _gap(*, expected: int, found: int) -> Finding:
    if found < expected:
        return Finding(FindingKind.CHAIN_BROKEN, f"entry:{found}", "stands before the beginning", found)
    return Finding(FindingKind.ENTRY_MISSING, f"seq:{expected}", f"{found - expected} missing", expected)


def _unreadable(key: int, seq: int | None) -> Finding:
    return Finding(FindingKind.ENTRY_UNREADABLE, f"entry:{key}", "", seq)


def _fault(key: int, entry: Entry | None, *, seq: int, previous: str | None) -> Finding | None:
    """Judge an entry's place in the chain; the first thing wrong with it says enough."""
    if entry is None:
        return _unreadable(key, seq)
    if previous is not None and entry.previous != previous:
        return Finding(FindingKind.CHAIN_BROKEN, f"entry:{key}", "does not follow the entry before it", seq)
    try:
        expected = link(entry.previous, entry.body)
    except ValueError:
        expected = ""
    if entry.hash != expected or not expected:
        return Finding(FindingKind.ENTRY_ALTERED, f"entry:{key}", "its hash is another", seq)
    return None


def _head_findings(seq: int, last: str) -> Iterator[Finding]:
    head = Head.objects.first()
    if head is None:
        if seq:
            yield Finding(FindingKind.HEAD_ALTERED, "head:1", "is missing")
    elif head.seq > seq:
        yield Finding(FindingKind.RECORD_TRUNCATED, f"seq:{seq + 1}", f"{head.seq - seq} missing at the end", seq + 1)
    elif head.seq < seq:
        yield Finding(FindingKind.HEAD_ALTERED, "head:1", f"stands at {head.seq}, the chain goes on to {seq}", head.seq)
    elif head.hash != last:
        yield Finding(FindingKind.HEAD_ALTERED, "head:1", "its hash is not the last entry's", head.seq)
