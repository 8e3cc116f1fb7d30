"""Statements of the bank and the finance system: what arrived according to somebody else."""

from django.db import models
from django.db.models import Q

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.funding.models.voucher import Voucher
from sanhu.domains.funding.terms import MOST_FEN
from sanhu.domains.subjects.models import Person


class Statement(Witnessed):
    """One imported file, known by the hash of its bytes."""

    privacy_default = "internal"

    district = models.CharField(max_length=6)
    name = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "sha256"], name="statement_once")]


class StatementLine(Witnessed):
    """One line: the bank's own reference, the day, the amount, and the voucher it confirms where one was found."""

    privacy_default = "internal"

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    district = models.CharField(max_length=6)
    reference = models.CharField(max_length=60)
    booked_on = models.DateField()
    amount_fen = models.BigIntegerField()
    voucher_number = models.CharField(max_length=20, blank=True)
    voucher = models.OneToOneField(Voucher, on_delete=models.PROTECT, null=True, related_name="confirmed_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "reference"], name="statement_line_once"),
            models.CheckConstraint(condition=Q(amount_fen__range=(1, MOST_FEN)), name="statement_line_of_something"),
        ]
