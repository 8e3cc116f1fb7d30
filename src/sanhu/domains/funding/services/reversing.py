"""Taking a posted voucher back: with a voucher of its own, never by changing what is posted (X-18)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.once import Once
from sanhu.domains.funding.models import Voucher
from sanhu.domains.funding.queries import paying_body
from sanhu.domains.funding.rules import MONEY_ARTICLE, NOT_PERMITTED
from sanhu.domains.funding.services.caps import check_year_open, locked_accounts
from sanhu.domains.funding.services.paying import locked_voucher
from sanhu.domains.funding.services.posting import Movement, Papers, check_papers, write
from sanhu.domains.funding.terms import VoucherKind, VoucherState
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.services.doors import require
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, Refused, refuse

_SETTLED = _("年度结算由两人签批，结转和交回的凭证不能单独冲销")
# What is not taken back by itself, and why.
_STANDS: Mapping[str, str] = {
    VoucherKind.REVERSAL: _("冲销凭证不能再冲销，须重新拨付"),
    VoucherKind.TRANSFER: _("随事划转的经费随任务走，不能单独冲销；请再移交任务"),
    VoucherKind.CARRY_OVER: _SETTLED,
    VoucherKind.RETURN: _SETTLED,
}


def reverse(
    *, actor: Actor, at: datetime, client_id: UUID, number: str, basis: str, reason: str, draft_id: UUID
) -> Voucher:
    """Take one posted voucher back, once; from the limit on it waits for a second person.

    Raises FundingNotFound for what the actor may not see, Refused with the reason.
    """
    papers = Papers(basis=basis, reason=reason, draft_id=draft_id)
    asked = {"reverse": number, "basis": basis, "reason": reason, "draft_id": draft_id}
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)
    return Voucher.objects.get(number=once.answer(lambda: _reverse(once, number, papers, at=at)))


@transaction.atomic
def _reverse(once: Once, number: str, papers: Papers, *, at: datetime) -> str:
    actor = once.actor
    voucher = locked_voucher(actor, number)
    if not _may_reverse(voucher, actor):
        raise Refused(refuse(NOT_PERMITTED, citations=(MONEY_ARTICLE,)))
    check_papers(papers, is_reason_needed=True)
    locked = locked_accounts(voucher.debit_id, voucher.credit_id)
    check_year_open(locked[voucher.credit_id])
    require(_against(voucher))
    movement = Movement(
        kind=VoucherKind.REVERSAL,
        debit=locked[voucher.credit_id],
        credit=locked[voucher.debit_id],
        amount_fen=voucher.amount_fen,
        purpose_ref=voucher.purpose_ref,
        reservation=voucher.reservation,
        reverses=voucher,
    )
    return once.remember(write(movement, papers, actor=actor, at=max(at, voucher.asked_at)).number)


def may_reverse(voucher: Voucher, *, actor: Actor) -> Decision:
    """May this person take this voucher back, as it stands? Whether its year is still open, the books say."""
    if not _may_reverse(voucher, actor):
        return refuse(NOT_PERMITTED, citations=(MONEY_ARTICLE,))
    return _against(voucher)


def _may_reverse(voucher: Voucher, actor: Actor) -> bool:
    if actor.kind is not ActorKind.POST:
        return False
    is_own = actor.organisation_id == paying_body(voucher)
    return actor.may(Permission.FUNDING_BUDGET) or (is_own and actor.may(Permission.FUNDING_PAY))


def _against(voucher: Voucher) -> Decision:
    """Say what speaks against taking it back."""
    if voucher.kind in _STANDS:
        return refuse(_STANDS[voucher.kind], citations=(MONEY_ARTICLE,))
    if voucher.state != VoucherState.POSTED:
        return refuse(_("这张凭证没有记账，不必冲销"), citations=(MONEY_ARTICLE,))
    standing = voucher.reversed_by.exclude(state=VoucherState.REJECTED).first()
    if standing is None:
        return ALLOWED
    if standing.state == VoucherState.WAITING:
        return refuse(_("这张凭证的冲销正在等第二人签批"), citations=(MONEY_ARTICLE,))
    return refuse(_("这张凭证已经冲销过，不能冲销两次"), citations=(MONEY_ARTICLE,))
