"""Spending a donation: whoever asks for it says how it meets what the donor gave the money for, and that is kept."""

from dataclasses import asdict, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.once import Once
from sanhu.domains.funding.disclosure_rules import shown_words
from sanhu.domains.funding.donation_rules import check_use
from sanhu.domains.funding.models import DonationUse, Voucher
from sanhu.domains.funding.services.donating import kept_donation
from sanhu.domains.funding.services.spending import Expenditure, ask_spending
from sanhu.domains.subjects.services.doors import require
from sanhu.engines.actors import Actor


def spend_donation(
    *, actor: Actor, at: datetime, client_id: UUID, number: str, order: Expenditure, meets: str
) -> Voucher:
    """Spend money of a donation, once; from the limit on it waits for a second person.

    What the order says it is for is the donation, whatever stands there. Raises FundingNotFound for what the actor may
    not see, Refused with X-12 for what is not said to meet the donor's purpose or what the agreement leaves out.
    """
    asked = {"donation": number, "meets": meets, **asdict(order)}
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)
    return Voucher.objects.get(number=once.answer(lambda: _spend(once, number, order, meets.strip(), at=at)))


@transaction.atomic
def _spend(once: Once, number: str, order: Expenditure, meets: str, *, at: datetime) -> str:
    donation = kept_donation(once.actor, number)
    require(check_use(meets=meets, expense=order.expense, agreed=donation.agreed_expenses), field="meets")
    earmark = donation.earmark

    def use(voucher: Voucher) -> list[Witnessed]:
        said = shown_words(meets)  # everybody reads it
        return [DonationUse.objects.create(voucher=voucher, donation=donation, purpose=earmark.purpose, meets=said)]

    wish, agreed = replace(order, purpose_ref=earmark.ref), frozenset(donation.agreed_expenses)
    voucher = ask_spending(wish, actor=once.actor, at=at, beside=use, agreed=agreed)
    return once.remember(voucher.number)
