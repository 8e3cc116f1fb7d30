"""Working-day calendars a district imported: whole new years and single days, each with the notice it came by."""

from django.db import models
from django.db.models import Q

from sanhu.domains.evidence.models import Witnessed


class CalendarSource(Witnessed):
    """An announcement. A year beyond the shipped calendar counts as loaded only when a source declares it (X-17)."""

    privacy_default = "public"

    title = models.CharField(max_length=200)
    notice = models.TextField()
    year = models.PositiveSmallIntegerField(null=True)
    imported_at = models.DateTimeField()
    imported_by_ref = models.CharField(max_length=40)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(title=""), name="calendar_source_is_named")]


class CalendarDay(Witnessed):
    """What an announcement says of one day. The later announcement wins, and the earlier stays to be seen."""

    privacy_default = "public"

    source = models.ForeignKey(CalendarSource, on_delete=models.PROTECT, related_name="days")
    day = models.DateField()
    is_working = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "day"], name="calendar_day_once_a_source")]
