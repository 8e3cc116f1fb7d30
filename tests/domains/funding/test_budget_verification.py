"""Something is altered behind a budget's back, and verifying names it: each invariant broken once."""

from collections.abc import Callable

import pytest

from sanhu.domains.evidence.record import record
from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding.budget_terms import BudgetEvent
from sanhu.domains.funding.models import AdjustmentLine, Budget, BudgetAdjustment, BudgetEntry
from sanhu.domains.funding.verification import CHECKS
from sanhu.domains.funding.verification_budgets import BUDGET_CHECKS
from sanhu.engines.actors import SYSTEM
from tests.domains.funding.budgets import BENEFIT, SERVICE, Budgets
from tests.domains.funding.money import Purse
from tests.domains.funding.test_funding_verification import alter


@pytest.fixture
def budgets(purse: Purse) -> Budgets:
    """A locked budget, L7 added by an adjustment, and the whole upkeep appropriated."""
    budgets = Budgets(purse)
    number = budgets.locked(2026).number
    budgets.adjust(number, {("L7", BENEFIT): 50})
    budgets.settle(number, 1)
    purse.appropriate(600, source="fiscal", line="L5b", year=2026)
    return budgets


def entry(line: str) -> BudgetEntry:
    return BudgetEntry.objects.get(line=line)


def person(budgets: Budgets, surname: str) -> int:
    return budgets.purse.gate[surname].person.pk


BROKEN: dict[str, tuple[Callable[[Budgets], None], set[str]]] = {
    "a mandatory line emptied": (lambda _: alter(entry("L6b"), amount_fen=0), {"budget_incomplete"}),
    "upkeep cut below what was appropriated": (lambda _: alter(entry("L5b"), amount_fen=599), {"budget_exceeded"}),
    "an adjustment below zero": (
        lambda _: alter(AdjustmentLine.objects.get(), change_fen=-50),
        {"budget_incomplete"},
    ),
    "approved by an author": (
        lambda books: alter(Budget.objects.get(), approved_by_id=person(books, "田")),
        {"budget_self_approved"},
    ),
    "an author who approved": (
        lambda books: alter(Budget.objects.get(), authors=[person(books, "秦")]),
        {"budget_self_approved"},
    ),
    "an adjustment approved by whoever asked": (
        lambda books: alter(BudgetAdjustment.objects.get(), settled_by_id=person(books, "田")),
        {"adjustment_self_approved"},
    ),
}


def test_an_honest_budget_has_nothing_to_say(budgets: Budgets):
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.covers("R56", "R53")
@pytest.mark.parametrize("what", BROKEN)
def test_each_invariant_broken_is_named_by_its_check_and_by_the_record(budgets: Budgets, what: str):
    breaking, kinds = BROKEN[what]
    breaking(budgets)
    assert {finding.kind for finding in verify(checks=BUDGET_CHECKS).findings} == {*kinds, "row_altered"}


def test_an_entry_filed_under_another_district_is_found(budgets: Budgets):
    budget = Budget.objects.get()
    said = {"actor": SYSTEM, "at": budgets.purse.now(), "subject": budget.ref, "district": "990102"}
    record(event=BudgetEvent.EDITED, **said)  # type: ignore[arg-type]
    kinds = [finding.kind for finding in verify(checks=BUDGET_CHECKS).findings]
    assert kinds == ["filed_elsewhere"]


def test_a_line_nobody_recorded_is_found(budgets: Budgets):
    BudgetEntry.objects.create(budget=Budget.objects.get(), line="L8", nature=SERVICE, amount_fen=1)
    assert [finding.kind for finding in verify(checks=CHECKS).findings] == ["row_unwitnessed"]
