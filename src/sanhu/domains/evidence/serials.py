"""Giving running numbers, without a gap that a rollback left and without a double that a race made."""

from django.db import transaction
from django.db.models import F

from sanhu.domains.evidence.models import Serial


def next_in(*, district: str, kind: str, year: int) -> int:
    """Give the next number of a series, in the transaction that uses it; the series waits until that ends."""
    return next_of(1, district=district, kind=kind, year=year)[0]


def next_of(count: int, *, district: str, kind: str, year: int) -> range:
    """Give the next numbers of a series, in the transaction that uses them; the series waits until that ends."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a number is given in the transaction that uses it")
    series = Serial.objects.filter(district=district, kind=kind, year=year)
    if not series.update(last=F("last") + count):
        Serial.objects.bulk_create([Serial(district=district, kind=kind, year=year, last=0)], ignore_conflicts=True)
        series.update(last=F("last") + count)
    last = series.values_list("last", flat=True).get()
    return range(last - count + 1, last + 1)
