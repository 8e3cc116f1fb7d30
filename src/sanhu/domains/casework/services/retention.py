"""What was kept only for a purpose goes when the purpose has ended."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Length

from sanhu.domains.casework.erasure_rules import ErasureScope, ErasureState
from sanhu.domains.casework.events import MatterEvent
from sanhu.domains.casework.models import Contact, Erasure, Joining, Matter
from sanhu.domains.casework.queries import finally_closed
from sanhu.domains.casework.services.erasing import erase_at_the_end
from sanhu.domains.casework.services.forgetting import erase_joining
from sanhu.domains.evidence import outbox
from sanhu.domains.evidence.erasure import destroy_salts, erased
from sanhu.domains.evidence.models import Request
from sanhu.domains.evidence.record import record
from sanhu.engines.actors import SYSTEM
from sanhu.engines.codes.case_numbers import LENGTH as CASE_NUMBER


def contacts_due(*, at: datetime) -> QuerySet[Contact]:
    """Reporters' addresses whose days after the final close are over: until then a matter may be opened again."""
    over = at - timedelta(days=settings.SANHU_CONTACT_KEPT_DAYS)
    # Asked of each address that is left, of which there are few, not of every matter that was ever closed.
    final = _final_before(over, at=at).filter(pk=OuterRef("matter_id"))
    return Contact.objects.filter(Exists(final), erased_at__isnull=True)


def erase_contacts(*, at: datetime, limit: int = 100) -> int:
    """Erase reporters' addresses some days after the final close, value and salts, and give how many."""
    due = contacts_due(at=at)
    return sum(_erase(key, at=at) for key in due.order_by("id").values_list("pk", flat=True)[:limit])


def joinings_due(*, at: datetime) -> QuerySet[Joining]:
    """Addresses of those who joined a matter, whose days after its final close are over."""
    over = at - timedelta(days=settings.SANHU_CONTACT_KEPT_DAYS)
    final = _final_before(over, at=at).filter(pk=OuterRef("matter_id"))
    return Joining.objects.filter(Exists(final)).exclude(address="")


def erase_joinings(*, at: datetime, limit: int = 100) -> int:
    """Erase addresses of those who joined, some days after the final close, and give how many."""
    due = joinings_due(at=at).order_by("id").values_list("pk", flat=True)[:limit]
    return sum(_erase_joining(key, at=at) for key in due)


@transaction.atomic
def _erase_joining(key: int, *, at: datetime) -> bool:
    joining = Joining.objects.select_for_update(of=("self",)).select_related("matter").get(pk=key)
    if not joining.address:  # another worker was faster, or somebody left
        return False
    erase_joining(joining, actor=SYSTEM, at=at)
    return True


def matters_due(*, at: datetime) -> QuerySet[Matter]:
    """Matters finally closed so long ago that what their reporters said goes, and where it did not go yet."""
    over = at - timedelta(days=settings.SANHU_WORDS_KEPT_DAYS)
    return matters_with_words(_final_before(over, at=at))


def _final_before(moment: datetime, *, at: datetime) -> QuerySet[Matter]:
    """Matters that are final at a moment and have been so since another."""
    since: dict[str, datetime] = {"final_at__lte": moment}  # what a query added, the checker of types does not know
    return finally_closed(at).filter(**since)


def matters_with_words(matters: QuerySet[Matter]) -> QuerySet[Matter]:
    """Those of some matters that were not erased since they were closed."""
    done = Erasure.objects.filter(
        Q(matter__closed_at__isnull=True) | Q(decided_at__gte=F("matter__closed_at")),
        matter=OuterRef("pk"),
        state=ErasureState.ERASED,
        scope=ErasureScope.EVERYTHING,
    )
    return matters.filter(~Exists(done))


def erase_matters(*, at: datetime, limit: int = 100) -> int:
    """Erase words, places, photos and answers of matters closed long ago, and give how many matters that were."""
    keys = list(matters_due(at=at).order_by("closed_at", "id").values_list("pk", flat=True)[:limit])
    return sum(erase_at_the_end(matter_id=key, at=at) for key in keys)


def requests_due(*, at: datetime) -> QuerySet[Request]:
    """Answered requests nobody will repeat any more; a registration's stays, or the same form could register twice.

    A registration's answer is the case number, told by its length: nothing has to be looked up, however many there are.
    """
    over = at - timedelta(days=settings.SANHU_REQUESTS_KEPT_DAYS)
    return Request.objects.annotate(length=Length("result_ref")).exclude(length=CASE_NUMBER).filter(at__lte=over)


def drop_requests(*, at: datetime, limit: int = 2000) -> int:
    """Remove the numbers of forms that were answered long ago, and give how many."""
    keys = list(requests_due(at=at).values_list("pk", flat=True)[:limit])
    return Request.objects.filter(pk__in=keys).delete()[0]


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
