"""Proofs from the tree as it is kept: over several levels of kept nodes, and never from a tree with a hole in it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from sanhu.domains.evidence import sequencer, tree
from sanhu.domains.evidence.models import Entry, Opening, TreeNode
from sanhu.domains.evidence.record import record
from sanhu.domains.evidence.sequencer import leaf_of, sequence
from sanhu.domains.evidence.tree import KeptTree
from sanhu.engines.actors import SYSTEM
from sanhu.engines.merkle import is_consistent, root_by_inclusion, root_of

pytestmark = [pytest.mark.django_db, pytest.mark.covers("R84.2")]


def write(count: int, at: datetime) -> None:
    """Write entries that speak of nothing, and chain them in batches of different sizes."""
    with transaction.atomic():
        for number in range(count):
            record(event="district.noted", actor=SYSTEM, at=at, subject=f"note:{number}", district="990101")
    batch = 1
    while sequence(limit=batch):
        batch = batch % 7 + 1 if count < 100 else 97


@pytest.fixture
def dense(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every second level: 85 entries then have what 65,536 and more have with every eighth."""
    for module in (sequencer, tree):
        monkeypatch.setattr(module, "KEPT_EVERY", 2)
    monkeypatch.setattr(tree, "_WIDTH", 4)


@pytest.fixture
def leaves(dense: None, at: datetime) -> list[bytes]:
    """Give the leaves of a record of 85 entries, three levels of which are kept above the leaves."""
    write(85, at)
    assert set(TreeNode.objects.values_list("level", flat=True)) == {2, 4, 6}
    return [leaf_of(body) for body in Entry.objects.order_by("seq").values_list("body", flat=True)]


def test_every_entry_is_proven_in_every_tree_it_is_in(leaves: list[bytes]):
    kept = KeptTree()
    for size in (1, 2, 3, 4, 5, 16, 17, 63, 64, 65, 80, 85):
        root = root_of(leaves[:size])
        for seq in range(1, size + 1):
            path = kept.inclusion(seq=seq, size=size)
            assert root_by_inclusion(leaves[seq - 1], seq - 1, size, path) == root, (seq, size)


def test_every_tree_is_proven_to_be_the_beginning_of_the_later_ones(leaves: list[bytes]):
    kept = KeptTree()
    roots = {size: root_of(leaves[:size]) for size in range(1, 86)}
    for new in (2, 5, 16, 17, 64, 65, 85):
        for old in range(1, new):
            path = kept.consistency(old=old, new=new)
            assert is_consistent(old, new, old_root=roots[old], new_root=roots[new], path=path), (old, new)


def test_a_tree_kept_as_it_is_in_service_proves_across_the_first_kept_level(at: datetime):
    write(600, at)
    assert list(TreeNode.objects.order_by("place").values_list("level", "place")) == [(8, 0), (8, 1)]
    leaves = [leaf_of(body) for body in Entry.objects.order_by("seq").values_list("body", flat=True)]
    kept = KeptTree()
    for seq in (1, 256, 257, 512, 513, 600):
        path = kept.inclusion(seq=seq, size=600)
        assert root_by_inclusion(leaves[seq - 1], seq - 1, 600, path) == root_of(leaves)
    for old in (255, 256, 257, 599):
        path = kept.consistency(old=old, new=600)
        assert is_consistent(old, 600, old_root=root_of(leaves[:old]), new_root=root_of(leaves), path=path)


def test_blocks_are_read_once(leaves: list[bytes], django_assert_max_num_queries: Callable[..., Any]):
    kept = KeptTree()
    with django_assert_max_num_queries(22 + 6 + 2 + 1):  # blocks of four leaves, of four nodes over them, and so on
        for seq in range(1, 86):
            kept.inclusion(seq=seq, size=85)


def test_what_is_not_in_the_tree_is_not_proven(leaves: list[bytes]):
    with pytest.raises(ValueError, match="not in the tree"):
        KeptTree().inclusion(seq=86, size=85)
    for old, new in ((0, 85), (85, 85), (85, 84)):
        with pytest.raises(ValueError, match="smaller"):
            KeptTree().consistency(old=old, new=new)


@pytest.mark.parametrize(("level", "place"), [(2, 0), (2, 1), (2, 3), (4, 1), (6, 0)])
def test_a_node_that_is_missing_is_never_replaced_by_its_neighbour(leaves: list[bytes], level: int, place: int):
    TreeNode.objects.get(level=level, place=place).delete()
    with pytest.raises(LookupError, match=f"lacks a part at level {level}"):
        KeptTree()._read(level, place)
    # Proofs that need it are refused; those that do not still lead to the root.
    root, refused = root_of(leaves), 0
    for seq in range(1, 86):
        try:
            path = KeptTree().inclusion(seq=seq, size=85)
        except LookupError:
            refused += 1
        else:
            assert root_by_inclusion(leaves[seq - 1], seq - 1, 85, path) == root, seq
    assert refused


def test_an_entry_that_is_missing_is_never_replaced_by_its_neighbour(leaves: list[bytes]):
    Opening.objects.filter(entry__seq=6).delete()
    Entry.objects.get(seq=6).delete()
    for seq in (
        5,
        7,
        8,
    ):  # of the block of four it stood in; what comes before the gap is still read, but not beyond it
        with pytest.raises(LookupError, match="lacks a part at level 0"):
            KeptTree().inclusion(seq=seq, size=85)
    path = KeptTree().inclusion(seq=9, size=85)  # folded from the node over them, which stands
    assert root_by_inclusion(leaves[8], 8, 85, path) == root_of(leaves)
