"""Money goes home with the affair: what a bearer was to get is free again, what it had not spent is given back."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_noop as _

from sanhu.domains.funding.holds import got_fen
from sanhu.domains.funding.models import Reservation, Voucher
from sanhu.domains.funding.rules import MONEY_ARTICLE, check_amount
from sanhu.domains.funding.services.caps import check_year_open, locked_accounts
from sanhu.domains.funding.services.holding import release
from sanhu.domains.funding.services.posting import Movement, Papers, check_papers, write
from sanhu.domains.funding.terms import VoucherKind
from sanhu.domains.subjects.services.doors import FieldRefused, require
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import refuse


def give_back(
    reservation: Reservation, *, purpose_ref: str, unspent_fen: int, basis: str, actor: Actor, at: datetime
) -> tuple[int, Voucher | None]:
    """Release what is held, and move what the payee had not spent to the account it came from.

    In the caller's transaction, all or nothing. Gives the fen that are free again and the transfer, None where nothing
    was left unspent. Raises Refused where more is said to be left than was ever paid, or than there is.
    """
    papers = Papers(basis=basis)
    check_papers(papers)
    locked = locked_accounts(reservation.account_id, reservation.payee_id)
    payer, payee = locked[reservation.account_id], locked[reservation.payee_id]
    if unspent_fen:
        require(check_amount(unspent_fen), field="unspent_fen")
        check_year_open(payee)
    freed = release(reservation, actor=actor, at=at)
    if not unspent_fen:
        return freed, None
    if unspent_fen > got_fen(reservation):
        raise FieldRefused("unspent_fen", refuse(_("未用余额：不能超过已经拨付的金额"), citations=(MONEY_ARTICLE,)))
    if unspent_fen >= settings.SANHU_TWO_PERSONS_FROM_FEN:
        reason = _("未用余额：达到须由两人签批的限额，请先冲销原拨付，经费随预留一并退回")
        raise FieldRefused("unspent_fen", refuse(reason, citations=(MONEY_ARTICLE,)))
    movement = Movement(
        kind=VoucherKind.TRANSFER, debit=payee, credit=payer, amount_fen=unspent_fen, purpose_ref=purpose_ref
    )
    return freed, write(movement, papers, actor=actor, at=at)
