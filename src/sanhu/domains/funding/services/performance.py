"""Performance of a budget's lines: targets are set with the budget, watched in the year, and evaluated after it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.requests import StaleForm
from sanhu.domains.funding.models import (
    Achievement,
    Budget,
    PerformanceCheck,
    PerformanceReading,
    PerformanceSheet,
    PerformanceTarget,
    SelfEvaluation,
)
from sanhu.domains.funding.performance_queries import LinePerformance, engine_targets, line_performance, scored
from sanhu.domains.funding.performance_rules import (
    Reached,
    Wished,
    check_expected,
    check_reached,
    check_sheet,
)
from sanhu.domains.funding.performance_scheme import scheme
from sanhu.domains.funding.performance_terms import PerformanceEvent
from sanhu.domains.funding.services import budget_door as door
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.subjects.services.doors import require
from sanhu.engines.actors import Actor
from sanhu.engines.performance import grade, in_hundredths


@dataclass(frozen=True)
class LineRef:
    """A line of a budget; `ordinal` is of the sheet its form was opened on, 0 without one."""

    number: str
    line: str
    ordinal: int | None = None


@dataclass(frozen=True)
class SheetWish:
    """What a line is for, and its targets in their order."""

    goal: str
    targets: Sequence[Wished]


def set_targets(*, actor: Actor, at: datetime, client_id: UUID, of: LineRef, wish: SheetWish) -> PerformanceSheet:
    """Set a line's targets anew, whole and once. Raises FundingNotFound, StaleForm, and Refused naming every fault."""
    asked = {"set_targets": asdict(of), "goal": wish.goal, "targets": [asdict(one) for one in wish.targets]}
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)

    @transaction.atomic
    def write() -> str:
        budget, found = locked_line(actor, of)
        require(found.may_set(actor))
        require(check_sheet(wish.goal, wish.targets))
        moment = max(at, budget.locked_at or at, found.sheet.set_at if found.sheet else at)
        sheet = PerformanceSheet.objects.create(
            budget=budget,
            line=of.line,
            ordinal=_next(found.sheet),
            goal=wish.goal.strip(),
            set_at=moment,
            set_by_id=person_of(actor),
        )
        rows = [
            PerformanceTarget.objects.create(
                sheet=sheet,
                position=position,
                kind=one.kind,
                name=one.name.strip(),
                unit=one.unit.strip(),
                direction=one.direction,
                value=one.value,
                points=one.points,
            )
            for position, one in enumerate(wish.targets, start=1)
        ]
        enter(PerformanceEvent.TARGETS_SET, budget, [sheet, *rows], line=of.line, actor=actor, at=moment)
        return once.remember(str(sheet.pk))

    return PerformanceSheet.objects.get(pk=int(once.answer(write)))


def check_line(
    *, actor: Actor, at: datetime, client_id: UUID, of: LineRef, expected: Sequence[Reached]
) -> PerformanceCheck:
    """Say in the year what is expected of each target by its end; what will be missed is explained.

    Raises as `set_targets`.
    """
    asked = {"check_line": asdict(of), "expected": [asdict(one) for one in expected]}
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)

    @transaction.atomic
    def write() -> str:
        budget, found = locked_line(actor, of)
        require(found.may_check(actor))
        require(check_expected(engine_targets(found.targets), expected))
        assert found.sheet is not None, "decided on above"
        moment = max(at, found.sheet.set_at)
        made = PerformanceCheck.objects.create(
            sheet=found.sheet,
            ordinal=_next(found.check),
            budgeted_fen=found.executed.budgeted_fen,
            paid_fen=found.executed.paid_fen,
            checked_at=moment,
            checked_by_id=person_of(actor),
        )
        rows = [
            PerformanceReading.objects.create(
                check_made=made, target=target, expected=one.value, words=one.words.strip()
            )
            for target, one in zip(found.targets, expected, strict=True)
        ]
        enter(PerformanceEvent.CHECKED, budget, [made, *rows], line=of.line, actor=actor, at=moment)
        return once.remember(str(made.pk))

    return PerformanceCheck.objects.get(pk=int(once.answer(write)))


def evaluate(
    *, actor: Actor, at: datetime, client_id: UUID, of: LineRef, reached: Sequence[Reached], summary: str
) -> SelfEvaluation:
    """Evaluate a line once its year is closed: the rate of execution is read from the books, never said.

    Raises as `set_targets`.
    """
    asked = {"evaluate": asdict(of), "reached": [asdict(one) for one in reached], "summary": summary}
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)

    @transaction.atomic
    def write() -> str:
        budget, found = locked_line(actor, of)
        require(found.may_evaluate(actor))
        require(check_reached(engine_targets(found.targets), reached, summary=summary))
        evaluation = _write(found, reached, summary, actor=actor, at=at)
        rows = [
            Achievement.objects.create(evaluation=evaluation, target=target, value=one.value, words=one.words.strip())
            for target, one in zip(found.targets, reached, strict=True)
        ]
        facts = {"score": evaluation.score, "grade": evaluation.grade}
        moment = evaluation.evaluated_at
        rows_of_it = [evaluation, *rows]
        enter(PerformanceEvent.EVALUATED, budget, rows_of_it, line=of.line, actor=actor, at=moment, **facts)
        return once.remember(str(evaluation.pk))

    return SelfEvaluation.objects.get(pk=int(once.answer(write)))


def _write(
    found: LinePerformance, reached: Sequence[Reached], summary: str, *, actor: Actor, at: datetime
) -> SelfEvaluation:
    assert found.sheet is not None, "decided on before"
    money = {"budgeted_fen": found.executed.budgeted_fen, "paid_fen": found.executed.paid_fen}
    total = scored(found.targets, [one.value for one in reached], **money).total
    return SelfEvaluation.objects.create(
        sheet=found.sheet,
        ordinal=_next(found.evaluation),
        **money,
        score=in_hundredths(total),
        grade=grade(total, scheme()),
        summary=summary.strip(),
        evaluators=sorted(actor.persons),
        evaluated_at=max(at, found.sheet.set_at),
        evaluated_by_id=person_of(actor),
    )


def locked_line(actor: Actor, of: LineRef) -> tuple[Budget, LinePerformance]:
    """Give a line with its budget locked. Raises FundingNotFound, and StaleForm where its targets changed meanwhile."""
    budget = door.locked(actor, of.number)
    found = line_performance(budget, of.line)
    if found is None:
        raise FundingNotFound(of.number, of.line)
    if of.ordinal is not None and of.ordinal != (found.sheet.ordinal if found.sheet else 0):
        raise StaleForm
    return budget, found


def person_of(actor: Actor) -> int:
    """Give the person behind an actor whom the rules let write."""
    assert actor.person_id is not None, "a person in a post"
    return actor.person_id


def _next(last: PerformanceSheet | PerformanceCheck | SelfEvaluation | None) -> int:
    return last.ordinal + 1 if last else 1


def enter(
    event: PerformanceEvent,
    budget: Budget,
    rows: Sequence[Witnessed],
    *,
    line: str,
    actor: Actor,
    at: datetime,
    **facts: object,
) -> None:
    """Write the entry that vouches for what was saved of a line."""
    door.enter(event, budget, rows, actor=actor, at=at, facts={"line": line, **facts})
