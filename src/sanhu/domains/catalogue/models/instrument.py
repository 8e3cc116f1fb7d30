"""The legal instrument the catalogue rests on (R31)."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from sanhu.domains.catalogue.terms import InstrumentLevel
from sanhu.domains.evidence.models import Witnessed


class Instrument(Witnessed):
    """A district's Measure on classified management: its level, who made it, and the period it is in force.

    Its days are those of its stages: a draft has none, a repeal ends it.
    """

    privacy_default = "public"

    district = models.CharField(max_length=6)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    level = models.CharField(max_length=40, choices=InstrumentLevel.choices)
    number = models.CharField(max_length=60)
    maker = models.CharField(max_length=100)
    adopted_on = models.DateField(null=True)
    in_force_from = models.DateField(null=True)
    in_force_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="instrument_number_once"),
            models.CheckConstraint(condition=Q(level__in=InstrumentLevel.values), name="instrument_level_known"),
            models.CheckConstraint(
                condition=Q(in_force_to__isnull=True) | Q(in_force_to__gte=F("in_force_from")),
                name="instrument_ends_after_it_begins",
            ),
        ]

    def is_in_force(self, on: date) -> bool:
        """Tell whether the instrument binds on a day; its last day is included."""
        return (
            self.in_force_from is not None
            and self.in_force_from <= on
            and (self.in_force_to is None or on <= self.in_force_to)
        )


class Article(Witnessed):
    """One article of an instrument, by its number as it is cited."""

    privacy_default = "public"

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="articles")
    number = models.CharField(max_length=20)
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instrument", "number"], name="article_number_once")]
