"""Case numbers: one sequence per district and day."""

from django.db import models


class CaseCounter(models.Model):
    """The last number given in a district on a legal day."""

    privacy_default = "internal"

    district = models.CharField(max_length=6)
    day = models.DateField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "day"], name="counter_once_a_day")]
