"""The append-only record: entries, their salts, and the head of the chain."""

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
    """The end of the chain: one row, moved by compare-and-swap."""

    privacy_default = "internal"

    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_head")]
