"""A duty: one part of an item, with the one kind of body that answers for it (R6)."""

from django.db import models
from django.db.models import Q

from sanhu.domains.catalogue.models.item import AffairItem
from sanhu.domains.catalogue.rules import AffairClass, Assignment, LeadKind
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.kinds import Specialty, SubjectKind
from sanhu.engines.deadlines import ClockKind, Roll, Rule, Unit


class Duty(Witnessed):
    """One lead by construction: two are two rows, and two rows of one part are refused by the database (X-03)."""

    privacy_default = "public"

    item = models.ForeignKey(AffairItem, on_delete=models.PROTECT, related_name="duties")
    position = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=100)
    part_en = models.CharField(max_length=100, blank=True)
    lead_kind = models.CharField(max_length=40)
    lead_specialty = models.CharField(max_length=40, default=Specialty.GENERAL)
    alternatives = models.JSONField(default=list)
    assist = models.JSONField(default=list)
    is_government_duty = models.BooleanField()
    is_self_governance = models.BooleanField(default=False)
    is_named_by_statute = models.BooleanField(default=False)
    clock_amount = models.PositiveIntegerField()
    clock_unit = models.CharField(max_length=20, choices=[(unit.value, unit.value) for unit in Unit])
    clock_roll = models.CharField(max_length=20, choices=[(roll.value, roll.value) for roll in Roll])
    clock_kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in ClockKind])
    clock_citation = models.CharField(max_length=200)
    is_demonstration_value = models.BooleanField()

    class Meta:
        ordering = ["item_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["item", "part"], name="duty_has_one_lead"),
            models.CheckConstraint(condition=~Q(lead_kind="") & ~Q(lead_specialty=""), name="duty_has_a_lead"),
            models.CheckConstraint(
                condition=~Q(is_government_duty=True, lead_kind=SubjectKind.RESIDENTS_COMMITTEE),
                name="committee_leads_no_government_duty",
            ),
            models.CheckConstraint(condition=Q(clock_amount__gte=1), name="duty_clock_runs"),
            models.CheckConstraint(condition=~Q(clock_citation=""), name="duty_clock_is_cited"),
            models.CheckConstraint(
                condition=~Q(clock_kind=ClockKind.STATUTORY.value, is_demonstration_value=True),
                name="statutory_clock_is_no_demonstration",
            ),
        ]

    @property
    def lead(self) -> LeadKind:
        """The kind of body that answers for the duty."""
        return LeadKind.of(self.lead_kind, self.lead_specialty)

    @property
    def choices_of_lead(self) -> tuple[LeadKind, ...]:
        """The kinds of body the district may choose among."""
        return tuple(LeadKind.parse(option["kind"]) for option in self.alternatives)

    @property
    def lead_note(self) -> str:
        """What the table says beside the lead, such as the part of it that acts."""
        wanted = str(self.lead)
        return next((str(option["note"]) for option in self.alternatives if option["kind"] == wanted), "")

    @property
    def clock_rule(self) -> Rule:
        """The duty's time limit as the engine reads it."""
        return Rule(amount=self.clock_amount, unit=Unit(self.clock_unit), roll=Roll(self.clock_roll))

    def assignment_to(self, lead: LeadKind) -> Assignment:
        """The duty with a lead, as the rules see it."""
        return Assignment(
            affair_class=AffairClass(self.item.affair_class),
            item_code=self.item.code,
            lead=lead,
            is_government_duty=self.is_government_duty,
            is_self_governance=self.is_self_governance,
            is_named_by_statute=self.is_named_by_statute,
        )
