"""A district with two days in its money rooms behind it, each day signed: budgeted, adjusted, cleared and published."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sanhu.domains.funding.disclosure_rules import Period
from sanhu.domains.funding.models import StatementLine
from sanhu.domains.funding.services.clearing import explain, sign_clearing
from sanhu.domains.funding.services.disclosing import disclose
from sanhu.domains.funding.services.plan_correcting import correct_plan
from sanhu.domains.funding.services.plans import Plan
from sanhu.domains.funding.services.statements import import_statement
from sanhu.engines.legal_time import legal_day
from tests.cast import COMMUNITY, MONDAY_MORNING, found_demo_district
from tests.domains.funding.budgets import COMPLETE, Budgets
from tests.domains.funding.money import Purse
from tests.gate import Gate, open_gate
from tests.tampering.conftest import DAY, HOUR, House, note_down, sign


@dataclass(frozen=True)
class Work:
    """What a day is about, so that no day repeats another."""

    at: datetime
    year: int
    quarter: int


FIRST = Work(at=MONDAY_MORNING, year=2027, quarter=2)
SECOND = Work(at=MONDAY_MORNING + DAY, year=2029, quarter=3)


def build() -> House:
    """Let the money rooms work for two days."""
    gate = open_gate(found_demo_district())
    work(gate, FIRST)
    yesterday = sign(FIRST.at + 9 * HOUR)
    work(gate, SECOND)
    today = sign(SECOND.at + 9 * HOUR)
    note_down("等待入链", at=SECOND.at + 9 * HOUR)
    return House(cast=gate.cast, yesterday=yesterday, today=today)


def work(gate: Gate, day: Work) -> None:
    """Do a day's work that writes a row of every kind these rooms have."""
    purse = Purse(gate, at=day.at)
    _budget(Budgets(purse), day)
    _clear(purse, day)
    wish = {"area_code": COMMUNITY, "period": Period(2026, day.quarter)}
    disclose(actor=purse.actor("陈"), at=purse.now(), client_id=uuid4(), **wish)  # type: ignore[arg-type]


def _budget(budgets: Budgets, day: Work) -> None:
    """Record plan and rate, lock a year's budget, and change it by an adjustment."""
    plan = budgets.plan(f"示政〔{day.year}〕5号", last_year=2035, targets={(day.year, "L5b"): 700, (day.year, "L7"): 9})
    _put_right(budgets.purse, plan, day)
    budgets.rate(day.year, 500)
    explained = {"": "上年含一次性安排。", "L1": "压缩会议。"}
    number = budgets.locked(day.year, COMPLETE, explanations=explained, plan_id=plan).number
    asked = budgets.adjust(number, {("L7", "service"): 50, ("L5b", "service"): -1})
    budgets.settle(number, asked.position)


def _put_right(purse: Purse, plan_id: int, day: Work) -> None:
    plan = Plan(
        title="社会事业发展五年规划",
        document_number=f"示政〔{day.year}〕5号",
        first_year=2026,
        last_year=2035,
        targets={(day.year, "L5b"): 700, (day.year, "L8"): 9},
    )
    asked = {"plan_id": plan_id, "plan": plan, "reason": "科目录错"}
    correct_plan(actor=purse.actor("田"), at=purse.now(), client_id=uuid4(), **asked)  # type: ignore[arg-type]


def _clear(purse: Purse, day: Work) -> None:
    """Import a statement that charges a fee, and clear it by two persons."""
    fee = f"手续费{day.at:%d}"
    data = f"流水号,记账日期,金额,凭证编号\n{fee},{legal_day(day.at)},18.00,\n".encode()
    import_statement(actor=purse.actor("田"), at=purse.now(), name=f"{day.at:%d}日对账单", data=data)
    said = {"kind": "bank_fee", "reason": "见回单", "line_id": StatementLine.objects.get(reference=fee).pk}
    clearing = explain(actor=purse.actor("田"), at=purse.now(), client_id=uuid4(), **said)  # type: ignore[arg-type]
    sign_clearing(actor=purse.actor("秦"), at=purse.now(), client_id=uuid4(), clearing_id=clearing.pk)
