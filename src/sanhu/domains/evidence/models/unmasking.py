"""Who looked at a personal value that pages show masked, and why."""

from django.db import models

from sanhu.domains.evidence.fields import PersonalTextField
from sanhu.domains.evidence.models.witnessed import Witnessed


class Unmasking(Witnessed):
    """One look at one value: which field of which object, by which post, why. The value itself is not kept here.

    The reason may tell of the person, and is erased with the object's other personal data; that somebody looked is not.
    """

    privacy_default = "internal"

    district = models.CharField(max_length=6)
    subject_ref = models.CharField(max_length=80)
    field = models.CharField(max_length=20)
    actor_ref = models.CharField(max_length=40)
    reason = PersonalTextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["district", "at"], name="unmasking_of_district"),
            models.Index(fields=["actor_ref", "at"], name="unmasking_by_post"),
            models.Index(fields=["subject_ref"], name="unmasking_of_subject"),
        ]
