"""Reading earmarks: what came in, what is left, and whether money of an account may leave it.

An earmark's money is what the postings say whose vouchers name it as their purpose. What goes over from one year's
account into the next one's leaves the one and comes into the other, and so changes nothing of what is left.
"""

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext_noop as _

from sanhu.domains.funding.earmark_terms import EARMARK_PREFIX, EARMARKED_SOURCES
from sanhu.domains.funding.models import Earmark, LedgerAccount, Posting, Voucher
from sanhu.domains.funding.queries import seen_by
from sanhu.domains.funding.rules import MONEY_ARTICLE, NO_MONEY, NO_SUCH_USE
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.terms import Side, VoucherKind, VoucherState
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import ALLOWED, Decision, refuse

_GIVEN = Q(voucher__kind=VoucherKind.APPROPRIATION) | Q(voucher__reverses__kind=VoucherKind.APPROPRIATION)


def earmarks_visible_to(actor: Actor) -> QuerySet[Earmark]:
    """The earmarks an actor may read: those of their own body, or of the district for whoever oversees its money."""
    seen = seen_by(actor, own=Q(body_id=actor.organisation_id))
    earmarks = Earmark.objects.select_related("body", "opened_by")
    return earmarks.none() if seen is None else earmarks.filter(seen)


def earmark_for(actor: Actor, number: str) -> Earmark:
    """Give one earmark. Raises FundingNotFound for what the actor may not see."""
    earmark = earmarks_visible_to(actor).filter(number=number).first()
    if earmark is None:
        raise FundingNotFound(number)
    return earmark


def is_earmark(purpose_ref: str) -> bool:
    """Tell whether a purpose is an earmark."""
    return purpose_ref.startswith(EARMARK_PREFIX)


def movements_of(earmark: Earmark) -> QuerySet[Voucher]:
    """Give the vouchers that move an earmark's money or are to, in the order in which they were asked for."""
    vouchers = Voucher.objects.filter(district=earmark.district, purpose_ref=earmark.ref)
    joined = ("debit__body", "credit__body", "reverses", "asked_by", "signed_by")
    return vouchers.select_related(*joined).order_by("pk")


def received_fen(earmark: Earmark) -> int:
    """Give what came in over all years, less what of it was taken back."""
    return _sum(_postings(earmark.ref).filter(_GIVEN, account__body=earmark.body_id, side=Side.IN))


def left_fen(earmark: Earmark) -> int:
    """Give what is left over all years: what came in less what went out."""
    return _sum(_postings(earmark.ref).filter(account__body=earmark.body_id))


def left_in(purpose_ref: str, account: LedgerAccount) -> int:
    """Give what of an earmark's money lies in one account."""
    return _sum(_postings(purpose_ref).filter(account=account))


def earmarked_in(account: LedgerAccount) -> int:
    """Give what of an account's money is earmarked."""
    return _sum(Posting.objects.filter(account=account, voucher__purpose_ref__startswith=EARMARK_PREFIX))


def waiting_of(purpose_ref: str, account: LedgerAccount) -> int:
    """Give what of an earmark's money is to leave an account once a second person signs."""
    waiting = Voucher.objects.filter(purpose_ref=purpose_ref, debit=account, state=VoucherState.WAITING)
    return waiting.aggregate(fen=Sum("amount_fen"))["fen"] or 0


def check_leaving(account: LedgerAccount, *, purpose_ref: str, amount_fen: int) -> Decision:
    """May an earmark's money leave an account, which is locked? Never more than lies there of that earmark."""
    if account.body_id is None or not is_earmark(purpose_ref) or left_in(purpose_ref, account) >= amount_fen:
        return ALLOWED
    return refuse(_("专款：账户中这笔专款的余额不足"), citations=(MONEY_ARTICLE,), code=NO_MONEY)


def check_kept(account: LedgerAccount, *, spent_ref: str = "", spent_fen: int = 0) -> Decision:
    """Does what is free in an account, which is locked and was just changed, still cover what of it is earmarked?

    `spent_fen` is what just left it for a purpose and has no posting yet.
    """
    if account.body_id is None or account.source not in EARMARKED_SOURCES:
        return ALLOWED
    kept = earmarked_in(account) - (spent_fen if is_earmark(spent_ref) else 0)
    if LedgerAccount.objects.get(pk=account.pk).available_fen >= kept:
        return ALLOWED
    reason = _("专款：账户余额中的专款只能由本单位用于专款的用途，不能挪作他用")
    return refuse(reason, citations=(MONEY_ARTICLE,), code=NO_SUCH_USE)


def _postings(purpose_ref: str) -> QuerySet[Posting]:
    return Posting.objects.filter(voucher__purpose_ref=purpose_ref)


def _sum(postings: QuerySet[Posting]) -> int:
    return postings.aggregate(fen=Sum("amount_fen"))["fen"] or 0
