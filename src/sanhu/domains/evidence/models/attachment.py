"""Photos that belong to an object of some room."""

import uuid

from django.db import models
from django.db.models import Q

from sanhu.domains.evidence.fields import PersonalBinaryField
from sanhu.domains.evidence.models.witnessed import Witnessed

MOST_PHOTOS = 3  # on one form


class Attachment(Witnessed):
    """A photo after it was decoded, stripped of metadata and encoded anew.

    While `owner_ref` is empty it is a draft of the form whose `draft_id` it carries: no entry speaks of it yet, and
    the worker removes it after a day. `place` numbers a form's photos; the database refuses a fourth.
    """

    privacy_default = "internal"
    goes_when_erased = True

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    district = models.CharField(max_length=6)
    owner_ref = models.CharField(max_length=80, blank=True)
    draft_id = models.UUIDField()
    place = models.PositiveSmallIntegerField()
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    created_by = models.CharField(max_length=40)
    created_at = models.DateTimeField()
    adopted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["owner_ref"], name="attachment_of_owner")]
        constraints = [
            models.UniqueConstraint(fields=["draft_id", "place"], name="attachment_place"),
            models.CheckConstraint(condition=Q(place__range=(1, MOST_PHOTOS)), name="attachment_at_most_three"),
            models.CheckConstraint(
                condition=Q(owner_ref="", adopted_at__isnull=True) | ~Q(owner_ref="") & Q(adopted_at__isnull=False),
                name="attachment_adopted_at",
            ),
        ]

    @property
    def needs_witness(self) -> bool:
        """A draft belongs to nothing that was done."""
        return bool(self.owner_ref)


class AttachmentBlob(models.Model):
    """The bytes, in a table of their own so that lists never load them."""

    privacy_default = "internal"

    attachment = models.OneToOneField(Attachment, on_delete=models.CASCADE, primary_key=True, related_name="blob")
    data = PersonalBinaryField()
