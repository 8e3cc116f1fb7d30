"""An item of the catalogue (清单事项)."""

from datetime import date

from django.db import models
from django.db.models import Q

from sanhu.domains.catalogue.models.instrument import Article
from sanhu.domains.catalogue.models.version import CatalogueVersion
from sanhu.domains.catalogue.rules import AffairClass
from sanhu.domains.catalogue.terms import ItemStatus, Origin, Publicity, Standing
from sanhu.domains.evidence.models import Witnessed

CLASS_CHOICES = [(affair_class.value, affair_class.label) for affair_class in AffairClass]


class AffairItem(Witnessed):
    """What one kind of community affair is, where it comes from, who may see its matters and how it is kept going.

    `source_lead`, `deadline_text` and `money_text` keep the wording of the table the item was transcribed from.
    """

    privacy_default = "public"

    version = models.ForeignKey(CatalogueVersion, on_delete=models.PROTECT, related_name="items")
    article = models.ForeignKey(Article, on_delete=models.PROTECT, null=True, related_name="items")
    code = models.CharField(max_length=10)
    affair_class = models.CharField(max_length=2, choices=CLASS_CHOICES)
    status = models.CharField(max_length=10, choices=ItemStatus.choices)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    definition = models.CharField(max_length=200, blank=True)
    purposes = models.JSONField()
    territory = models.JSONField()
    is_public_nature = models.BooleanField()
    origin = models.CharField(max_length=20, choices=Origin.choices)
    brought_by = models.CharField(max_length=80, blank=True)
    legal_basis = models.JSONField()
    money = models.JSONField()
    publicity = models.CharField(max_length=20, choices=Publicity.choices)
    government_responsibility = models.BooleanField()
    end_rule = models.CharField(max_length=100, blank=True)
    indicators = models.JSONField()
    review_months = models.PositiveSmallIntegerField()
    source_lead = models.TextField(blank=True)
    deadline_text = models.TextField(blank=True)
    money_text = models.TextField(blank=True)
    mark = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="item_code_once"),
            models.CheckConstraint(
                condition=Q(affair_class__in=[affair_class.value for affair_class in AffairClass]),
                name="item_class_known",
            ),
            models.CheckConstraint(condition=Q(status__in=ItemStatus.values), name="item_status_known"),
            models.CheckConstraint(condition=Q(publicity__in=Publicity.values), name="item_publicity_known"),
            models.CheckConstraint(
                condition=Q(status=ItemStatus.DRAFT) | ~Q(affair_class=AffairClass.K7.value) | ~Q(end_rule=""),
                name="temporary_item_has_end",
            ),
        ]
        indexes = [models.Index(fields=["version", "affair_class", "code"], name="item_by_class")]

    def standing(self, on: date) -> Standing:
        """How the item stands on a day: a draft, on trial without an instrument in force, or binding (R31)."""
        if self.status == ItemStatus.DRAFT:
            return Standing.DRAFT
        instrument = self.version.instrument
        return Standing.BINDING if instrument is not None and instrument.is_in_force(on) else Standing.PILOT
