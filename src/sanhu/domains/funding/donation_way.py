"""The whole way of a donation's money, from its postings alone: what came in, each spending, what went over or back.

Every figure is a sum of postings, so what the donor reads adds up to the ledger at every step, reversals included.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import QuerySet, Sum

from sanhu.domains.funding.donation_rules import received_due_on, used_due_on
from sanhu.domains.funding.models import Donation, DonationNotice, Earmark, Posting, Voucher
from sanhu.domains.funding.terms import FundSource, Side, VoucherKind
from sanhu.engines.legal_time import legal_day


@dataclass(frozen=True)
class DonationSums:
    """What came in, what was spent and what was given back, less what of each was taken back; and what is left."""

    received_fen: int = 0
    spent_fen: int = 0
    returned_fen: int = 0

    @property
    def left_fen(self) -> int:
        """What is left, over all years."""
        return self.received_fen - self.spent_fen - self.returned_fen

    def plus(self, kind: str, fen: int) -> "DonationSums":
        """Add what a voucher of a kind, or its reversal, brought into the body's accounts (less than nothing: took)."""
        if kind == VoucherKind.APPROPRIATION:
            return DonationSums(self.received_fen + fen, self.spent_fen, self.returned_fen)
        if kind == VoucherKind.RETURN:
            return DonationSums(self.received_fen, self.spent_fen, self.returned_fen - fen)
        return DonationSums(self.received_fen, self.spent_fen - fen, self.returned_fen)


def postings_of(earmark: Earmark) -> QuerySet[Posting]:
    """Give the postings of an earmark's money to its body's accounts, of all years."""
    own = {"account__body": earmark.body_id, "account__source": earmark.source}  # by way of the accounts: they are few
    return Posting.objects.filter(voucher__purpose_ref=earmark.ref, **own)


def sums_of(earmark: Earmark) -> DonationSums:
    """Sum an earmark's postings up, in one statement."""
    return summed(postings_of(earmark))


def summed(postings: QuerySet[Posting]) -> DonationSums:
    """Sum postings to a body's own accounts up."""
    sums = DonationSums()
    parts = postings.order_by().values_list("voucher__kind", "voucher__reverses__kind").annotate(fen=Sum("amount_fen"))
    for kind, reversed_kind, fen in parts:
        sums = sums.plus(reversed_kind or kind, fen)
    return sums


class Doing(StrEnum):
    """What a step did."""

    CAME_IN = "came_in"
    WENT_OUT = "went_out"
    WENT_OVER = "went_over"
    WENT_BACK = "went_back"
    TAKEN_BACK = "taken_back"


_DOING = {
    VoucherKind.APPROPRIATION: Doing.CAME_IN,
    VoucherKind.CARRY_OVER: Doing.WENT_OVER,
    VoucherKind.RETURN: Doing.WENT_BACK,
    VoucherKind.REVERSAL: Doing.TAKEN_BACK,
}


@dataclass(frozen=True)
class WayStep:
    """One voucher on the way of a donation's money: what it did to it, and what was left afterwards."""

    voucher: Voucher
    day: date
    doing: Doing
    fen: int
    moved_fen: int
    left_fen: int
    years: tuple[int, ...]
    last_posting_id: int
    due_on: date
    published_on: date | None = None

    @property
    def in_fen(self) -> int:
        """What it brought; nothing where it took."""
        return max(self.fen, 0)

    @property
    def out_fen(self) -> int:
        """What it took; nothing where it brought."""
        return max(-self.fen, 0)

    @property
    def is_published(self) -> bool:
        """Whether everybody may read it."""
        return self.published_on is not None

    @property
    def was_late(self) -> bool:
        """Whether it was published after the day on which it had to be."""
        return self.published_on is not None and self.published_on > self.due_on

    def is_late(self, *, today: date) -> bool:
        """Whether it should have been published by now, and is not."""
        return self.published_on is None and today > self.due_on


def way_of(donation: Donation) -> list[WayStep]:
    """Give every posted movement of a donation's money, in the order of the ledger."""
    earmark, notices = donation.earmark, list(donation.notices.order_by("ordinal"))
    joined = ("voucher__debit__body", "voucher__credit__body", "voucher__reverses", "account")
    postings = postings_of(earmark).select_related(*joined).order_by("pk")
    by_voucher: dict[int, list[Posting]] = {}
    for posting in postings:
        by_voucher.setdefault(posting.voucher_id, []).append(posting)
    steps, left = list[WayStep](), 0
    for legs in by_voucher.values():
        left += sum(leg.amount_fen for leg in legs)
        steps.append(_step(legs, left, notices))
    return steps


def published_way_of(donation: Donation) -> list[WayStep]:
    """Give what of the way everybody may read: what was published."""
    return [step for step in way_of(donation) if step.is_published]


def standings_of(donations: Iterable[Donation]) -> Mapping[int, list[tuple[date, date | None]]]:
    """Give of each donation by when each of its movements had to be published, and when it was; in two statements."""
    by_ref = {donation.earmark.ref: donation for donation in donations}
    published: dict[int, list[DonationNotice]] = {}
    for notice in DonationNotice.objects.filter(donation__in=by_ref.values()).order_by("ordinal"):
        published.setdefault(notice.donation_id, []).append(notice)
    bodies = {donation.earmark.body_id for donation in by_ref.values()}
    own = {"account__body__in": bodies, "account__source": FundSource.SOCIAL_DONATION}
    postings = Posting.objects.filter(voucher__purpose_ref__in=by_ref, **own).select_related("voucher").order_by("pk")
    found: dict[int, list[tuple[date, date | None]]] = {}
    for posting in postings:
        donation = by_ref[posting.voucher.purpose_ref]
        one = _published_on(posting.pk, published.get(donation.pk, ()))
        found.setdefault(donation.pk, []).append((_due_on([posting]), one))
    return found


def _published_on(posting_id: int, notices: Sequence[DonationNotice]) -> date | None:
    first = next((notice for notice in notices if notice.last_posting_id >= posting_id), None)
    return legal_day(first.published_at) if first else None


def _due_on(legs: Sequence[Posting]) -> date:
    """By when a movement is to be published: what came in soon, what went out, or over, after the quarter."""
    voucher = legs[0].voucher
    assert voucher.settled_at is not None, "it is posted"
    day = legal_day(voucher.settled_at)
    is_receipt = voucher.kind != VoucherKind.CARRY_OVER and any(leg.side == Side.IN for leg in legs)
    return received_due_on(day) if is_receipt else used_due_on(day)


def _step(legs: Sequence[Posting], left_fen: int, notices: Sequence[DonationNotice]) -> WayStep:
    voucher = legs[0].voucher
    assert voucher.settled_at is not None, "it is posted"
    day, fen = legal_day(voucher.settled_at), sum(leg.amount_fen for leg in legs)
    last = max(leg.pk for leg in legs)
    return WayStep(
        voucher=voucher,
        day=day,
        doing=_DOING.get(VoucherKind(voucher.kind), Doing.WENT_OUT),
        fen=fen,
        moved_fen=voucher.amount_fen,
        left_fen=left_fen,
        years=tuple(sorted({leg.account.year for leg in legs})),
        last_posting_id=last,
        due_on=_due_on(legs),
        published_on=_published_on(last, notices),
    )
