"""A district with two days behind it on each of which a year was settled, each day signed."""

from dataclasses import dataclass
from datetime import datetime

from tests.applying import APPLIED_AT
from tests.cast import found_demo_district
from tests.domains.funding.money import COMMITTEE, Purse
from tests.domains.funding.settling import let_go_over, settle
from tests.gate import Gate, open_gate
from tests.tampering.conftest import DAY, HOUR, House, note_down, sign


@dataclass(frozen=True)
class Work:
    """Which year a day settles, so that no day repeats another."""

    at: datetime
    year: int


FIRST = Work(at=APPLIED_AT - DAY, year=2022)
SECOND = Work(at=APPLIED_AT, year=2024)


def build() -> House:
    """Settle a year on each of two days."""
    gate = open_gate(found_demo_district())
    work(gate, FIRST)
    yesterday = sign(FIRST.at + 9 * HOUR)
    work(gate, SECOND)
    today = sign(SECOND.at + 9 * HOUR)
    note_down("等待入链", at=SECOND.at + 9 * HOUR)
    return House(cast=gate.cast, yesterday=yesterday, today=today)


def work(gate: Gate, day: Work) -> None:
    """Let fiscal money in on two lines; settle its year, so that one goes over and the other back."""
    purse = Purse(gate, at=day.at)
    for line in ("L2", "L7"):
        purse.appropriate(700, COMMITTEE, source="fiscal", line=line, year=day.year)
    let_go_over(purse, purse.account(COMMITTEE, source="fiscal", line="L7", year=day.year))
    settle(purse, year=day.year)
