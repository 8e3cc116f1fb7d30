"""People who hold posts."""

from django.db import models

from sanhu.domains.evidence.fields import PersonalTextField
from sanhu.domains.evidence.models import Witnessed


class Person(Witnessed):
    """Somebody with a staff number in a district. No identity number is kept: nothing here needs one (X-22)."""

    privacy_default = "internal"

    district = models.CharField(max_length=6)
    staff_number = models.CharField(max_length=20)
    name = PersonalTextField()
    phone = PersonalTextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "staff_number"], name="staff_number_once")]
