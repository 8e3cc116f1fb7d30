"""Lottery projects: what was approved, on what it may be spent, and the yearly notice of whoever spends it."""

from django.db import models
from django.db.models import F, Q

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.funding.lottery_terms import MOST_DOCUMENT, LotteryField, LotteryOrgan
from sanhu.domains.funding.models.earmark import Earmark
from sanhu.domains.funding.spending_terms import ExpenseKind
from sanhu.domains.funding.terms import MOST_FEN
from sanhu.domains.subjects.models import Organisation, Person


class LotteryProject(Witnessed):
    """What makes an earmark a project of the lottery's public-welfare fund: its approval, its field and its days."""

    privacy_default = "public"

    earmark = models.OneToOneField(Earmark, on_delete=models.PROTECT, related_name="lottery_project")
    organ = models.CharField(max_length=16, choices=LotteryOrgan)
    document_number = models.CharField(max_length=MOST_DOCUMENT)
    approved_on = models.DateField()
    field = models.CharField(max_length=12, choices=LotteryField)
    first_on = models.DateField()
    last_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="project_ends_after_it_begins")
        ]


class PlannedExpense(Witnessed):
    """How much of a project may go on one kind of expense."""

    privacy_default = "public"

    project = models.ForeignKey(LotteryProject, on_delete=models.PROTECT, related_name="plan")
    expense = models.CharField(max_length=16, choices=ExpenseKind)
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "expense"], name="planned_expense_once"),
            models.CheckConstraint(condition=Q(amount_fen__range=(1, MOST_FEN)), name="planned_expense_sound"),
        ]


class LotteryNotice(Witnessed):
    """What a body announced of its lottery projects in a year: the figures as the ledger had them, and what was done.

    `figures` holds one object for each project: its number, purpose and field, what came in, what was spent by kind and
    what was left. It is announced anew, with the next `ordinal`, where either changed since.
    """

    privacy_default = "public"

    district = models.CharField(max_length=6)
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="lottery_notices")
    year = models.PositiveSmallIntegerField()
    ordinal = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    due_on = models.DateField()
    figures = models.JSONField()
    words = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["district", "year"], name="lottery_notice_of")]
        constraints = [
            models.UniqueConstraint(fields=["body", "year", "ordinal"], name="lottery_notice_once_each_time"),
            models.CheckConstraint(condition=Q(ordinal__gte=1) & ~Q(words=""), name="lottery_notice_says_something"),
        ]

    @property
    def ref(self) -> str:
        """The notice as a typed reference."""
        return f"lottery_notice:{self.pk}"
