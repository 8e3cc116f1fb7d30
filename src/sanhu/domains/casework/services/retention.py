"""What was kept only for a purpose goes when the purpose has ended."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from sanhu.domains.casework.events import MatterEvent
from sanhu.domains.casework.models import Contact
from sanhu.domains.evidence import outbox
from sanhu.domains.evidence.erasure import destroy_salts, erased
from sanhu.domains.evidence.record import record
from sanhu.engines.actors import SYSTEM


def erase_contacts(*, at: datetime, limit: int = 100) -> int:
    """Erase reporters' addresses some days after the final close, value and salts, and give how many."""
    over = at - timedelta(days=settings.SANHU_CONTACT_KEPT_DAYS)
    due = Contact.objects.filter(erased_at__isnull=True, matter__is_open=False, matter__closed_at__lte=over)
    return sum(_erase(key, at=at) for key in due.order_by("id").values_list("pk", flat=True)[:limit])


@transaction.atomic
def _erase(key: int, *, at: datetime) -> bool:
    contact = Contact.objects.select_for_update(of=("self",)).select_related("matter").get(pk=key)
    if contact.erased_at is not None:  # another worker was faster
        return False
    matter = contact.matter
    contact.erase(at=at)
    destroy_salts(row=contact, field="address", subject=matter.ref)
    outbox.forget_addresses(subject_ref=matter.ref, at=at)
    record(
        event=MatterEvent.CONTACT_ERASED,
        actor=SYSTEM,
        at=at,
        subject=matter.ref,
        district=matter.district,
        rows=[contact],
        facts=erased(contact, ["address"]),
    )
    return True
