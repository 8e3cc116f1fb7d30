"""Slowing guesses down: how often one source may try one thing in a window of time."""

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from sanhu.domains.evidence.models import Throttle


def key_of(*parts: str) -> str:
    """Hash who tries what, keyed: the table then holds no address and no name."""
    return hmac.new(settings.SANHU_RECEIPT_KEY, "\x00".join(parts).encode(), hashlib.sha256).hexdigest()


def tries(key: str, *, at: datetime, window: timedelta) -> int:
    """Count the tries in the present window."""
    row = Throttle.objects.filter(pk=key, opened_at__gt=at - window).first()
    return row.count if row else 0


def count_try(key: str, *, at: datetime, window: timedelta) -> int:
    """Count one more try and give the number in the present window."""
    if not Throttle.objects.filter(pk=key, opened_at__gt=at - window).update(count=F("count") + 1):
        Throttle.objects.update_or_create(pk=key, defaults={"opened_at": at, "count": 1})
    return tries(key, at=at, window=window)


def forget(key: str) -> None:
    """Forget the tries, after a success."""
    Throttle.objects.filter(pk=key).delete()


def drop_old(*, before: datetime) -> int:
    """Remove windows that closed; give how many."""
    return Throttle.objects.filter(opened_at__lt=before).delete()[0]
