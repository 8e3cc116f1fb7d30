"""Setting money aside before it is paid, and letting go of what was not."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.domains.funding.earmark_queries import check_kept, is_earmark
from sanhu.domains.funding.events import FundingEvent
from sanhu.domains.funding.models import LedgerAccount, Reservation
from sanhu.domains.funding.queries import waiting_fen, with_closing
from sanhu.domains.funding.rules import MONEY_ARTICLE, NO_MONEY, NO_SUCH_USE, NOT_PERMITTED, check_amount
from sanhu.domains.funding.services.caps import (
    YEAR_IS_CLOSED,
    change_account,
    change_reservation,
    check_year_open,
    locked_accounts,
)
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.services.doors import FieldRefused, require
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import Refused, refuse

MOST_PURPOSE = 80
_OF_A_TASK = "task:"
_OF_AN_EARMARK = _("用途：专款由专款单位自己支出，不预留给别的单位")
OF_A_TASK = _("用途：协助任务的经费在任务生效时预留，不另行预留")
TOO_LITTLE = _("经费：账户的可用余额不足，没有经费的事项不能下达")


@dataclass(frozen=True)
class Wish:
    """What is to be set aside, from which account, for whom and for what (a typed reference)."""

    account_id: int
    payee_id: int
    amount_fen: int
    purpose_ref: str


def reserve(*, actor: Actor, at: datetime, client_id: UUID, wish: Wish) -> Reservation:
    """Set money of an account aside, once.

    Raises FundingNotFound for an account the actor may not use, Refused (X-08 where the money is not there). What a
    task needs is set aside when it comes into force, never by hand.
    """
    once = Once(client_id=client_id, actor=actor, asked=asdict(wish), at=at)
    made: list[Reservation] = []
    result = once.answer(lambda: _reserve(once, wish, made, at=at))
    return made[0] if made else Reservation.objects.get(pk=int(result.rpartition(":")[2]))


@transaction.atomic
def _reserve(once: Once, wish: Wish, made: list[Reservation], *, at: datetime) -> str:
    if wish.purpose_ref.startswith(_OF_A_TASK):
        raise FieldRefused("purpose_ref", refuse(OF_A_TASK, citations=(MONEY_ARTICLE,)))
    if is_earmark(wish.purpose_ref):
        raise FieldRefused("purpose_ref", refuse(_OF_AN_EARMARK, citations=(MONEY_ARTICLE,), code=NO_SUCH_USE))
    try:
        reservation = hold(**asdict(wish), actor=once.actor, at=at)
    except Refused:  # what an account lacks is told to nobody who may not use it
        if account := LedgerAccount.objects.filter(pk=wish.account_id).first():
            check_may_reserve(account, actor=once.actor)
        raise
    check_may_reserve(reservation.account, actor=once.actor)
    answer = once.remember(f"reservation:{reservation.pk}")
    made.append(reservation)  # only now: a twin that was faster has made another
    return answer


def check_may_reserve(account: LedgerAccount, *, actor: Actor) -> None:
    """Raise unless the actor may set aside this account's money: of any for a budget officer, else of their own body's.

    An account of another body is not found, by those who may see none of it.
    """
    if actor.kind is ActorKind.SYSTEM:
        return
    if actor.kind is not ActorKind.POST or actor.district != account.district:
        raise FundingNotFound(account.pk)
    if actor.may(Permission.FUNDING_BUDGET):
        return
    if actor.organisation_id != account.body_id:
        raise FundingNotFound(account.pk)
    if not actor.may(Permission.FUNDING_PAY):
        raise Refused(refuse(NOT_PERMITTED, citations=(MONEY_ARTICLE,)))


def hold(
    *, account_id: int, payee_id: int, amount_fen: int, purpose_ref: str, actor: Actor, at: datetime
) -> Reservation:
    """Set money aside in the caller's transaction. Raises Refused with X-08 where the account has too little left.

    Whoever needs running numbers too takes them afterwards: everybody queues for accounts first.
    """
    require(check_amount(amount_fen), field="amount_fen")
    if not purpose_ref or len(purpose_ref) > MOST_PURPOSE:
        raise FieldRefused("purpose_ref", refuse(_("用途：须写明经费用在哪一件事上，不超过 80 个字")))
    is_there = change_account(account_id, reserved=amount_fen)
    pair = with_closing(LedgerAccount.objects.all()).in_bulk([account_id, payee_id])
    account, payee = pair.get(account_id), pair.get(payee_id)
    if account is None or payee is None or account.body_id is None or account.district != payee.district:
        raise FundingNotFound(account_id)
    check_same_money(account, payee)
    if account.is_closed:
        raise Refused(YEAR_IS_CLOSED)
    if not is_there:
        raise FieldRefused("amount_fen", refuse(TOO_LITTLE, citations=(MONEY_ARTICLE,), code=NO_MONEY))
    require(check_kept(account), field="amount_fen")
    return _written(account, payee, amount_fen=amount_fen, purpose_ref=purpose_ref, actor=actor, at=at)


def check_same_money(one: LedgerAccount, other: LedgerAccount) -> None:
    """Refuse what would pass money between sources, lines or years (X-12), or from an account to itself."""
    if one.pk == other.pk or other.body_id is None:
        raise Refused(refuse(_("收款方：须是另一个单位的账户")))
    if (one.source, one.line) != (other.source, other.line):
        reason = _("经费来源：不同来源、不同科目的经费不能相互挪借")
        raise Refused(refuse(reason, citations=(MONEY_ARTICLE,), code=NO_SUCH_USE))
    if one.year != other.year:
        raise Refused(refuse(_("年度：付款和收款的账户须属于同一年度"), citations=(MONEY_ARTICLE,)))


def _written(
    account: LedgerAccount, payee: LedgerAccount, *, amount_fen: int, purpose_ref: str, actor: Actor, at: datetime
) -> Reservation:
    reservation = Reservation.objects.create(
        district=account.district,
        account=account,
        payee=payee,
        purpose_ref=purpose_ref,
        amount_fen=amount_fen,
        made_at=at,
        made_by_ref=actor.ref,
    )
    enter(reservation, FundingEvent.RESERVED, actor=actor, at=at)
    return reservation


def take_over(
    reservation: Reservation, *, payee: LedgerAccount, purpose_ref: str, amount_fen: int, actor: Actor, at: datetime
) -> Reservation:
    """Hold for a new payee what was just released of an old reservation, even where that was nothing."""
    if amount_fen:
        return hold(
            account_id=reservation.account_id,
            payee_id=payee.pk,
            amount_fen=amount_fen,
            purpose_ref=purpose_ref,
            actor=actor,
            at=at,
        )
    return _written(reservation.account, payee, amount_fen=0, purpose_ref=purpose_ref, actor=actor, at=at)


def release(reservation: Reservation, *, actor: Actor, at: datetime) -> int:
    """Close a reservation in the caller's transaction, and give the fen that are free again.

    A payment that waits for a second person keeps its part until it is signed or rejected.
    """
    locked_accounts(reservation.account_id)
    reservation.refresh_from_db(from_queryset=Reservation.objects.select_for_update())
    free = reservation.held_fen - waiting_fen(reservation.pk)
    if reservation.closed_at is not None:
        return 0
    Reservation.objects.filter(pk=reservation.pk).update(closed_at=at)
    if free and not (
        change_reservation(reservation.pk, released=free) and change_account(reservation.account_id, reserved=-free)
    ):
        raise RuntimeError(f"reservation {reservation.pk} and its account do not agree")
    reservation.refresh_from_db()
    enter(reservation, FundingEvent.RELEASED, actor=actor, at=at)
    return free


def let_go(*, actor: Actor, at: datetime, client_id: UUID, reservation_id: int) -> Reservation:
    """Release a reservation that belongs to no task, once. A task's is released with the task and never before."""
    once = Once(client_id=client_id, actor=actor, asked={"let_go": reservation_id}, at=at)
    result = once.answer(lambda: _let_go(once, reservation_id, at=at))
    return Reservation.objects.get(pk=int(result.rpartition(":")[2]))


@transaction.atomic
def _let_go(once: Once, reservation_id: int, *, at: datetime) -> str:
    reservation = Reservation.objects.select_related("account").filter(pk=reservation_id).first()
    if reservation is None:
        raise FundingNotFound(reservation_id)
    check_may_reserve(reservation.account, actor=once.actor)
    if reservation.purpose_ref.startswith(_OF_A_TASK):
        raise Refused(refuse(_("经费：协助任务的预留随任务终止才释放"), citations=(MONEY_ARTICLE,)))
    locked_accounts(reservation.account_id)
    check_year_open(reservation.account)
    release(reservation, actor=once.actor, at=at)
    return once.remember(f"reservation:{reservation.pk}")


def enter(reservation: Reservation, event: FundingEvent, *, actor: Actor, at: datetime) -> None:
    """Write the entry that vouches for a reservation as it is now."""
    record(
        event=event,
        actor=actor,
        at=at,
        subject=f"reservation:{reservation.pk}",
        district=reservation.district,
        rows=[reservation],
    )
