"""Supplements: what a reporter adds to a matter afterwards."""

from django.db import models

from sanhu.domains.casework.models.matter import Matter
from sanhu.domains.evidence.fields import PersonalTextField
from sanhu.domains.evidence.models import Witnessed


class Supplement(Witnessed):
    """Further words, and the photos whose owner is this supplement."""

    privacy_default = "internal"

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="supplements", db_index=False)
    ordinal = models.PositiveSmallIntegerField()
    words = PersonalTextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "ordinal"], name="supplement_ordinal_once")]

    @property
    def ref(self) -> str:
        """The supplement as a typed reference."""
        return f"supplement:{self.pk}"
