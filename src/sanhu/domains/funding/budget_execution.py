"""How far a budget is executed: what was appropriated and paid of each line, read from the ledger and nowhere else.

A district's budget is executed by what entered the ledger from outside; a subdistrict office's by what its own
accounts took in and paid on. Only fiscal money executes a budget: what other sources bring has rules of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, Sum

from sanhu.domains.funding.budget_queries import comes_to, locked_budget
from sanhu.domains.funding.budget_rules import by_line, check_within_line
from sanhu.domains.funding.models import Budget, LedgerAccount, Posting, Voucher
from sanhu.domains.funding.spending_queries import spent_by
from sanhu.domains.funding.terms import BudgetLine, FundSource, Side, VoucherKind, VoucherState
from sanhu.domains.funding.year_end_queries import returned_of_its_year
from sanhu.engines.decisions import ALLOWED, Decision


@dataclass(frozen=True)
class Executed:
    """What of a line is budgeted, has been appropriated so far and paid so far; and how its year ended.

    What came over from the year before is not appropriated, what went over or back at the year's end is not paid.
    """

    line: str
    budgeted_fen: int
    appropriated_fen: int
    paid_fen: int
    carried_in_fen: int = 0
    carried_over_fen: int = 0
    returned_fen: int = 0


def execution_of(budget: Budget) -> list[Executed]:
    """Give each line's execution, in the order of the lines."""
    budgeted, given, paid = by_line(comes_to(budget)), appropriated(budget), _paid(budget)
    settled = _settled(budget)
    return [
        Executed(
            line=line.value,
            budgeted_fen=budgeted[line],
            appropriated_fen=given.get(line, 0),
            paid_fen=paid.get(line, 0),
            carried_in_fen=settled.get((line, VoucherKind.CARRY_OVER, Side.IN), 0),
            carried_over_fen=-settled.get((line, VoucherKind.CARRY_OVER, Side.OUT), 0),
            returned_fen=-settled.get((line, VoucherKind.RETURN, Side.OUT), 0),
        )
        for line in BudgetLine
    ]


def appropriated(budget: Budget) -> Mapping[str, int]:
    """Give the fiscal money that was appropriated so far, by line."""
    accounts = _accounts(budget)
    if budget.body_id is None:
        return dict(accounts.filter(body=None).values_list("line", "posted_fen"))
    came_in = Posting.objects.filter(account__in=accounts.filter(body=budget.body_id), side=Side.IN)
    return _by_line(came_in.exclude(voucher__kind=VoucherKind.CARRY_OVER), "account__line")


def spoken_for(budget: Budget) -> dict[str, int]:
    """Give by line what a district's budget has to cover: what is appropriated, and what waits for a signature.

    What of the year's own money went back when the year was settled needs no cover any more.
    """
    posted, waiting = appropriated(budget), _waiting(budget.district, budget.year)
    back = returned_of_its_year(budget.district, budget.year, source=FundSource.FISCAL)
    covered = {
        line.value: posted.get(line.value, 0) + waiting.get(line.value, 0) - back.get(line.value, 0)
        for line in BudgetLine
    }
    return {line: fen for line, fen in covered.items() if fen}


def check_within_budget(outside: LedgerAccount, amount_fen: int) -> Decision:
    """May fiscal money be appropriated from an account that stands for everybody outside, beyond what already was?

    Nothing is asked where the district has no locked budget for the year. The account is locked, so that two who
    appropriate at once queue here; what waits for a second person counts as appropriated. What of the year's own money
    went back when it was settled is free again; what had come over from the year before never stood on this budget.
    """
    if outside.source != FundSource.FISCAL:
        return ALLOWED
    budget = locked_budget(district=outside.district, year=outside.year, body_id=None)
    if budget is None:
        return ALLOWED
    posted = LedgerAccount.objects.values_list("posted_fen", flat=True).get(pk=outside.pk)
    back = returned_of_its_year(outside.district, outside.year, source=FundSource.FISCAL).get(outside.line, 0)
    return check_within_line(
        line=outside.line,
        budgeted_fen=by_line(comes_to(budget))[outside.line],
        appropriated_fen=posted - back + _waiting(outside.district, outside.year).get(outside.line, 0),
        amount_fen=amount_fen,
    )


def _accounts(budget: Budget) -> QuerySet[LedgerAccount]:
    return LedgerAccount.objects.filter(district=budget.district, year=budget.year, source=FundSource.FISCAL)


def _waiting(district: str, year: int) -> dict[str, int]:
    asked = Voucher.objects.filter(
        district=district,
        debit__year=year,
        debit__source=FundSource.FISCAL,
        kind=VoucherKind.APPROPRIATION,
        state=VoucherState.WAITING,
    )
    return _by_line(asked, "debit__line")


def _settled(budget: Budget) -> dict[tuple[str, str, str], int]:
    """Sum what came over, went over and went back, by line, kind and side."""
    own = Q(account__body__isnull=False) if budget.body_id is None else Q(account__body=budget.body_id)
    ends = Q(voucher__kind__in=[VoucherKind.CARRY_OVER, VoucherKind.RETURN])
    legs = Posting.objects.filter(own, ends, account__in=_accounts(budget)).order_by()
    rows = legs.values_list("account__line", "voucher__kind", "side").annotate(fen=Sum("amount_fen"))
    return {(line, kind, side): fen for line, kind, side, fen in rows}


def _paid(budget: Budget) -> dict[str, int]:
    """Sum what bodies paid on, less what was taken back: a reversal counts on the side of what it takes back."""
    own = Q(account__body__isnull=False) if budget.body_id is None else Q(account__body=budget.body_id)
    is_payment = Q(voucher__kind=VoucherKind.PAYMENT) | Q(voucher__reverses__kind=VoucherKind.PAYMENT)
    legs = Posting.objects.filter(own, is_payment, account__in=_accounts(budget), side=Side.OUT)
    return {line: -fen for line, fen in _by_line(legs, "account__line").items()}


def spent_by_nature(budget: Budget) -> dict[str, int]:
    """Sum by nature what bodies spent of this budget's money outside the ledger, less what was taken back (R52)."""
    own = Q(account__body__isnull=False) if budget.body_id is None else Q(account__body=budget.body_id)
    return spent_by(Posting.objects.filter(own, account__in=_accounts(budget)), "nature")


def _by_line(rows: QuerySet[Any], line: str) -> dict[str, int]:
    return dict(rows.values_list(line).order_by(line).annotate(fen=Sum("amount_fen")))
