"""What is re-proved of signatures: another person signed, from the limit on and where payments were split.

The limit is configuration and may change, so what looks too large today is held against the limit its entry names.
"""

import json
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db.models import F, Q, QuerySet, Sum

from sanhu.domains.evidence.findings import Finding
from sanhu.domains.evidence.models import Entry
from sanhu.domains.funding.events import FundingEvent
from sanhu.domains.funding.models import Voucher
from sanhu.domains.funding.queries import askers_of
from sanhu.domains.funding.terms import VoucherKind, VoucherState
from sanhu.domains.subjects.queries import persons_of
from sanhu.engines.ledger import Payment, unsigned_splits

_AT_A_TIME = 20_000
_PAGE = 500
_SETTLING = (FundingEvent.VOUCHER_ASKED, FundingEvent.VOUCHER_POSTED, FundingEvent.VOUCHER_REJECTED)
_SPLITTABLE = (VoucherKind.APPROPRIATION, VoucherKind.PAYMENT, VoucherKind.SPENDING)


def another_person_signed() -> Iterator[Finding]:
    """What needed a second person was settled by one, and that was somebody else than who asked."""
    settled = Voucher.objects.filter(needs_second=True).exclude(state=VoucherState.WAITING)
    alone = settled.filter(Q(signed_by=None) | Q(signed_by=F("asked_by")))
    unfit = Voucher.objects.filter(needs_second=False).filter(
        Q(signed_by__isnull=False) | ~Q(state=VoucherState.POSTED)
    )
    for voucher in (alone | unfit).order_by("pk").iterator():
        yield Finding(kind="not_signed_by_another", ref=voucher.row_ref, detail=_of(voucher))
    yield from _signed_by_a_deputy_for_themselves(settled)


def _signed_by_a_deputy_for_themselves(settled: QuerySet[Voucher]) -> Iterator[Finding]:
    """A deputy's act is the absent holder's too: where one of the two asked, neither signs.

    Only what was asked or settled through a delegation can differ from what the columns say.
    """
    through = Entry.objects.filter(event__in=_SETTLING, actor_ref__contains="/delegation:")
    numbers = [ref.removeprefix("voucher:") for ref in through.values_list("subject_ref", flat=True).distinct()]
    for start in range(0, len(numbers), _PAGE):
        for voucher in settled.filter(number__in=numbers[start : start + _PAGE]).order_by("pk"):
            settling = Entry.objects.filter(subject_ref=voucher.ref, event__in=_SETTLING).order_by("id")
            refs = list(settling.values_list("actor_ref", flat=True))
            signers = persons_of(refs[-1:]) | frozenset({voucher.signed_by_id})
            if voucher.asked_by_id != voucher.signed_by_id and signers & askers_of(voucher):
                yield Finding(kind="not_signed_by_another", ref=voucher.row_ref, detail=_of(voucher))


def what_reached_the_limit_was_signed() -> Iterator[Finding]:
    """Nobody moved alone what reaches the limit; only what follows a task does without a second person."""
    large = Voucher.objects.filter(needs_second=False, amount_fen__gte=settings.SANHU_TWO_PERSONS_FROM_FEN)
    for voucher in large.exclude(kind=VoucherKind.TRANSFER).order_by("pk").iterator():
        if voucher.amount_fen >= _limit_then(voucher):
            yield Finding(kind="second_person_missing", ref=voucher.row_ref, detail=_of(voucher))


def nobody_split_to_stay_alone() -> Iterator[Finding]:
    """Nobody stayed under the limit by paying the same payee in parts."""
    limit, window = settings.SANHU_TWO_PERSONS_FROM_FEN, timedelta(days=settings.SANHU_SPLIT_WINDOW_DAYS)
    ways = ("asked_by_id", "debit_id", "credit_id")
    columns = ("pk", *ways, "asked_at", "amount_fen", "needs_second")
    counted = Voucher.objects.filter(kind__in=_SPLITTABLE, asked_by__isnull=False).exclude(state=VoucherState.REJECTED)
    # All else stays below the limit in whatever window.
    busy = counted.order_by().values(*ways).annotate(fen=Sum("amount_fen")).filter(fen__gte=limit)
    theirs = counted.filter(debit__in=busy.values("debit_id")).order_by("pk")
    rows = theirs.values_list(*columns).iterator(chunk_size=_AT_A_TIME)
    payments = (Payment(*row) for row in rows)
    for payment, before in unsigned_splits(payments, limit_fen=limit, window=window):
        voucher = Voucher.objects.get(pk=payment.key)
        if payment.fen < limit and payment.fen + before >= _limit_then(voucher):
            detail = f"{_of(voucher)} after {before} fen by the same person to the same payee"
            yield Finding(kind="payment_split", ref=voucher.row_ref, detail=detail)


def _limit_then(voucher: Voucher) -> int:
    """Give the limit that was configured when a voucher was asked for; its entry names it, and the record vouches."""
    for body in Entry.objects.filter(subject_ref=voucher.ref).order_by("id").values_list("body", flat=True):
        facts = json.loads(body)["facts"]
        if "limit_fen" in facts:
            return int(facts["limit_fen"])
    return 0


def _of(voucher: Voucher) -> str:
    return f"{voucher.number} of {voucher.amount_fen} fen"
