"""What may be seen of the record about a donation: each step's voucher with its use, and what became of the donation.

Who gave, who was paid and who dealt with it stay salted hashes.
"""

from collections.abc import Iterable

from sanhu.domains.evidence.export import Disclosure as Policy
from sanhu.domains.evidence.models import Entry, Witnessed
from sanhu.domains.funding.models import (
    Donation,
    DonationNotice,
    DonationUse,
    Earmark,
    PurposeChange,
    Spending,
    Voucher,
)
from sanhu.domains.funding.public_proofs import voucher_policy

_INTERNAL = frozenset(
    {
        *("donor_name", "donor_contact", "donor_words", "registered_by_id", "changed_by_id", "published_by_id"),
        *("opened_by_id", "payee_name"),
    }
)


def step_policy(voucher: Voucher) -> Policy:
    """Open the entries of a voucher that moved a donation's money, with what it was spent on and how that meets it."""
    ledger = voucher_policy(voucher)
    return Policy(may_show=ledger.may_show, fields={**ledger.fields, **_of(Spending, DonationUse)})


def donation_policy(donation: Donation) -> Policy:
    """Open what is entered about a donation itself: the agreement, changes of its purpose, what was published."""

    def may_show(entries: Iterable[Entry]) -> set[int]:
        return {entry.pk for entry in entries if entry.subject_ref == donation.ref}

    return Policy(may_show=may_show, fields=_of(Donation, Earmark, PurposeChange, DonationNotice))


def _of(*models: type[Witnessed]) -> dict[str, frozenset[str]]:
    return {model._meta.label_lower: _fields(model) - _INTERNAL for model in models}


def _fields(model: type[Witnessed]) -> frozenset[str]:
    columns = (field for field in model._meta.concrete_fields if not field.primary_key)
    return frozenset(field.attname for field in columns if field.attname not in model.unwitnessed)
