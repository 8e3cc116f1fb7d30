"""Erasing the names of persons who were paid, when the period for which their vouchers are kept is over."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from sanhu.domains.evidence.erasure import destroy_salts, erased
from sanhu.domains.evidence.record import record
from sanhu.domains.funding.models import Spending
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.source_rules import names_rule
from sanhu.domains.funding.spending_rules import may_erase_payee
from sanhu.domains.funding.spending_terms import PayeeKind, SpendingEvent
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.services.doors import permit
from sanhu.engines.actors import SYSTEM, Actor, ActorKind
from sanhu.engines.decisions import Refused
from sanhu.engines.legal_time import day_start, legal_day


def erase_payee(*, actor: Actor, at: datetime, number: str) -> Spending:
    """Erase the name of a person who was paid by a voucher. Raises FundingNotFound, Refused while it is kept."""
    permit(actor, Permission.PERSONAL_DATA_ERASE)
    with transaction.atomic():
        spendings = Spending.objects.select_for_update(of=("self",)).select_related("voucher")
        if actor.kind is not ActorKind.SYSTEM:
            spendings = spendings.filter(voucher__district=actor.district)
        spending = spendings.filter(voucher__number=number).first()
        if spending is None:
            raise FundingNotFound(number)
        _erase(spending, actor=actor, at=at)
    return spending


def _erase(spending: Spending, *, actor: Actor, at: datetime) -> None:
    voucher = spending.voucher
    paid_on, today = legal_day(voucher.asked_at), legal_day(at)
    decision = may_erase_payee(kind=spending.payee_kind, name=spending.payee_name, paid_on=paid_on, today=today)
    if not decision:
        raise Refused(decision)
    spending.payee_name = ""
    spending.save(update_fields=["payee_name"])
    destroy_salts(row=spending, field="payee_name", subject=voucher.ref)
    record(
        event=SpendingEvent.PAYEE_ERASED,
        actor=actor,
        at=at,
        subject=voucher.ref,
        district=voucher.district,
        rows=[spending],
        facts=erased(spending, ["payee_name"]),
    )


def named_payees() -> QuerySet[Spending]:
    """Persons who were paid and whose names are still kept."""
    return Spending.objects.filter(payee_kind=PayeeKind.PERSON).exclude(payee_name="")


def payees_due(*, at: datetime) -> QuerySet[Spending]:
    """Those of them whose vouchers' period is over: asked for in a year that ended long enough ago."""
    first_kept = legal_day(at).year - names_rule().kept_years
    return named_payees().filter(
        voucher__asked_at__lt=day_start(legal_day(at).replace(year=first_kept, month=1, day=1))
    )


def erase_payees(*, at: datetime, limit: int = 100) -> int:
    """Erase every name that is due, and give how many."""
    numbers = list(payees_due(at=at).order_by("pk").values_list("voucher__number", flat=True)[:limit])
    erased_count = 0
    for number in numbers:
        try:
            erase_payee(actor=SYSTEM, at=at, number=number)
        except Refused:  # erased by another worker in this very moment
            continue
        erased_count += 1
    return erased_count
