"""Reading donations: whose may be seen, which one a key opens, how much is promised, how a donor is named."""

import hmac
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Concat

from sanhu.domains.evidence.fields import mask_name
from sanhu.domains.funding.donation_terms import DonorKind, Naming
from sanhu.domains.funding.donation_way import DonationSums
from sanhu.domains.funding.earmark_terms import EARMARK_PREFIX
from sanhu.domains.funding.models import Donation, DonationNotice, DonorKey, Posting, Voucher
from sanhu.domains.funding.queries import seen_by
from sanhu.domains.funding.terms import FundSource, VoucherKind, VoucherState
from sanhu.engines.actors import Actor


def donations_visible_to(actor: Actor) -> QuerySet[Donation]:
    """The donations an actor may read: those of their own body, or of the district for whoever oversees its money."""
    seen = seen_by(actor, own=Q(earmark__body_id=actor.organisation_id))
    donations = Donation.objects.select_related("earmark__body", "registered_by")
    return donations.none() if seen is None else donations.filter(seen)


def donation_by_key(number: str, hashed: str) -> Donation | None:
    """Give the donation a number and a key's hash open together; of several keys only the newest does."""
    newest = DonorKey.objects.filter(donation__number=number).order_by("-ordinal").first()
    if newest is None or not hmac.compare_digest(newest.key_hash, hashed):
        return None
    return Donation.objects.select_related("earmark__body").get(pk=newest.donation_id)


def promised_fen(donation: Donation) -> int:
    """What came in of a donation, and what is to once a second person signs, less what was taken back."""
    given = Voucher.objects.filter(purpose_ref=donation.earmark.ref).exclude(state=VoucherState.REJECTED)
    came = given.filter(kind=VoucherKind.APPROPRIATION).exclude(reversed_by__state=VoucherState.POSTED)
    return came.aggregate(fen=Sum("amount_fen"))["fen"] or 0


def is_waiting(donation: Donation) -> bool:
    """Whether a movement of a donation's money waits for a second person."""
    return Voucher.objects.filter(purpose_ref=donation.earmark.ref, state=VoucherState.WAITING).exists()


def open_donations(donations: Iterable[Donation]) -> set[int]:
    """Give those of these donations of which something is left or waits for a second person, in two statements."""
    refs = {donation.earmark.ref: donation.pk for donation in donations}
    own = {"account__body__isnull": False, "account__source": FundSource.SOCIAL_DONATION}
    postings = Posting.objects.filter(voucher__purpose_ref__in=refs, **own).order_by()
    left = postings.values_list("voucher__purpose_ref").annotate(fen=Sum("amount_fen"))
    waiting = Voucher.objects.filter(purpose_ref__in=refs, state=VoucherState.WAITING).values_list("purpose_ref")
    return {refs[ref] for ref, fen in left if fen} | {refs[ref] for (ref,) in waiting}


def shown_donor(donation: Donation) -> str:
    """Name the donor as they wished: empty where no name is shown, and the kind of donor stands in its stead."""
    if donation.naming == Naming.FULL:
        return donation.donor_name
    if donation.naming == Naming.MASKED and donation.donor_kind == DonorKind.PERSON:
        return mask_name(donation.donor_name)
    return ""


# --- what everybody reads


def public_donations(district: str, *, bodies: list[int] | None = None, year: int | None = None) -> QuerySet[Donation]:
    """The donations of which money came in: what was published of them, and by when the rest must be.

    Those of some bodies, or registered in a year, where that is asked for.
    """
    moved = Posting.objects.filter(
        account__body=OuterRef("earmark__body"),
        account__source=FundSource.SOCIAL_DONATION,
        voucher__purpose_ref=Concat(Value(EARMARK_PREFIX), OuterRef("earmark__number")),
    )
    found = Donation.objects.filter(Exists(moved), district=district).select_related("earmark__body")
    if bodies is not None:
        found = found.filter(earmark__body__in=bodies)
    return found if year is None else found.filter(number__startswith=f"{district}-{year}-")


def newest_notices(donations: QuerySet[Donation]) -> QuerySet[DonationNotice]:
    """The newest publication of each of these donations that has one."""
    newest = DonationNotice.objects.filter(donation=OuterRef("donation")).order_by("-ordinal").values("pk")[:1]
    return DonationNotice.objects.filter(donation__in=donations.order_by().values("pk"), pk=Subquery(newest))


def published_sums(donations: QuerySet[Donation]) -> DonationSums:
    """Sum up what was published of donations."""
    notices = newest_notices(donations)
    sums = notices.aggregate(received=Sum("received_fen"), spent=Sum("spent_fen"), left=Sum("left_fen"))
    received, spent, left = (sums[name] or 0 for name in ("received", "spent", "left"))
    return DonationSums(received, spent, received - spent - left)
