"""The end of a year: what the budget office lets go over, and settlements that say what becomes of all that is left."""

from django.db import models
from django.db.models import F, Q

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.funding.models.account import LedgerAccount
from sanhu.domains.funding.models.reservation import Reservation
from sanhu.domains.funding.models.voucher import Voucher
from sanhu.domains.funding.terms import MOST_FEN
from sanhu.domains.funding.year_end_terms import SettlementState, YearEndAction
from sanhu.domains.subjects.models import Person


class CarryConsent(Witnessed):
    """The budget office's paper by which what is left of an account under a purpose goes over into the next year."""

    privacy_default = "internal"

    district = models.CharField(max_length=6)
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="carry_consents")
    purpose_ref = models.CharField(max_length=80, blank=True)
    basis = models.CharField(max_length=100)
    reason = models.CharField(max_length=200)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "purpose_ref"], condition=Q(withdrawn_at__isnull=True), name="consent_once"
            ),
            models.CheckConstraint(condition=~Q(basis="") & ~Q(reason=""), name="consent_rests_on_a_paper"),
        ]

    @property
    def ref(self) -> str:
        """The consent as a typed reference."""
        return f"carry_consent:{self.pk}"


class YearSettlement(Witnessed):
    """What becomes of all that is left of a year, as one person proposes it and another signs or refuses.

    There is one at a time. What is left afterwards, since something was taken back, needs another one.
    """

    privacy_default = "internal"

    district = models.CharField(max_length=6)
    year = models.PositiveSmallIntegerField()
    ordinal = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=100)
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=SettlementState)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "year", "ordinal"], name="settlement_numbered"),
            models.UniqueConstraint(
                fields=["district", "year"], condition=Q(state=SettlementState.WAITING), name="settlement_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(settled_by__isnull=True) | ~Q(settled_by=F("proposed_by")),
                name="settlement_signed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state=SettlementState.WAITING, settled_at__isnull=True, settled_by__isnull=True)
                | Q(state__in=[SettlementState.SIGNED, SettlementState.REFUSED])
                & Q(settled_at__isnull=False, settled_by__isnull=False),
                name="settlement_settled_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(basis="") & ~Q(reason=""), name="settlement_rests_on_a_paper"),
        ]

    @property
    def ref(self) -> str:
        """The settlement as a typed reference."""
        return f"year_settlement:{self.pk}"


class SettlementLine(Witnessed):
    """What becomes of what is left of one account under one purpose, since which year it is there.

    Where it was set aside, `reservation` is let go when the settlement is signed, and `follower` holds the money anew
    in the next year. `voucher` is what moved it.
    """

    privacy_default = "internal"

    settlement = models.ForeignKey(YearSettlement, on_delete=models.PROTECT, related_name="lines")
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="settled_by")
    purpose_ref = models.CharField(max_length=80, blank=True)
    first_year = models.PositiveSmallIntegerField()
    fen = models.BigIntegerField()
    action = models.CharField(max_length=6, choices=YearEndAction)
    consent = models.ForeignKey(CarryConsent, on_delete=models.PROTECT, null=True, related_name="lines")
    reservation = models.ForeignKey(Reservation, on_delete=models.PROTECT, null=True, related_name="settled_by")
    follower = models.OneToOneField(Reservation, on_delete=models.PROTECT, null=True, related_name="carried_by")
    voucher = models.OneToOneField(Voucher, on_delete=models.PROTECT, null=True, related_name="settlement_line")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(fen__range=(1, MOST_FEN)), name="settlement_line_of_something"),
            models.UniqueConstraint(
                fields=["settlement", "account", "purpose_ref", "first_year"],
                condition=Q(reservation__isnull=True),
                name="settlement_line_once",
            ),
            models.UniqueConstraint(
                fields=["settlement", "reservation"],
                condition=Q(reservation__isnull=False),
                name="settlement_of_a_hold_once",
            ),
            models.CheckConstraint(
                condition=Q(follower__isnull=True)
                | Q(reservation__isnull=False, action=YearEndAction.CARRY, voucher__isnull=False),
                name="settlement_holds_what_went_over",
            ),
        ]
