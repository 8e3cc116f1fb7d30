"""The outbox: notices written in the deciding transaction, claimed and sent by the worker after commit.

A notice leaves at least once and, but for a worker that dies between sending and saying so, at most once; `key` lets
the receiving side tell a second copy. Its address is destroyed once it was sent or given up.
"""

import re
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from sanhu.domains.evidence.models import Notice
from sanhu.domains.evidence.models.notice import Channel

MOST_ATTEMPTS = 8
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=6)
_LOOKS_LIKE_ADDRESS = re.compile(r"[^\s<>\"']+@[^\s<>\"']+|\+?\d[\d -]{5,}\d")
_ADDRESS_HIDDEN = "***"


def enqueue(
    *, key: str, district: str, subject_ref: str, channel: Channel | str, address: str, text: str, at: datetime
) -> None:
    """Put a notice into the outbox, in the deciding transaction. A key that is there already changes nothing.

    Raises ValueError for a channel there is not.
    """
    notice = Notice(
        key=key,
        district=district,
        subject_ref=subject_ref,
        channel=Channel(channel),
        address=address,
        text=text,
        created_at=at,
    )
    Notice.objects.bulk_create([notice], ignore_conflicts=True)


def claim(*, at: datetime, lease: timedelta, limit: int) -> list[Notice]:
    """Take up to `limit` notices, oldest first, that nobody else will take before `at + lease`."""
    with transaction.atomic():
        waiting = Notice.objects.filter(
            Q(claimed_until__isnull=True) | Q(claimed_until__lte=at), sent_at__isnull=True, attempts__lt=MOST_ATTEMPTS
        )
        notices = list(waiting.select_for_update(skip_locked=True).order_by("created_at", "id")[:limit])
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(
            claimed_until=at + lease, attempts=F("attempts") + 1
        )
    for notice in notices:
        notice.claimed_until = at + lease
        notice.attempts += 1
    return notices


def mark_sent(notice: Notice, *, at: datetime) -> bool:
    """Say that a claimed notice was sent. False when the lease had run out and somebody else took it."""
    return bool(_claimed(notice).update(sent_at=at, claimed_until=None, address="", last_error=""))


def mark_failed(notice: Notice, *, at: datetime, error: str) -> bool:
    """Say that sending failed, and wait twice as long as the last time; after the last attempt, give up.

    The error's text is kept without anything that looks like an address. False when the lease had run out.
    """
    wait = min(_FIRST_WAIT * 2 ** (notice.attempts - 1), _LONGEST_WAIT)
    forget = {"address": ""} if notice.attempts >= MOST_ATTEMPTS else {}
    return bool(_claimed(notice).update(claimed_until=at + wait, last_error=_without(notice.address, error), **forget))


def _claimed(notice: Notice) -> QuerySet[Notice]:
    return Notice.objects.filter(pk=notice.pk, claimed_until=notice.claimed_until, sent_at__isnull=True)


def _without(address: str, error: str) -> str:
    if address:
        error = re.sub(re.escape(address), _ADDRESS_HIDDEN, error, flags=re.IGNORECASE)
    return _LOOKS_LIKE_ADDRESS.sub(_ADDRESS_HIDDEN, error)[:200]


def forget_addresses(*, subject_ref: str, at: datetime) -> int:
    """Withdraw what was not sent yet about a subject and destroy its addresses; give how many notices that were."""
    unsent = Notice.objects.filter(subject_ref=subject_ref, sent_at__isnull=True).exclude(address="")
    return unsent.update(address="", attempts=MOST_ATTEMPTS, last_error="withdrawn", claimed_until=at)


def readdress(*, subject_ref: str, channel: Channel, address: str) -> int:
    """Send what was not sent yet about a subject to another address; give how many notices that were.

    One that is just being sent still goes to the old one. What was given up or withdrawn stays so.
    """
    unsent = Notice.objects.filter(subject_ref=subject_ref, sent_at__isnull=True, attempts__lt=MOST_ATTEMPTS)
    return unsent.update(channel=channel, address=address)


def erase_notices(*, subject_ref: str, at: datetime) -> int:
    """Withdraw what was not sent yet about a subject, and forget address and words of all its notices."""
    forget_addresses(subject_ref=subject_ref, at=at)
    return Notice.objects.filter(subject_ref=subject_ref).exclude(text="").update(address="", text="", last_error="")
