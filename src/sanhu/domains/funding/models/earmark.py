"""Earmarks: money of one body that may be spent for one purpose alone."""

from django.db import models
from django.db.models import Q

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.funding.earmark_terms import EARMARK_PREFIX, MOST_PURPOSE, SOURCE_OF, EarmarkKind
from sanhu.domains.funding.terms import BudgetLine, FundSource
from sanhu.domains.subjects.models import Organisation, Person


class Earmark(Witnessed):
    """Money that `body` alone may spend, and for `purpose` alone.

    It lies in the body's account of its source and line, of whatever year, where other earmarks may lie too: which
    postings are an earmark's, the purpose of their vouchers says. What is left of it is derived from them and stored
    nowhere. `purpose` is read by everybody.
    """

    privacy_default = "public"

    district = models.CharField(max_length=6)
    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=16, choices=EarmarkKind)
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="earmarks")
    line = models.CharField(max_length=4, choices=BudgetLine)
    purpose = models.CharField(max_length=MOST_PURPOSE)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["district", "kind", "number"], name="earmark_of_kind")]
        constraints = [models.CheckConstraint(condition=~Q(purpose=""), name="earmark_for_something")]

    @property
    def ref(self) -> str:
        """The earmark as a typed reference; vouchers that move its money name it as their purpose."""
        return f"{EARMARK_PREFIX}{self.number}"

    @property
    def source(self) -> FundSource:
        """Of which source its money is."""
        return SOURCE_OF[self.kind]
