"""Money follows the affair: when a task changes its bearer, what remains of its money goes with it (R34)."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_noop as _

from sanhu.domains.funding.holds import got_fen
from sanhu.domains.funding.models import LedgerAccount, Reservation, Voucher
from sanhu.domains.funding.rules import MONEY_ARTICLE, NO_MONEY, check_amount
from sanhu.domains.funding.services.caps import check_year_open, locked_accounts
from sanhu.domains.funding.services.holding import check_same_money, release, take_over
from sanhu.domains.funding.services.posting import Movement, Papers, check_papers, write
from sanhu.domains.funding.terms import VoucherKind
from sanhu.domains.subjects.services.doors import FieldRefused, require
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse


def move_remainder(
    reservation: Reservation,
    *,
    payee: LedgerAccount,
    purpose_ref: str,
    unspent_fen: int,
    basis: str,
    actor: Actor,
    at: datetime,
) -> tuple[Reservation, Voucher | None]:
    """Hold for a new payee what the old one was still to get, and move what that one had not spent.

    In the caller's transaction, all or nothing. Gives the new reservation and the transfer, None where nothing was
    left unspent. What came along from a bearer before goes on as what was paid does; what waits for a second person
    stays with the old payee. Raises Refused, with X-08 where no money would follow or the old payee has less than is
    said to be unspent.
    """
    papers = Papers(basis=basis)
    check_papers(papers)
    if unspent_fen != 0:
        require(check_amount(unspent_fen), field="unspent_fen")
    locked = locked_accounts(reservation.account_id, reservation.payee_id, payee.pk)
    old, new = locked[reservation.payee_id], locked[payee.pk]
    check_same_money(old, new)
    check_year_open(old)
    rest = release(reservation, actor=actor, at=at)
    if unspent_fen > got_fen(reservation):
        raise FieldRefused("unspent_fen", refuse(_("未用余额：不能超过已经拨付的金额"), citations=(MONEY_ARTICLE,)))
    if unspent_fen >= settings.SANHU_TWO_PERSONS_FROM_FEN:
        reason = _("未用余额：达到须由两人签批的限额，请先冲销原拨付，经费随预留一并转过去")
        raise FieldRefused("unspent_fen", refuse(reason, citations=(MONEY_ARTICLE,)))
    if rest + unspent_fen == 0:
        raise Refused(refuse(_("经费：没有可以随事划转的经费"), citations=(MONEY_ARTICLE,), code=NO_MONEY))
    follower = take_over(reservation, payee=new, purpose_ref=purpose_ref, amount_fen=rest, actor=actor, at=at)
    if not unspent_fen:
        return follower, None
    movement = Movement(
        kind=VoucherKind.TRANSFER, debit=old, credit=new, amount_fen=unspent_fen, purpose_ref=purpose_ref
    )
    return follower, write(movement, papers, actor=actor, at=at)
