"""Templates of what is written again and again: reasons and replies, by item and move."""

from django.db import models
from django.db.models import Q

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.models import Organisation, Person


class ReplyTemplate(Witnessed):
    """A body's words with placeholders, for one move and one item of the list, or for any.

    `item_code` outlives versions of the catalogue. `retired_at` takes it out of use; nothing is deleted.
    """

    privacy_default = "internal"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="reply_templates")
    name = models.CharField(max_length=40)
    move = models.CharField(max_length=30, blank=True)
    item_code = models.CharField(max_length=10, blank=True)
    text = models.TextField()
    revision = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    changed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], condition=Q(retired_at__isnull=True), name="reply_template_named_once"
            )
        ]
