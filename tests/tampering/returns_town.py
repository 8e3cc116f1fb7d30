"""A district with two days behind it on each of which a task went back, each day signed."""

from dataclasses import dataclass
from datetime import datetime

from sanhu.domains.admission.models import Task
from tests.applying import APPLIED_AT, application_of
from tests.cast import found_demo_district
from tests.domains.admission.returning import Going
from tests.gate import COMMITTEE, Gate, open_gate
from tests.tampering.conftest import DAY, HOUR, House, note_down, sign


@dataclass(frozen=True)
class Work:
    """What a day is about, so that no day repeats another."""

    at: datetime
    name: str


FIRST = Work(at=APPLIED_AT - DAY, name="文明养犬入户宣传")
SECOND = Work(at=APPLIED_AT, name="消防通道告知书张贴")


def build() -> House:
    """Let a task go back on two days."""
    gate = open_gate(found_demo_district())
    work(gate, FIRST)
    yesterday = sign(FIRST.at + 9 * HOUR)
    work(gate, SECOND)
    today = sign(SECOND.at + 9 * HOUR)
    note_down("等待入链", at=SECOND.at + 9 * HOUR)
    return House(cast=gate.cast, yesterday=yesterday, today=today)


def work(gate: Gate, day: Work) -> None:
    """Admit a task, and let it go back with its money."""
    asked = (gate.bodies[COMMITTEE].pk,)
    application = application_of(gate, to="effective", at=day.at, name=day.name, committee_ids=asked)
    Going(gate, at=day.at + 4 * HOUR).return_of(Task.objects.get(application=application), to="transferred")
