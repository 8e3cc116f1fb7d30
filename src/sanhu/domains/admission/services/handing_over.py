"""A task changes its bearer, and its money goes with it (R34): all of it in one transaction, or none."""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.models import Instalment, Task
from sanhu.domains.admission.parties import MONEY_ARTICLE
from sanhu.domains.admission.queries.tasks import unpaid
from sanhu.domains.admission.rules.tasks import minutes_left
from sanhu.domains.admission.services.ending import cancel_unpaid, close, take_back
from sanhu.domains.admission.services.entering import (
    Charge,
    Document,
    Part,
    begin_task,
    check_power_of,
    next_number,
    payee_of,
)
from sanhu.domains.funding.holds import standing_hold
from sanhu.domains.funding.models import Reservation
from sanhu.domains.funding.services.moving import move_remainder
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.queries import active_organisations
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.legal_time import legal_day

HANDED_OVER = _("任务已移交，权限随之收回")


def hand_over(
    task: Task,
    *,
    heir_id: int | None,
    unspent_fen: int,
    document_number: str,
    reason: str,
    article: str,
    actor: Actor,
    at: datetime,
) -> Task:
    """End a task and begin its successor with another committee, from today on, and give the successor.

    Minutes are divided by days. What was set aside and not paid is set aside for the successor, in the same parts; of
    what was paid, `unspent_fen` go to it by voucher. Raises Refused, and then the caller's transaction holds nothing.
    """
    heir = _heir(task, heir_id, at=at)
    parts = list(unpaid(task))
    reservation = standing_hold(task.reservation_id)
    charge = _rest_of(task, heir, parts, document_number=document_number, at=at)
    check_power_of(charge)
    number = next_number(task.district, at=at)
    moved, voucher = move_remainder(
        reservation,
        payee=payee_of(charge, reservation.account.year, actor=actor, at=at),
        purpose_ref=f"task:{number}",
        unspent_fen=unspent_fen,
        basis=charge.power.document_number or task.number,
        actor=actor,
        at=at,
    )
    _check_parts(charge, moved)
    cancelled = cancel_unpaid(task, at=at)
    take_back(task, reason=HANDED_OVER, actor=actor, at=at)
    task.minutes -= charge.minutes
    facts = {"to": number, "minutes": charge.minutes, "amount_fen": moved.amount_fen, "unspent_fen": unspent_fen}
    if voucher is not None:
        facts["voucher"] = voucher.number
    close(task, "hand_over", actor=actor, at=at, rows=cancelled, reason=reason, article=article, facts=facts)
    return begin_task(charge, number=number, reservation=moved, actor=actor, at=at, succeeds=task)


def _heir(task: Task, heir_id: int | None, *, at: datetime) -> Organisation:
    committees = active_organisations(at).filter(district=task.district, kind=SubjectKind.RESIDENTS_COMMITTEE)
    heir = committees.filter(pk=heir_id).first() if heir_id else None
    if heir is None or heir.pk == task.committee_id:
        raise Refused(refuse(_("移交给：请选择本区的另一个居民委员会"), citations=(MONEY_ARTICLE,)))
    if Task.objects.filter(application_id=task.application_id, committee=heir, is_open=True).exists():
        raise Refused(refuse(_("移交给：这个居民委员会已经承担同一事项"), citations=(MONEY_ARTICLE,)))
    return heir


def _rest_of(task: Task, heir: Organisation, parts: list[Instalment], *, document_number: str, at: datetime) -> Charge:
    """What is left of a task from this day on."""
    whole = Charge.of_whole(task.application, heir, document=Document(document_number))
    starts_on = max(legal_day(at), task.starts_on)
    left = minutes_left(minutes=task.minutes, starts_on=task.starts_on, ends_on=task.ends_on, from_on=starts_on)
    dues = tuple(Part(part.due_on, part.amount_fen) for part in parts)
    return replace(whole, starts_on=starts_on, ends_on=task.ends_on, minutes=left, parts=dues)


def _check_parts(charge: Charge, moved: Reservation) -> None:
    if charge.amount_fen != moved.amount_fen:
        reason = _("经费：预留的余额与还没有拨付的各笔之和不一致，不能移交；请先核对账目")
        raise Refused(refuse(reason, citations=(MONEY_ARTICLE,), code="X-08"))
