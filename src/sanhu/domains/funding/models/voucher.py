"""Vouchers and the postings they make."""

from django.db import models
from django.db.models import F, Q

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.funding.models.account import LedgerAccount
from sanhu.domains.funding.models.reservation import Reservation
from sanhu.domains.funding.terms import MOST_FEN, Side, VoucherKind, VoucherState
from sanhu.domains.subjects.models import Person


class Voucher(Witnessed):
    """One movement of money as somebody asked for it, and what became of it.

    `basis` is the number of the paper it rests on; scans of that paper are attached. Money goes from `debit` to
    `credit`; a reversal names them the other way round than what it takes back. Where `needs_second` it waits until
    another person signs, or says no with an `answer`. A posted voucher never changes: what was wrong is taken back by
    a reversal.
    """

    privacy_default = "public"

    number = models.CharField(max_length=20, unique=True)
    district = models.CharField(max_length=6)
    kind = models.CharField(max_length=14, choices=VoucherKind)
    state = models.CharField(max_length=8, choices=VoucherState)
    debit = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="paid_by")
    credit = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="paid_to")
    amount_fen = models.BigIntegerField()
    reservation = models.ForeignKey(Reservation, on_delete=models.PROTECT, null=True, related_name="vouchers")
    reverses = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    purpose_ref = models.CharField(max_length=80, blank=True)
    basis = models.CharField(max_length=100)
    reason = models.CharField(max_length=200, blank=True)
    needs_second = models.BooleanField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    settled_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["district", "state", "asked_at"], name="voucher_in_state"),
            models.Index(fields=["debit", "credit", "asked_at"], name="voucher_between"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__range=(1, MOST_FEN)), name="voucher_of_something"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="voucher_between_two"),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("asked_by")), name="voucher_signed_by_another"
            ),
            models.CheckConstraint(
                condition=Q(state=VoucherState.WAITING, needs_second=True, settled_at__isnull=True, signed_by=None)
                | Q(state=VoucherState.POSTED, needs_second=False, settled_at__isnull=False, signed_by=None)
                | Q(state__in=[VoucherState.POSTED, VoucherState.REJECTED], needs_second=True)
                & Q(settled_at__isnull=False, signed_by__isnull=False),
                name="voucher_signed_where_needed",
            ),
            models.CheckConstraint(
                condition=Q(kind=VoucherKind.REVERSAL, reverses__isnull=False)
                | ~Q(kind=VoucherKind.REVERSAL) & Q(reverses__isnull=True),
                name="voucher_reverses_something",
            ),
            # A reversal that was not signed does not stand in the way of another.
            models.UniqueConstraint(
                fields=["reverses"],
                condition=Q(reverses__isnull=False) & ~Q(state=VoucherState.REJECTED),
                name="voucher_reversed_once",
            ),
        ]

    @property
    def ref(self) -> str:
        """The voucher as a typed reference."""
        return f"voucher:{self.number}"


class Posting(Witnessed):
    """One leg of a posted voucher. Written once and never changed (X-18)."""

    privacy_default = "public"

    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="postings")
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="postings")
    side = models.CharField(max_length=3, choices=Side)
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["voucher", "account"], name="posting_once_an_account"),
            models.CheckConstraint(
                condition=~Q(amount_fen=0) & Q(amount_fen__range=(-MOST_FEN, MOST_FEN)), name="posting_of_something"
            ),
        ]
