"""What is re-proved of budgets: a locked one is complete, whoever approved it had no hand in it, two persons adjust."""

from collections.abc import Iterator

from sanhu.domains.evidence.filing import misfiled_by_key, misfiled_by_number
from sanhu.domains.evidence.findings import Check, Finding
from sanhu.domains.evidence.models import Entry
from sanhu.domains.funding.budget_execution import spoken_for
from sanhu.domains.funding.budget_queries import changes_of, comes_to, entries_of
from sanhu.domains.funding.budget_rules import adjusted, check_covers, missing_lines
from sanhu.domains.funding.budget_tables import LOCKED
from sanhu.domains.funding.budget_terms import AdjustmentState, BudgetEvent
from sanhu.domains.funding.models import Budget, BudgetAdjustment, DevelopmentPlan, ReferenceRate
from sanhu.domains.subjects.queries import persons_of

_HANDS = (BudgetEvent.OPENED, BudgetEvent.EDITED, BudgetEvent.SUBMITTED, BudgetEvent.WITHDRAWN)


def locked_budgets_are_complete() -> Iterator[Finding]:
    """A locked budget has something on every mandatory line, when it was locked and after every adjustment."""
    for budget in Budget.objects.filter(state=LOCKED).order_by("pk"):
        amounts = entries_of(budget)
        approved = BudgetAdjustment.objects.filter(budget=budget, state=AdjustmentState.APPROVED)
        changes = [{}, *(changes_of(row) for row in approved.order_by("settled_at", "position"))]
        for change in changes:
            amounts = adjusted(amounts, [change])
            missing = [rule.line.value for rule in missing_lines(amounts)]
            if missing or any(fen < 0 for fen in amounts.values()):
                detail = f"{budget.number}: nothing on {' '.join(missing) or 'a line below zero'}"
                yield Finding(kind="budget_incomplete", ref=budget.row_ref, detail=detail)
                break


def no_author_approved_a_budget() -> Iterator[Finding]:
    """Whoever approved a budget is another person than those the record names as having prepared it."""
    for budget in Budget.objects.filter(state=LOCKED).order_by("pk"):
        hands = frozenset(budget.authors) | _persons_behind(budget.ref, _HANDS)
        deciders = _persons_behind(budget.ref, (BudgetEvent.LOCKED,)) | {budget.approved_by_id}
        if hands & deciders:
            detail = f"{budget.number} was approved by one of its authors"
            yield Finding(kind="budget_self_approved", ref=budget.row_ref, detail=detail)


def two_persons_made_each_adjustment() -> Iterator[Finding]:
    """An adjustment that was decided on was decided on by another person than whoever asked for it."""
    settled = BudgetAdjustment.objects.exclude(state=AdjustmentState.ASKED).select_related("budget")
    for row in settled.order_by("pk"):
        hands = {*row.askers, row.asked_by_id}
        if row.settled_by_id in hands:
            detail = f"{row.number} was decided on by whoever asked for it"
            yield Finding(kind="adjustment_self_approved", ref=row.row_ref, detail=detail)


def appropriations_stay_within_locked_budgets() -> Iterator[Finding]:
    """Of no line of a district's locked budget more fiscal money was appropriated than stands on it."""
    for budget in Budget.objects.filter(state=LOCKED, body=None).order_by("pk"):
        if not check_covers(comes_to(budget), spoken_for(budget)):
            detail = f"{budget.number}: more was appropriated than is budgeted"
            yield Finding(kind="budget_exceeded", ref=budget.row_ref, detail=detail)


def budget_entries_are_filed_where_their_budget_is() -> Iterator[Finding]:
    """Compare the district of every entry about budgets, plans and rates with theirs."""
    yield from misfiled_by_number("budget")
    yield from misfiled_by_key("development_plan", DevelopmentPlan, "district")
    yield from misfiled_by_key("reference_rate", ReferenceRate, "district")


def _persons_behind(subject: str, events: tuple[BudgetEvent, ...]) -> frozenset[int]:
    entries = Entry.objects.filter(subject_ref=subject, event__in=events)
    return persons_of(list(entries.values_list("actor_ref", flat=True)))


BUDGET_CHECKS: tuple[Check, ...] = (
    locked_budgets_are_complete,
    no_author_approved_a_budget,
    two_persons_made_each_adjustment,
    appropriations_stay_within_locked_budgets,
    budget_entries_are_filed_where_their_budget_is,
)
