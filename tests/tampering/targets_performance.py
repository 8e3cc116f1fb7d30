"""Every kind of row of budget performance, and how its owner would alter one."""

from collections.abc import Mapping

from sanhu.domains.funding.models import (
    Achievement,
    PerformanceCheck,
    PerformanceReading,
    PerformanceSheet,
    PerformanceTarget,
    SelfEvaluation,
)
from tests.tampering.targets import LONG_AGO, Columns, Target


def _another_target() -> Columns:
    """A target of the last day, which the first day's rows do not speak of."""
    return {"target_id": PerformanceTarget.objects.order_by("-pk")[0].pk}


# What stands in a sheet, a check or a self-evaluation has no date of its own: that has.
UNDATED = {"target", "reading", "achievement"}
PERFORMANCE: Mapping[str, Target] = {
    "sheet": Target(
        PerformanceSheet,
        flipped={"goal": "另一个目标"},
        fresh=lambda: {"ordinal": 99},
        dated=(PerformanceSheet, {"set_at": LONG_AGO}),
    ),
    "target": Target(PerformanceTarget, flipped={"value": 1}, fresh=lambda: {"position": 99}),
    "check": Target(
        PerformanceCheck,
        flipped={"paid_fen": 1},
        fresh=lambda: {"ordinal": 99},
        dated=(PerformanceCheck, {"checked_at": LONG_AGO}),
    ),
    "reading": Target(PerformanceReading, flipped={"words": "另一个原因"}, fresh=_another_target),
    "self-evaluation": Target(
        SelfEvaluation,
        flipped={"reason": "另一个理由"},
        fresh=lambda: {"ordinal": 99, "state": "returned", "final_grade": ""},
        dated=(SelfEvaluation, {"evaluated_at": LONG_AGO}),
    ),
    "achievement": Target(Achievement, flipped={"words": "另一个依据"}, fresh=_another_target),
}
