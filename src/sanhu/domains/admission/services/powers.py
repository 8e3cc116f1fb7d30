"""Taking a power back before its last day (R33)."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.events import AdmissionEvent
from sanhu.domains.admission.models import PowerGrant
from sanhu.domains.admission.parties import POWER_ARTICLE
from sanhu.domains.admission.queries.tasks import visible_to
from sanhu.domains.admission.rules.tasks import Withdrawal, may_withdraw
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
