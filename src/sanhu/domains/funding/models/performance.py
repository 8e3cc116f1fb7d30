"""What a budget line is meant to achieve, how that stands in the year, and what it came to (R53)."""

from django.db import models
from django.db.models import F, Q

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.funding.models.budget import Budget
from sanhu.domains.funding.performance_terms import (
    MOST_VALUE,
    EvaluationState,
    FollowUp,
    Grade,
    IndicatorKind,
    TargetDirection,
)
from sanhu.domains.funding.terms import MOST_FEN, BudgetLine
from sanhu.domains.subjects.models import Person

_VALUE = (0, MOST_VALUE)


class PerformanceSheet(Witnessed):
    """The targets of one line, as they were set at one time. The sheet with the highest ordinal holds."""

    privacy_default = "internal"

    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="sheets")
    line = models.CharField(max_length=4, choices=BudgetLine)
    ordinal = models.PositiveSmallIntegerField()
    goal = models.TextField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["budget", "line", "ordinal"], name="sheet_once_each_time")]


class PerformanceTarget(Witnessed):
    """A target of a sheet: what is measured, which side is good, from where on, and how many points it is worth.

    `value` is in thousandths of its unit; what can only be described has none.
    """

    privacy_default = "internal"

    sheet = models.ForeignKey(PerformanceSheet, on_delete=models.PROTECT, related_name="targets")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=IndicatorKind)
    name = models.CharField(max_length=60)
    unit = models.CharField(max_length=12, blank=True)
    direction = models.CharField(max_length=10, choices=TargetDirection)
    value = models.BigIntegerField(null=True)
    points = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "position"], name="target_position_once"),
            models.CheckConstraint(condition=Q(points__range=(1, 100)), name="target_worth_something"),
            models.CheckConstraint(
                condition=Q(direction=TargetDirection.DESCRIBED, value__isnull=True)
                | ~Q(direction=TargetDirection.DESCRIBED) & Q(value__range=_VALUE),
                name="target_measurable",
            ),
        ]


class PerformanceCheck(Witnessed):
    """How the targets of a sheet stood at a moment of the year, and what had been paid by then."""

    privacy_default = "internal"

    sheet = models.ForeignKey(PerformanceSheet, on_delete=models.PROTECT, related_name="checks")
    ordinal = models.PositiveSmallIntegerField()
    budgeted_fen = models.BigIntegerField()
    paid_fen = models.BigIntegerField()
    checked_at = models.DateTimeField()
    checked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "ordinal"], name="check_once_each_time")]


class PerformanceReading(Witnessed):
    """What of a target is expected by the end of the year; why it will be missed, and what is done about that."""

    privacy_default = "internal"

    check_made = models.ForeignKey(PerformanceCheck, on_delete=models.PROTECT, related_name="readings")
    target = models.ForeignKey(PerformanceTarget, on_delete=models.PROTECT, related_name="readings")
    expected = models.BigIntegerField()
    words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["check_made", "target"], name="target_read_once"),
            models.CheckConstraint(condition=Q(expected__range=_VALUE), name="reading_sound"),
        ]


class SelfEvaluation(Witnessed):
    """What a line came to, as one person evaluates it and another reviews it.

    What was budgeted and paid is read from the books, which are closed by then; `score` is in hundredths of a point,
    cut. `grade` follows from the score; `final_grade` is whoever reviewed it's. `evaluators` are who evaluated, and
    whom they stood in for.
    """

    privacy_default = "internal"

    sheet = models.ForeignKey(PerformanceSheet, on_delete=models.PROTECT, related_name="evaluations")
    ordinal = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=EvaluationState, default=EvaluationState.WAITING)
    budgeted_fen = models.BigIntegerField()
    paid_fen = models.BigIntegerField()
    score = models.PositiveSmallIntegerField()
    grade = models.CharField(max_length=9, choices=Grade)
    summary = models.TextField()
    evaluators = models.JSONField()
    evaluated_at = models.DateTimeField()
    evaluated_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    final_grade = models.CharField(max_length=9, choices=Grade, blank=True)
    reason = models.TextField(blank=True)
    follow_up = models.CharField(max_length=6, choices=FollowUp, blank=True)
    follow_words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "ordinal"], name="evaluation_once_each_time"),
            models.UniqueConstraint(
                fields=["sheet"], condition=~Q(state=EvaluationState.RETURNED), name="evaluation_one_stands"
            ),
            models.CheckConstraint(
                condition=Q(budgeted_fen__range=(1, MOST_FEN), paid_fen__range=(0, MOST_FEN)),
                name="evaluation_of_money",
            ),
            models.CheckConstraint(condition=Q(score__range=(0, 10_000)), name="evaluation_score_sound"),
            models.CheckConstraint(
                condition=Q(settled_by__isnull=True) | ~Q(settled_by=F("evaluated_by")),
                name="evaluation_reviewed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state=EvaluationState.WAITING, settled_at__isnull=True, settled_by__isnull=True)
                | ~Q(state=EvaluationState.WAITING) & Q(settled_at__isnull=False, settled_by__isnull=False),
                name="evaluation_settled_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(final_grade=Grade.POOR) | ~Q(follow_up=""), name="poor_names_what_follows"
            ),
            models.CheckConstraint(
                condition=Q(state=EvaluationState.REVIEWED) & ~Q(final_grade="")
                | ~Q(state=EvaluationState.REVIEWED) & Q(final_grade=""),
                name="evaluation_graded_when_reviewed",
            ),
        ]


class Achievement(Witnessed):
    """What was reached of a target, in thousandths of its unit, or of 100 where it is described; and the evidence."""

    privacy_default = "internal"

    evaluation = models.ForeignKey(SelfEvaluation, on_delete=models.PROTECT, related_name="achievements")
    target = models.ForeignKey(PerformanceTarget, on_delete=models.PROTECT, related_name="achievements")
    value = models.BigIntegerField()
    words = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "target"], name="target_achieved_once"),
            models.CheckConstraint(condition=Q(value__range=_VALUE), name="achievement_sound"),
        ]
