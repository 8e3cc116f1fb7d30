"""Budgets in the hands of the gate's people: prepared by 田, approved by 秦."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from sanhu.domains.funding.budget_rules import Cell
from sanhu.domains.funding.budget_terms import SpendingNature
from sanhu.domains.funding.models import Budget, BudgetAdjustment
from sanhu.domains.funding.services import budget_adjusting as adjusting
from sanhu.domains.funding.services import budgeting, plans
from sanhu.domains.funding.services.budget_locking import approve_budget, reject_budget
from tests.domains.funding.money import Purse

SERVICE, SOCIAL = SpendingNature.SERVICE.value, SpendingNature.SOCIAL.value
BENEFIT, OFFICE, CAPITAL = (
    SpendingNature.PUBLIC_BENEFIT.value,
    SpendingNature.ADMINISTRATIVE.value,
    SpendingNature.CAPITAL.value,
)
YUAN = 100
# ¥36 in all: every mandatory line, with its usual nature.
COMPLETE: Mapping[Cell, int] = {
    ("L1", OFFICE): 1 * YUAN,
    ("L2", OFFICE): 2 * YUAN,
    ("L3", OFFICE): 3 * YUAN,
    ("L4", OFFICE): 4 * YUAN,
    ("L5a", CAPITAL): 5 * YUAN,
    ("L5b", SERVICE): 6 * YUAN,
    ("L6a", CAPITAL): 7 * YUAN,
    ("L6b", SERVICE): 8 * YUAN,
}


def without(*lines: str) -> dict[Cell, int]:
    """Give the complete budget without some lines."""
    return {cell: fen for cell, fen in COMPLETE.items() if cell[0] not in lines}


class Budgets:
    """What a test does with budgets, by whom, and with a clock that goes on."""

    def __init__(self, purse: Purse) -> None:
        self.purse = purse

    def _by(self, surname: str) -> dict[str, Any]:
        return {"actor": self.purse.actor(surname), "at": self.purse.now(), "client_id": uuid4()}

    def body(self, name: str) -> int:
        return self.purse.gate.bodies[name].pk

    def begin(self, year: int = 2027, *, by: str = "田", body: str = "") -> str:
        body_id = self.body(body) if body else None
        return budgeting.open_budget(**self._by(by), year=year, body_id=body_id).number

    def write(self, number: str, amounts: Mapping[Cell, int], *, by: str = "田", **more: Any) -> Budget:
        revision = more.pop("revision", None)
        draft = budgeting.Draft(amounts=amounts, **more)
        return budgeting.edit_budget(**self._by(by), number=number, draft=draft, revision=revision)

    def submit(self, number: str, *, by: str = "田") -> Budget:
        return budgeting.submit_budget(**self._by(by), number=number)

    def withdraw(self, number: str, *, by: str = "田") -> Budget:
        return budgeting.withdraw_budget(**self._by(by), number=number)

    def approve(self, number: str, *, by: str = "秦") -> Budget:
        return approve_budget(**self._by(by), number=number)

    def reject(self, number: str, *, by: str = "秦", reason: str = "缺维护经费") -> Budget:
        return reject_budget(**self._by(by), number=number, reason=reason)

    def locked(
        self, year: int = 2027, amounts: Mapping[Cell, int] = COMPLETE, *, body: str = "", **more: Any
    ) -> Budget:
        """Take a budget all the way."""
        number = self.begin(year, body=body)
        self.write(number, amounts, **more)
        self.submit(number)
        return self.approve(number)

    def adjust(self, number: str, changes: Mapping[Cell, int], *, by: str = "田", **papers: str) -> BudgetAdjustment:
        said = {"document_number": "示财预〔2027〕3号", "reason": "年中调整", **papers}
        return adjusting.ask_adjustment(**self._by(by), number=number, wish=adjusting.Wish(changes=changes, **said))

    def settle(
        self, number: str, position: int, move: str = "approve", *, by: str = "秦", words: str = ""
    ) -> BudgetAdjustment:
        answer = adjusting.Answer(move, words)
        return adjusting.settle_adjustment(**self._by(by), number=number, position=position, answer=answer)

    def rate(self, year: int, rate_bp: int, *, by: str = "田", **said: str) -> int:
        words = {"name": "区一般公共预算支出增长率", "source": "示统〔2026〕1号", **said}
        return plans.record_rate(**self._by(by), rate=plans.Rate(year=year, rate_bp=rate_bp, **words)).pk

    def plan(self, number: str = "示政〔2026〕5号", *, by: str = "田", **said: Any) -> int:
        wish = {"title": "社会事业发展规划", "first_year": 2026, "last_year": 2030, **said}
        return plans.record_plan(**self._by(by), plan=plans.Plan(document_number=number, **wish)).pk
