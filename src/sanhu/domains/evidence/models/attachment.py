"""Photos that belong to an object of some room."""

import uuid

from django.db import models

from sanhu.domains.evidence.fields import PersonalBinaryField
from sanhu.domains.evidence.models.witnessed import Witnessed


class Attachment(Witnessed):
    """A photo after it was decoded, stripped of metadata and encoded anew.

    While `owner_ref` is empty it is a draft of the form whose `draft_id` it carries, and the worker removes it after a
    day.
    """

    privacy_default = "internal"

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    district = models.CharField(max_length=6)
    owner_ref = models.CharField(max_length=80, blank=True)
    draft_id = models.UUIDField()
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["owner_ref"], name="attachment_of_owner"),
            models.Index(fields=["draft_id"], name="attachment_of_draft"),
        ]


class AttachmentBlob(models.Model):
    """The bytes, in a table of their own so that lists never load them."""

    privacy_default = "internal"

    attachment = models.OneToOneField(Attachment, on_delete=models.CASCADE, primary_key=True, related_name="blob")
    data = PersonalBinaryField()
