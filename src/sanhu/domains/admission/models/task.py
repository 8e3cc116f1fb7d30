"""What was admitted: the task of one committee, the power it was given, and the money that falls due."""

from django.db import models
from django.db.models import F, Q

from sanhu.domains.admission.models.application import Application
from sanhu.domains.admission.tables import TASK
from sanhu.domains.admission.terms import GrantKind
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.funding.models import Reservation, Voucher
from sanhu.domains.funding.terms import MOST_FEN
from sanhu.domains.subjects.models import Organisation


class PowerGrant(Witnessed):
    """The power to act (权): given by whom to whom, for what, from when to when, on what article.

    `valid_to` is its last day; taking a power back before that brings the day forward and keeps who did it and why.
    `told_at` is when the organ was told that it ends before its task does. A power that is given anew afterwards
    `follows` the one that ended.
    """

    privacy_default = "public"

    district = models.CharField(max_length=6)
    kind = models.CharField(max_length=12, choices=GrantKind)
    giver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="powers_given", db_index=False)
    holder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="powers_held")
    scope = models.CharField(max_length=200)
    document_number = models.CharField(max_length=60, blank=True)
    article = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField()
    granted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)
    told_at = models.DateTimeField(null=True)
    follows = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="followed_by")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=GrantKind.STATUTORY) | ~Q(document_number=""), name="grant_has_its_document"
            ),
            models.CheckConstraint(condition=~Q(article=""), name="grant_rests_on_an_article"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason=""),
                name="grant_withdrawn_for_a_reason",
            ),
        ]


class Task(Witnessed):
    """An admitted task (协助任务) of one committee. It has its power and its money from its first moment on.

    `minutes` and `amount_fen` are for the whole period. A task that changes its bearer ends and keeps the minutes that
    were used; another one follows it with what remained, which is no money where everything was paid.
    """

    privacy_default = "public"

    number = models.CharField(max_length=20, unique=True)
    district = models.CharField(max_length=6)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="tasks")
    committee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="tasks")
    area_code = models.CharField(max_length=12)
    starts_on = models.DateField()
    ends_on = models.DateField()
    minutes = models.PositiveIntegerField()
    amount_fen = models.BigIntegerField()
    is_statutory = models.BooleanField()
    grant = models.ForeignKey(PowerGrant, on_delete=models.PROTECT, related_name="tasks")
    reservation = models.OneToOneField(Reservation, on_delete=models.PROTECT, related_name="task")
    succeeds = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="succeeded_by")
    state = models.CharField(max_length=20)
    is_open = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=0)
    suspended_for = models.CharField(max_length=8, blank=True, choices=[("payment", "payment"), ("power", "power")])
    in_force_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["district", "area_code", "is_open"], name="task_of_area"),
            models.Index(fields=["is_open", "ends_on"], name="task_ending"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="task_ends_after_start"),
            models.CheckConstraint(
                condition=Q(amount_fen__range=(1, MOST_FEN)) | Q(amount_fen=0, succeeds__isnull=False),
                name="task_has_money",
            ),
            models.CheckConstraint(
                condition=Q(is_open=True, ended_at=None) | Q(is_open=False, ended_at__isnull=False),
                name="task_open_until_ended",
            ),
            models.CheckConstraint(
                condition=Q(state="suspended") & ~Q(suspended_for="") | ~Q(state="suspended") & Q(suspended_for=""),
                name="task_suspended_for_a_cause",
            ),
        ]

    table = TASK

    @property
    def ref(self) -> str:
        """The task as a typed reference."""
        return f"task:{self.number}"


class Instalment(Witnessed):
    """A part of a task's money and the last day on which it is paid in time.

    `voucher` is the payment that was asked for; a reversed or rejected one leaves the instalment unpaid again.
    `overdue_at` is when it was noted that the day had passed.
    """

    privacy_default = "public"

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="instalments")
    ordinal = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    amount_fen = models.BigIntegerField()
    voucher = models.OneToOneField(Voucher, on_delete=models.PROTECT, null=True, related_name="instalment")
    cancelled_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due_on"], name="instalment_due")]
        constraints = [
            models.UniqueConstraint(fields=["task", "ordinal"], name="instalment_once"),
            models.CheckConstraint(condition=Q(amount_fen__range=(1, MOST_FEN)), name="instalment_of_something"),
        ]
