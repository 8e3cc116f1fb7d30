"""How somebody set up their desk: lists they come back to, and the digest they get."""

from django.db import models
from django.db.models import Q

from sanhu.domains.evidence.fields import PersonalTextField, SensitiveTextField
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.subjects.models.person import Person
from sanhu.domains.subjects.models.post import Post


class SavedView(models.Model):
    """A list with its filters and columns, under a name its owner chose. `query` is the address's, and may hold words
    somebody searched for; no affair depends on it, so the record does not speak of it.
    """

    privacy_default = "internal"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="saved_views", db_index=False)
    page = models.CharField(max_length=40)
    name = models.CharField(max_length=40)
    query = PersonalTextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "page", "name"], name="saved_view_named_once")]


class DigestSubscription(Witnessed):
    """A daily digest of what comes due and what is overdue on a post's desk, at an hour of working days.

    `address` is a mail address, or the whole address of a group's robot, which is a secret of that group. `looked_on`
    is the last day on which it was seen to, whether there was anything to send or not; no deed sets it.
    """

    privacy_default = "internal"
    unwitnessed = ("looked_on",)

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="digests")
    channel = models.CharField(max_length=10, choices=Channel)
    address = SensitiveTextField(blank=True)
    hour = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    looked_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["hour"], condition=Q(ended_at__isnull=True), name="digest_due")]
        constraints = [models.CheckConstraint(condition=Q(hour__range=(0, 23)), name="digest_at_an_hour")]
