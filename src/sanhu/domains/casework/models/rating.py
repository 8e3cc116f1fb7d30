"""What the reporter thinks of how it was handled."""

from django.db import models

from sanhu.domains.casework.models.matter import Matter
from sanhu.domains.casework.rules import SATISFACTION_LABELS
from sanhu.domains.evidence.fields import PersonalTextField
from sanhu.domains.evidence.models import Witnessed


class Rating(Witnessed):
    """A fact about a closed matter, given once for each time it was handled by whoever holds the receipt."""

    privacy_default = "internal"

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="ratings", db_index=False)
    round = models.PositiveSmallIntegerField(default=1)
    satisfaction = models.CharField(
        max_length=20, choices=[(str(grade), label) for grade, label in SATISFACTION_LABELS.items()]
    )
    words = PersonalTextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "round"], name="rating_once_a_round")]
