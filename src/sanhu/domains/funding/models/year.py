"""Fiscal years that are closed."""

from django.db import models

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.models import Person


class ClosedYear(Witnessed):
    """A fiscal year of a district after its books were closed: nothing is posted, reserved or reversed in it."""

    privacy_default = "public"

    district = models.CharField(max_length=6)
    year = models.PositiveSmallIntegerField()
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "year"], name="year_closed_once")]
