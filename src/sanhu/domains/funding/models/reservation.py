"""Reservations: money set aside for one purpose before it is paid."""

from django.db import models
from django.db.models import F, Q

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.funding.models.account import LedgerAccount
from sanhu.domains.funding.terms import MOST_FEN


class Reservation(Witnessed):
    """Money of `account` that is set aside for `payee`, to be paid in parts or released.

    `purpose_ref` names what it is for as a typed reference ("task:…"). What is neither paid nor released is held. Once
    it is closed nothing is held but what waits for a signature, and what comes back is free. Where everything was paid
    before a task changed its bearer, the follower's reservation begins with nothing.
    """

    privacy_default = "public"

    district = models.CharField(max_length=6)
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="reservations")
    payee = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="expected", db_index=False)
    purpose_ref = models.CharField(max_length=80)
    amount_fen = models.BigIntegerField()
    paid_fen = models.BigIntegerField(default=0)
    released_fen = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    made_by_ref = models.CharField(max_length=40)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["purpose_ref"], name="reservation_for")]
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__range=(0, MOST_FEN)), name="reservation_amount_sound"),
            models.CheckConstraint(
                condition=Q(paid_fen__gte=0, released_fen__gte=0, paid_fen__lte=F("amount_fen") - F("released_fen")),
                name="reservation_not_exceeded",
            ),
            models.CheckConstraint(condition=~Q(account=F("payee")), name="reservation_for_another"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False) | Q(released_fen=0), name="reservation_released_when_closed"
            ),
        ]

    @property
    def held_fen(self) -> int:
        """What is set aside still."""
        return self.amount_fen - self.paid_fen - self.released_fen
