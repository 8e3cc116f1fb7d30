"""Bodies: what they are, what they are competent for and which areas they serve."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.kinds import ONE_PER_DISTRICT, Sector, Specialty, SubjectKind, sector_of


def kind_choices() -> list[tuple[str, str]]:
    """Give the kinds with their names; a function, so that a further kind needs no migration."""
    return [(value, str(label)) for value, label in SubjectKind.choices]


def specialty_choices() -> list[tuple[str, str]]:
    """Give the specialties with their names."""
    return [(value, str(label)) for value, label in Specialty.choices]


class Organisation(Witnessed):
    """A body that can bear a duty, or that takes part (R3, R22).

    `parent` is the body it belongs to: every social work station belongs to a street's service centre (R47).
    """

    privacy_default = "public"

    district = models.CharField(max_length=6)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=40, choices=kind_choices)
    specialty = models.CharField(max_length=40, choices=specialty_choices, default=Specialty.GENERAL)
    uscc = models.CharField(max_length=18, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    active_from = models.DateField()
    active_to = models.DateField(null=True, blank=True)
    closing_basis = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "name"], name="organisation_name_once"),
            models.UniqueConstraint(fields=["district", "uscc"], condition=~Q(uscc=""), name="organisation_uscc_once"),
            models.UniqueConstraint(
                fields=["district", "kind", "specialty"],
                condition=Q(kind__in=sorted(kind.value for kind in ONE_PER_DISTRICT), active_to__isnull=True),
                name="one_per_district",
            ),
            models.CheckConstraint(
                condition=~Q(kind=SubjectKind.SOCIAL_WORK_STATION) | Q(parent__isnull=False),
                name="station_within_service_centre",
            ),
            models.CheckConstraint(
                condition=Q(active_to__isnull=True) | Q(active_to__gte=F("active_from")), name="ended_after_begun"
            ),
        ]
        indexes = [models.Index(fields=["district", "kind", "specialty"], name="organisation_by_kind")]

    @property
    def sector(self) -> Sector:
        """The one sector the body belongs to."""
        return sector_of(SubjectKind(self.kind))


class ServedArea(Witnessed):
    """An area a body serves: a division or grid-cell code cut to its significant digits (6, 9, 12 or 15).

    A row is ended rather than deleted, so that the record can always show who served a place.
    """

    privacy_default = "public"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="served_areas")
    code = models.CharField(max_length=15)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "code"], condition=Q(ended_at__isnull=True), name="served_area_once"
            )
        ]
        indexes = [models.Index(fields=["code"], name="served_area_by_code")]

    def end(self, *, at: datetime) -> None:
        """Stop serving the area."""
        self.ended_at = at
        self.save(update_fields=["ended_at"])
