"""What of statements and books is still to be matched, and matching it: each line and each voucher at most once."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from sanhu.domains.funding.models import Clearing, StatementLine, Voucher
from sanhu.domains.funding.statement_terms import ClearingKind, ClearingState
from sanhu.domains.funding.terms import IN_THE_BOOKS_ALONE, VoucherState
from sanhu.engines.legal_time import legal_day
from sanhu.engines.matching import Entry, Matching, match

_AT_A_TIME = 10_000
# Explained, or being explained: a matter of days waits on until it is matched.
_EXPLAINED = Q(state=ClearingState.SIGNED) & ~Q(kind=ClearingKind.TIMING) | Q(state=ClearingState.WAITING)


def open_lines(district: str) -> QuerySet[StatementLine]:
    """The lines of a district that belong to no voucher and that nobody has explained or is explaining."""
    explained = Clearing.objects.filter(_EXPLAINED, line=OuterRef("pk"))
    return StatementLine.objects.filter(~Exists(explained), district=district, voucher__isnull=True)


def free_vouchers(district: str) -> QuerySet[Voucher]:
    """The posted vouchers of a district that no line confirms and nobody has explained or is explaining."""
    explained = Clearing.objects.filter(_EXPLAINED, voucher=OuterRef("pk"))
    posted = Voucher.objects.filter(district=district, state=VoucherState.POSTED)
    return posted.filter(~Exists(explained), confirmed_by__isnull=True)


def matching_of(lines: Iterable[StatementLine], *, district: str) -> Matching:
    """Match lines with the district's free vouchers; the lines are keyed by their place.

    What moves in the books alone is no bank's payment, and is matched by its number alone.
    """
    asked = [Entry(place, line.voucher_number, line.booked_on, line.amount_fen) for place, line in enumerate(lines)]
    if not asked:
        return Matching()
    found = free_vouchers(district).order_by("pk").values_list("pk", "number", "settled_at", "amount_fen", "kind")
    by_name = {entry.number for entry in asked}
    fens = {entry.fen for entry in asked if not entry.number}
    booked = [
        Entry(pk, number, legal_day(settled_at), fen)
        for pk, number, settled_at, fen, kind in found.iterator(chunk_size=_AT_A_TIME)
        if settled_at is not None and (number in by_name or (fen in fens and kind not in IN_THE_BOOKS_ALONE))
    ]
    return match(asked, booked, window_days=settings.SANHU_STATEMENT_WINDOW_DAYS)
