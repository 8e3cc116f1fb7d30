"""Running numbers of papers: one series per district, kind and year."""

from django.db import models


class Serial(models.Model):
    """The last number given in a series."""

    privacy_default = "internal"

    district = models.CharField(max_length=6)
    kind = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "kind", "year"], name="serial_once")]
