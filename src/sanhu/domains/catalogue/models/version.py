"""A version of a district's catalogue (R32)."""

from django.db import models
from django.db.models import Q

from sanhu.domains.catalogue.models.instrument import Instrument
from sanhu.domains.evidence.models import Witnessed


class CatalogueVersion(Witnessed):
    """One complete copy of the catalogue. It never changes: a change is the next version, with reason and approver.

    `findings` lists what of the loaded file did not fit; later versions carry the list on.
    """

    privacy_default = "public"

    district = models.CharField(max_length=6)
    number = models.PositiveIntegerField()
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, null=True, related_name="versions")
    reason = models.TextField()
    approved_by_post_id = models.BigIntegerField(null=True)
    in_force_from = models.DateField()
    created_at = models.DateTimeField()
    findings = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="catalogue_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="catalogue_version_counts_from_one"),
            models.CheckConstraint(condition=~Q(reason=""), name="catalogue_version_has_reason"),
        ]

    @property
    def subject_ref(self) -> str:
        """The version as the record names it."""
        return f"catalogue:{self.district}-{self.number}"
