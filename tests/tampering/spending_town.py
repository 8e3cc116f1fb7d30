"""A district with two days behind it on which lottery money was granted, spent and told of, each day signed."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from sanhu.domains.funding.services import lottery
from tests.cast import MONDAY_MORNING, found_demo_district
from tests.domains.funding.money import Purse
from tests.domains.funding.projects import account_of, grant, register, spend
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
    """Grant and spend on two days."""
    gate = open_gate(found_demo_district())
    work(gate, FIRST)
    yesterday = sign(FIRST.at + 9 * HOUR)
    work(gate, SECOND)
    today = sign(SECOND.at + 9 * HOUR)
    note_down("等待入链", at=SECOND.at + 9 * HOUR)
    return House(cast=gate.cast, yesterday=yesterday, today=today)


def work(gate: Gate, day: Work) -> None:
    """Register a project of a year that is over, let money in, spend on its plan, and announce the year."""
    purse = Purse(gate, at=day.at)
    days = {"approved_on": date(day.year, 1, 9), "first_on": date(day.year, 2, 1)}
    earmark = register(purse, purpose=f"{day.year} 年助餐点", **days).earmark
    grant(purse, earmark, 300_000, year=day.year)
    spend(purse, account_of(earmark, day.year), 10_000, purpose_ref=earmark.ref)
    told = {"year": day.year, "words": "服务了四十名老人。"}
    lottery.announce(actor=purse.actor("陈"), at=purse.now(), client_id=uuid4(), **told)  # type: ignore[arg-type]
