"""The aggregates of funding."""

from sanhu.domains.funding.models.account import LedgerAccount
from sanhu.domains.funding.models.reservation import Reservation
from sanhu.domains.funding.models.statement import Statement, StatementLine
from sanhu.domains.funding.models.voucher import Posting, Voucher
from sanhu.domains.funding.models.year import ClosedYear

__all__ = ["ClosedYear", "LedgerAccount", "Posting", "Reservation", "Statement", "StatementLine", "Voucher"]
