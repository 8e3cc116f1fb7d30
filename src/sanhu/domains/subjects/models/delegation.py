"""Delegations (代办): somebody acts in another's post while that person is away."""

from django.db import models
from django.db.models import F, Q

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.models.person import Person
from sanhu.domains.subjects.models.post import Post


class Delegation(Witnessed):
    """A post's powers, all or some, lent to a deputy from `starts_on` to `ends_on`, both included.

    What the deputy does is done in the post and by the deputy: neither of the two may then approve it. `ended_at` is
    when it was taken back before its last day.
    """

    privacy_default = "internal"

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="delegations")
    deputy = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="deputises")
    permissions = models.JSONField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=200)
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="delegation_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="delegation_ended_by_somebody",
            ),
        ]

    @property
    def ref(self) -> str:
        """The delegation as a typed reference."""
        return f"delegation:{self.pk}"
