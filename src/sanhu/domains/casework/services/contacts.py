"""How a reporter wants to be told, said later by the receipt: an address given, changed or withdrawn."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.casework.events import MatterEvent
from sanhu.domains.casework.models import Contact, Matter
from sanhu.domains.casework.services.erasing import is_final
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.casework.services.moves import not_before_the_last_step
from sanhu.domains.evidence import outbox
from sanhu.domains.evidence.erasure import destroy_salts, erased
from sanhu.domains.evidence.models.notice import PERSONAL_CHANNELS, Channel
from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.engines.actors import resident
from sanhu.engines.decisions import ALLOWED, Decision, Refused, refuse

NO_LONGER_THAN_NEEDED = _("个人信息保护法第十九条")
WITHDRAWAL_ARTICLE = _("个人信息保护法第十五条")
NEEDS_A_PHONE = _("手机号或邮箱：发短信需要 11 位手机号")
NEEDS_A_MAILBOX = _("手机号或邮箱：发邮件需要完整的邮箱地址")
_PHONE = re.compile(r"1[0-9]{10}")


@dataclass(frozen=True)
class Wish:
    """Where to tell the reporter; without a channel, nowhere any more."""

    channel: Channel | None = None
    address: str = ""


def change_contact(*, at: datetime, client_id: UUID, receipt_hash: str, wish: Wish) -> None:
    """Give, change or withdraw the address of the matter a receipt belongs to.

    What was not sent yet goes to the new address, or is withdrawn with the old one, of which nothing stays. Raises
    MatterNotFound for a hash that is nobody's, Refused for an address of the wrong kind, for a new one after the final
    close or a withdrawal where there is none, requests.ConflictError for a client_id used for something else.
    """
    matter = Matter.objects.filter(receipt_hash=receipt_hash).only("district").first()
    if matter is None:
        raise MatterNotFound
    asked: dict[str, object] = {"contact": receipt_hash, "channel": str(wish.channel or ""), "address": wish.address}
    once = Once(client_id=client_id, actor=resident(matter.district), asked=asked, at=at)
    once.answer(lambda: _change(once, matter.pk, wish, at=at))


@transaction.atomic
def _change(once: Once, key: int, wish: Wish, *, at: datetime) -> str:
    matter = Matter.objects.select_for_update().get(pk=key)
    at = not_before_the_last_step(matter, at)
    contact = Contact.objects.select_for_update().filter(matter=matter).first()
    if wish.channel is None:
        contact = _withdraw(once, matter, contact, at=at)
    else:
        for decision in (may_be_told(matter, at=at), is_an_address(wish)):
            if not decision:
                raise Refused(decision)
        contact = _give(once, matter, contact, Channel(wish.channel), wish.address, at=at)
    return once.remember(f"contact:{contact.pk}")


def may_be_told(matter: Matter, *, at: datetime) -> Decision:
    """May an address still be given or changed? Not once nothing can happen that it would be needed for."""
    if is_final(matter, at=at):
        reason = _("这件事已经最终办结，不会再有进展要告诉您，所以不再收联系方式")
        return refuse(reason, citations=(NO_LONGER_THAN_NEEDED,))
    return ALLOWED


def is_an_address(wish: Wish) -> Decision:
    """Can somebody be told this way, at this address?"""
    if wish.channel not in PERSONAL_CHANNELS:
        return refuse(_("要不要告诉您进展：只能选短信或邮件"))
    if wish.channel == Channel.SMS:
        return ALLOWED if _PHONE.fullmatch(wish.address) else refuse(NEEDS_A_PHONE)
    try:
        validate_email(wish.address)
    except ValidationError:
        return refuse(NEEDS_A_MAILBOX)
    return ALLOWED


def _give(
    once: Once, matter: Matter, contact: Contact | None, channel: Channel, address: str, *, at: datetime
) -> Contact:
    is_first = contact is None or contact.erased_at is not None
    contact = contact or Contact(matter=matter)
    if (contact.channel, contact.address) == (channel, address):
        return contact
    facts: dict[str, object] = {}
    if not is_first:
        # Of the address there was no trace stays that could be guessed at.
        destroy_salts(row=contact, field="address", subject=matter.ref)
        facts = erased(contact, ["address"])
    contact.channel, contact.address, contact.given_at, contact.erased_at = channel, address, at, None
    contact.save()
    outbox.readdress(subject_ref=matter.ref, channel=channel, address=address)
    record(
        event=MatterEvent.CONTACT_GIVEN if is_first else MatterEvent.CONTACT_CHANGED,
        actor=once.actor,
        at=at,
        subject=matter.ref,
        district=matter.district,
        rows=[contact],
        facts=facts,
    )
    return contact


def _withdraw(once: Once, matter: Matter, contact: Contact | None, *, at: datetime) -> Contact:
    if contact is None or contact.erased_at is not None:
        raise Refused(refuse(_("这件事没有留着联系方式，不用撤回"), citations=(WITHDRAWAL_ARTICLE,)))
    contact.erase(at=at)
    destroy_salts(row=contact, field="address", subject=matter.ref)
    outbox.forget_addresses(subject_ref=matter.ref, at=at)
    record(
        event=MatterEvent.CONTACT_ERASED,
        actor=once.actor,
        at=at,
        subject=matter.ref,
        district=matter.district,
        rows=[contact],
        facts=erased(contact, ["address"]),
    )
    return contact
