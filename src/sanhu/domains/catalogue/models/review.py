"""Reviews of items: what somebody found about an item after a time, and what is to become of it (R1)."""

from django.db import models
from django.db.models import F, Q

from sanhu.domains.catalogue.models.version import CatalogueVersion
from sanhu.domains.catalogue.terms import ReviewOutcome
from sanhu.domains.evidence.models import Witnessed


class ItemReview(Witnessed):
    """One review of the item of that code: of the days from `since` up to the day before `on`.

    What happened in those days is read from the matters and not kept here. `version` is what was in force.
    """

    privacy_default = "public"

    version = models.ForeignKey(CatalogueVersion, on_delete=models.PROTECT, related_name="reviews")
    district = models.CharField(max_length=6)
    code = models.CharField(max_length=10)
    since = models.DateField()
    on = models.DateField()
    outcome = models.CharField(max_length=10, choices=ReviewOutcome)
    words = models.CharField(max_length=500)
    reviewed_at = models.DateTimeField()
    reviewed_by_post_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["district", "code", "on"]
        constraints = [
            models.UniqueConstraint(fields=["district", "code", "on"], name="item_reviewed_once_a_day"),
            models.CheckConstraint(condition=Q(outcome__in=ReviewOutcome.values), name="item_review_outcome_known"),
            models.CheckConstraint(condition=~Q(words=""), name="item_review_says_why"),
            models.CheckConstraint(condition=Q(since__lte=F("on")), name="item_review_of_days_past"),
        ]
