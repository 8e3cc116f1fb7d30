"""What an item and a duty say beyond their first shape: written with every new version, absent from the oldest.

They stand in tables of their own, so that what the record said of the rows before stays true.
"""

from django.db import models
from django.db.models import Q

from sanhu.domains.catalogue.models.duty import Duty
from sanhu.domains.catalogue.models.item import AffairItem
from sanhu.domains.catalogue.rows import StepUnit
from sanhu.domains.catalogue.terms import Boundary
from sanhu.domains.evidence.models import Witnessed


class ItemTerms(Witnessed):
    """Where an item comes from beyond the law, where its boundary runs, and what is asked under it.

    `own_indicators` and `own_review_months` are the row's own words: empty where it goes by its class. `unplaced` holds
    the duties that found no lawful lead, each behind its place among the row's duties: they are kept, and never used.
    """

    privacy_default = "public"

    item = models.OneToOneField(AffairItem, on_delete=models.PROTECT, related_name="terms")
    needs_record = models.CharField(max_length=200, blank=True)
    former_bearer = models.CharField(max_length=100, blank=True)
    boundary = models.CharField(max_length=20, choices=Boundary.choices)
    boundary_evidence = models.CharField(max_length=200, blank=True)
    nature = models.JSONField(null=True)
    certificates = models.JSONField(default=list)
    asked_data = models.JSONField(default=list)
    own_indicators = models.JSONField(default=list)
    own_review_months = models.PositiveSmallIntegerField(default=0)
    unplaced = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(boundary__in=Boundary.values), name="item_boundary_known"),
        ]


class DutyTerms(Witnessed):
    """What each participant's act rests on, what pays for the duty, and what shows that it was done (R24)."""

    privacy_default = "public"

    duty = models.OneToOneField(Duty, on_delete=models.PROTECT, related_name="terms")
    bases = models.JSONField(default=list)
    money = models.JSONField(default=list)
    evidence = models.CharField(max_length=200, blank=True)


class ProcedureStep(Witnessed):
    """One step of an item's procedure (R44). A limit of 0 leaves it to the duty's own clock."""

    privacy_default = "public"

    item = models.ForeignKey(AffairItem, on_delete=models.PROTECT, related_name="procedure")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    actor = models.CharField(max_length=80)
    materials = models.JSONField(default=list)
    limit = models.PositiveIntegerField(default=0)
    unit = models.CharField(max_length=20, choices=[(unit.value, unit.value) for unit in StepUnit])
    output = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["item_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["item", "position"], name="procedure_step_once"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(actor=""), name="procedure_step_is_named"),
            models.CheckConstraint(
                condition=Q(unit__in=[unit.value for unit in StepUnit]), name="procedure_unit_known"
            ),
        ]
