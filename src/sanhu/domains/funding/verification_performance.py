"""What is re-proved of budget performance: scores follow from targets and books, and two persons made each result."""

from collections.abc import Iterator
from functools import cache

from django.db.models import QuerySet

from sanhu.domains.evidence.findings import Check, Finding
from sanhu.domains.funding.budget_execution import execution_of
from sanhu.domains.funding.models import Budget, PerformanceSheet, PerformanceTarget, SelfEvaluation
from sanhu.domains.funding.performance_queries import engine_targets, score_of
from sanhu.domains.funding.performance_scheme import scheme
from sanhu.domains.funding.performance_terms import EvaluationState, Grade
from sanhu.engines.performance import grade, in_hundredths, missing_points


def targets_have_their_points() -> Iterator[Finding]:
    """The targets of every sheet have the points the method gives."""
    for sheet in PerformanceSheet.objects.order_by("pk"):
        if missing_points(engine_targets(_targets(sheet)), scheme()):
            detail = f"{_named(sheet)}: the targets' points are not those of their dimensions"
            yield Finding(kind="performance_points_wrong", ref=sheet.row_ref, detail=detail)


def targets_locked_with_their_budget() -> Iterator[Finding]:
    """After a budget locked, no line that had targets got others."""
    for sheet in PerformanceSheet.objects.filter(ordinal__gt=1, budget__locked_at__isnull=False).order_by("pk"):
        locked_at = sheet.budget.locked_at
        if locked_at and sheet.set_at > locked_at:
            detail = f"{_named(sheet)}: other targets were set after the budget had locked"
            yield Finding(kind="performance_targets_changed", ref=sheet.row_ref, detail=detail)


def scores_follow_from_targets_and_values() -> Iterator[Finding]:
    """Score every self-evaluation anew: the score and the grade are what its targets, values and money come to."""
    for row in _evaluations():
        try:
            total = score_of(row, _targets(row.sheet)).total
        except (KeyError, ValueError) as fault:
            yield Finding(kind="performance_score_wrong", ref=row.row_ref, detail=f"{_named(row.sheet)}: {fault}")
            continue
        should = in_hundredths(total), grade(total, scheme())
        if (row.score, row.grade) != should:
            detail = f"{_named(row.sheet)}: stored {row.score} {row.grade}, scored anew {should[0]} {should[1]}"
            yield Finding(kind="performance_score_wrong", ref=row.row_ref, detail=detail)


def execution_is_what_the_books_say() -> Iterator[Finding]:
    """What a self-evaluation says was budgeted and paid of its line is what the budget and the ledger say."""

    @cache
    def books(key: int) -> dict[str, tuple[int, int]]:
        budget = Budget.objects.get(pk=key)
        return {one.line: (one.budgeted_fen, one.paid_fen) for one in execution_of(budget)}

    for row in _evaluations():
        if (row.budgeted_fen, row.paid_fen) != books(row.sheet.budget_id)[row.sheet.line]:
            detail = f"{_named(row.sheet)}: budgeted and paid are not what the books say"
            yield Finding(kind="performance_execution_wrong", ref=row.row_ref, detail=detail)


def another_person_reviewed() -> Iterator[Finding]:
    """Whoever reviewed a self-evaluation had no hand in it, and said what follows a poor grade."""
    settled = _evaluations().exclude(state=EvaluationState.WAITING)
    for row in settled:
        if row.settled_by_id in {*row.evaluators, row.evaluated_by_id}:
            detail = f"{_named(row.sheet)} was reviewed by whoever evaluated it"
            yield Finding(kind="performance_self_reviewed", ref=row.row_ref, detail=detail)
        if (row.final_grade == Grade.POOR) is not bool(row.follow_up):
            detail = f"{_named(row.sheet)}: a poor grade, and no other, names what follows"
            yield Finding(kind="performance_without_consequence", ref=row.row_ref, detail=detail)


def _evaluations() -> QuerySet[SelfEvaluation]:
    return SelfEvaluation.objects.select_related("sheet__budget").order_by("pk")


def _targets(sheet: PerformanceSheet) -> list[PerformanceTarget]:
    return list(PerformanceTarget.objects.filter(sheet=sheet).order_by("position"))


def _named(sheet: PerformanceSheet) -> str:
    return f"{sheet.budget.number} {sheet.line}"


PERFORMANCE_CHECKS: tuple[Check, ...] = (
    targets_have_their_points,
    targets_locked_with_their_budget,
    scores_follow_from_targets_and_values,
    execution_is_what_the_books_say,
    another_person_reviewed,
)
