"""What the coordinating body ruled where a matter had been handed round: its item, duty and lead, and why."""

from django.db import models

from sanhu.domains.casework.models.matter import Matter
from sanhu.domains.casework.models.step import Step
from sanhu.domains.catalogue.models import AffairItem, Duty
from sanhu.domains.evidence.fields import PersonalTextField
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.models import Organisation, Person, Post


class Ruling(Witnessed):
    """One ruling, numbered by year within the district; as a precedent it is shown where a later matter is alike.

    It assigned the matter by its step. `reason` is the ruling's own: others read it who may not see the matter.
    """

    privacy_default = "internal"

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="rulings")
    step = models.OneToOneField(Step, on_delete=models.PROTECT, related_name="ruling")
    district = models.CharField(max_length=6)
    year = models.PositiveSmallIntegerField()
    ordinal = models.PositiveIntegerField()
    item = models.ForeignKey(AffairItem, on_delete=models.PROTECT, related_name="+", db_index=False)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="+", db_index=False)
    lead = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = PersonalTextField()
    article = models.CharField(max_length=200)
    is_precedent = models.BooleanField()
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    @property
    def number(self) -> str:
        """The number it is cited by within the district."""
        return f"{self.year}-{self.ordinal}"

    class Meta:
        indexes = [models.Index(fields=["district", "is_precedent", "at"], name="ruling_as_precedent")]
        constraints = [
            models.UniqueConstraint(fields=["district", "year", "ordinal"], name="ruling_numbered_once"),
        ]
