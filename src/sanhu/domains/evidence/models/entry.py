"""The append-only record: entries, their salts, the head of the chain, and the tree over it."""

from django.db import models
from django.db.models import Q


class Entry(models.Model):
    """One thing that was done, written in the transaction that did it.

    `body` is canonical JSON and is what is hashed; the other columns repeat parts of it for queries and are compared
    with it by verify. `seq`, `previous` and `hash` are given by the sequencer, in batches, after commit.
    """

    privacy_default = "internal"

    seq = models.BigIntegerField(null=True, unique=True)
    district = models.CharField(max_length=6)
    at = models.DateTimeField()
    event = models.CharField(max_length=60)
    actor_ref = models.CharField(max_length=40)
    subject_ref = models.CharField(max_length=80)
    body = models.TextField()
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_ref", "id"], name="entry_of_subject"),
            models.Index(fields=["district", "at"], name="entry_of_district"),
            # The sequencer's tail: short, however long the record.
            models.Index(fields=["id"], condition=Q(seq__isnull=True), name="entry_tail"),
        ]


class Opening(models.Model):
    """The salts that open an entry's commitments, kept apart so that they can be destroyed without touching it."""

    privacy_default = "internal"

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="opening")
    salts = models.JSONField()


class Head(models.Model):
    """The end of the chain and the tree's growing edge: one row, moved by compare-and-swap.

    `peaks` are the hashes of the tree's whole subtrees, largest first.
    """

    privacy_default = "internal"

    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    peaks = models.JSONField(default=list)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_head")]


class TreeNode(models.Model):
    """The hash over a whole subtree of 2**level entries, kept at every eighth level: one for 256 of the next.

    What lies between is folded from those below when a proof is asked for.
    """

    privacy_default = "internal"

    level = models.PositiveSmallIntegerField()
    place = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "place"], name="tree_node_once")]


class Checkpoint(models.Model):
    """A signed note of what the tree was at a moment; the same note stands in a file outside the database."""

    privacy_default = "internal"

    size = models.BigIntegerField()
    at = models.DateTimeField(unique=True)
    note = models.TextField()
