"""The tamper matrix, of what the record keeps about itself: head, tree and checkpoints; and what it cannot tell."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError, transaction

from sanhu.domains.casework.models import Matter
from sanhu.domains.evidence.models import Checkpoint, Entry, Head, Opening, TreeNode
from sanhu.engines.checkpoints import sign
from tests.cast import FOUNDED_AT, MONDAY_MORNING
from tests.tampering import attacker
from tests.tampering.conftest import DAY, HOUR, Attack, Found, House, fork_by_one_body, named, note_down

pytestmark = pytest.mark.covers("R84.2")


def other_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


def sign_with_another_key(house: House) -> Found:
    """The database was forked, and its checkpoints were forged to fit."""
    fork_by_one_body(house)
    forged = set()
    for row in Checkpoint.objects.order_by("at"):
        tree = attacker.chain()[: row.size]
        row.note = sign(other_key(), size=row.size, root=attacker.root_of(tree), at=row.at)
        row.save()
        forged.add(("checkpoint_altered", f"evidence.checkpoint:{row.pk}"))
    return forged | {("record_forked", house.ref(house.yesterday.size))}


def flip_the_moment_of_a_checkpoint(house: House) -> Found:
    row = Checkpoint.objects.latest("at")
    attacker.flip(row, at=row.at - HOUR)
    return {("checkpoint_altered", f"evidence.checkpoint:{row.pk}")}


def flip_a_byte_of_a_note(house: House) -> Found:
    row = Checkpoint.objects.latest("at")
    attacker.flip(row, note=row.note.replace(f"\n{row.size}\n", f"\n{row.size + 1}\n"))
    return {("checkpoint_altered", f"evidence.checkpoint:{row.pk}")}


def flip_a_node(house: House) -> Found:
    node = TreeNode.objects.filter(level=4).order_by("place")[1]
    attacker.flip(node, hash="f" * 64)
    return {("tree_altered", "tree:4:1")}


def drop_a_node(house: House) -> Found:
    attacker.drop(TreeNode.objects.get(level=2, place=3))
    return {("tree_altered", "tree:2:3")}


def insert_a_node(house: House) -> Found:
    TreeNode.objects.create(level=2, place=999, hash="f" * 64)
    return {("tree_altered", "tree:2:999")}


def re_order_two_nodes(house: House) -> Found:
    one, other = (TreeNode.objects.get(level=2, place=place) for place in (3, 4))
    attacker.flip(one, hash=other.hash)
    attacker.flip(other, hash=one.hash)
    return {("tree_altered", "tree:2:3")}


def flip_the_peaks(house: House) -> Found:
    Head.objects.update(peaks=["f" * 64] * house.today.size.bit_count())
    return {("tree_altered", "head:1")}


def flip_the_heads_hash(house: House) -> Found:
    Head.objects.update(hash="f" * 64)
    return {("head_altered", "head:1")}


def drop_the_head(house: House) -> Found:
    attacker.drop(Head.objects.get())
    return {("head_altered", "head:1")}


KEPT: dict[str, Attack] = {
    "sign with another key": sign_with_another_key,
    "flip the moment of a checkpoint": flip_the_moment_of_a_checkpoint,
    "flip a byte of a note": flip_a_byte_of_a_note,
    "flip a node of the tree": flip_a_node,
    "drop a node of the tree": drop_a_node,
    "insert a node of the tree": insert_a_node,
    "re-order two nodes of the tree": re_order_two_nodes,
    "flip the peaks": flip_the_peaks,
    "flip the head's hash": flip_the_heads_hash,
    "drop the head": drop_the_head,
}


@pytest.mark.parametrize("name", KEPT)
def test_what_is_done_to_head_tree_and_checkpoints_is_named(name: str, house: House):
    attacker.lift_guards(Head, TreeNode, Checkpoint)
    assert KEPT[name](house) == named()


def test_the_database_refuses_a_second_head(house: House):
    with pytest.raises(IntegrityError), transaction.atomic():
        Head.objects.create(id=2, seq=0, hash="0" * 64)


def test_a_file_outside_that_holds_something_else_is_named(house: House, outside: Path):
    outside.write_text(outside.read_text(encoding="utf-8") + "not a note\n", encoding="utf-8")
    assert ("checkpoint_altered", "checkpoints:file") in named()


# --- what no record can tell


def append(house: House) -> None:
    """Enter a deed through the tables instead of through a service, with the moment it is."""
    note_down("没有办过", at=MONDAY_MORNING + DAY + 9 * HOUR)


def drop_what_waits(house: House) -> None:
    attacker.drop(house.tail.opening)
    attacker.drop(house.tail)


def drop_a_checkpoint(house: House) -> None:
    attacker.drop(Checkpoint.objects.latest("at"))


def flip_a_salt_of_an_earlier_word(house: House) -> None:
    """Of a matter that moved since, in the entry of its registration."""
    matter = Matter.objects.order_by("pk")[0]
    entry = Entry.objects.select_related("opening").get(subject_ref=matter.ref, event="matter.registered")
    entry.opening.salts[matter.row_ref]["state"] = "00" * 16
    Opening.objects.filter(pk=entry.pk).update(salts=entry.opening.salts)


def flip_what_is_not_witnessed(house: House) -> None:
    """A password or a moment of signing in changes without a deed."""
    account = house.cast["周"].account
    attacker.flip(account, password="!", last_login=FOUNDED_AT)


BY_DESIGN: dict[str, tuple[Callable[[House], None], str]] = {
    "insert into the tail": (
        append,
        "Whoever may write may enter a deed that was none; it stands there with its moment and is not taken out again.",
    ),
    "drop what waits": (
        drop_what_waits,
        "What was not yet chained and signed leaves no trace where no row depends on it. It is chained in a second.",
    ),
    "drop a checkpoint": (drop_a_checkpoint, "The file outside the database holds it."),
    "flip a salt of an earlier word": (
        flip_a_salt_of_an_earlier_word,
        "What it opened is known no more: nothing is shown with it any longer, neither rightly nor wrongly.",
    ),
    "flip a password": (flip_what_is_not_witnessed, "Passwords and sign-ins change without a deed."),
}


@pytest.mark.parametrize("name", BY_DESIGN)
def test_what_is_not_found_is_not_found_for_a_reason(name: str, house: House):
    attack, reason = BY_DESIGN[name]
    attack(house)
    assert reason
    assert named() == set()
