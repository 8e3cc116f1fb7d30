"""Sending what the outbox holds. What happens if the worker is killed between sending and saying so: sent once more."""

import logging
import os
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from sanhu.domains.evidence import outbox
from sanhu.domains.evidence.models import Notice
from sanhu.domains.evidence.models.notice import Channel
from sanhu.portals import clock

_LOG = logging.getLogger(__name__)
_LEASE = timedelta(minutes=2)


def deliver(at: datetime, *, limit: int = 20) -> int:
    """Send what waits, and give how many were sent.

    Each notice is claimed by itself and at its own moment: a slow mail server uses up no other notice's lease.
    """
    del at
    sent = 0
    for _turn in range(limit):
        claimed = outbox.claim(at=clock.now(), lease=_LEASE, limit=1)
        if not claimed:
            break
        sent += _deliver_one(claimed[0])
    return sent


def _deliver_one(notice: Notice) -> bool:
    try:
        send(notice)
    except Exception as fault:  # noqa: BLE001 - whatever a mail server does, the next notice is tried
        _LOG.warning("notice %s was not sent: %s", notice.pk, type(fault).__name__)
        outbox.mark_failed(notice, at=clock.now(), error=str(fault))
        return False
    outbox.mark_sent(notice, at=clock.now())
    return True


def send(notice: Notice) -> None:
    """Send one notice by its channel."""
    match Channel(notice.channel):
        case Channel.EMAIL:
            send_mail(_("您反映的事项有新进展"), notice.text, None, [notice.address])
        case Channel.SMS:
            _write_sms(notice)


def _write_sms(notice: Notice) -> None:
    """Put a text message where the district's gateway fetches it: one file each, named by the notice's key."""
    folder = settings.SANHU_DATA / "sms"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    waiting = folder / f"{notice.pk}.part"
    waiting.unlink(missing_ok=True)  # of a worker that was killed while writing
    with os.fdopen(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(f"{notice.address}\n{notice.text}\n")
    waiting.rename(folder / f"{notice.pk}.txt")
