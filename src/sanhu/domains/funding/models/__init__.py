"""The aggregates of funding."""

from sanhu.domains.funding.models.account import LedgerAccount
from sanhu.domains.funding.models.budget import (
    AdjustmentLine,
    Budget,
    BudgetAdjustment,
    BudgetEntry,
    BudgetExplanation,
)
from sanhu.domains.funding.models.clearing import Clearing, StatementSource
from sanhu.domains.funding.models.disclosure import Disclosure
from sanhu.domains.funding.models.donation import (
    Donation,
    DonationNotice,
    DonationUse,
    DonorKey,
    PurposeChange,
)
from sanhu.domains.funding.models.earmark import Earmark
from sanhu.domains.funding.models.lottery import LotteryNotice, LotteryProject, PlannedExpense
from sanhu.domains.funding.models.performance import (
    Achievement,
    PerformanceCheck,
    PerformanceReading,
    PerformanceSheet,
    PerformanceTarget,
    SelfEvaluation,
)
from sanhu.domains.funding.models.plan import DevelopmentPlan, PlanCorrection, PlanTarget, ReferenceRate
from sanhu.domains.funding.models.reservation import Reservation
from sanhu.domains.funding.models.spending import Spending
from sanhu.domains.funding.models.statement import Statement, StatementLine
from sanhu.domains.funding.models.voucher import Posting, Voucher
from sanhu.domains.funding.models.year import ClosedYear
from sanhu.domains.funding.models.year_end import CarryConsent, SettlementLine, YearSettlement

__all__ = [
    "Achievement",
    "AdjustmentLine",
    "Budget",
    "BudgetAdjustment",
    "BudgetEntry",
    "BudgetExplanation",
    "CarryConsent",
    "Clearing",
    "ClosedYear",
    "DevelopmentPlan",
    "Disclosure",
    "Donation",
    "DonationNotice",
    "DonationUse",
    "DonorKey",
    "Earmark",
    "LedgerAccount",
    "LotteryNotice",
    "LotteryProject",
    "PerformanceCheck",
    "PerformanceReading",
    "PerformanceSheet",
    "PerformanceTarget",
    "PlanCorrection",
    "PlanTarget",
    "PlannedExpense",
    "Posting",
    "PurposeChange",
    "ReferenceRate",
    "Reservation",
    "SelfEvaluation",
    "SettlementLine",
    "Spending",
    "Statement",
    "StatementLine",
    "StatementSource",
    "Voucher",
    "YearSettlement",
]
