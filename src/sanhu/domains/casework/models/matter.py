"""A matter: what somebody asked the district to see to."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sanhu.domains.casework.rules import MATTER, URGING_MOVES, is_handoff
from sanhu.domains.catalogue.models import AffairItem, Duty
from sanhu.domains.evidence.fields import PersonalTextField
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.models import Organisation, Post


class IntakeChannel(models.TextChoices):
    """How a matter came in."""

    WEB = "web", _("网上反映")
    WINDOW = "window", _("窗口登记")


class StreetOf(models.Func):
    """The nine digits of the street an area code lies in. Written out, since an index knows no parameters."""

    function = "SUBSTR"
    template = "%(function)s(%(expressions)s, 1, 9)"
    output_field = models.CharField(max_length=9)


class Matter(Witnessed):
    """One matter with one responsible subject.

    `revision` counts its steps, so that a form filled in before a colleague acted is known as stale. `public_title`
    is what a person wrote or passed for the public; while it is empty only class, place, state and dates are shown.
    `round` is 2 from the day the matter is opened again. `handoff_count` and `urge_count` follow from the steps.
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
    registered_by = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    receipt_hash = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=20)
    is_open = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=0)
    item = models.ForeignKey(AffairItem, on_delete=models.PROTECT, null=True, related_name="matters", db_index=False)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, null=True, related_name="matters", db_index=False)
    lead = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="leads", db_index=False)
    publicity = models.CharField(max_length=20, blank=True)
    reported_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    round = models.PositiveSmallIntegerField(default=1)
    handoff_count = models.PositiveSmallIntegerField(default=0)
    urge_count = models.PositiveSmallIntegerField(default=0)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")

    class Meta:
        # One for each list there is, and none that only serves deleting: nothing is deleted.
        indexes = [
            models.Index(fields=["district", "reported_at"], name="matter_of_district"),
            models.Index(fields=["district", "state", "reported_at"], name="matter_in_state"),
            models.Index(StreetOf("area_code"), F("reported_at"), name="matter_of_street"),
            models.Index(fields=["lead", "reported_at"], name="matter_led"),
            models.Index(fields=["item", "reported_at"], name="matter_under_item"),
            models.Index(fields=["is_open", "area_code", "due_at"], name="matter_of_area"),
            models.Index(fields=["lead", "is_open", "due_at"], name="matter_of_lead"),
            models.Index(fields=["district", "handoff_count"], name="matter_handed_round"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(area_code__startswith=F("district")), name="matter_in_its_district"),
            models.CheckConstraint(
                condition=Q(is_open=True, closed_at__isnull=True) | Q(is_open=False, closed_at__isnull=False),
                name="matter_open_until_closed",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, duty__isnull=True, item__isnull=True, publicity="")
                | Q(accepted_at__isnull=False, duty__isnull=False, item__isnull=False) & ~Q(publicity=""),
                name="matter_accepted_under_a_duty",
            ),
            models.CheckConstraint(
                condition=Q(lead__isnull=True) | Q(duty__isnull=False), name="matter_is_led_for_a_duty"
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | ~Q(state="merged") & Q(merged_into__isnull=True),
                name="matter_merged_into_another",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="matter_not_merged_into_itself"
            ),
            models.CheckConstraint(condition=Q(round__in=(1, 2)), name="matter_reopened_once"),
        ]

    @property
    def ref(self) -> str:
        """The matter as a typed reference."""
        return f"matter:{self.number}"

    @property
    def location(self) -> str:
        """The finest code of where it is: the grid cell's where known, else the community's."""
        return self.cell_code or self.area_code

    @property
    def awaits_ruling(self) -> bool:
        """Tell whether the matter was handed back so often that nobody assigns it but who rules."""
        return self.state == "returned" and self.handoff_count >= settings.SANHU_HANDED_ROUND_FROM

    def accept(self, duty: Duty, *, public_title: str, at: datetime) -> None:
        """Take the matter on under one duty of the catalogue, which also says who may see it."""
        self.duty, self.item, self.publicity = duty, duty.item, duty.item.publicity
        self.public_title, self.accepted_at = public_title, at

    def reclassify(self, duty: Duty) -> None:
        """Come under another duty, which nobody leads yet. The clock the reporter was told of goes on."""
        self.duty, self.item, self.publicity, self.lead = duty, duty.item, duty.item.publicity, None

    def move_to(self, state: str, *, at: datetime) -> None:
        """Enter a state; a final one closes the matter, and what is opened again begins its second round."""
        was_open = self.is_open
        self.state = state
        self.is_open = MATTER.state(state).is_open
        self.closed_at = None if self.is_open else at
        self.round += self.is_open and not was_open
        self.revision += 1

    def count(self, move: str, *, before: str) -> None:
        """Count the move where it hands the matter on or urges somebody."""
        self.handoff_count += is_handoff(move, before=before)
        self.urge_count += move in URGING_MOVES

    def save_moved(self) -> None:
        """Save what moves change. The reporter's words and address never change and are not written again."""
        self.save(update_fields=_MOVED)


_MOVED = (
    "state",
    "is_open",
    "revision",
    "duty",
    "item",
    "publicity",
    "public_title",
    "lead",
    "accepted_at",
    "closed_at",
    "due_at",
    "round",
    "handoff_count",
    "urge_count",
    "merged_into",
)
