"""A district with two days behind it on each of which a donation was taken, spent and published, each day signed."""

from datetime import datetime

from tests.cast import MONDAY_MORNING, found_demo_district
from tests.domains.funding.giving import Giving
from tests.domains.funding.money import Purse
from tests.gate import Gate, open_gate
from tests.tampering.conftest import DAY, HOUR, House, note_down, sign

FIRST, SECOND = MONDAY_MORNING, MONDAY_MORNING + DAY


def build() -> House:
    """Take a donation on each of two days."""
    gate = open_gate(found_demo_district())
    work(gate, FIRST)
    yesterday = sign(FIRST + 9 * HOUR)
    work(gate, SECOND)
    today = sign(SECOND + 9 * HOUR)
    note_down("等待入链", at=SECOND + 9 * HOUR)
    return House(cast=gate.cast, yesterday=yesterday, today=today)


def work(gate: Gate, at: datetime) -> None:
    """Do a day's work that writes a row of every kind there is of donations."""
    giving = Giving(Purse(gate, at=at))
    donation = giving.register().donation
    giving.receive(donation, 200_000)
    giving.spend(donation, 50_000)
    giving.publish(donation)
    giving.change(donation)
    giving.new_key(donation)
