"""What `sanhu verify` and `sanhu ledger check` re-prove of the ledger: every invariant, from the postings up.

The postings are replayed one after another; the rest is asked of the database, which gives back only what is faulty.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, Sum

from sanhu.domains.evidence.findings import Check, Finding, Progress
from sanhu.domains.evidence.verify import made, one_snapshot
from sanhu.domains.funding.models import LedgerAccount, Posting, Reservation, Voucher
from sanhu.domains.funding.terms import FundSource, VoucherKind, VoucherState
from sanhu.domains.funding.verification_budgets import BUDGET_CHECKS
from sanhu.domains.funding.verification_clearing import CLEARING_CHECKS
from sanhu.domains.funding.verification_disclosure import DISCLOSURE_CHECKS
from sanhu.domains.funding.verification_donations import DONATION_CHECKS
from sanhu.domains.funding.verification_filing import entries_are_filed_where_their_money_is
from sanhu.domains.funding.verification_performance import PERFORMANCE_CHECKS
from sanhu.domains.funding.verification_signing import (
    another_person_signed,
    nobody_split_to_stay_alone,
    what_reached_the_limit_was_signed,
)
from sanhu.domains.funding.verification_spending import SPENDING_CHECKS
from sanhu.domains.funding.verification_vouchers import (
    closed_years_stayed_closed,
    confirmed_lines_agree_with_their_voucher,
    money_never_changed_its_source,
    reversals_mirror_what_they_take_back,
    vouchers_made_their_postings,
)
from sanhu.domains.funding.verification_year_end import YEAR_END_CHECKS
from sanhu.engines.ledger import Replay, replay

MOST_KEPT = 1000
_AT_A_TIME = 20_000
_SAID_EVERY = 100_000


def replayed(progress: Progress | None = None) -> Replay:
    """Replay every posting there is, in the order of their keys; an account's row is locked while it gets one."""
    accounts = list(LedgerAccount.objects.values_list("pk", "source", "body_id"))
    legs = Posting.objects.order_by("pk").values_list("pk", "voucher_id", "account_id", "side", "amount_fen")
    rows = legs.iterator(chunk_size=_AT_A_TIME)
    return replay(
        rows if progress is None else _told(rows, Posting.objects.count(), progress),
        sources={key: source for key, source, _body in accounts},
        outside={key for key, _source, body in accounts if body is None},
    )


_Row = tuple[int, int, int, str, int]


def _told(rows: Iterator[_Row], total: int, progress: Progress) -> Iterator[_Row]:
    for done, row in enumerate(rows):
        if done % _SAID_EVERY == 0:
            progress("postings", done, total)
        yield row


def postings_lead_to_the_totals() -> Iterator[Finding]:
    """Replay all postings: they balance, nothing is overdrawn at any time, and they lead to what accounts say."""
    yield from _findings_of(replayed())


def _findings_of(found: Replay) -> Iterator[Finding]:
    for fault in found.faults:
        ref = f"funding.{'voucher' if fault.kind == 'unbalanced' else 'ledgeraccount'}:{fault.key}"
        detail = f"{fault.fen} fen at posting {fault.posting}"
        yield Finding(kind=f"ledger_{fault.kind}", ref=ref, detail=detail)
    for account in LedgerAccount.objects.order_by("pk").iterator(chunk_size=_AT_A_TIME):
        totals = {"cap_fen": found.came_in.get(account.pk, 0), "posted_fen": found.went_out.get(account.pk, 0)}
        for name, fen in totals.items():
            if (stored := getattr(account, name)) != fen:
                detail = f"{name}: stored {stored}, its postings sum to {fen}"
                yield Finding(kind="ledger_total_wrong", ref=account.row_ref, detail=detail)


def _sums(rows: QuerySet[Any], by: str, fen: str = "amount_fen") -> Mapping[Any, int]:
    return dict(rows.values_list(by).order_by(by).annotate(fen=Sum(fen)))


def holds_add_up() -> Iterator[Finding]:
    """What accounts say is reserved is what their reservations hold, and never more than the cap leaves."""
    held = _sums(
        Reservation.objects.annotate(held=F("amount_fen") - F("paid_fen") - F("released_fen")), "account", "held"
    )
    for account in LedgerAccount.objects.order_by("pk").iterator(chunk_size=_AT_A_TIME):
        if account.reserved_fen != held.get(account.pk, 0):
            detail = f"reserved_fen: stored {account.reserved_fen}, its reservations hold {held.get(account.pk, 0)}"
            yield Finding(kind="ledger_total_wrong", ref=account.row_ref, detail=detail)
        if account.body_id is not None and account.available_fen < 0:
            yield Finding(kind="ledger_overspent", ref=account.row_ref, detail=f"{account.available_fen} fen")


def reservations_follow_from_their_vouchers() -> Iterator[Finding]:
    """A reservation is paid by its vouchers alone, holds what waits, and holds nothing else once it is closed."""
    on_holds = Voucher.objects.filter(reservation__isnull=False)
    posted = on_holds.filter(state=VoucherState.POSTED)
    paid = _sums(posted.filter(kind=VoucherKind.PAYMENT), "reservation")
    taken_back = _sums(posted.filter(kind=VoucherKind.REVERSAL), "reservation")
    waiting = _sums(on_holds.filter(state=VoucherState.WAITING, kind=VoucherKind.PAYMENT), "reservation")
    for row in Reservation.objects.order_by("pk").iterator(chunk_size=_AT_A_TIME):
        should = paid.get(row.pk, 0) - taken_back.get(row.pk, 0)
        waits = waiting.get(row.pk, 0)
        faults = (
            (row.paid_fen != should, f"paid_fen: stored {row.paid_fen}, its vouchers sum to {should}"),
            (row.held_fen < waits, f"{row.held_fen} fen are held, {waits} wait for a second person"),
            (row.closed_at is not None and row.held_fen != waits, f"closed with {row.held_fen - waits} fen held"),
        )
        for is_faulty, detail in faults:
            if is_faulty:
                yield Finding(kind="reservation_wrong", ref=row.row_ref, detail=detail)


CHECKS: tuple[Check, ...] = (
    postings_lead_to_the_totals,
    holds_add_up,
    reservations_follow_from_their_vouchers,
    vouchers_made_their_postings,
    money_never_changed_its_source,
    reversals_mirror_what_they_take_back,
    another_person_signed,
    what_reached_the_limit_was_signed,
    nobody_split_to_stay_alone,
    closed_years_stayed_closed,
    confirmed_lines_agree_with_their_voucher,
    entries_are_filed_where_their_money_is,
    *BUDGET_CHECKS,
    *CLEARING_CHECKS,
    *DISCLOSURE_CHECKS,
    *SPENDING_CHECKS,
    *YEAR_END_CHECKS,
    *PERFORMANCE_CHECKS,
    *DONATION_CHECKS,
)


@dataclass(frozen=True)
class SourceTotals:
    """The money of one source: what bodies were given, what they paid on, and what they hold, over all years."""

    source: str
    cap_fen: int
    posted_fen: int
    reserved_fen: int


@dataclass(frozen=True)
class LedgerReport:
    """What checking the ledger saw, and the faults in a stable order; `count` is the number of all of them."""

    accounts: int
    reservations: int
    vouchers: int
    postings: int
    sources: tuple[SourceTotals, ...]
    count: int
    findings: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found faulty."""
        return self.count == 0


def check_ledger(progress: Progress | None = None) -> LedgerReport:
    """Re-prove every invariant of the ledger, as it was at one moment. Nothing is written."""
    seen: list[Replay] = []

    def postings_lead_to_the_totals() -> Iterator[Finding]:
        seen.append(replayed(progress))
        yield from _findings_of(seen[0])

    with one_snapshot():
        findings = [finding for check in (postings_lead_to_the_totals, *CHECKS[1:]) for finding in made(check)]
        return LedgerReport(
            accounts=LedgerAccount.objects.count(),
            reservations=Reservation.objects.count(),
            vouchers=Voucher.objects.count(),
            postings=seen[0].postings if seen else Posting.objects.count(),
            sources=tuple(_source_totals()),
            count=len(findings),
            findings=tuple(findings[:MOST_KEPT]),
        )


def _source_totals() -> Iterator[SourceTotals]:
    """Sum what bodies have; what lies outside the ledger is nobody's here."""
    inside = LedgerAccount.objects.filter(body__isnull=False)
    cap, posted, reserved = (_sums(inside, "source", name) for name in ("cap_fen", "posted_fen", "reserved_fen"))
    for source in FundSource:
        if source in cap:
            yield SourceTotals(source.value, cap[source], posted[source], reserved[source])
