"""Bodies: what they are, what they are competent for and which areas they serve."""

from django.db import models
from django.db.models import Q

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.kinds import Sector, Specialty, SubjectKind, sector_of

KIND_CHOICES = [(kind.value, kind.value) for kind in SubjectKind]
SPECIALTY_CHOICES = [(specialty.value, specialty.value) for specialty in Specialty]


class Organisation(Witnessed):
    """A body that can bear a duty, or that takes part (R3, R22)."""

    privacy_default = "public"

    district = models.CharField(max_length=6)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=40, choices=KIND_CHOICES)
    specialty = models.CharField(max_length=40, choices=SPECIALTY_CHOICES, default=Specialty.GENERAL)
    uscc = models.CharField(max_length=18, blank=True)
    active_from = models.DateField()
    active_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "name"], name="organisation_name_once"),
            models.UniqueConstraint(fields=["district", "uscc"], condition=~Q(uscc=""), name="organisation_uscc_once"),
        ]
        indexes = [models.Index(fields=["district", "kind", "specialty"], name="organisation_by_kind")]

    @property
    def sector(self) -> Sector:
        """The one sector the body belongs to."""
        return sector_of(SubjectKind(self.kind))


class ServedArea(Witnessed):
    """An area a body serves: a division or grid-cell code cut to its significant digits (6, 9, 12 or 15)."""

    privacy_default = "public"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="served_areas")
    code = models.CharField(max_length=15)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "code"], name="served_area_once")]
