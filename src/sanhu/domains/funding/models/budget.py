"""A budget of one fiscal year and level: its entries, why it falls or lags, and the adjustments to it once locked."""

from django.db import models
from django.db.models import Q

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.funding.budget_tables import BUDGET, LOCKED
from sanhu.domains.funding.budget_terms import AdjustmentState, BudgetLevel, SpendingNature
from sanhu.domains.funding.models.plan import DevelopmentPlan
from sanhu.domains.funding.terms import MOST_FEN, BudgetLine
from sanhu.domains.subjects.models import Organisation, Person


class Budget(Witnessed):
    """What a district, or one subdistrict office, means to spend in a fiscal year (R56).

    There is one for each year and level. Without a `body` it is the district's own. `authors` are the persons who had
    a hand in it, and those they stood in for: none of them approves it. What it comes to is derived from its entries
    and its approved adjustments, and stored nowhere.
    """

    privacy_default = "internal"

    district = models.CharField(max_length=6)
    number = models.CharField(max_length=20, unique=True)
    year = models.PositiveSmallIntegerField()
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="budgets")
    plan = models.ForeignKey(DevelopmentPlan, on_delete=models.PROTECT, null=True, related_name="budgets")
    state = models.CharField(max_length=12, default=BUDGET.initial)
    revision = models.PositiveIntegerField(default=1)
    authors = models.JSONField(default=list)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    locked_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "year", "body"], condition=Q(body__isnull=False), name="budget_once_a_body"
            ),
            models.UniqueConstraint(
                fields=["district", "year"], condition=Q(body__isnull=True), name="district_budget_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.code for state in BUDGET.states]), name="budget_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=LOCKED, locked_at__isnull=False, approved_by__isnull=False)
                | ~Q(state=LOCKED) & Q(locked_at__isnull=True, approved_by__isnull=True),
                name="budget_locked_by_somebody",
            ),
        ]

    table = BUDGET

    @property
    def ref(self) -> str:
        """The budget as a typed reference."""
        return f"budget:{self.number}"

    @property
    def level(self) -> BudgetLevel:
        """For whom it is."""
        return BudgetLevel.DISTRICT if self.body_id is None else BudgetLevel.SUBDISTRICT_OFFICE

    @property
    def is_locked(self) -> bool:
        """Whether it is approved, and changes by adjustments alone."""
        return self.state == LOCKED


class BudgetEntry(Witnessed):
    """What a draft puts on a line for a nature of spending. One that was emptied stays with nothing on it."""

    privacy_default = "internal"

    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="entries")
    line = models.CharField(max_length=4, choices=BudgetLine)
    nature = models.CharField(max_length=16, choices=SpendingNature)
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["budget", "line", "nature"], name="budget_entry_once"),
            models.CheckConstraint(condition=Q(amount_fen__range=(0, MOST_FEN)), name="budget_entry_sound"),
        ]


class BudgetExplanation(Witnessed):
    """Why a line, or without one the whole budget, falls or grows less than the reference rate (R51, R57)."""

    privacy_default = "internal"

    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="explanations")
    line = models.CharField(max_length=4, blank=True)
    words = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["budget", "line"], name="budget_explanation_once")]


class BudgetAdjustment(Witnessed):
    """A change of a locked budget by recorded procedure: asked for by one person, decided on by another.

    `askers` are who asked for it, and whom they stood in for.
    """

    privacy_default = "internal"

    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="adjustments")
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=AdjustmentState, default=AdjustmentState.ASKED)
    document_number = models.CharField(max_length=60)
    reason = models.TextField()
    askers = models.JSONField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    answer = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["budget", "position"], name="adjustment_position_once"),
            # One at a time: whoever approves it sees what the budget comes to with it.
            models.UniqueConstraint(
                fields=["budget"], condition=Q(state=AdjustmentState.ASKED), name="adjustment_one_waits"
            ),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(document_number=""), name="adjustment_has_papers"),
            models.CheckConstraint(
                condition=Q(settled_by__isnull=True) | ~Q(settled_by=models.F("asked_by")),
                name="adjustment_settled_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state=AdjustmentState.ASKED, settled_at__isnull=True, settled_by__isnull=True)
                | Q(state__in=[AdjustmentState.APPROVED, AdjustmentState.REJECTED])
                & Q(settled_at__isnull=False, settled_by__isnull=False),
                name="adjustment_settled_by_somebody",
            ),
        ]

    @property
    def number(self) -> str:
        """The adjustment's number: the budget's with its place among the adjustments."""
        return f"{self.budget.number}-{self.position:02}"


class AdjustmentLine(Witnessed):
    """What an adjustment adds to a line for a nature of spending, or takes away."""

    privacy_default = "internal"

    adjustment = models.ForeignKey(BudgetAdjustment, on_delete=models.PROTECT, related_name="lines")
    line = models.CharField(max_length=4, choices=BudgetLine)
    nature = models.CharField(max_length=16, choices=SpendingNature)
    change_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["adjustment", "line", "nature"], name="adjustment_line_once"),
            models.CheckConstraint(
                condition=~Q(change_fen=0) & Q(change_fen__range=(-MOST_FEN, MOST_FEN)), name="adjustment_line_sound"
            ),
        ]
