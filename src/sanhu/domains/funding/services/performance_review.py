"""Reviewing a self-evaluation: another person confirms it, changes its grade with a reason, or gives it back."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import transaction

from sanhu.domains.evidence.once import Once
from sanhu.domains.funding.models import SelfEvaluation
from sanhu.domains.funding.performance_rules import Verdict, check_lengths, check_verdict
from sanhu.domains.funding.performance_terms import EvaluationState, PerformanceEvent
from sanhu.domains.funding.services.performance import LineRef, enter, locked_line
from sanhu.domains.subjects.services.doors import require
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import all_of


def review(*, actor: Actor, at: datetime, client_id: UUID, of: LineRef, verdict: Verdict) -> SelfEvaluation:
    """Review the self-evaluation of a line that waits, once. What was reviewed stays (X-18).

    Raises FundingNotFound, and Refused for who evaluated it, whatever post they act through, for a changed grade
    without a reason, and for a poor one without what follows.
    """
    once = Once(client_id=client_id, actor=actor, asked={"review": asdict(of), **asdict(verdict)}, at=at)

    @transaction.atomic
    def write() -> str:
        budget, found = locked_line(actor, of)
        require(found.may_review(actor))
        evaluation = found.evaluation
        assert evaluation is not None, "decided on above"
        require(all_of(check_verdict(verdict, computed=evaluation.grade), check_lengths(verdict)))
        _settle(evaluation, verdict, actor=actor, at=max(at, evaluation.evaluated_at))
        event = PerformanceEvent.REVIEWED if verdict.confirms else PerformanceEvent.RETURNED
        facts = {"score": evaluation.score, "grade": evaluation.final_grade, "follow_up": evaluation.follow_up}
        assert evaluation.settled_at is not None, "settled above"
        enter(event, budget, [evaluation], line=of.line, actor=actor, at=evaluation.settled_at, **facts)
        return once.remember(str(evaluation.pk))

    return SelfEvaluation.objects.get(pk=int(once.answer(write)))


def _settle(evaluation: SelfEvaluation, verdict: Verdict, *, actor: Actor, at: datetime) -> None:
    evaluation.settled_at, evaluation.settled_by_id = at, actor.person_id
    evaluation.reason = verdict.reason.strip()
    if verdict.confirms:
        evaluation.state, evaluation.final_grade = EvaluationState.REVIEWED, verdict.grade
        evaluation.follow_up, evaluation.follow_words = verdict.follow_up, verdict.follow_words.strip()
    else:
        evaluation.state = EvaluationState.RETURNED
    evaluation.save()
