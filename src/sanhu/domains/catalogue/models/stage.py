"""The life of a legal instrument (R31): drafted, adopted, approved, in force, amended, repealed — each on its day."""

from django.db import models
from django.db.models import Q

from sanhu.domains.catalogue.models.instrument import Instrument
from sanhu.domains.catalogue.terms import InstrumentStageKind
from sanhu.domains.evidence.models import Witnessed


class InstrumentStage(Witnessed):
    """One stage an instrument reached: when, before which organ, under which document number.

    An amendment carries the articles it words anew, as number and text; the articles as they were stay as they are.
    """

    privacy_default = "public"

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="stages")
    position = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=12, choices=InstrumentStageKind.choices)
    on = models.DateField()
    organ = models.CharField(max_length=100)
    document_number = models.CharField(max_length=60, blank=True)
    articles = models.JSONField(default=list)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["instrument_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["instrument", "position"], name="instrument_stage_position_once"),
            models.UniqueConstraint(
                fields=["instrument", "stage"],
                condition=~Q(stage=InstrumentStageKind.AMENDED),
                name="instrument_stage_once",
            ),
            models.CheckConstraint(condition=Q(stage__in=InstrumentStageKind.values), name="instrument_stage_known"),
            models.CheckConstraint(condition=~Q(organ=""), name="instrument_stage_has_organ"),
        ]
