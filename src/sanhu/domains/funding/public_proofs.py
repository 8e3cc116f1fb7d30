"""What everybody may see of the record about a disclosed account: its vouchers, their postings, what was published.

Who asked and who signed, and what they said to each other, stays within the ledger's own books.
"""

from collections.abc import Iterable

from sanhu.domains.evidence.export import Disclosure as Policy
from sanhu.domains.evidence.models import Entry, Witnessed
from sanhu.domains.funding.disclosure_rules import shown_words
from sanhu.domains.funding.models import Disclosure, Posting, Voucher

_INTERNAL = frozenset({"asked_by_id", "signed_by_id", "reason", "answer", "disclosed_by_id"})


def voucher_policy(voucher: Voucher) -> Policy:
    """Open the entries of one public voucher. A basis that tells of a person stays a commitment."""
    hidden = _INTERNAL if shown_words(voucher.basis) == voucher.basis else _INTERNAL | {"basis"}
    return _policy(voucher.ref, (Voucher, Posting), hidden)


def disclosure_policy(disclosure: Disclosure) -> Policy:
    """Open the entry of one disclosure."""
    return _policy(disclosure.ref, (Disclosure,), _INTERNAL)


def _policy(ref: str, models: Iterable[type[Witnessed]], hidden: frozenset[str]) -> Policy:
    def may_show(entries: Iterable[Entry]) -> set[int]:
        return {entry.pk for entry in entries if entry.subject_ref == ref}

    return Policy(may_show=may_show, fields={model._meta.label_lower: _fields(model) - hidden for model in models})


def _fields(model: type[Witnessed]) -> frozenset[str]:
    columns = (field for field in model._meta.concrete_fields if not field.primary_key)
    return frozenset(field.attname for field in columns if field.attname not in model.unwitnessed)
