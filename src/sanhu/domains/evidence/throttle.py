"""Slowing guesses down: how often one source may try one thing in a window of time."""

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from sanhu.domains.evidence.models import Throttle

# One statement: two tries at the same moment are two tries.
_COUNT = """
INSERT INTO evidence_throttle ("key", opened_at, count) VALUES (%s, %s, 1)
ON CONFLICT ("key") DO UPDATE SET
    count = CASE WHEN evidence_throttle.opened_at > %s THEN evidence_throttle.count + 1 ELSE 1 END,
    opened_at = CASE WHEN evidence_throttle.opened_at > %s THEN evidence_throttle.opened_at ELSE excluded.opened_at END
RETURNING count
"""


def key_of(*parts: str) -> str:
    """Hash who tries what, keyed: the table then holds no address and no name."""
    return hmac.new(settings.SANHU_RECEIPT_KEY, "\x00".join(parts).encode(), hashlib.sha256).hexdigest()


def tries(key: str, *, at: datetime, window: timedelta) -> int:
    """Count the tries in the present window."""
    row = Throttle.objects.filter(pk=key, opened_at__gt=at - window).first()
    return row.count if row else 0


def count_try(key: str, *, at: datetime, window: timedelta) -> int:
    """Count one more try and give the number in the present window."""
    now, since = (connection.ops.adapt_datetimefield_value(moment) for moment in (at, at - window))
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, now, since, since])
        (count,) = cursor.fetchone()
    return int(count)


def forget(key: str) -> None:
    """Forget the tries, after a success."""
    Throttle.objects.filter(pk=key).delete()


def drop_old(*, before: datetime) -> int:
    """Remove windows that closed; give how many."""
    return Throttle.objects.filter(opened_at__lt=before).delete()[0]
