"""Clocks: a rule, a list of facts, and what follows from them."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from sanhu.domains.casework.models.matter import Matter
from sanhu.domains.evidence.models import Witnessed
from sanhu.engines.deadlines import Deadline, Fact, FactKind, Roll, Rule, Unit, compute, next_check, state_at
from sanhu.engines.workdays import WorkCalendar


class ClockPurpose(models.TextChoices):
    """What has to happen before the clock runs out."""

    ACCEPTANCE = "acceptance", pgettext_lazy("clock", "受理")
    SIGNING = "signing", pgettext_lazy("clock", "签收")
    HANDLING = "handling", pgettext_lazy("clock", "办结")
    REVIEW = "review", pgettext_lazy("clock", "挂账查看")
    SUPERVISION = "supervision", pgettext_lazy("clock", "督办答复")


# The clocks that are the reporter's concern; a matter's own due date follows them.
REPORTERS_CLOCKS = frozenset({ClockPurpose.ACCEPTANCE, ClockPurpose.HANDLING})


class Clock(Witnessed):
    """One running or answered clock of a matter.

    The rule is copied here as it was when the clock started, with the catalogue version it came from, so that a later
    change of law never rewrites it. `due_at` and what follows are derived by `recompute` and stored for queries;
    `computed_at` says with which calendar: the one known at that moment. While the clock runs, `next_check_at` is the
    moment its state next changes by itself.
    """

    privacy_default = "internal"

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="clocks")
    purpose = models.CharField(max_length=12, choices=ClockPurpose)
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=14)
    roll = models.CharField(max_length=14)
    kind = models.CharField(max_length=12)
    citation = models.CharField(max_length=200)
    rule_version = models.PositiveIntegerField(null=True)
    facts = models.JSONField()
    is_open = models.BooleanField(default=True)
    state = models.CharField(max_length=20)
    due_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    computed_at = models.DateTimeField()
    next_check_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_check_at"], name="clock_to_check", condition=Q(next_check_at__isnull=False))
        ]
        constraints = [
            models.UniqueConstraint(fields=["matter", "purpose"], condition=Q(is_open=True), name="clock_runs_once"),
            models.CheckConstraint(
                condition=Q(is_open=True) | Q(next_check_at__isnull=True), name="clock_answered_is_at_rest"
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True, due_on__isnull=True) | Q(due_at__isnull=False, due_on__isnull=False),
                name="clock_due_day_and_instant",
            ),
        ]

    @property
    def rule(self) -> Rule:
        """The rule as the engine reads it."""
        return Rule(amount=self.amount, unit=Unit(self.unit), roll=Roll(self.roll))

    @property
    def fact_list(self) -> list[Fact]:
        """The facts as the engine reads them."""
        return [
            Fact(kind=FactKind(fact["kind"]), at=datetime.fromisoformat(fact["at"]), amount=fact.get("amount", 0))
            for fact in self.facts
        ]

    def deadline(self, calendar: WorkCalendar) -> Deadline:
        """Derive the deadline from rule, facts and calendar."""
        return compute(self.rule, self.fact_list, calendar)

    def add_fact(self, kind: FactKind, *, at: datetime, amount: int = 0) -> None:
        """Append a fact; an extension has an amount. What follows from it is derived by `recompute`."""
        said = {"kind": kind.value, "at": at.isoformat()}
        self.facts = [*self.facts, {**said, "amount": amount} if amount else said]
        self.is_open = kind is not FactKind.ANSWERED

    def recompute(self, calendar: WorkCalendar, *, at: datetime) -> None:
        """Derive due date, state and the next moment to look again, with the calendar known at `at`."""
        deadline = self.deadline(calendar)
        self.due_at, self.due_on, self.computed_at = deadline.due_at, deadline.due_on, at
        self._judge(deadline, at=at)

    def turn(self, calendar: WorkCalendar, *, at: datetime) -> None:
        """Enter the state that time has brought. With the calendar the clock was computed with, no date moves."""
        self._judge(self.deadline(calendar), at=at)

    def _judge(self, deadline: Deadline, *, at: datetime) -> None:
        self.state = state_at(deadline, at).value
        self.next_check_at = next_check(deadline, at) if self.is_open else None
