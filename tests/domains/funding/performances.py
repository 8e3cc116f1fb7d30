"""Performance of L5b in the hands of the gate's people: targets and self-evaluation by 田, reviewed by 秦."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from sanhu.domains.funding.models import Budget, PerformanceCheck, PerformanceSheet, SelfEvaluation
from sanhu.domains.funding.performance_queries import LinePerformance, line_performance
from sanhu.domains.funding.performance_rules import Reached, Verdict, Wished
from sanhu.domains.funding.services import holding, performance
from sanhu.domains.funding.services.performance import LineRef, SheetWish
from sanhu.domains.funding.services.performance_review import review
from sanhu.domains.funding.services.years import close_year
from sanhu.domains.funding.terms import FundSource
from tests.domains.funding.budgets import COMPLETE, Budgets
from tests.domains.funding.money import COMMITTEE, NEW_YEAR, ORGAN
from tests.domains.funding.settling import settle

LINE, YEAR = "L5b", 2026
GOAL = "全区社区服务设施每月检修一次，居民能正常使用。"
TARGETS = (
    Wished("quantity", "检修次数", "次", "at_least", 120_000, 20),
    Wished("timeliness", "报修三日内修好", "件", "at_least", 50_000, 20),
    Wished("cost", "每次检修的费用", "元", "at_most", 10_000, 10),
    Wished("social", "设施的使用", "", "described", None, 30),
    Wished("satisfaction", "居民满意度", "%", "at_least", 95_000, 10),
)
# All, 45 of 50, cheaper than meant, described at 85 of 100, 92 of 95.
REACHED = tuple(
    Reached(value, words)
    for value, words in (
        (120_000, "检修记录"),
        (45_000, "五件等配件"),
        (8_000, "支出凭证"),
        (85_000, "两处场地冬季未开"),
        (92_000, "问卷 300 份"),
    )
)


def poorly(*values: int) -> tuple[Reached, ...]:
    """Give other values for the targets, each with its words."""
    return tuple(Reached(value, "没有做到，人手不足") for value in values)


POOR = poorly(30_000, 10_000, 40_000, 20_000, 60_000)


class Performances:
    """What a test does with the performance of one line, by whom, and with a clock that goes on."""

    def __init__(self, budgets: Budgets, line: str = LINE) -> None:
        self.budgets, self.purse, self.line = budgets, budgets.purse, line

    def _by(self, surname: str, number: str, ordinal: int | None = None) -> dict[str, Any]:
        of = LineRef(number, self.line, ordinal)
        return {"actor": self.purse.actor(surname), "at": self.purse.now(), "client_id": uuid4(), "of": of}

    def set(
        self,
        number: str,
        targets: Sequence[Wished] = TARGETS,
        *,
        by: str = "田",
        ordinal: int | None = None,
        **say: Any,
    ) -> PerformanceSheet:
        wish = SheetWish(say.get("goal", GOAL), targets)
        return performance.set_targets(**self._by(by, number, ordinal), wish=wish)

    def check(self, number: str, expected: Sequence[Reached] = REACHED, *, by: str = "田") -> PerformanceCheck:
        return performance.check_line(**self._by(by, number), expected=expected)

    def evaluate(
        self, number: str, reached: Sequence[Reached] = REACHED, *, by: str = "田", summary: str = "基本完成。"
    ) -> SelfEvaluation:
        return performance.evaluate(**self._by(by, number), reached=reached, summary=summary)

    def review(self, number: str, grade: str = "", *, by: str = "秦", **said: Any) -> SelfEvaluation:
        verdict = Verdict(confirms=bool(grade), grade=grade, **said)
        return review(**self._by(by, number), verdict=verdict)

    def found(self, number: str) -> LinePerformance:
        """Give the line as it stands."""
        found = line_performance(Budget.objects.get(number=number), self.line)
        assert found is not None
        return found

    def locked(self, year: int = YEAR) -> str:
        """Lock a budget that had its targets before."""
        number = self.budgets.begin(year)
        self.budgets.write(number, COMPLETE)
        self.set(number)
        self.budgets.submit(number)
        self.budgets.approve(number)
        return number

    def pay(self, fen: int, *, year: int = YEAR) -> None:
        """Appropriate so much of the line, and let all of it be paid on."""
        purse, fiscal = self.purse, {"source": FundSource.FISCAL.value, "line": self.line, "year": year}
        purse.appropriate(fen, **fiscal)
        payer, payee = (purse.account(body, **fiscal) for body in (ORGAN, COMMITTEE))
        wish = holding.Wish(account_id=payer.pk, payee_id=payee.pk, amount_fen=fen, purpose_ref="project:1")
        held = holding.reserve(actor=purse.actor("孙"), at=purse.now(), client_id=uuid4(), wish=wish)
        purse.pay(held, fen)

    def close(self, year: int = YEAR) -> None:
        """Settle what is left, and close the year's books, in January."""
        self.purse.at = max(self.purse.at, NEW_YEAR)
        settle(self.purse, year=year)
        close_year(actor=self.purse.actor("秦"), at=self.purse.now(), client_id=uuid4(), year=year)

    def closed(self) -> str:
        """Take a budget to the end of its year, with ¥4.50 of the line's ¥6.00 paid."""
        number = self.locked()
        self.pay(450)
        self.close()
        return number
