"""Erasing what a matter tells of a person: asked for at the window, decided by somebody else, done at once."""

from django.db import models
from django.db.models import F, Q

from sanhu.domains.casework.erasure_rules import ErasureGround, ErasureScope, ErasureState
from sanhu.domains.casework.models.matter import Matter
from sanhu.domains.evidence.fields import PersonalTextField
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.models import Person, Post


class Erasure(Witnessed):
    """A request to erase and what came of it; when the period is over, the house asks and decides at one moment.

    Whoever took the request down does not decide it. Why the person asked goes with their other data.
    """

    privacy_default = "internal"

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="erasures")
    district = models.CharField(max_length=6)
    scope = models.CharField(max_length=12, choices=ErasureScope)
    ground = models.CharField(max_length=20, choices=ErasureGround)
    article = models.CharField(max_length=200)
    reason = PersonalTextField(blank=True)
    state = models.CharField(max_length=10, choices=ErasureState, default=ErasureState.ASKED)
    asked_at = models.DateTimeField()
    asked_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    decided_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    answer = PersonalTextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["district", "asked_at"], name="erasure_of_district")]
        constraints = [
            models.UniqueConstraint(fields=["matter"], condition=Q(state="asked"), name="erasure_asked_once"),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at__isnull=True) | ~Q(state="asked") & Q(decided_at__isnull=False),
                name="erasure_decided_at",
            ),
            models.CheckConstraint(
                condition=Q(asked_by__isnull=True) & Q(ground="period_over")
                | Q(asked_by__isnull=False) & ~Q(ground="period_over"),
                name="erasure_asked_by_somebody_or_the_period",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="erasure_decided_by_another",
            ),
        ]
