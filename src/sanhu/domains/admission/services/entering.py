"""Coming into force (R33, R34, R58): each committee gets its task, its power and its money at once, or nobody anything.

Everything here happens in the caller's transaction, behind the application's lock.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self

from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.events import AdmissionEvent
from sanhu.domains.admission.models import Application, Instalment, PowerGrant, Task
from sanhu.domains.admission.parties import ADMISSION_ARTICLE
from sanhu.domains.admission.rules.demands import is_statutory
from sanhu.domains.admission.rules.tasks import Money, Power, check_money, check_power, may_begin
from sanhu.domains.admission.services import steps
from sanhu.domains.admission.tables import TASK
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.record import record
from sanhu.domains.evidence.serials import next_in
from sanhu.domains.funding.models import LedgerAccount, Reservation
from sanhu.domains.funding.services.accounts import account_for
from sanhu.domains.funding.services.holding import hold
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.rules.bodies import COMMUNITY_DIGITS
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Decision, Refused, refuse
from sanhu.engines.legal_time import legal_day


@dataclass(frozen=True)
class Part:
    """A part of the money and the last day on which it is paid in time."""

    due_on: date
    amount_fen: int


@dataclass(frozen=True)
class Document:
    """The paper that gives the power: its number, and from when to when it holds; no day is the task's own."""

    number: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Charge:
    """What one committee is to bear: from when to when, how much work, and which parts of the money fall due when."""

    application: Application
    committee: Organisation
    area_code: str
    starts_on: date
    ends_on: date
    minutes: int
    parts: tuple[Part, ...]
    document: Document

    @classmethod
    def of_whole(cls, application: Application, committee: Organisation, *, document: Document) -> Self:
        """Give what a committee is to bear from the beginning to the end of an application."""
        return cls(
            application=application,
            committee=committee,
            area_code=area_of(committee),
            starts_on=application.starts_on,
            ends_on=application.ends_on,
            minutes=application.minutes_each,
            parts=parts_of(application),
            document=document,
        )

    @property
    def amount_fen(self) -> int:
        """The money of all parts."""
        return sum(part.amount_fen for part in self.parts)

    @property
    def power(self) -> Power:
        """The power that comes along."""
        return Power(
            kind=self.application.power_kind,
            article=self.application.power_article,
            document_number=self.document.number.strip(),
            valid_from=self.document.valid_from or self.starts_on,
            valid_to=self.document.valid_to or self.ends_on,
        )


def put_in_force(application: Application, *, document: Document, actor: Actor, at: datetime) -> list[Witnessed]:
    """Bring an approved application into force and give its tasks.

    Raises Refused where anything is missing: X-07 without a power for the whole period, X-08 without its money. The
    caller's transaction then holds nothing of it. Who could not pay before the task was there is not late with it: no
    part falls due before this day.
    """
    today = legal_day(at)
    asked = application.committees.filter(ended_at=None).select_related("committee").order_by("committee_id")
    committees = [row.committee for row in asked]
    _allow(may_begin(ends_on=application.ends_on, has_committees=bool(committees), today=today))
    parts = tuple(replace(part, due_on=max(part.due_on, today)) for part in parts_of(application))
    charges = [replace(Charge.of_whole(application, body, document=document), parts=parts) for body in committees]
    check_power_of(charges[0])
    _allow(check_money(_money_of(application)))
    return [_charge(charge, actor=actor, at=at) for charge in charges]


def _charge(charge: Charge, *, actor: Actor, at: datetime) -> Task:
    """Give one committee its task with power and money."""
    application = charge.application
    account = application.account
    assert account is not None, "money was checked"
    number = next_number(application.district, at=at)
    payee = payee_of(charge, account.year, actor=actor, at=at)
    reservation = hold(
        account_id=account.pk,
        payee_id=payee.pk,
        amount_fen=charge.amount_fen,
        purpose_ref=f"task:{number}",
        actor=actor,
        at=at,
    )
    return begin_task(charge, number=number, reservation=reservation, actor=actor, at=at)


def payee_of(charge: Charge, year: int, *, actor: Actor, at: datetime) -> LedgerAccount:
    """Give the committee's own account for this money."""
    application = charge.application
    return account_for(
        district=application.district,
        body_id=charge.committee.pk,
        source=application.source,
        line=application.line,
        year=year,
        actor=actor,
        at=at,
    )


def begin_task(
    charge: Charge,
    *,
    number: str,
    reservation: Reservation,
    actor: Actor,
    at: datetime,
    succeeds: Task | None = None,
) -> Task:
    """Write a task with the power it is given; its money is set aside already. Raises Refused without power (X-07)."""
    grant = _grant(charge, at=at)
    task = Task.objects.create(
        number=number,
        district=charge.application.district,
        application=charge.application,
        committee=charge.committee,
        area_code=charge.area_code,
        starts_on=charge.starts_on,
        ends_on=charge.ends_on,
        minutes=charge.minutes,
        amount_fen=reservation.amount_fen,
        is_statutory=is_statutory(charge.application.item_code) is not None,
        grant=grant,
        reservation=reservation,
        succeeds=succeeds,
        state=TASK.initial,
        revision=1,
        in_force_at=at,
    )
    parts = [
        Instalment.objects.create(task=task, ordinal=ordinal, due_on=part.due_on, amount_fen=part.amount_fen)
        for ordinal, part in enumerate(charge.parts, start=1)
    ]
    record(
        event=AdmissionEvent.POWER_GRANTED,
        actor=actor,
        at=at,
        subject=task.ref,
        district=task.district,
        rows=[grant],
        facts={"valid_from": grant.valid_from, "valid_to": grant.valid_to},
    )
    steps.begin(task, event=AdmissionEvent.IN_FORCE, actor=actor, at=at, rows=parts)
    return task


def _grant(charge: Charge, *, at: datetime) -> PowerGrant:
    check_power_of(charge)
    return PowerGrant.objects.create(
        district=charge.application.district,
        kind=charge.power.kind,
        giver_id=charge.application.organ_id,
        holder=charge.committee,
        scope=charge.application.power_scope,
        document_number=charge.power.document_number,
        article=charge.power.article,
        valid_from=charge.power.valid_from,
        valid_to=charge.power.valid_to,
        granted_at=at,
    )


def check_power_of(charge: Charge) -> None:
    """Raise Refused (X-07) where the power that comes along does not carry the duty."""
    _allow(check_power(charge.power, starts_on=charge.starts_on, ends_on=charge.ends_on))


def _money_of(application: Application) -> Money:
    account = application.account
    same = account is None or (account.source, account.line) == (application.source, application.line)
    return Money(
        account_id=application.account_id,
        amount_fen=application.amount_each_fen,
        parts_fen=tuple(part.amount_fen for part in parts_of(application)),
        is_of_the_account=same,
    )


def parts_of(application: Application) -> tuple[Part, ...]:
    """Give the parts in which an application's money falls due in one community, the earliest first."""
    parts = [Part(date.fromisoformat(said["due_on"]), said["amount_fen"]) for said in application.instalments]
    return tuple(sorted(parts, key=lambda part: part.due_on))


def area_of(committee: Organisation) -> str:
    """Give the community a committee serves. Raises Refused where none is registered."""
    codes = committee.served_areas.filter(ended_at=None).order_by("code").values_list("code", flat=True)
    communities = [code for code in codes if len(code) == COMMUNITY_DIGITS]
    if not communities:
        reason = _("居民委员会没有登记所服务的社区，任务无法落到社区")
        raise Refused(refuse(reason, citations=(ADMISSION_ARTICLE,)))
    return communities[0]


def next_number(district: str, *, at: datetime) -> str:
    """Give the next task its number, as its papers print it."""
    year = legal_day(at).year
    return f"{district}-{year}-T{next_in(district=district, kind='task', year=year):04d}"


def _allow(decision: Decision) -> None:
    if not decision:
        raise Refused(decision)
