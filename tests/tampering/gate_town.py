"""A district with two days at its gate behind it, each day signed: what was asked, decided, borne, held and paid."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sanhu.domains.admission.models import Application, RefusalRight, Task
from sanhu.domains.admission.services.refusal_rights import end_right, register_right
from sanhu.domains.funding.services.statements import import_statement
from sanhu.domains.funding.services.years import close_year
from sanhu.engines.legal_time import legal_day
from tests.applying import APPLIED_AT, application_of
from tests.cast import found_demo_district
from tests.domains.admission.bearing import Bearing
from tests.domains.admission.demanding import recorded, right
from tests.domains.funding.money import LIMIT, Purse
from tests.gate import COMMITTEE, OTHER_COMMITTEE, Gate, open_gate
from tests.tampering.conftest import DAY, HOUR, House, note_down, sign


@dataclass(frozen=True)
class Work:
    """What a day at the gate is about, so that no day repeats another."""

    at: datetime
    name: str
    committee: str
    member: str
    closes: int


FIRST = Work(at=APPLIED_AT - DAY, name="文明养犬入户宣传", committee=COMMITTEE, member="陈", closes=2024)
SECOND = Work(at=APPLIED_AT, name="消防通道告知书张贴", committee=OTHER_COMMITTEE, member="柳", closes=2025)


def build() -> House:
    """Let the gate be open for two days."""
    gate = open_gate(found_demo_district())
    work(gate, FIRST)
    yesterday = sign(FIRST.at + 9 * HOUR)
    work(gate, SECOND)
    today = sign(SECOND.at + 9 * HOUR)
    note_down("等待入链", at=SECOND.at + 9 * HOUR)
    return House(cast=gate.cast, yesterday=yesterday, today=today)


def work(gate: Gate, day: Work) -> None:
    """Do a day's work that writes a row of every kind the gate and the ledger have."""
    asked = (gate.bodies[day.committee].pk,)
    application = application_of(gate, to="effective", at=day.at, name=day.name, committee_ids=asked)
    _pay(gate, application, day)
    _let_refuse(gate, day)
    recorded(gate, by=day.member, at=day.at + HOUR, item_code="")


def _pay(gate: Gate, application: Application, day: Work) -> None:
    """Pay the first instalment, hold a statement against it, give money and take it back, and close a past year."""
    purse = Purse(gate, at=day.at + HOUR)
    paid = Bearing(purse).pay(Task.objects.get(application=application), on=legal_day(day.at))
    line = f"回单{paid.number},{legal_day(day.at)},{paid.amount_fen / 100:.2f},{paid.number}"
    data = f"流水号,记账日期,金额,凭证编号\n{line}\n".encode()
    import_statement(actor=gate.actor("田", purse.at), at=purse.now(), name=f"{day.at:%d}日对账单", data=data)
    granted = purse.appropriate(LIMIT)
    purse.sign(granted.number, by="秦")
    taken_back = purse.reverse(granted.number)
    purse.sign(taken_back.number, by="秦")
    purse.account(year=day.closes)
    close_year(actor=gate.actor("秦", purse.at), at=purse.now(), client_id=uuid4(), year=day.closes)


def _let_refuse(gate: Gate, day: Work) -> None:
    """Register the right to refuse; where there was one, end it and register it anew."""
    earlier = RefusalRight.objects.filter(ended_at=None).first()
    if earlier is None:
        right(gate, at=day.at)
        return
    actor = gate.actor("高", day.at)
    end_right(actor=actor, at=day.at, client_id=uuid4(), right_id=earlier.pk)
    register_right(actor=actor, at=day.at, client_id=uuid4(), article_id=earlier.article_id)
