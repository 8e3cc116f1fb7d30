"""Appropriating: money enters the ledger on a budget line of a body."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from sanhu.domains.evidence.once import Once
from sanhu.domains.funding.budget_execution import check_within_budget
from sanhu.domains.funding.models import LedgerAccount, Voucher
from sanhu.domains.funding.rules import MONEY_ARTICLE, NOT_PERMITTED, check_amount, check_comes_by_budget
from sanhu.domains.funding.services.accounts import account_for
from sanhu.domains.funding.services.caps import check_year_open, locked_accounts
from sanhu.domains.funding.services.posting import Movement, Papers, check_papers, write
from sanhu.domains.funding.terms import VoucherKind
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.services.doors import require
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import Refused, refuse


@dataclass(frozen=True)
class Order:
    """What is appropriated to whom: the body, the source, the line and the year, how much, and on what paper."""

    body_id: int
    source: str
    line: str
    year: int
    amount_fen: int
    basis: str
    reason: str
    draft_id: UUID

    @property
    def papers(self) -> Papers:
        """What it rests on."""
        return Papers(basis=self.basis, reason=self.reason, draft_id=self.draft_id)


def appropriate(*, actor: Actor, at: datetime, client_id: UUID, order: Order) -> Voucher:
    """Let money in, once; from the limit on it waits for a second person.

    Raises Refused, FundingNotFound for a body of another district, requests.ConflictError.
    """
    once = Once(client_id=client_id, actor=actor, asked=asdict(order), at=at)
    number = once.answer(lambda: _appropriate(once, order, at=at))
    return Voucher.objects.get(number=number)


@transaction.atomic
def _appropriate(once: Once, order: Order, *, at: datetime) -> str:
    actor = once.actor
    if actor.kind is not ActorKind.POST or not actor.may(Permission.FUNDING_BUDGET):
        raise Refused(refuse(NOT_PERMITTED, citations=(MONEY_ARTICLE,)))
    require(check_amount(order.amount_fen), field="amount_fen")
    check_papers(order.papers)
    outside, inside = (_account(order, body_id, actor=actor, at=at) for body_id in (None, order.body_id))
    locked = locked_accounts(outside.pk, inside.pk)
    check_year_open(locked[inside.pk])
    require(check_comes_by_budget(order.source), field="source")
    require(check_within_budget(locked[outside.pk], order.amount_fen), field="amount_fen")
    movement = Movement(
        kind=VoucherKind.APPROPRIATION,
        debit=locked[outside.pk],
        credit=locked[inside.pk],
        amount_fen=order.amount_fen,
    )
    return once.remember(write(movement, order.papers, actor=actor, at=at).number)


def _account(order: Order, body_id: int | None, *, actor: Actor, at: datetime) -> LedgerAccount:
    return account_for(
        district=actor.district,
        body_id=body_id,
        source=order.source,
        line=order.line,
        year=order.year,
        actor=actor,
        at=at,
    )
