"""Demands on a committee (R7, R40): what an organ wants, how it was held against the list, and what came of it."""

from django.db import models
from django.db.models import Q

from sanhu.domains.admission.models.application import Application
from sanhu.domains.admission.models.task import Task
from sanhu.domains.admission.tables import DEMAND
from sanhu.domains.admission.terms import DemandChannel, Ground
from sanhu.domains.catalogue.models import Article
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.models import Organisation


class RefusalRight(Witnessed):
    """The article of a local instrument that lets a committee refuse what was not admitted (R30, B.8)."""

    privacy_default = "public"

    district = models.CharField(max_length=6)
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district"], condition=Q(ended_at=None), name="refusal_right_once")
        ]


class Demand(Witnessed):
    """One demand as a committee member took it down.

    `ground` says what it was found to be, on `ground_article`; for an admitted one `task` is the task. The three
    booleans are what came along (R8). `due_on` is the last day for the organ's answer, or for the record an emergency
    needs afterwards, with the number of working days as the rule was then.
    """

    privacy_default = "internal"

    number = models.CharField(max_length=20, unique=True)
    district = models.CharField(max_length=6)
    committee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="demands_met")
    organ = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="demands_made")
    area_code = models.CharField(max_length=12)
    channel = models.CharField(max_length=12, choices=DemandChannel)
    received_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    name = models.CharField(max_length=60)
    words = models.TextField()
    item_code = models.CharField(max_length=10, blank=True)
    minutes = models.PositiveIntegerField()
    has_power = models.BooleanField()
    has_money = models.BooleanField()
    money_fen = models.BigIntegerField(default=0)
    has_staff = models.BooleanField()
    is_emergency = models.BooleanField()
    emergency_basis = models.CharField(max_length=200, blank=True)
    ground = models.CharField(max_length=12, choices=Ground)
    ground_article = models.CharField(max_length=200)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, related_name="demands")
    is_refusal = models.BooleanField(default=False)
    answer_within = models.PositiveSmallIntegerField(null=True)
    due_on = models.DateField(null=True)
    application = models.OneToOneField(Application, on_delete=models.PROTECT, null=True, related_name="came_from")
    state = models.CharField(max_length=20)
    is_open = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["district", "recorded_at"], name="demand_of_district"),
            models.Index(fields=["is_open", "due_on"], name="demand_due"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(money_fen__gte=0), name="demand_money_sound"),
            models.CheckConstraint(
                condition=Q(ground=Ground.ADMITTED, task__isnull=False)
                | ~Q(ground=Ground.ADMITTED) & Q(task__isnull=True),
                name="demand_admitted_by_a_task",
            ),
            models.CheckConstraint(
                condition=Q(has_money=True, money_fen__gte=1) | Q(has_money=False, money_fen=0),
                name="demand_money_or_none",
            ),
        ]

    table = DEMAND

    @property
    def ref(self) -> str:
        """The demand as a typed reference."""
        return f"demand:{self.number}"
