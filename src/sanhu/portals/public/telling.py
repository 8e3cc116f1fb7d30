"""How the reporter of a matter is told, and what was told already."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from sanhu.domains.casework.models import Contact, Matter
from sanhu.domains.evidence.fields import mask_contact
from sanhu.domains.evidence.models import Notice
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.evidence.outbox import MOST_ATTEMPTS

MOST_SHOWN = 50


@dataclass(frozen=True)
class Told:
    """One notice: what it said, which way and where it went, and when or why not."""

    at: datetime
    text: str
    channel: str
    address: str
    state: str


def contact_of(matter: Matter) -> Contact | None:
    """Give the address a matter's reporter is told at; None where there is none, or none any more."""
    return Contact.objects.filter(matter=matter, erased_at__isnull=True).first()


def told_about(matter: Matter, contact: Contact | None) -> list[Told]:
    """List the newest notices about a matter, the newest first."""
    notices = Notice.objects.filter(subject_ref=matter.ref).order_by("-created_at", "-id")[:MOST_SHOWN]
    return [
        Told(
            at=notice.sent_at or notice.created_at,
            text=notice.text,
            channel=str(Channel(notice.channel).label),
            address=_where(notice, contact),
            state=_state(notice),
        )
        for notice in notices
    ]


def _where(notice: Notice, contact: Contact | None) -> str:
    """Mask the address. One that was sent to is destroyed, so that it is known only while it is still the present one.

    A notice keeps its way: where that is another than today's, it went to an earlier address.
    """
    if notice.address:
        return mask_contact(notice.address)
    if contact and contact.given_at <= notice.created_at and contact.channel == notice.channel:
        return mask_contact(contact.address)
    return gettext("以前留的地址")


def _state(notice: Notice) -> str:
    if notice.sent_at:
        return gettext("已发出")
    if not notice.address:
        return gettext("没有发出：已撤回，或者多次没有发成")
    if notice.attempts >= MOST_ATTEMPTS:
        return gettext("没有发成")
    return gettext("等待发出")
