"""What is re-proved of donations: spending says how it meets the purpose, what was published is what was posted."""

from collections.abc import Iterator

from django.db.models import Sum

from sanhu.domains.evidence.filing import misfiled_by_number
from sanhu.domains.evidence.findings import Finding
from sanhu.domains.funding.donation_way import postings_of, summed
from sanhu.domains.funding.earmark_terms import EarmarkKind
from sanhu.domains.funding.models import Donation, DonationNotice, DonationUse, Earmark, Voucher
from sanhu.domains.funding.terms import VoucherKind

_AT_A_TIME = 500


def spent_donations_meet_their_purpose() -> Iterator[Finding]:
    """Every spending of a donation says how it meets the purpose, and what says so belongs to that donation."""
    for earmark in Earmark.objects.filter(kind=EarmarkKind.DONATION).order_by("pk").iterator(chunk_size=_AT_A_TIME):
        spent = Voucher.objects.filter(purpose_ref=earmark.ref, kind=VoucherKind.SPENDING)
        for voucher in spent.filter(donation_use__isnull=True).order_by("pk"):
            detail = f"{voucher.number} does not say how it meets the donor's purpose"
            yield Finding(kind="donation_wrong", ref=voucher.row_ref, detail=detail)
    uses = DonationUse.objects.select_related("voucher", "donation__earmark").order_by("pk")
    for use in uses.iterator(chunk_size=_AT_A_TIME):
        if (use.voucher.purpose_ref, use.voucher.kind) != (use.donation.earmark.ref, VoucherKind.SPENDING):
            detail = f"{use.voucher.number} does not spend {use.donation.number}"
            yield Finding(kind="donation_wrong", ref=use.row_ref, detail=detail)


def donations_are_what_was_agreed() -> Iterator[Finding]:
    """An earmark of a donation has one, no more came in than was agreed, and its purpose is the last agreed upon."""
    for earmark in Earmark.objects.filter(kind=EarmarkKind.DONATION, donation=None).order_by("pk").iterator():
        yield Finding(kind="donation_wrong", ref=earmark.row_ref, detail=f"{earmark.number} has no donation")
    donations = Donation.objects.select_related("earmark").prefetch_related("purpose_changes").order_by("pk")
    for donation in donations.iterator(chunk_size=_AT_A_TIME):
        changes = sorted(donation.purpose_changes.all(), key=lambda change: change.ordinal)
        purposes = [change.before for change in changes] + [donation.earmark.purpose]
        if [change.after for change in changes] != purposes[1:]:
            detail = f"{donation.number}: its purpose is not the one the donor agreed to"
            yield Finding(kind="donation_wrong", ref=donation.row_ref, detail=detail)
        received = summed(postings_of(donation.earmark)).received_fen
        if received > donation.agreed_fen:
            detail = f"{donation.number}: {received} fen came in, {donation.agreed_fen} were agreed"
            yield Finding(kind="donation_wrong", ref=donation.row_ref, detail=detail)


def published_donations_are_what_was_posted() -> Iterator[Finding]:
    """What was published of a donation are the sums of its postings until then."""
    notices = DonationNotice.objects.select_related("donation__earmark").order_by("pk")
    for notice in notices.iterator(chunk_size=_AT_A_TIME):
        posted = postings_of(notice.donation.earmark).filter(pk__lte=notice.last_posting_id)
        sums = summed(posted)
        left = posted.aggregate(fen=Sum("amount_fen"))["fen"] or 0
        if (sums.received_fen, sums.spent_fen, left) != (notice.received_fen, notice.spent_fen, notice.left_fen):
            detail = f"{notice.donation.number}: {sums.received_fen} fen in, {sums.spent_fen} fen out, {left} fen left"
            yield Finding(kind="donation_wrong", ref=notice.row_ref, detail=detail)


def entries_of_donations_are_filed_where_they_are() -> Iterator[Finding]:
    """Compare the district of every entry about a donation with its own."""
    yield from misfiled_by_number("donation")


DONATION_CHECKS = (
    spent_donations_meet_their_purpose,
    donations_are_what_was_agreed,
    published_donations_are_what_was_posted,
    entries_of_donations_are_filed_where_they_are,
)
