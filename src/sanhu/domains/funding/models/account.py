"""Ledger accounts: a body's money of one source on one budget line in one year."""

from django.db import models
from django.db.models import F, Q

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.funding.terms import MOST_FEN, BudgetLine, FundSource
from sanhu.domains.subjects.models import Organisation


class LedgerAccount(Witnessed):
    """What one body may spend from one source on one line in one year, and how much of it is spoken for.

    An account without a body stands for everybody outside the ledger: what is appropriated comes from there. It has no
    cap. The three totals follow from postings and reservations; they are kept here so that a conditional update guards
    the cap, and are re-proved rather than witnessed.
    """

    privacy_default = "public"
    unwitnessed = ("cap_fen", "posted_fen", "reserved_fen")

    district = models.CharField(max_length=6)
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="ledger_accounts")
    source = models.CharField(max_length=20, choices=FundSource)
    line = models.CharField(max_length=4, choices=BudgetLine)
    year = models.PositiveSmallIntegerField()
    cap_fen = models.BigIntegerField(default=0)
    posted_fen = models.BigIntegerField(default=0)
    reserved_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "body", "source", "line", "year"],
                condition=Q(body__isnull=False),
                name="account_once",
            ),
            models.UniqueConstraint(
                fields=["district", "source", "line", "year"],
                condition=Q(body__isnull=True),
                name="outside_account_once",
            ),
            models.CheckConstraint(
                condition=Q(body__isnull=True) | Q(posted_fen__lte=F("cap_fen") - F("reserved_fen")),
                name="account_within_cap",
            ),
            models.CheckConstraint(
                condition=Q(cap_fen__range=(0, MOST_FEN), posted_fen__gte=0, reserved_fen__gte=0),
                name="account_totals_sound",
            ),
        ]

    @property
    def available_fen(self) -> int:
        """What may still be reserved."""
        return self.cap_fen - self.posted_fen - self.reserved_fen
