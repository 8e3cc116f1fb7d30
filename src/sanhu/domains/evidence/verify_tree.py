"""Holding the record against its tree and its signed checkpoints, entry by entry as the walk goes along."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sanhu.domains.evidence.findings import Finding, FindingKind
from sanhu.domains.evidence.models import Checkpoint, Entry, Head, TreeNode
from sanhu.domains.evidence.sequencer import KEPT_EVERY, leaf_of
from sanhu.engines import checkpoints as notes
from sanhu.engines.codes.divisions import FICTITIOUS
from sanhu.engines.merkle import GrowingTree

# Clocks of several machines and long imports: what is written this much later than it says is not dated back.
TOLERANCE = timedelta(hours=1)


class Witnesses:
    """Signed checkpoints to hold the record against, from the file outside the database and from its own rows.

    Without a public key signatures are not judged. `faults` are those of the notes themselves.
    """

    def __init__(self, *, outside: str = "", key: Ed25519PublicKey | None = None) -> None:
        self._outside = outside
        self._key = key
        self.faults: list[Finding] = []
        self.by_size: dict[int, list[notes.Checkpoint]] = defaultdict(list)

    def collect(self) -> None:
        """Read all notes, once."""
        try:
            outside = notes.notes_in(self._outside)
        except ValueError:
            outside = []
            self.faults.append(Finding(FindingKind.CHECKPOINT_ALTERED, "checkpoints:file", "holds something else"))
        for place, note in enumerate(outside, start=1):
            self._take(note, f"checkpoints:file:{place}")
        for row in Checkpoint.objects.order_by("at"):
            found = self._take(row.note, f"evidence.checkpoint:{row.pk}")
            if found is not None and (found.size, found.at) != (row.size, row.at):
                self._fault(f"evidence.checkpoint:{row.pk}", "its columns are not its note's")

    def _take(self, note: str, ref: str) -> notes.Checkpoint | None:
        try:
            found = notes.read_note(note)
            is_signed = self._key is None or notes.is_signed_by(self._key, note)
        except ValueError:
            self._fault(ref, "cannot be read")
            return None
        if is_signed:
            self.by_size[found.size].append(found)
        else:
            self._fault(ref, "is not signed by the record's key")
        return found

    def _fault(self, ref: str, detail: str) -> None:
        self.faults.append(Finding(FindingKind.CHECKPOINT_ALTERED, ref, detail))


class TreeWalk:
    """The tree as it grows along the walk. Behind an entry that is not what was chained it says no more."""

    def __init__(self, witnesses: Witnesses) -> None:
        self._witnesses = witnesses
        self._tree: GrowingTree | None = GrowingTree()
        self._kept: dict[tuple[int, int], str] = {}
        self._latest: datetime | None = None
        self._is_forked = False

    def step(self, entry: Entry | None, *, is_sound: bool) -> Iterator[Finding]:
        """Take the next entry of the chain, with whether it follows the one before it and is what was chained."""
        if entry is None or not is_sound:
            self._tree = None
        if entry is None:
            return
        yield from self.dated_back(entry)
        if self._tree is not None:
            yield from self._grow(self._tree, entry)

    def _grow(self, tree: GrowingTree, entry: Entry) -> Iterator[Finding]:
        for node in tree.append(leaf_of(entry.body)):
            if node.level % KEPT_EVERY == 0:
                self._kept[node.level, node.place] = node.hash.hex()
        for checkpoint in self._witnesses.by_size.get(tree.size, ()):
            self._latest = max(self._latest or checkpoint.at, checkpoint.at)
            if checkpoint.root != tree.root and not self._is_forked:
                self._is_forked = True
                detail = f"its first {checkpoint.size} entries are not those signed at {checkpoint.at.isoformat()}"
                yield Finding(FindingKind.RECORD_FORKED, f"entry:{entry.pk}", detail, entry.seq)

    def dated_back(self, entry: Entry) -> Iterator[Finding]:
        """Tell of an entry that speaks of an earlier moment than those before it.

        In an invented district all moments are invented.
        """
        if entry.district.startswith(FICTITIOUS):
            return
        if self._latest is not None and entry.at < self._latest - TOLERANCE:
            detail = f"{entry.at.isoformat()} stands behind {self._latest.isoformat()}"
            yield Finding(FindingKind.ENTRY_DATED_BACK, f"entry:{entry.pk}", detail, entry.seq)
        self._latest = max(self._latest or entry.at, entry.at)

    def end(self, chained: int) -> Iterator[Finding]:
        """Compare what is kept of the tree, and what was signed, with what the walk has seen."""
        yield from self._witnesses.faults
        longest = max(self._witnesses.by_size, default=0)
        if longest > chained:
            detail = f"{chained} entries, {longest} were signed"
            yield Finding(FindingKind.RECORD_ROLLED_BACK, f"seq:{chained + 1}", detail, chained + 1)
        if self._tree is not None:
            yield from self._kept_otherwise(self._tree)

    def _kept_otherwise(self, tree: GrowingTree) -> Iterator[Finding]:
        head = Head.objects.first()
        if head is not None and head.seq == tree.size and head.peaks != [peak.hex() for peak in tree.peaks]:
            yield Finding(FindingKind.TREE_ALTERED, "head:1", "its peaks are not the tree's", head.seq)
        found = {(node.level, node.place): node.hash for node in TreeNode.objects.all()}
        for where in sorted(found.keys() | self._kept.keys()):
            if found.get(where) != self._kept.get(where):
                yield Finding(FindingKind.TREE_ALTERED, f"tree:{where[0]}:{where[1]}", _what(where, found, self._kept))
                return


def _what(where: tuple[int, int], found: dict[tuple[int, int], str], expected: dict[tuple[int, int], str]) -> str:
    if where not in found:
        return "is missing"
    return "its hash is another" if where in expected else "covers entries there are not"
