"""What was kept only for a purpose goes when the purpose has ended."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from sanhu.domains.casework.models import Contact
from sanhu.domains.evidence import outbox
from sanhu.domains.evidence.erasure import destroy_salts, erased
from sanhu.domains.evidence.record import record
from sanhu.engines.actors import SYSTEM


def erase_contacts(*, at: datetime, limit: int = 100) -> int:
    """Erase reporters' addresses some days after the final close, value and salts, and give how many."""
    over = at - timedelta(days=settings.SANHU_CONTACT_KEPT_DAYS)
    due = Contact.objects.filter(erased_at__isnull=True, matter__is_open=False, matter__closed_at__lte=over)
    count = 0
    for contact in due.select_related("matter").order_by("id")[:limit]:
        with transaction.atomic():
            row = Contact.objects.select_for_update().get(pk=contact.pk)
            if row.erased_at is not None:
                continue
            row.address, row.erased_at = "", at
            row.save()
            destroy_salts(row=row, field="address", subject=contact.matter.ref)
            outbox.forget_addresses(subject_ref=contact.matter.ref, at=at)
            record(
                event="contact.erased",
                actor=SYSTEM,
                at=at,
                subject=contact.matter.ref,
                district=contact.matter.district,
                rows=[row],
                facts=erased(row, ["address"]),
            )
        count += 1
    return count
