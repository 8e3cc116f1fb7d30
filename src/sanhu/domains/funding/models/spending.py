"""Spending: what a body paid to somebody outside the ledger, and on what."""

from django.db import models

from sanhu.domains.evidence.fields import PersonalTextField
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.funding.budget_terms import SpendingNature
from sanhu.domains.funding.models.voucher import Voucher
from sanhu.domains.funding.spending_terms import ExpenseKind, PayeeKind


class Spending(Witnessed):
    """What a voucher of spending went on, and to whom.

    The payee stands outside the ledger and is no body of it; the name is sealed, and empty once it was erased.
    """

    privacy_default = "public"

    voucher = models.OneToOneField(Voucher, on_delete=models.PROTECT, related_name="spending")
    expense = models.CharField(max_length=16, choices=ExpenseKind)
    nature = models.CharField(max_length=16, choices=SpendingNature)
    payee_kind = models.CharField(max_length=12, choices=PayeeKind)
    payee_name = PersonalTextField()
