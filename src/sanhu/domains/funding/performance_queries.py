"""Reading budget performance: a line's targets, how they stood in the year, its self-evaluation, and how it scored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from sanhu.domains.funding.budget_execution import Executed, execution_of
from sanhu.domains.funding.budget_queries import held, locked_budget
from sanhu.domains.funding.models import (
    Achievement,
    Budget,
    PerformanceCheck,
    PerformanceReading,
    PerformanceSheet,
    PerformanceTarget,
    SelfEvaluation,
)
from sanhu.domains.funding.performance_rules import (
    as_target,
    is_missed,
    may_check,
    may_evaluate,
    may_review,
    may_set,
)
from sanhu.domains.funding.performance_scheme import scheme
from sanhu.domains.funding.performance_terms import THOUSAND, EvaluationState, Grade
from sanhu.domains.funding.queries import is_closed
from sanhu.domains.funding.terms import BudgetLine
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Decision
from sanhu.engines.performance import Score, Target, execution_rate, score

_Row = TypeVar("_Row", bound=Model)


@dataclass(frozen=True)
class Deviation:
    """A target that is expected to be missed, with the reason and what is done about it."""

    target: PerformanceTarget
    reading: PerformanceReading


@dataclass(frozen=True)
class LinePerformance:
    """All that is said of a line's performance; without a sheet nothing is."""

    budget: Budget
    line: BudgetLine
    executed: Executed
    is_closed: bool
    sheet: PerformanceSheet | None
    targets: Sequence[PerformanceTarget] = ()
    check: PerformanceCheck | None = None
    deviations: Sequence[Deviation] = ()
    evaluation: SelfEvaluation | None = None

    @property
    def latest(self) -> str:
        """The state of the last self-evaluation; empty without one."""
        return self.evaluation.state if self.evaluation else ""

    @property
    def result(self) -> SelfEvaluation | None:
        """The self-evaluation once it is reviewed."""
        return self.evaluation if self.latest == EvaluationState.REVIEWED else None

    @property
    def is_late(self) -> bool:
        """Whether the targets were set only after the budget had locked."""
        locked_at = self.budget.locked_at
        return bool(self.sheet and locked_at and self.sheet.set_at > locked_at)

    def may_set(self, actor: Actor) -> Decision:
        """May this person write its targets now?"""
        return may_set(held(self.budget), has_sheet=self.sheet is not None, is_closed=self.is_closed, actor=actor)

    def may_check(self, actor: Actor) -> Decision:
        """May this person say now how the targets stand?"""
        return may_check(held(self.budget), has_sheet=self.sheet is not None, is_closed=self.is_closed, actor=actor)

    def may_evaluate(self, actor: Actor) -> Decision:
        """May this person evaluate it now?"""
        return may_evaluate(
            held(self.budget),
            has_sheet=self.sheet is not None,
            is_closed=self.is_closed,
            latest=self.latest,
            has_money=self.executed.budgeted_fen > 0,
            actor=actor,
        )

    def may_review(self, actor: Actor) -> Decision:
        """May this person review its self-evaluation now?"""
        evaluators = {*self.evaluation.evaluators, self.evaluation.evaluated_by_id} if self.evaluation else ()
        return may_review(held(self.budget), state=self.latest, evaluators=evaluators, actor=actor)


def performance_of(budget: Budget) -> list[LinePerformance]:
    """Give every line that has an amount or targets, in the order of the lines, with few statements for all."""
    sheets = _newest(PerformanceSheet.objects.filter(budget=budget).select_related("set_by"), "line")
    keys = [sheet.pk for sheet in sheets.values()]
    targets: dict[int, list[PerformanceTarget]] = {key: [] for key in keys}
    for target in PerformanceTarget.objects.filter(sheet__in=keys).order_by("position"):
        targets[target.sheet_id].append(target)
    checks = _newest(PerformanceCheck.objects.filter(sheet__in=keys).select_related("checked_by"), "sheet_id")
    deviations = _deviations(checks.values())
    persons = ("evaluated_by", "settled_by")
    made = _newest(SelfEvaluation.objects.filter(sheet__in=keys).select_related(*persons), "sheet_id")
    closed = is_closed(budget.district, budget.year)
    found = []
    for executed in execution_of(budget):
        sheet = sheets.get(executed.line)
        if sheet is None and not executed.budgeted_fen:
            continue
        line, key = BudgetLine(executed.line), sheet.pk if sheet else 0
        own = tuple(targets.get(key, ()))
        check = checks.get(key)
        expected = deviations.get(check.pk, ()) if check else ()
        found.append(LinePerformance(budget, line, executed, closed, sheet, own, check, expected, made.get(key)))
    return found


def _deviations(checks: Iterable[PerformanceCheck]) -> dict[int, list[Deviation]]:
    """Give by check the targets that are expected to be missed, in their order."""
    found: dict[int, list[Deviation]] = {}
    readings = PerformanceReading.objects.filter(check_made__in=[check.pk for check in checks])
    for row in readings.select_related("target").order_by("target__position"):
        if is_missed(engine_targets([row.target])[0], row.expected):
            found.setdefault(row.check_made_id, []).append(Deviation(row.target, row))
    return found


def line_performance(budget: Budget, line: str) -> LinePerformance | None:
    """Give one line's; None of a line that has neither an amount nor targets."""
    return next((one for one in performance_of(budget) if one.line.value == line), None)


def _newest(rows: QuerySet[_Row], by: str) -> dict[Any, _Row]:
    """Give the row with the highest ordinal of each."""
    return {getattr(row, by): row for row in rows.order_by("ordinal")}


def engine_targets(targets: Sequence[PerformanceTarget]) -> list[Target]:
    """Give targets as the engine reads them."""
    return [as_target(kind=one.kind, direction=one.direction, value=one.value, points=one.points) for one in targets]


def scored(targets: Sequence[PerformanceTarget], values: Sequence[int], *, budgeted_fen: int, paid_fen: int) -> Score:
    """Score values in thousandths against targets. Raises ValueError where nothing was budgeted."""
    execution = execution_rate(paid_fen=paid_fen, budgeted_fen=budgeted_fen)
    if execution is None:
        raise ValueError("without a budget there is no rate of execution")
    actuals = [Fraction(value, THOUSAND) for value in values]
    return score(engine_targets(targets), actuals, execution=execution, scheme=scheme())


def achievements_of(evaluation: SelfEvaluation) -> dict[int, Achievement]:
    """Give what was reached, by target."""
    return {row.target_id: row for row in Achievement.objects.filter(evaluation=evaluation)}


def score_of(evaluation: SelfEvaluation, targets: Sequence[PerformanceTarget]) -> Score:
    """Score a self-evaluation anew out of what was written down. Raises KeyError where a value is missing."""
    reached = achievements_of(evaluation)
    values = [reached[target.pk].value for target in targets]
    return scored(targets, values, budgeted_fen=evaluation.budgeted_fen, paid_fen=evaluation.paid_fen)


@dataclass(frozen=True)
class PoorBefore:
    """A line that was poor the year before: what had to follow, and what it was and is given."""

    line: BudgetLine
    evaluation: SelfEvaluation
    before_fen: int
    now_fen: int

    @property
    def is_followed(self) -> bool:
        """Whether less is given, as whoever reviewed it said."""
        return self.now_fen < self.before_fen


def poor_before(budget: Budget, now: Mapping[str, int]) -> list[PoorBefore]:
    """Give the lines that were graded poor the year before, beside what this budget puts on them."""
    before = locked_budget(district=budget.district, year=budget.year - 1, body_id=budget.body_id)
    if before is None:
        return []
    return [
        PoorBefore(one.line, one.result, one.executed.budgeted_fen, now.get(one.line.value, 0))
        for one in performance_of(before)
        if one.result is not None and one.result.final_grade == Grade.POOR
    ]


def public_results(district: str) -> list[tuple[Budget, list[LinePerformance]]]:
    """Give what everybody may read: of each budget, the newest year first, the lines whose result was reviewed."""
    reviewed = SelfEvaluation.objects.filter(state=EvaluationState.REVIEWED, sheet__budget__district=district)
    budgets = Budget.objects.select_related("body").filter(pk__in=reviewed.values("sheet__budget"))
    found = [(budget, performance_of(budget)) for budget in budgets.order_by("-year", "pk")]
    return [(budget, [line for line in lines if line.result]) for budget, lines in found]
