"""How often something was tried lately."""

from django.db import models


class Throttle(models.Model):
    """A counter in a window of time, by a keyed hash of who tries what."""

    privacy_default = "internal"

    key = models.CharField(max_length=64, primary_key=True)
    opened_at = models.DateTimeField()
    count = models.PositiveIntegerField()
