"""Paying what was reserved, and the second person's yes or no."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.once import Once
from sanhu.domains.funding import queries
from sanhu.domains.funding.models import Reservation, Voucher
from sanhu.domains.funding.rules import MONEY_ARTICLE, NOT_PERMITTED, check_amount, check_reason, may_sign
from sanhu.domains.funding.services.caps import check_year_open, locked_accounts
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.services.posting import Movement, Papers, check_papers, drop, post_signed, write
from sanhu.domains.funding.terms import VoucherKind
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.services.doors import FieldRefused, require
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import Refused, refuse


def ask_payment(
    *,
    reservation: Reservation,
    amount_fen: int,
    basis: str,
    reason: str,
    draft_id: UUID,
    actor: Actor,
    at: datetime,
) -> Voucher:
    """Pay a part of what is held, in the caller's transaction; where a second person has to sign, it waits for them.

    What waits uses its part of the hold already. `reservation` is read anew.
    """
    papers = Papers(basis=basis, reason=reason, draft_id=draft_id)
    require(check_amount(amount_fen), field="amount_fen")
    check_papers(papers)
    locked = locked_accounts(reservation.account_id, reservation.payee_id)
    payer = locked[reservation.account_id]
    is_here = actor.kind is ActorKind.POST and actor.district == payer.district
    if not is_here or not actor.may(Permission.FUNDING_PAY):
        raise Refused(refuse(NOT_PERMITTED, citations=(MONEY_ARTICLE,)))
    if actor.organisation_id != payer.body_id:
        raise Refused(refuse(_("只有出资单位可以申请拨付"), citations=(MONEY_ARTICLE,)))
    check_year_open(payer)
    reservation.refresh_from_db(from_queryset=Reservation.objects.select_for_update())
    _check_held(reservation, amount_fen)
    movement = Movement(
        kind=VoucherKind.PAYMENT,
        debit=payer,
        credit=locked[reservation.payee_id],
        amount_fen=amount_fen,
        purpose_ref=reservation.purpose_ref,
        reservation=reservation,
    )
    voucher = write(movement, papers, actor=actor, at=at)
    reservation.refresh_from_db()
    return voucher


def _check_held(reservation: Reservation, amount_fen: int) -> None:
    if reservation.closed_at is not None:
        raise Refused(refuse(_("经费：这笔预留已经释放，不能再拨付"), citations=(MONEY_ARTICLE,)))
    if amount_fen > reservation.held_fen - queries.waiting_fen(reservation.pk):
        reason = _("金额：超过了这笔预留中尚未拨付、也没有在等签批的部分")
        raise FieldRefused("amount_fen", refuse(reason, citations=(MONEY_ARTICLE,)))


def sign(*, actor: Actor, at: datetime, client_id: UUID, number: str) -> Voucher:
    """Sign as the second person, once, and post. Raises Refused, with X-18 for what is posted already."""
    once = Once(client_id=client_id, actor=actor, asked={"sign": number}, at=at)
    return Voucher.objects.get(number=once.answer(lambda: _sign(once, number, at=at)))


@transaction.atomic
def _sign(once: Once, number: str, *, at: datetime) -> str:
    voucher = waiting_voucher(once.actor, number)
    post_signed(voucher, actor=once.actor, at=max(at, voucher.asked_at))
    return once.remember(voucher.number)


def reject(*, actor: Actor, at: datetime, client_id: UUID, number: str, reason: str) -> Voucher:
    """Say no as the second person, once and with a reason. Raises Refused, with X-18 for what is posted already."""
    once = Once(client_id=client_id, actor=actor, asked={"reject": number, "reason": reason}, at=at)
    return Voucher.objects.get(number=once.answer(lambda: _reject(once, number, reason, at=at)))


@transaction.atomic
def _reject(once: Once, number: str, reason: str, *, at: datetime) -> str:
    voucher = waiting_voucher(once.actor, number)
    require(check_reason(reason, is_needed=True), field="reason")
    drop(voucher, answer=reason, actor=once.actor, at=max(at, voucher.asked_at))
    return once.remember(voucher.number)


def waiting_voucher(actor: Actor, number: str) -> Voucher:
    """Give a voucher that this person may sign, locked with its accounts."""
    voucher = locked_voucher(actor, number)
    require(may_sign(queries.signing_of(voucher), actor=actor))
    locked = locked_accounts(voucher.debit_id, voucher.credit_id)
    check_year_open(locked[voucher.credit_id])
    return voucher


def locked_voucher(actor: Actor, number: str) -> Voucher:
    """The one door to one voucher: what the actor may see, locked until the transaction ends."""
    voucher = queries.vouchers_visible_to(actor).select_for_update(of=("self",)).filter(number=number).first()
    if voucher is None:
        raise FundingNotFound(number)
    return voucher
