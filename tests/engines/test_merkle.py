"""The tree over the record: RFC 6962's own example, and laws of every size."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanhu.engines.merkle import (
    EMPTY_ROOT,
    GrowingTree,
    consistency_path,
    inclusion_path,
    is_consistent,
    leaf_hash,
    node_hash,
    root_by_inclusion,
    root_of,
)

pytestmark = pytest.mark.covers("R84.2")

MOST = 70
sizes = st.integers(1, MOST)


def leaf(number: int) -> bytes:
    return leaf_hash(hashlib.sha256(str(number).encode()).digest())


LEAVES = [leaf(number) for number in range(MOST)]


def slow_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(slow_root(leaves[:split]), slow_root(leaves[split:]))


def read(level: int, place: int) -> bytes:
    return slow_root(LEAVES[place << level : place + 1 << level])


def changed(given_hash: bytes) -> bytes:
    return bytes([given_hash[0] ^ 1]) + given_hash[1:]


def test_leaves_and_nodes_are_hashed_as_certificate_transparency_does():
    """The vectors of RFC 6962's reference tests: a leaf of no bytes, and the root over nothing."""
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"\x00").hex() == "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
    two = node_hash(leaf_hash(b""), leaf_hash(b"\x00"))
    assert two.hex() == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"


def test_a_reference_tree_of_eight_leaves():
    """The root over the eight inputs of Certificate Transparency's reference tests."""
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    root = root_of([leaf_hash(bytes.fromhex(text)) for text in inputs])
    assert root.hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@given(st.integers(0, MOST))
def test_growing_gives_the_root_of_the_standard(size: int):
    assert root_of(LEAVES[:size]) == slow_root(LEAVES[:size])


@given(sizes)
def test_growing_tells_of_every_subtree_it_makes_whole_once(size: int):
    tree = GrowingTree()
    found = {(node.level, node.place): node.hash for each in LEAVES[:size] for node in tree.append(each)}
    expected = {(level, place) for level in range(1, 7) for place in range(size >> level)}
    assert set(found) == expected
    assert all(read(*where) == value for where, value in found.items())


@given(sizes, st.data())
def test_every_leaf_is_shown_to_be_there_and_nothing_else_is(size: int, data: st.DataObject):
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_path(index, size, read)
    root = slow_root(LEAVES[:size])
    assert root_by_inclusion(LEAVES[index], index, size, path) == root
    assert root_by_inclusion(changed(LEAVES[index]), index, size, path) != root
    for place, sibling in enumerate(path):
        bent = [*path[:place], changed(sibling), *path[place + 1 :]]
        assert root_by_inclusion(LEAVES[index], index, size, bent) != root


@given(sizes, st.data())
def test_a_path_of_the_wrong_length_is_refused(size: int, data: st.DataObject):
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_path(index, size, read)
    with pytest.raises(ValueError, match="long"):
        root_by_inclusion(LEAVES[index], index, size, [*path, EMPTY_ROOT])
    if path:
        with pytest.raises(ValueError, match="short"):
            root_by_inclusion(LEAVES[index], index, size, path[:-1])


@given(st.integers(2, MOST), st.data())
def test_an_older_tree_is_shown_to_be_the_beginning(new: int, data: st.DataObject):
    old = data.draw(st.integers(1, new - 1))
    path = consistency_path(old, new, read)
    roots = {"old_root": slow_root(LEAVES[:old]), "new_root": slow_root(LEAVES[:new])}
    assert is_consistent(old, new, **roots, path=path)
    assert not is_consistent(old, new, **(roots | {"old_root": changed(roots["old_root"])}), path=path)
    assert not is_consistent(old, new, **(roots | {"new_root": changed(roots["new_root"])}), path=path)
    assert not is_consistent(old, new, **roots, path=[*path, EMPTY_ROOT])
    assert not is_consistent(old, new, **roots, path=path[:-1])


@given(st.integers(2, MOST), st.data())
def test_a_forked_tree_cannot_be_shown_to_have_grown(new: int, data: st.DataObject):
    """Whatever one leaf of the older tree is exchanged for, the honest path fits no more."""
    old = data.draw(st.integers(1, new - 1))
    index = data.draw(st.integers(0, old - 1))
    forked = [*LEAVES[:index], changed(LEAVES[index]), *LEAVES[index + 1 :]]
    path = consistency_path(old, new, read)
    assert not is_consistent(old, new, old_root=slow_root(LEAVES[:old]), new_root=slow_root(forked[:new]), path=path)


@pytest.mark.parametrize(("old", "new"), [(0, 3), (3, 3), (4, 3), (-1, 2)])
def test_nothing_is_shown_about_trees_that_did_not_grow(old: int, new: int):
    with pytest.raises(ValueError, match="older tree"):
        consistency_path(old, new, read)


@pytest.mark.parametrize("index", [-1, 3])
def test_a_leaf_outside_has_no_path(index: int):
    with pytest.raises(ValueError, match="not in the tree"):
        inclusion_path(index, 3, read)


def test_peaks_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="one peak"):
        GrowingTree(size=3, peaks=[EMPTY_ROOT])


def test_two_trees_of_one_size_agree_only_when_they_are_one():
    root = slow_root(LEAVES[:5])
    assert is_consistent(5, 5, old_root=root, new_root=root, path=[])
    assert not is_consistent(5, 5, old_root=root, new_root=changed(root), path=[])
