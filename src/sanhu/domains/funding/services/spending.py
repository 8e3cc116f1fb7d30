"""Spending: a body pays somebody outside the ledger from an account of its own, on what its source may pay."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.once import Once
from sanhu.domains.funding.earmark_queries import is_earmark, left_in
from sanhu.domains.funding.earmark_terms import EARMARK_PREFIX, EarmarkKind
from sanhu.domains.funding.lottery_queries import way_of
from sanhu.domains.funding.lottery_rules import check_on_plan
from sanhu.domains.funding.models import Earmark, LedgerAccount, LotteryProject, Spending, Voucher
from sanhu.domains.funding.queries import accounts_visible_to
from sanhu.domains.funding.rules import MONEY_ARTICLE, NO_MONEY, NO_SUCH_USE, check_amount
from sanhu.domains.funding.services.accounts import account_for
from sanhu.domains.funding.services.caps import check_year_open, locked_accounts
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.services.holding import TOO_LITTLE
from sanhu.domains.funding.services.posting import Movement, Papers, check_papers, write
from sanhu.domains.funding.spending_queries import came_for, waiting_from
from sanhu.domains.funding.spending_rules import (
    DONATIONS_HAVE_THEIR_OWN_WAY,
    NOT_THIS_PURPOSE,
    Use,
    check_left,
    check_payee,
    check_use,
    may_spend,
)
from sanhu.domains.funding.terms import VoucherKind
from sanhu.domains.subjects.kinds import SubjectKind, SubjectType, type_of
from sanhu.domains.subjects.services.doors import FieldRefused, require
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Decision, refuse
from sanhu.engines.legal_time import legal_day

Beside = Callable[[Voucher], Sequence[Witnessed]]


@dataclass(frozen=True)
class Expenditure:
    """What is spent: from which account, how much, on what, to whom, for what, and on what paper."""

    account_id: int
    amount_fen: int
    expense: str
    nature: str
    payee_kind: str
    payee_name: str
    purpose_ref: str
    basis: str
    reason: str
    draft_id: UUID

    @property
    def papers(self) -> Papers:
        """What it rests on."""
        return Papers(basis=self.basis, reason=self.reason, draft_id=self.draft_id)


def spend(*, actor: Actor, at: datetime, client_id: UUID, order: Expenditure) -> Voucher:
    """Spend money of one's own body, once; from the limit on it waits for a second person.

    Raises FundingNotFound for an account the actor may not see, Refused with the reason, its article and its code.
    """
    once = Once(client_id=client_id, actor=actor, asked=asdict(order), at=at)
    return Voucher.objects.get(number=once.answer(lambda: _spend(once, order, at=at)))


@transaction.atomic
def _spend(once: Once, order: Expenditure, *, at: datetime) -> str:
    return once.remember(ask_spending(order, actor=once.actor, at=at).number)


def ask_spending(
    order: Expenditure,
    *,
    actor: Actor,
    at: datetime,
    beside: Beside | None = None,
    agreed: frozenset[str] = frozenset(),
) -> Voucher:
    """Spend in the caller's transaction.

    What tells more of the voucher, such as how a donor's wish is met, stands beside it: without that a donation is not
    spent. `agreed` are kinds of expense the donor agreed to in writing. Raises as `spend` does.
    """
    account = accounts_visible_to(actor).filter(pk=order.account_id).first()
    if account is None:
        raise FundingNotFound(order.account_id)
    require(may_spend(district=account.district, body_id=account.body_id, actor=actor))
    _check_words(order, account, agreed=agreed)
    outside = _outside_of(account, actor=actor, at=at)
    locked = locked_accounts(account.pk, outside.pk)
    check_year_open(locked[account.pk])
    _check_purpose(order, locked[account.pk], at=at, has_more=beside is not None)
    if order.amount_fen > locked[account.pk].available_fen - waiting_from(account):
        raise FieldRefused("amount_fen", refuse(TOO_LITTLE, citations=(MONEY_ARTICLE,), code=NO_MONEY))
    movement = Movement(
        kind=VoucherKind.SPENDING,
        debit=locked[account.pk],
        credit=locked[outside.pk],
        amount_fen=order.amount_fen,
        purpose_ref=order.purpose_ref,
    )

    def rows(voucher: Voucher) -> list[Witnessed]:
        return [_spending_of(voucher, order), *(beside(voucher) if beside else ())]

    return write(movement, order.papers, actor=actor, at=at, beside=rows)


def _check_words(order: Expenditure, account: LedgerAccount, *, agreed: frozenset[str]) -> None:
    require(check_amount(order.amount_fen), field="amount_fen")
    check_papers(order.papers)
    _require_each(check_payee(kind=order.payee_kind, name=order.payee_name, nature=order.nature))
    assert account.body is not None, "only a body spends"
    use = Use(
        source=account.source,
        line=account.line,
        expense=order.expense,
        purpose_ref=order.purpose_ref,
        by_organ=type_of(SubjectKind(account.body.kind)) == SubjectType.GOVERNMENT_ORG,
        agreed=agreed,
    )
    _require_each(check_use(use))


def _check_purpose(order: Expenditure, account: LedgerAccount, *, at: datetime, has_more: bool) -> None:
    """Refuse what is not this body's to do, and more than is left for it. The account is locked."""
    if not order.purpose_ref:
        return
    if is_earmark(order.purpose_ref):
        left = _left_of_earmark(order, account, at=at, has_more=has_more)
    else:
        if not Voucher.objects.filter(
            purpose_ref=order.purpose_ref, credit__body=account.body_id, credit__source=account.source
        ).exists():
            raise FieldRefused("purpose_ref", _not_theirs())
        left = came_for(order.purpose_ref, account)
    waiting = waiting_from(account, purpose_ref=order.purpose_ref)
    require(check_left(left_fen=left, waiting_fen=waiting, amount_fen=order.amount_fen), field="amount_fen")


def _left_of_earmark(order: Expenditure, account: LedgerAccount, *, at: datetime, has_more: bool) -> int:
    number = order.purpose_ref.removeprefix(EARMARK_PREFIX)
    earmark = Earmark.objects.filter(number=number, body=account.body_id, line=account.line).first()
    if earmark is None or earmark.source != account.source:
        raise FieldRefused("purpose_ref", _not_theirs())
    if earmark.kind == EarmarkKind.DONATION and not has_more:
        raise FieldRefused("purpose_ref", refuse(DONATIONS_HAVE_THEIR_OWN_WAY, code=NO_SUCH_USE))
    projects = LotteryProject.objects.select_for_update(of=("self",)).select_related("earmark")
    project = projects.filter(earmark=earmark).first()
    if project is not None:
        today = legal_day(at)
        way = way_of(project)
        _require_each(check_on_plan(way, expense=order.expense, amount_fen=order.amount_fen, today=today))
    return left_in(order.purpose_ref, account)


def _not_theirs() -> Decision:
    return refuse(NOT_THIS_PURPOSE, citations=(MONEY_ARTICLE,), code=NO_SUCH_USE)


def _outside_of(account: LedgerAccount, *, actor: Actor, at: datetime) -> LedgerAccount:
    return account_for(
        district=account.district,
        body_id=None,
        source=account.source,
        line=account.line,
        year=account.year,
        actor=actor,
        at=at,
    )


def _spending_of(voucher: Voucher, order: Expenditure) -> Spending:
    return Spending.objects.create(
        voucher=voucher,
        expense=order.expense,
        nature=order.nature,
        payee_kind=order.payee_kind,
        payee_name=order.payee_name.strip(),
    )


def _require_each(faults: Mapping[str, Decision]) -> None:
    for field, decision in faults.items():
        raise FieldRefused(field, decision)
