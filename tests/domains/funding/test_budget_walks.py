"""Budgets walked through valid and invalid deeds: after each, one comes to what its history says, to the fen."""

from collections.abc import Callable, Mapping
from typing import ClassVar

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from sanhu.domains.evidence.requests import StaleForm
from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding.budget_execution import execution_of, spoken_for
from sanhu.domains.funding.budget_queries import comes_to, nature_shares, totals_of
from sanhu.domains.funding.budget_rules import Cell, by_line, by_nature, missing_lines
from sanhu.domains.funding.budget_terms import SpendingNature
from sanhu.domains.funding.models import Budget, Voucher
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.terms import BudgetLine
from sanhu.domains.funding.verification import CHECKS
from sanhu.engines.decisions import Refused
from tests.domains.funding.budgets import COMPLETE, Budgets
from tests.domains.funding.money import LIMIT, Purse
from tests.gate import Gate

EXAMPLES = 12 if connection.vendor == "sqlite" else 5
STEPS = 20
YEAR = 2026
CELLS = st.tuples(st.sampled_from(list(BudgetLine.values)), st.sampled_from(list(SpendingNature.values)))
FEN = st.one_of(st.integers(0, 3_000), st.sampled_from([0, 1, LIMIT, 10_000_000_000_000]))
CHANGES = st.one_of(st.integers(-900, 900), st.sampled_from([-LIMIT, LIMIT]))
PEOPLE = st.sampled_from(["田", "田", "田", "秦", "吴"])
HEADS = st.sampled_from(["秦", "秦", "秦", "田", "陈"])


class Walk(RuleBasedStateMachine):
    """What anybody may try with one budget, and what it must come to. `gate` is put there by the test."""

    gate: ClassVar[Gate]
    made: ClassVar[set[str]]

    def __init__(self) -> None:
        super().__init__()
        self._whole = transaction.atomic()
        self._whole.__enter__()
        self.budgets = Budgets(Purse(self.gate))
        self.state = "draft"
        self.amounts: dict[Cell, int] = {}
        self.asked: dict[Cell, int] | None = None
        self.number = ""

    def teardown(self) -> None:
        """Prove the record of the walk, and undo it."""
        try:
            assert verify(checks=CHECKS).findings == ()
        finally:
            transaction.set_rollback(True)
            self._whole.__exit__(None, None, None)

    def attempt(self, deed: Callable[[], object], what: str) -> bool:
        """Try something; say whether it was done."""
        try:
            with transaction.atomic():
                deed()
        except (Refused, FundingNotFound, StaleForm):
            return False
        self.made.add(what)
        return True

    @property
    def budget(self) -> Budget:
        return Budget.objects.get(number=self.number)

    @initialize()
    def begin(self) -> None:
        """Begin with a complete draft."""
        self.number = self.budgets.begin(YEAR)
        self.budgets.write(self.number, COMPLETE)
        self.made.add("write")
        self.amounts = dict(COMPLETE)

    @precondition(lambda self: self.state != "locked")
    @rule(cell=CELLS, fen=FEN, who=PEOPLE)
    def write(self, cell: Cell, fen: int, who: str) -> None:
        wanted = {**self.amounts, cell: fen}
        if self.attempt(lambda: self.budgets.write(self.number, wanted, by=who), "write"):
            assert self.state == "draft"
            self.amounts = {known: amount for known, amount in wanted.items() if amount}

    @rule(amounts=st.dictionaries(CELLS, FEN, max_size=3))
    def overwrite_what_is_locked(self, amounts: Mapping[Cell, int]) -> None:
        if self.state != "draft":
            assert not self.attempt(lambda: self.budgets.write(self.number, amounts), "overwrite")

    @rule(move=st.sampled_from(["submit", "submit", "withdraw"]), who=PEOPLE)
    def prepare(self, move: str, who: str) -> None:
        if self.attempt(lambda: getattr(self.budgets, move)(self.number, by=who), move):
            assert self.state == ("draft" if move == "submit" else "submitted")
            self.state = "submitted" if move == "submit" else "draft"

    @rule(move=st.sampled_from(["approve", "approve", "approve", "reject"]), who=HEADS)
    def decide(self, move: str, who: str) -> None:
        if self.attempt(lambda: getattr(self.budgets, move)(self.number, by=who), move):
            assert (self.state, who) == ("submitted", "秦")
            self.state = "locked" if move == "approve" else "draft"

    @precondition(lambda self: self.state != "locked")
    @rule()
    def go_on_as_one_should(self) -> None:
        """Take the next right step, so that a short walk gets to a locked budget too."""
        move, who, then = ("submit", "田", "submitted") if self.state == "draft" else ("approve", "秦", "locked")
        if self.attempt(lambda: getattr(self.budgets, move)(self.number, by=who), move):
            self.state = then

    @rule(changes=st.dictionaries(CELLS, CHANGES, max_size=3), who=PEOPLE)
    def adjust(self, changes: dict[Cell, int], who: str) -> None:
        if self.attempt(lambda: self.budgets.adjust(self.number, changes, by=who), "adjust"):
            assert (self.state, self.asked) == ("locked", None)
            self.asked = changes

    @precondition(lambda self: self.asked is not None)
    @rule(move=st.sampled_from(["approve", "approve", "reject"]), who=HEADS)
    def settle(self, move: str, who: str) -> None:
        position = self.budget.adjustments.count()
        if self.attempt(lambda: self.budgets.settle(self.number, position, move, by=who, words="已核"), f"{move} it"):
            assert who == "秦"
            assert self.asked is not None
            for cell, fen in self.asked.items() if move == "approve" else ():
                self.amounts[cell] = self.amounts.get(cell, 0) + fen
            self.amounts = {cell: fen for cell, fen in self.amounts.items() if fen}
            self.asked = None

    @rule(line=st.sampled_from(["L1", "L2", "L5b", "L7"]), fen=st.one_of(st.integers(1, 700), st.just(LIMIT)))
    def appropriate(self, line: str, fen: int) -> None:
        give = self.budgets.purse.appropriate
        self.attempt(lambda: give(fen, source="fiscal", line=line, year=YEAR), "appropriate")

    @precondition(lambda self: Voucher.objects.filter(state="waiting").exists())
    @rule(is_signed=st.booleans())
    def answer(self, is_signed: bool) -> None:
        number = Voucher.objects.filter(state="waiting").values_list("number", flat=True)[0]
        said = self.budgets.purse.sign if is_signed else self.budgets.purse.reject
        self.attempt(lambda: said(number, by="秦"), "answer")

    @invariant()
    def it_comes_to_what_its_history_says(self) -> None:
        if not self.number:
            return
        budget, amounts = self.budget, self.amounts
        total = sum(amounts.values())
        assert budget.state == self.state
        assert comes_to(budget) == amounts
        assert totals_of([budget]) == {budget.pk: total}
        assert sum(by_line(amounts).values()) == sum(by_nature(amounts).values()) == total
        assert sum(share.part_fen for share in nature_shares(amounts).values()) == total
        assert sum(row.budgeted_fen for row in execution_of(budget)) == total
        if budget.is_locked:
            assert missing_lines(amounts) == ()
            assert all(fen <= by_line(amounts)[line] for line, fen in spoken_for(budget).items())


@pytest.mark.django_db
@pytest.mark.covers("R53", "R56")
def test_whatever_is_tried_a_budget_comes_to_its_entries_and_approved_adjustments(founded: Gate):
    Walk.gate = founded
    Walk.made = set()
    run(
        Walk,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert {"write", "submit", "approve", "appropriate"} <= Walk.made
    assert "overwrite" not in Walk.made


@pytest.mark.django_db
def test_every_deed_of_a_walk_can_succeed(founded: Gate):
    """What no walk could do, no walk would test: the machine's own rules, one after another."""
    Walk.gate = founded
    Walk.made = set()
    walk = Walk()
    try:
        walk.begin()
        walk.write(("L7", "service"), LIMIT, "田")
        walk.prepare("submit", "田")
        walk.decide("reject", "秦")
        walk.prepare("submit", "田")
        walk.prepare("withdraw", "田")
        walk.prepare("submit", "田")
        walk.decide("approve", "秦")
        walk.overwrite_what_is_locked({("L1", "service"): 1})
        walk.appropriate("L7", LIMIT)
        walk.appropriate("L7", 1)
        walk.answer(is_signed=True)
        walk.adjust({("L7", "social"): 900}, "田")
        walk.settle("approve", "秦")
        walk.adjust({("L1", "administrative"): -1}, "田")
        walk.settle("reject", "秦")
        walk.it_comes_to_what_its_history_says()
        assert walk.amounts["L7", "social"] == 900
        every = ["write", "submit", "withdraw", "approve", "reject", "adjust", "appropriate", "answer"]
        assert Walk.made == {*every, "approve it", "reject it"}
    finally:
        walk.teardown()
