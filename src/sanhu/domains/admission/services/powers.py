"""Taking a power back before its last day, and giving it anew (R33)."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.events import AdmissionEvent
from sanhu.domains.admission.models import PowerGrant, Task
from sanhu.domains.admission.parties import POWER_ARTICLE
from sanhu.domains.admission.queries.tasks import visible_to
from sanhu.domains.admission.rules.tasks import (
    Power,
    Renewal,
    Withdrawal,
    begins_anew,
    check_power,
    may_give_anew,
    may_withdraw,
)
from sanhu.domains.admission.rules.words import MOST_DOCUMENT
from sanhu.domains.admission.services.errors import GateNotFound
from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.legal_time import legal_day

MOST_WORDS = 200
_GRANT = "grant:"


def withdraw(*, actor: Actor, at: datetime, client_id: UUID, grant_id: int, last_day: date, reason: str) -> PowerGrant:
    """Bring the last day of a power forward, to today at the earliest; its task is suspended the day after.

    Raises GateNotFound for what the actor may not see, and Refused to anybody but the giver, and without a reason.
    """
    asked = {"withdraw": grant_id, "last_day": last_day, "reason": reason}
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)
    answer = once.answer(lambda: _withdraw(once, grant_id, last_day, reason.strip(), at=at))
    return PowerGrant.objects.get(pk=int(answer.removeprefix(_GRANT)))


@transaction.atomic
def _withdraw(once: Once, grant_id: int, last_day: date, reason: str, *, at: datetime) -> str:
    actor = once.actor
    task = visible_to(actor).select_for_update(of=("self",)).filter(grant_id=grant_id).first()
    if task is None:
        raise GateNotFound(str(grant_id))
    grant = PowerGrant.objects.select_for_update().get(pk=grant_id)
    decision = may_withdraw(
        Withdrawal(grant.district, grant.giver_id, grant.kind, valid_to=grant.valid_to, last_day=last_day),
        today=legal_day(at),
        actor=actor,
    )
    if not decision:
        raise Refused(decision)
    _check(reason, is_open=task.is_open)
    grant.valid_to, grant.withdrawn_at, grant.withdrawn_reason = last_day, at, reason
    grant.told_at = None  # of this day nobody was told yet
    grant.save()
    record(
        event=AdmissionEvent.POWER_WITHDRAWN,
        actor=actor,
        at=at,
        subject=task.ref,
        district=task.district,
        rows=[grant],
        facts={"valid_to": last_day},
    )
    return once.remember(f"{_GRANT}{grant.pk}")


def _check(reason: str, *, is_open: bool) -> None:
    faults = (
        (not is_open, _("任务已经结束，权限随之终止")),
        (not reason, _("理由：收回权限须写明理由")),
        (len(reason) > MOST_WORDS, _("理由：不超过 200 个字")),
    )
    if reasons := [fault for is_faulty, fault in faults if is_faulty]:
        raise Refused(refuse(*reasons, citations=(POWER_ARTICLE,)))


def give_anew(*, actor: Actor, at: datetime, client_id: UUID, number: str, document_number: str) -> PowerGrant:
    """Give a task's power anew, by another document, from the day after the old one's last to the task's last day.

    A task that stands still for want of power may be resumed then. Raises GateNotFound for what the actor may not see,
    and Refused: to anybody but the giver, where the old power lasts as long as the task, and without a document (X-07).
    """
    asked = {"give_anew": number, "document_number": document_number}
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)
    answer = once.answer(lambda: _give_anew(once, number, document_number.strip(), at=at))
    return PowerGrant.objects.get(pk=int(answer.removeprefix(_GRANT)))


@transaction.atomic
def _give_anew(once: Once, number: str, document_number: str, *, at: datetime) -> str:
    actor, today = once.actor, legal_day(at)
    task = visible_to(actor).select_for_update(of=("self",)).filter(number=number).first()
    if task is None:
        raise GateNotFound(number)
    old = PowerGrant.objects.select_for_update().get(pk=task.grant_id)
    wanted = Renewal(old.district, old.giver_id, old.valid_to, ends_on=task.ends_on, is_open=task.is_open)
    decision = may_give_anew(wanted, today=today, actor=actor)
    if not decision:
        raise Refused(decision)
    new = _following(old, task, document_number=document_number, today=today, at=at)
    task.grant = new
    task.save(update_fields=["grant"])
    record(
        event=AdmissionEvent.POWER_GRANTED,
        actor=actor,
        at=at,
        subject=task.ref,
        district=task.district,
        rows=[new, task],
        facts={"valid_from": new.valid_from, "valid_to": new.valid_to},
    )
    return once.remember(f"{_GRANT}{new.pk}")


def _following(old: PowerGrant, task: Task, *, document_number: str, today: date, at: datetime) -> PowerGrant:
    """Write the power that follows. Raises Refused (X-07) without its paper."""
    power = Power(
        kind=old.kind,
        article=old.article,
        document_number=document_number,
        valid_from=begins_anew(valid_to=old.valid_to, starts_on=task.starts_on, today=today),
        valid_to=task.ends_on,
    )
    decision = check_power(power, starts_on=power.valid_from, ends_on=task.ends_on)
    if not decision:
        raise Refused(decision)
    if len(document_number) > MOST_DOCUMENT:
        raise Refused(refuse(_("授权文书号：不超过 60 个字"), citations=(POWER_ARTICLE,)))
    return PowerGrant.objects.create(
        district=old.district,
        kind=power.kind,
        giver_id=old.giver_id,
        holder_id=old.holder_id,
        scope=old.scope,
        document_number=power.document_number,
        article=power.article,
        valid_from=power.valid_from,
        valid_to=power.valid_to,
        granted_at=at,
        follows=old,
    )
