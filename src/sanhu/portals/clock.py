"""The one place where the house reads the clock."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """Give the present moment in UTC."""
    return timezone.now()
