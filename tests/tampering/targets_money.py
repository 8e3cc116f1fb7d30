"""Every kind of row of budgets, clearing and public accounts, and how whoever owns the database would alter one."""

from collections.abc import Mapping

from sanhu.domains.funding.models import (
    AdjustmentLine,
    Budget,
    BudgetAdjustment,
    BudgetEntry,
    BudgetExplanation,
    Clearing,
    DevelopmentPlan,
    Disclosure,
    PlanCorrection,
    PlanTarget,
    ReferenceRate,
    Statement,
    StatementSource,
)
from tests.tampering.targets import LONG_AGO, Target

_NOBODY = 10**6  # a key nothing has, where the database wants each to have its own

BUDGETS: Mapping[str, Target] = {
    "plan": Target(
        DevelopmentPlan,
        flipped={"title": "另一份规划"},
        fresh=lambda: {"document_number": "另一个文号"},
        dated=(DevelopmentPlan, {"recorded_at": LONG_AGO}),
    ),
    "plan target": Target(
        PlanTarget, flipped={"amount_fen": 1}, fresh=lambda: {"year": 2039}, dated=(PlanTarget, {"year": 2001})
    ),
    "plan correction": Target(
        PlanCorrection,
        flipped={"reason": "另一个理由"},
        fresh=lambda: {"position": 9},
        dated=(PlanCorrection, {"corrected_at": LONG_AGO}),
    ),
    "reference rate": Target(ReferenceRate, flipped={"rate_bp": 1}, dated=(ReferenceRate, {"recorded_at": LONG_AGO})),
    "budget": Target(
        Budget,
        flipped={"words": "另一种意见"},
        fresh=lambda: {"number": "990101-2099-B99", "year": 2099},
        dated=(Budget, {"opened_at": LONG_AGO}),
    ),
    # What stands in a budget or an adjustment has no date of its own: that has.
    "budget entry": Target(BudgetEntry, flipped={"amount_fen": 1}, fresh=lambda: {"nature": "social"}),
    "explanation": Target(BudgetExplanation, flipped={"words": "另一个原因"}, fresh=lambda: {"line": "L9"}),
    "adjustment": Target(
        BudgetAdjustment,
        flipped={"document_number": "另一个文号"},
        fresh=lambda: {"position": 9},
        dated=(BudgetAdjustment, {"asked_at": LONG_AGO}),
    ),
    "adjustment line": Target(AdjustmentLine, flipped={"change_fen": 1}, fresh=lambda: {"line": "L8"}),
}
CLEARED: Mapping[str, Target] = {
    "statement source": Target(
        StatementSource,
        flipped={"origin": "finance"},
        fresh=lambda: {"statement_id": _NOBODY},
        dated=(Statement, {"imported_at": LONG_AGO}),
    ),
    "clearing": Target(
        Clearing,
        flipped={"reason": "另一个理由"},
        fresh=lambda: {"line_id": _NOBODY},
        dated=(Clearing, {"proposed_at": LONG_AGO}),
    ),
    "disclosure": Target(
        Disclosure,
        flipped={"income_fen": 1},
        fresh=lambda: {"ordinal": 9},
        dated=(Disclosure, {"disclosed_at": LONG_AGO}),
    ),
}
ROOMS: Mapping[str, Target] = {**BUDGETS, **CLEARED}
