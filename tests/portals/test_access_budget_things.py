"""What the gate's matrix asks about budgets: one in each state, one of the other district, and the forms."""

from collections.abc import Mapping
from typing import Any

from tests.domains.funding.budgets import COMPLETE, Budgets
from tests.domains.funding.money import Purse
from tests.gate import Gate

_PAPERS = {"document_number": "示财预〔2027〕3号", "reason": "年中调整"}
_PLAN = {"title": "规划", "document_number": "示政〔2026〕6号", "first_year": "2026", "last_year": "2030"}
_RATE = {"year": "2027", "rate_bp": "5", "name": "支出增长率", "source": "预算报告"}


def make_budgets(gate: Gate, away: Gate) -> dict[str, str | int]:
    """Carry budgets of the years from 2031 on to each state; of the locked ones one has an adjustment that waits."""
    budgets = Budgets(Purse(gate))
    found: dict[str, str | int] = {"draft": budgets.begin(2031), "submitted": budgets.begin(2032)}
    budgets.write(str(found["draft"]), COMPLETE)
    budgets.write(str(found["submitted"]), COMPLETE)
    budgets.submit(str(found["submitted"]))
    found |= {"locked": budgets.locked(2034).number, "adjusted": budgets.locked(2036).number}
    budgets.adjust(str(found["adjusted"]), {("L7", "service"): 5})
    elsewhere = Budgets(Purse(away))
    found["away"] = elsewhere.begin(2031, by="外")
    return {**found, "unknown": "990101-2099-B01"}


def make_plans(gate: Gate, away: Gate) -> dict[str, int]:
    """Record a plan in either district."""
    return {"own": Budgets(Purse(gate)).plan(), "away": Budgets(Purse(away)).plan(by="外")}


def budget_address(numbers: Mapping[str, str | int], what: str) -> dict[str, Any]:
    """Give the address of an adjustment: the first of its budget."""
    return {"number": numbers[what], "position": 1}


def budget_form(name: str, what: str) -> dict[str, Any]:
    """Give what is sent about budgets, good."""
    del what
    match name:
        case "desk:budget_new":
            return {"year": "2040", "body_id": ""}
        case "desk:budget_edit":
            return {"fen_L1_service": "5"}
        case "desk:budget_adjust":
            return {**_PAPERS, "fen_L7_service": "3"}
        case "desk:budget_adjustment":
            return {"move": "approve"}
        case "desk:plan_new":
            return _PLAN
        case "desk:plan_correct":
            return {**_PLAN, "title": "五年规划", "reason": "录入时写错"}
    return _RATE
