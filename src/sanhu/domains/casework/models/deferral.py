"""Deferrals: what a lead asked for, who decided, and the date before and after."""

from django.db import models
from django.db.models import F, Q

from sanhu.domains.casework.deferring import CAUSE_LABELS, DeferralKind, Outcome
from sanhu.domains.casework.models.matter import Matter
from sanhu.domains.casework.models.step import Step
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.models import Person


class Deferral(Witnessed):
    """A request for an extension or a suspension with its answer.

    Reasons and articles stand in the steps. `public_words` are what the public may read of the cause; whoever grants
    passes them. `due_before` and `due_after` are the last days as they were told: for a suspension the second is known
    once the matter is resumed. Another person decides than the one who asked.
    """

    privacy_default = "internal"

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="deferrals")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in DeferralKind])
    round = models.PositiveSmallIntegerField()
    amount = models.PositiveIntegerField(null=True)
    cause = models.CharField(max_length=20, blank=True, choices=list(CAUSE_LABELS.items()))
    public_words = models.CharField(max_length=60)
    outcome = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Outcome])
    asked = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    decided = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    resumed = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    due_before = models.DateField(null=True)
    due_after = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["outcome", "kind"], name="deferral_by_outcome")]
        constraints = [
            models.UniqueConstraint(
                fields=["matter"], condition=Q(outcome=Outcome.PENDING.value), name="deferral_asked_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="deferral_decided_by_another"
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.PENDING.value, decided__isnull=True, decided_by__isnull=True)
                | Q(outcome=Outcome.LAPSED.value, decided__isnull=False, decided_by__isnull=True)
                | Q(
                    outcome__in=[Outcome.GRANTED.value, Outcome.REFUSED.value],
                    decided__isnull=False,
                    decided_by__isnull=False,
                ),
                name="deferral_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind=DeferralKind.EXTENSION.value,
                    amount__isnull=False,
                    amount__gte=1,
                    cause="",
                    resumed__isnull=True,
                )
                | Q(kind=DeferralKind.SUSPENSION.value, amount__isnull=True) & ~Q(cause=""),
                name="deferral_asks_for_time_or_rest",
            ),
        ]
