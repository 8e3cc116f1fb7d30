"""What was done on a matter."""

from django.db import models
from django.db.models import Q

from sanhu.domains.casework.models.matter import Matter
from sanhu.domains.evidence.fields import PersonalTextField
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.models import Organisation, Person, Post


class Step(Witnessed):
    """One move of a matter: who, when, from where to where, why, and on what article."""

    privacy_default = "internal"

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="steps", db_index=False)
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
    reason = PersonalTextField(blank=True)
    article = models.CharField(max_length=200, blank=True)
    reply = PersonalTextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "ordinal"], name="step_ordinal_once"),
            models.CheckConstraint(
                condition=Q(ordinal=1, move="register", from_state="")
                | Q(ordinal__gt=1) & ~Q(move="register") & ~Q(from_state=""),
                name="step_first_registers",
            ),
        ]
