"""A matter: what somebody asked the district to see to."""

from datetime import datetime

from django.db import models

from sanhu.domains.casework.rules import MATTER
from sanhu.domains.catalogue.models import AffairItem, Duty
from sanhu.domains.evidence.fields import PersonalTextField
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.models import Organisation, Post


class IntakeChannel(models.TextChoices):
    """How a matter came in."""

    WEB = "web", "网上反映"
    WINDOW = "window", "窗口登记"


class Matter(Witnessed):
    """One matter with one responsible subject.

    `revision` counts its steps, so that a form filled in before a colleague acted is known as stale. `public_title`
    is what a person wrote or passed for the public; while it is empty only class, place, state and dates are shown.
    """

    privacy_default = "internal"

    number = models.CharField(max_length=20, unique=True)
    district = models.CharField(max_length=6)
    area_code = models.CharField(max_length=12)
    cell_code = models.CharField(max_length=15, blank=True)
    address = PersonalTextField(blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    words = PersonalTextField()
    public_title = models.CharField(max_length=60, blank=True)
    channel = models.CharField(max_length=10, choices=IntakeChannel)
    registered_by = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    receipt_hash = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=20)
    is_open = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=0)
    item = models.ForeignKey(AffairItem, on_delete=models.PROTECT, null=True, related_name="matters")
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, null=True, related_name="matters")
    lead = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="leads")
    publicity = models.CharField(max_length=20, blank=True)
    reported_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["area_code", "is_open", "due_at"], name="matter_of_area"),
            models.Index(fields=["lead", "is_open", "due_at"], name="matter_of_lead"),
            models.Index(fields=["district", "publicity", "reported_at"], name="matter_for_public"),
        ]

    @property
    def ref(self) -> str:
        """The matter as a typed reference."""
        return f"matter:{self.number}"

    @property
    def location(self) -> str:
        """The finest code of where it is: the grid cell's where known, else the community's."""
        return self.cell_code or self.area_code

    def move_to(self, state: str, *, at: datetime) -> None:
        """Enter a state; a final one closes the matter."""
        self.state = state
        self.is_open = MATTER.state(state).is_open
        self.closed_at = None if self.is_open else at
        self.revision += 1
