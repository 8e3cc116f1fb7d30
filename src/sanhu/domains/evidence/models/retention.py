"""When what had served its purpose was last looked for."""

from django.db import models


class RetentionRun(models.Model):
    """The last time the worker carried out one rule of retention: when, and how much went."""

    privacy_default = "internal"

    rule = models.CharField(max_length=40, primary_key=True)
    ran_at = models.DateTimeField()
    erased = models.PositiveIntegerField()
    # The last time that anything went, and how much that was.
    erased_at = models.DateTimeField(null=True)
    erased_then = models.PositiveIntegerField(default=0)
