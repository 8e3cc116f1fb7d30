"""What budgets are held against: medium- and long-term plans (R54) and reference rates of growth (R57)."""

from django.db import models
from django.db.models import F, Q

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.funding.budget_terms import MOST_RATE_BP, MOST_REASON
from sanhu.domains.funding.terms import MOST_FEN, BudgetLine
from sanhu.domains.subjects.models import Person


class DevelopmentPlan(Witnessed):
    """A district's medium- or long-term plan for social undertakings, for its first to its last year."""

    privacy_default = "public"

    district = models.CharField(max_length=6)
    title = models.CharField(max_length=100)
    document_number = models.CharField(max_length=60)
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "document_number"], name="plan_number_once"),
            models.CheckConstraint(condition=Q(last_year__gte=F("first_year")), name="plan_ends_after_it_begins"),
        ]

    @property
    def ref(self) -> str:
        """The plan as a typed reference."""
        return f"development_plan:{self.pk}"

    def covers(self, year: int) -> bool:
        """Tell whether the plan is for a year."""
        return self.first_year <= year <= self.last_year


class PlanTarget(Witnessed):
    """What a plan means a line to be in a year; one that a correction struck out stays with nothing on it."""

    privacy_default = "public"

    plan = models.ForeignKey(DevelopmentPlan, on_delete=models.PROTECT, related_name="targets")
    year = models.PositiveSmallIntegerField()
    line = models.CharField(max_length=4, choices=BudgetLine)
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "year", "line"], name="plan_target_once"),
            models.CheckConstraint(condition=Q(amount_fen__range=(0, MOST_FEN)), name="plan_target_sound"),
        ]


class PlanCorrection(Witnessed):
    """A mistake in what was recorded of a plan, put right: why, and how it stood `before`.

    `before` has the title, the years, and the targets as fen by "year/line".
    """

    privacy_default = "public"

    plan = models.ForeignKey(DevelopmentPlan, on_delete=models.PROTECT, related_name="corrections")
    position = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=MOST_REASON)
    before = models.JSONField()
    corrected_at = models.DateTimeField()
    corrected_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="plan_corrected_once_each"),
            models.CheckConstraint(condition=~Q(reason=""), name="plan_corrected_for_a_reason"),
        ]


class ReferenceRate(Witnessed):
    """By how much budgets of a year should grow at least, as somebody recorded it with its source.

    What was recorded last holds; what was said before stays, so that an old decision reads as it was made.
    """

    privacy_default = "public"

    district = models.CharField(max_length=6)
    year = models.PositiveSmallIntegerField()
    rate_bp = models.IntegerField()
    name = models.CharField(max_length=100)
    source = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["district", "year", "recorded_at"], name="reference_rate_of")]
        constraints = [
            models.CheckConstraint(
                condition=Q(rate_bp__range=(-MOST_RATE_BP, MOST_RATE_BP)), name="reference_rate_sound"
            )
        ]

    @property
    def ref(self) -> str:
        """The rate as a typed reference."""
        return f"reference_rate:{self.pk}"
