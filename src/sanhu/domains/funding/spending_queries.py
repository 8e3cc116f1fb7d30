"""Reading what was spent: by kind of expense and by nature, what waits, and whether money for a task came to a body."""

from collections.abc import Iterable, Mapping

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from sanhu.domains.funding.models import LedgerAccount, Posting, Spending, Voucher
from sanhu.domains.funding.terms import VoucherKind, VoucherState

_IS_SPENDING = Q(voucher__kind=VoucherKind.SPENDING) | Q(voucher__reverses__kind=VoucherKind.SPENDING)


def spent_postings(postings: QuerySet[Posting]) -> QuerySet[Posting]:
    """Keep of postings what was spent from bodies' accounts, and what of that was taken back."""
    return postings.filter(_IS_SPENDING, account__body__isnull=False)


def spent_by(postings: QuerySet[Posting], what: str) -> dict[str, int]:
    """Sum what was spent, less what was taken back, by a fact of the spending: its expense or its nature."""
    said = Coalesce(f"voucher__spending__{what}", f"voucher__reverses__spending__{what}")
    rows = spent_postings(postings).order_by().values_list(said).annotate(fen=Sum("amount_fen"))
    return {name: -fen for name, fen in rows if fen}


def waiting_by_expense(purpose_ref: str) -> dict[str, int]:
    """Sum by kind of expense what waits for a second person of what is to be spent for a purpose."""
    waiting = Voucher.objects.filter(
        purpose_ref=purpose_ref, kind=VoucherKind.SPENDING, state=VoucherState.WAITING
    ).order_by()
    return dict(waiting.values_list("spending__expense").annotate(fen=Sum("amount_fen")))


def came_for(purpose_ref: str, account: LedgerAccount) -> int:
    """Give what is left of the money that came to an account's body for a purpose, from its source and on its line.

    Years are taken together, since what is left goes over from one into the next.
    """
    accounts = LedgerAccount.objects.filter(
        district=account.district, body=account.body_id, source=account.source, line=account.line
    )
    postings = Posting.objects.filter(account__in=accounts, voucher__purpose_ref=purpose_ref)
    return postings.aggregate(fen=Sum("amount_fen"))["fen"] or 0


def waiting_from(account: LedgerAccount, *, purpose_ref: str | None = None) -> int:
    """Give what is to be spent from an account once a second person signs, or only what of it is for a purpose."""
    waiting = Voucher.objects.filter(debit=account, kind=VoucherKind.SPENDING, state=VoucherState.WAITING)
    if purpose_ref is not None:
        waiting = waiting.filter(purpose_ref=purpose_ref)
    return waiting.aggregate(fen=Sum("amount_fen"))["fen"] or 0


def spendings_of(vouchers: Iterable[Voucher]) -> Mapping[int, Spending]:
    """Give by the voucher's key what each was spent on; of a reversal, what it takes back was."""
    keys = {voucher.pk: voucher.reverses_id or voucher.pk for voucher in vouchers}
    found = {spending.voucher_id: spending for spending in Spending.objects.filter(voucher__in=keys.values())}
    return {key: found[spent] for key, spent in keys.items() if spent in found}


def tasks_of(account: LedgerAccount) -> list[tuple[str, int]]:
    """Give the tasks for which an account's body still has money of its source and line, and how much."""
    accounts = LedgerAccount.objects.filter(
        district=account.district, body=account.body_id, source=account.source, line=account.line
    )
    postings = Posting.objects.filter(account__in=accounts, voucher__purpose_ref__startswith="task:").order_by()
    rows = postings.values_list("voucher__purpose_ref").annotate(fen=Sum("amount_fen"))
    return sorted((ref, fen) for ref, fen in rows if fen > 0)
