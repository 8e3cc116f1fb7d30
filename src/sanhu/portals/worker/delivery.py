"""Sending what the outbox holds: once, although a worker may be killed at any moment.

A text message is handed over exactly once. A mail is too, but for one moment that no sender can close: a worker killed
after the mail server took the message and before that was noted. The second copy then bears the same Message-ID, by
which mail servers and readers know it for the same message; SMTP promises no more than that. A robot of a group may say
a thing twice after such a kill: it has no such number.
"""

import logging
import os
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.utils import DNS_NAME
from django.utils.translation import gettext as _

from sanhu.domains.evidence import outbox
from sanhu.domains.evidence.models import Notice
from sanhu.domains.evidence.models.notice import Channel
from sanhu.portals import clock
from sanhu.portals.durable import sync_folder
from sanhu.portals.worker import handed_over
from sanhu.portals.worker.webhooks import call_robot

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
    """Send one notice by its channel, unless it left before."""
    match Channel(notice.channel):
        case Channel.EMAIL:
            if not handed_over.is_handed_over(notice):
                _send_mail(notice)
                handed_over.note(notice)
        case Channel.SMS:
            _write_sms(notice)
        case Channel.WECOM | Channel.DINGTALK:
            if not handed_over.is_handed_over(notice):
                call_robot(notice.address, notice.text)
                handed_over.note(notice)


def _send_mail(notice: Notice) -> None:
    message_id = f"<{handed_over.name_of(notice)}@{DNS_NAME}>"
    EmailMessage(_subject_of(notice), notice.text, None, [notice.address], headers={"Message-ID": message_id}).send()


def _subject_of(notice: Notice) -> str:
    """Say what a mail is about: officials get digests, all others are reporters."""
    return _("临近到期和超期的办件") if notice.subject_ref.startswith("digest:") else _("您反映的事项有新进展")


def _write_sms(notice: Notice) -> None:
    """Put a text message where the district's gateway fetches it: one file each, named as the notice is outside.

    The gateway may take the file away at once, so whether it was there is noted before it is: what is noted and still
    waits was not given its final name, what is noted and does not wait has been fetched or soon will be.
    """
    folder = settings.SANHU_DATA / "sms"
    name = handed_over.name_of(notice)
    waiting = folder / f"{name}.part"
    if not handed_over.is_handed_over(notice):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        waiting.unlink(missing_ok=True)  # of a worker that was killed while writing
        with os.fdopen(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(f"{notice.address}\n{notice.text}\n")
            file.flush()
            os.fsync(file.fileno())
        sync_folder(folder)
        handed_over.note(notice)
    with suppress(FileNotFoundError):
        waiting.rename(folder / f"{name}.txt")
        sync_folder(folder)
