"""The one door to one budget: scoped, locked, decided on; and the entry each of its moves leaves."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.record import record
from sanhu.domains.evidence.requests import StaleForm
from sanhu.domains.funding.budget_execution import spoken_for
from sanhu.domains.funding.budget_lines import BUDGET_ARTICLE
from sanhu.domains.funding.budget_queries import budgets_visible_to, held
from sanhu.domains.funding.budget_rules import Amounts, Cell, check_covers, may_move
from sanhu.domains.funding.budget_tables import BUDGET
from sanhu.domains.funding.models import Budget
from sanhu.domains.funding.queries import is_closed
from sanhu.domains.funding.rules import CLOSED_RECORD
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.subjects.services.doors import require
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import ALLOWED, Decision, refuse


def locked(actor: Actor, number: str) -> Budget:
    """Give a budget the actor may see, locked until the transaction ends. Raises FundingNotFound."""
    found = budgets_visible_to(actor).select_for_update(of=("self",)).filter(number=number).first()
    if found is None:
        raise FundingNotFound(number)
    return found


def locked_for(actor: Actor, number: str, move: str, *, revision: int | None = None) -> Budget:
    """Give a budget locked, with the move decided on. Raises StaleForm when somebody acted since the form was opened.

    Raises FundingNotFound and Refused too.
    """
    budget = locked(actor, number)
    if revision is not None and budget.revision != revision:
        raise StaleForm
    require(may_move(held(budget), move=move, actor=actor))
    return budget


def apply(
    budget: Budget,
    move: str,
    *,
    actor: Actor,
    at: datetime,
    rows: Sequence[Witnessed] = (),
    facts: Mapping[str, object] | None = None,
) -> Budget:
    """Apply a decided move, save the budget whole, and leave an entry with the rows that changed."""
    made = BUDGET.move(move)
    budget.state = made.leads_to(budget.state)
    budget.revision += 1
    budget.save()
    enter(made.event, budget, [budget, *rows], actor=actor, at=at, facts=facts)
    return budget


def enter(
    event: str,
    budget: Budget,
    rows: Sequence[Witnessed],
    *,
    actor: Actor,
    at: datetime,
    facts: Mapping[str, object] | None = None,
) -> None:
    """Write the entry that vouches for what was saved of a budget."""
    record(
        event=event,
        actor=actor,
        at=at,
        subject=budget.ref,
        district=budget.district,
        rows=rows,
        facts={"year": budget.year, **(facts or {})},
    )


def add_author(budget: Budget, actor: Actor) -> None:
    """Remember who had a hand in it, and whom they stood in for."""
    budget.authors = sorted({*budget.authors, *actor.persons})


def check_year(district: str, year: int) -> Decision:
    """Are the books of the year still open?"""
    if not is_closed(district, year):
        return ALLOWED
    return refuse(_("年度：已经结账，这一年的预算不能再改"), citations=(BUDGET_ARTICLE,), code=CLOSED_RECORD)


def check_ledger(budget: Budget, amounts: Amounts) -> Decision:
    """Does a district's budget cover what was appropriated already? A subdistrict office's is no cap on the ledger."""
    return ALLOWED if budget.body_id is not None else check_covers(amounts, spoken_for(budget))


def said(amounts: Mapping[Cell, object]) -> dict[str, object]:
    """Give amounts as a request is told by them."""
    return {f"{line}/{nature}": fen for (line, nature), fen in amounts.items()}
