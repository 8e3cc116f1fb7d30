"""What is known of a statement beside its lines, and what became of its differences."""

from django.db import models
from django.db.models import F, Q

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.funding.models.statement import Statement, StatementLine
from sanhu.domains.funding.models.voucher import Voucher
from sanhu.domains.funding.statement_terms import ClearingKind, ClearingState, FileFormat, StatementOrigin
from sanhu.domains.subjects.models import Person


class StatementSource(Witnessed):
    """Whose statement it is, in which form it came, and how many of its lines had come before and were left out."""

    privacy_default = "internal"

    statement = models.OneToOneField(Statement, on_delete=models.PROTECT, related_name="source")
    origin = models.CharField(max_length=8, choices=StatementOrigin)
    file_format = models.CharField(max_length=4, choices=FileFormat)
    known_lines = models.PositiveIntegerField()


class Clearing(Witnessed):
    """A difference between statement and books, as one person explains it and another signs or refuses.

    It is about a line that is not in the books, a posted voucher that is on no statement, or both where they belong
    together but differ.
    """

    privacy_default = "internal"

    district = models.CharField(max_length=6)
    line = models.ForeignKey(StatementLine, on_delete=models.PROTECT, null=True, related_name="clearings")
    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, null=True, related_name="clearings")
    kind = models.CharField(max_length=12, choices=ClearingKind)
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=ClearingState)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["district", "state", "proposed_at"], name="clearing_in_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(line__isnull=False) | Q(voucher__isnull=False), name="clearing_of_something"
            ),
            models.CheckConstraint(
                condition=Q(settled_by__isnull=True) | ~Q(settled_by=F("proposed_by")),
                name="clearing_signed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state=ClearingState.WAITING, settled_at__isnull=True, settled_by__isnull=True)
                | Q(state__in=[ClearingState.SIGNED, ClearingState.REFUSED])
                & Q(settled_at__isnull=False, settled_by__isnull=False),
                name="clearing_settled_by_somebody",
            ),
            # What was refused does not stand in the way of another explanation; what is a matter of days waits on.
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(line__isnull=False) & ~Q(state=ClearingState.REFUSED) & ~Q(kind=ClearingKind.TIMING),
                name="line_cleared_once",
            ),
            models.UniqueConstraint(
                fields=["voucher"],
                condition=Q(voucher__isnull=False) & ~Q(state=ClearingState.REFUSED) & ~Q(kind=ClearingKind.TIMING),
                name="voucher_cleared_once",
            ),
        ]

    @property
    def ref(self) -> str:
        """The clearing as a typed reference."""
        return f"clearing:{self.pk}"
