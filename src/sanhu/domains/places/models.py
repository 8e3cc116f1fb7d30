"""Areas by division code and grid cells by theirs, each with the period it was in force.

A code outlives its names: a renamed subdistrict is two rows with one code, whose periods follow each other. So what an
affair of 2024 happened in can still be named as it was called in 2024. Periods are half-open: the last day is the first
on which the row is no longer in force.
"""

from collections.abc import Sequence
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sanhu.engines.codes.divisions import LENGTHS
from sanhu.engines.maps import area_m2

CGCS2000 = "EPSG:4490"


class AreaLevel(models.TextChoices):
    """How far down a division stands."""

    PROVINCE = "province", _("省级")
    PREFECTURE = "prefecture", _("地级")
    DISTRICT = "district", _("区县级")
    SUBDISTRICT = "subdistrict", _("街道（乡镇）")
    COMMUNITY = "community", _("社区（村）")


LEVEL_OF_LENGTH = dict(zip(LENGTHS, AreaLevel, strict=True))
LENGTH_OF_LEVEL = dict(zip(AreaLevel, LENGTHS, strict=True))


def in_force(on: date) -> Q:
    """Say which rows are in force on a day."""
    return Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))


class Area(models.Model):
    """A division under one name, for one period.

    `code` is padded to 12 digits. Code and level together name a division: 东莞 is a prefecture without districts, and
    the published lists carry it once as 4419 and once, in a district's place, as 441900.
    """

    privacy_default = "public"

    code = models.CharField(max_length=12)
    name = models.CharField(max_length=100)
    level = models.CharField(max_length=11, choices=AreaLevel)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    successor = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            # Led by the code, so that it also serves scopes: a scope is a range of codes.
            models.UniqueConstraint(fields=["code", "level", "valid_from"], name="area_period"),
            models.UniqueConstraint(
                fields=["code", "level"], condition=Q(valid_to__isnull=True), name="area_one_open_period"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="area_period_has_days"
            ),
        ]

    @property
    def prefix(self) -> str:
        """The code's own digits, with which the code of everything inside begins."""
        return self.code[: LENGTH_OF_LEVEL[AreaLevel(self.level)]]


class GridCell(models.Model):
    """A unit grid cell (单元网格) under one boundary, for one period; its code begins with its community's (C.2).

    `polygon` is one closed ring of [longitude, latitude] in `crs`; the other columns are derived from it, the bounds so
    that a point finds its few candidates by index.
    """

    privacy_default = "public"

    code = models.CharField(max_length=15)
    area_code = models.CharField(max_length=12)
    polygon = models.JSONField()
    crs = models.CharField(max_length=20, default=CGCS2000)
    area_m2 = models.PositiveIntegerField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["area_code"], name="cell_of_area")]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="cell_period"),
            models.UniqueConstraint(fields=["code"], condition=Q(valid_to__isnull=True), name="cell_one_open_period"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="cell_period_has_days"
            ),
        ]

    def draw(self, ring: Sequence[tuple[float, float]]) -> None:
        """Take a closed ring for the boundary, with what is derived from it."""
        lons, lats = zip(*ring, strict=True)
        self.polygon = [[lon, lat] for lon, lat in ring]
        self.west, self.south, self.east, self.north = min(lons), min(lats), max(lons), max(lats)
        self.area_m2 = area_m2(ring)

    @property
    def ring(self) -> list[tuple[float, float]]:
        """The boundary as the engines take it."""
        return [(lon, lat) for lon, lat in self.polygon]
