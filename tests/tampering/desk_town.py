"""A district with two days at its desks behind it, each day signed: who signs in how, who stands in for whom, what a
program may, what is mailed, co-signed, written beforehand, added by a reporter, and decided about showing it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import pyotp

from sanhu.domains.casework.models import Publication, Verdict
from sanhu.domains.casework.services.contacts import Wish
from sanhu.domains.casework.services.cosigning import Question, ask_to_cosign
from sanhu.domains.casework.services.joining import join
from sanhu.domains.casework.services.procedures import Done, do_step
from sanhu.domains.casework.services.publishing import Ruling, decide
from sanhu.domains.casework.services.receipts import receipt_hash
from sanhu.domains.casework.services.reply_templates import Draft, add_template
from sanhu.domains.casework.services.supplements import Addition, supplement
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.subjects.services.api_tokens import make_own_token, revoke_token
from sanhu.domains.subjects.services.digests import subscribe
from sanhu.domains.subjects.services.external_identities import link_own
from sanhu.domains.subjects.services.one_time_codes import begin_app, confirm_app
from sanhu.domains.subjects.services.recovery_codes import issue_recovery_codes, take_recovery_code
from sanhu.engines.actors import resident
from sanhu.engines.legal_time import legal_day
from tests.cast import (
    DISTRICT,
    MONDAY_MORNING,
    OTHER_ITEM,
    Carried,
    Cast,
    carry,
    found_demo_district,
    move,
    report_matter,
)
from tests.deputising import lend
from tests.domains.casework.test_procedures import lay_down
from tests.portals.second_steps import passkey_of
from tests.tampering.conftest import DAY, HOUR, House, note_down, sign


@dataclass(frozen=True)
class Day:
    """Who does a day's work, so that no day repeats another: `clerk` goes away and lends the post to `deputy`."""

    at: datetime
    clerk: str
    deputy: str
    verdict: Verdict


FIRST = Day(at=MONDAY_MORNING, clerk="周", deputy="徐", verdict=Verdict.PASSED)
SECOND = Day(at=MONDAY_MORNING + DAY, clerk="何", deputy="周", verdict=Verdict.WITHHELD)


def build() -> House:
    """Let the desks be open for two days."""
    cast = found_demo_district()
    lay_down(cast, item=OTHER_ITEM)
    work(cast, FIRST)
    yesterday = sign(FIRST.at + 9 * HOUR)
    work(cast, SECOND)
    today = sign(SECOND.at + 9 * HOUR)
    note_down("等待入链", at=SECOND.at + 9 * HOUR)
    return House(cast=cast, yesterday=yesterday, today=today)


def work(cast: Cast, day: Day) -> None:
    """Do a day's work that writes a row of every kind a desk has."""
    _set_up_signing_in(cast, day)
    _arrange_the_desk(cast, day)
    carried = carry(cast, to="in_progress", at=day.at, words=f"{day.clerk}登记：灯柱倒了")
    _ask_and_add(cast, carried)
    _join(carried)
    _hand_round(cast, day)
    _go_through_the_procedure(cast, day)
    of_words = Publication.objects.get(matter=carried.matter, supplement=None, photo=None)
    ruling = Ruling(verdict=day.verdict, revision=of_words.revision, reason="看过了")
    at = carried.at + 2 * HOUR
    decide(actor=cast.actor("徐", at), at=at, client_id=uuid4(), publication_id=of_words.pk, ruling=ruling)


def _set_up_signing_in(cast: Cast, day: Day) -> None:
    account, actor, at = cast[day.clerk].account, cast.actor(day.clerk, day.at), day.at
    app = begin_app(account_id=account.pk, actor=actor, at=at)
    confirm_app(account_id=account.pk, code=pyotp.TOTP(app.secret).at(at), actor=actor, at=at)
    passkey_of(cast[day.clerk], at=at)
    codes = issue_recovery_codes(account_id=account.pk, actor=actor, at=at)
    assert take_recovery_code(account, codes[0], at=at)
    link_own(account_id=account.pk, issuer="https://id.example.org", subject=day.clerk, actor=actor, at=at)


def _arrange_the_desk(cast: Cast, day: Day) -> None:
    actor, at = cast.actor(day.clerk, day.at), day.at
    until = legal_day(at + 30 * DAY)
    made = make_own_token(name=f"{day.clerk}的程序", scopes=["matter.view"], expires_on=until, actor=actor, at=at)
    if day == SECOND:
        revoke_token(token_id=made.token.pk, actor=actor, at=at)
    lend(cast[day.clerk], cast[day.deputy], at=at)
    subscribe(channel="email", address="office@example.org", hour=8, actor=actor, at=at)
    draft = Draft(f"{day.clerk}看过", "{编号}已清运。")
    add_template(actor=cast.actor("孙", at), at=at, draft=draft)


def _join(carried: Carried) -> None:
    wish = Wish(Channel.SMS, "13900990102")
    join(actor=resident(DISTRICT), at=carried.at + HOUR, client_id=uuid4(), number=carried.matter.number, wish=wish)


def _hand_round(cast: Cast, day: Day) -> None:
    """Let a matter be handed back until its lead is ruled."""
    carried = carry(cast, to="returned", at=day.at, words="路口的窨井盖不见了")
    number, at = carried.matter.number, carried.at + HOUR
    for code, who in (("assign", "徐"), ("send_back", "吴")):
        move(cast, number, code, by=who, at=at)
    move(cast, number, "rule", by="高", at=at, is_precedent=True)


def _go_through_the_procedure(cast: Cast, day: Day) -> None:
    number, at = report_matter(cast, at=day.at, words="占道经营").number, day.at + HOUR
    move(cast, number, "accept", by="周", at=at, duty_id=cast.duties[OTHER_ITEM].pk)
    for code, who in (("assign", "徐"), ("sign", "吴"), ("start", "孙")):
        move(cast, number, code, by=who, at=at)
    for position in (1, 2):
        done = Done(position, words="看过了", output_name="照片")
        do_step(actor=cast.actor("孙", at), at=at, client_id=uuid4(), number=number, done=done)


def _ask_and_add(cast: Cast, carried: Carried) -> None:
    number, at = carried.matter.number, carried.at + HOUR
    bodies = (cast.bodies["安居物业服务有限公司"].pk,)
    question = Question(organisation_ids=bodies, question="是否同意？", within=3)
    ask_to_cosign(actor=cast.actor("孙", at), at=at, client_id=uuid4(), number=number, question=question)
    supplement(
        at=at, client_id=uuid4(), receipt_hash=receipt_hash(carried.receipt), addition=Addition(words="又倒了一根")
    )
