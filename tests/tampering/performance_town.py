"""A district with two days behind it on which a year's money was looked at, each day signed."""

from dataclasses import dataclass
from datetime import datetime

from tests.cast import MONDAY_MORNING, found_demo_district
from tests.domains.funding.budgets import Budgets
from tests.domains.funding.money import Purse
from tests.domains.funding.performances import Performances
from tests.domains.funding.settling import close
from tests.gate import Gate, open_gate
from tests.tampering.conftest import DAY, HOUR, House, note_down, sign


@dataclass(frozen=True)
class Work:
    """What a day is about, so that no day repeats another."""

    at: datetime
    year: int


FIRST = Work(at=MONDAY_MORNING, year=2024)
SECOND = Work(at=MONDAY_MORNING + DAY, year=2025)


def build() -> House:
    """Look at two years' money, a year a day."""
    gate = open_gate(found_demo_district())
    work(gate, FIRST)
    yesterday = sign(FIRST.at + 9 * HOUR)
    work(gate, SECOND)
    today = sign(SECOND.at + 9 * HOUR)
    note_down("等待入链", at=SECOND.at + 9 * HOUR)
    return House(cast=gate.cast, yesterday=yesterday, today=today)


def work(gate: Gate, day: Work) -> None:
    """Set targets, say how they stand, close the books, evaluate, and let another review."""
    line = Performances(Budgets(Purse(gate, at=day.at)))
    number = line.locked(day.year)
    line.check(number)
    line.purse.account(year=day.year)
    close(line.purse, year=day.year)
    line.evaluate(number)
    line.review(number, "good")
