"""What was done at the gate: one kind of step for applications, tasks and demands."""

from django.db import models
from django.db.models import Q

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.models import Organisation, Person, Post


class GateStep(Witnessed):
    """One move of an application, a task or a demand: who, when, from where to where, why, and on what article."""

    privacy_default = "internal"

    subject_ref = models.CharField(max_length=40)
    ordinal = models.PositiveIntegerField()
    move = models.CharField(max_length=30)
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20)
    at = models.DateTimeField()
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    reason = models.TextField(blank=True)
    article = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_ref", "ordinal"], name="gate_step_once"),
            models.CheckConstraint(
                condition=Q(ordinal=1, from_state="") | Q(ordinal__gt=1) & ~Q(from_state=""),
                name="gate_step_first_begins",
            ),
        ]
