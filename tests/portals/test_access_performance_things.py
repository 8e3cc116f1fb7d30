"""What the gate's matrix asks about budget performance: a line of a draft, of a locked year, of a closed one."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from sanhu.domains.funding.services.years import close_year
from tests.domains.funding.budgets import COMPLETE, Budgets
from tests.domains.funding.money import Purse
from tests.domains.funding.performances import LINE, REACHED, TARGETS, Performances
from tests.gate import Gate

OTHER_LINE = "L6b"


def make_performances(gate: Gate, away: Gate) -> dict[str, tuple[str, str]]:
    """Give a budget and a line in each state; 2024's books are closed, and one line of it waits for a review."""
    budgets = Budgets(Purse(gate))
    draft, number = budgets.begin(2041), budgets.begin(2024)
    lines = [Performances(budgets, line) for line in (LINE, OTHER_LINE)]
    for of in (draft, number):
        budgets.write(of, COMPLETE)
    for line in lines:
        line.set(number)
    budgets.submit(number)
    budgets.approve(number)
    budgets.purse.account(year=2024)
    purse = budgets.purse
    close_year(actor=purse.actor("秦"), at=purse.now(), client_id=uuid4(), year=2024)
    lines[1].evaluate(number)
    elsewhere = Budgets(Purse(away))
    other = elsewhere.begin(2041, by="外")
    elsewhere.write(other, COMPLETE, by="外")
    return {
        "preparing": (draft, LINE),
        "bare": (draft, "L10"),
        "running": (Performances(budgets).locked(2042), LINE),
        "closed": (number, LINE),
        "waiting": (number, OTHER_LINE),
        "elsewhere": (other, LINE),
    }


def performance_form(name: str) -> dict[str, Any]:
    """Give what is sent about a line, good."""
    if name == "desk:performance_targets":
        rows = {
            f"{cell}_{number}": "" if (value := _cell(one, cell)) is None else value
            for number, one in enumerate(TARGETS, start=1)
            for cell in ("kind", "name", "unit", "direction", "value", "points")
        }
        return {"goal": "做成", "ordinal": "0", **rows}
    if name == "desk:performance_review":
        return {"move": "confirm", "grade": "good"}
    values = {f"value_{number}": f"{one.value / 1000:g}" for number, one in enumerate(REACHED, start=1)}
    words = {f"words_{number}": one.words for number, one in enumerate(REACHED, start=1)}
    return {"ordinal": "1", "summary": "完成", **values, **words}


def _cell(one: Any, cell: str) -> Any:
    value = getattr(one, cell)
    return f"{value / 1000:g}" if cell == "value" and value is not None else value


def performance_address(found: Mapping[str, tuple[str, str]], name: str, what: str) -> dict[str, Any]:
    """Give a line's address, or its budget's."""
    number, line = found[what]
    return (
        {"number": number} if name in {"desk:performance", "public:performance"} else {"number": number, "line": line}
    )
