"""How tasks end before or with their last day: what is not paid is no longer set aside, nor owed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.events import AdmissionEvent
from sanhu.domains.admission.models import Application, Instalment, Task
from sanhu.domains.admission.queries.tasks import grants_of, unpaid
from sanhu.domains.admission.services import steps
from sanhu.domains.admission.tables import TASK
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.record import record
from sanhu.domains.funding.holds import standing_hold
from sanhu.domains.funding.services.holding import release
from sanhu.domains.funding.terms import VoucherState
from sanhu.engines.actors import SYSTEM, Actor
from sanhu.engines.legal_time import legal_day

REVOKED = _("准入已撤销，权限随之收回")


def end_tasks(application: Application, *, move: str, actor: Actor, at: datetime) -> list[Witnessed]:
    """End every open task of an application that is revoked or has expired, and give them.

    Runs in the caller's transaction, behind the application's lock. What was set aside and not paid is released; a
    revoked admission takes back the powers it gave, from that day's end on.
    """
    tasks = Task.objects.select_for_update().filter(application=application, is_open=True).order_by("pk")
    return [_end(task, move=move, actor=actor, at=at) for task in list(tasks)]


def _end(task: Task, *, move: str, actor: Actor, at: datetime) -> Task:
    at = steps.not_before_the_last_step(task, at)
    release(standing_hold(task.reservation_id), actor=actor, at=at)
    cancelled = cancel_unpaid(task, at=at)
    if move == "revoke":
        take_back(task, reason=REVOKED, actor=actor, at=at)
    close(task, move, actor=SYSTEM, at=at, rows=cancelled)
    return task


def close(
    task: Task,
    move: str,
    *,
    actor: Actor,
    at: datetime,
    rows: Sequence[Witnessed],
    reason: str = "",
    article: str = "",
    facts: Mapping[str, object] | None = None,
) -> None:
    """Make the move that ends a task."""
    found = TASK.move(move)
    task.ended_at = at
    task.suspended_for = ""
    cited = article or found.citation
    steps.apply(task, found, actor=actor, at=at, reason=reason, article=cited, rows=rows, facts=facts)


def cancel_unpaid(task: Task, *, at: datetime) -> list[Instalment]:
    """Let fall due no more what is not paid; the caller's entry witnesses the rows.

    What waits for a signature was asked for while the task ran, and is still paid if it is signed.
    """
    parts = [part for part in unpaid(task) if part.voucher is None or part.voucher.state != VoucherState.WAITING]
    for part in parts:
        part.cancelled_at = at
        part.save(update_fields=["cancelled_at"])
    return parts


def take_back(task: Task, *, reason: str, actor: Actor, at: datetime) -> None:
    """Take what power a task has back on this day, where it would last longer."""
    today = legal_day(at)
    lasting = [grant for grant in grants_of(task) if grant.valid_to > today]
    for grant in lasting:
        grant.valid_to, grant.withdrawn_at, grant.withdrawn_reason = today, at, reason
        grant.save()
    if lasting:
        record(
            event=AdmissionEvent.POWER_WITHDRAWN,
            actor=actor,
            at=at,
            subject=task.ref,
            district=task.district,
            rows=lasting,
            facts={"valid_to": today},
        )
