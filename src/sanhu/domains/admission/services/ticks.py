"""What time does at the gate by itself: admissions and powers end, and what is late is noted, each of it once.

Each turn is a transaction of its own that looks again behind the row's lock, so a missed or doubled tick changes
nothing.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from sanhu.domains.admission.events import AdmissionEvent
from sanhu.domains.admission.models import Application, Instalment, PowerGrant, Task
from sanhu.domains.admission.queries.tasks import overdue_instalments
from sanhu.domains.admission.services import demand_ticks, return_ticks, steps
from sanhu.domains.admission.services.ending import end_tasks
from sanhu.domains.admission.services.turns import take_turns
from sanhu.domains.admission.tables import APPLICATION, TASK
from sanhu.domains.evidence.record import record
from sanhu.engines.actors import SYSTEM
from sanhu.engines.legal_time import legal_day

_UNDECIDED = ("reviewing", "joint_meeting")


def tick(*, at: datetime, limit: int = 100) -> int:
    """Do what has come due, at most `limit` of each kind, and give how much was done.

    What could not be done is raised, as an ExceptionGroup, when everything else is.
    """
    return take_turns(_turns(at, limit))


def _turns(at: datetime, limit: int) -> Iterator[Callable[[], int]]:
    kinds: tuple[tuple[Callable[..., bool], QuerySet[Application] | QuerySet[Task] | QuerySet[Instalment]], ...] = (
        (_expire, _ended(at)),
        (_note_undecided, _undecided(at)),
        (_tell_of_lapsing, _lapsing(at)),
        (_suspend_for_power, _powerless(at)),
        (_note_late, _late(at)),
    )
    for turn, due in kinds:
        for key in list(due.order_by("pk").values_list("pk", flat=True)[:limit]):
            yield partial(turn, key, at=at)
    yield partial(demand_ticks.tick, at=at)
    yield from return_ticks.turns(at, limit)


# --- an admission's last day has passed


def _ended(at: datetime) -> QuerySet[Application]:
    return Application.objects.filter(state__in=APPLICATION.move("expire").sources, ends_on__lt=legal_day(at))


@transaction.atomic
def _expire(key: int, *, at: datetime) -> bool:
    application = _ended(at).select_for_update().filter(pk=key).first()
    if application is None:
        return False
    at = steps.not_before_the_last_step(application, at)
    move = APPLICATION.move("expire")
    tasks = end_tasks(application, move="expire", actor=SYSTEM, at=at)
    application.ended_at = at
    steps.apply(application, move, actor=SYSTEM, at=at, article=move.citation, rows=tasks)
    return True


# --- the day for deciding has passed


def _undecided(at: datetime) -> QuerySet[Application]:
    """Those not noted yet; one that was returned and accepted again is late anew."""
    unnoted = Q(overdue_at=None) | Q(overdue_at__lt=F("accepted_at"))
    return Application.objects.filter(unnoted, state__in=_UNDECIDED, due_on__lt=legal_day(at))


@transaction.atomic
def _note_undecided(key: int, *, at: datetime) -> bool:
    application = _undecided(at).select_for_update().filter(pk=key).first()
    if application is None:
        return False
    application.overdue_at = at
    application.save(update_fields=["overdue_at"])
    record(
        event=AdmissionEvent.OVERDUE,
        actor=SYSTEM,
        at=at,
        subject=application.ref,
        district=application.district,
        rows=[application],
        facts={"due_on": application.due_on},
    )
    return True


# --- a power ends before its task does


def _lapsing(at: datetime) -> QuerySet[Task]:
    """Open tasks whose power ends before they do, and soon, of which nobody was told."""
    soon = legal_day(at) + timedelta(days=settings.SANHU_GRANT_TOLD_AHEAD_DAYS)
    return Task.objects.filter(
        is_open=True, grant__told_at=None, grant__valid_to__lt=F("ends_on"), grant__valid_to__lte=soon
    )


@transaction.atomic
def _tell_of_lapsing(key: int, *, at: datetime) -> bool:
    task = _lapsing(at).select_for_update(of=("self",)).filter(pk=key).first()
    if task is None:
        return False
    grant = PowerGrant.objects.select_for_update().get(pk=task.grant_id)
    grant.told_at = at
    grant.save(update_fields=["told_at"])
    record(
        event=AdmissionEvent.POWER_LAPSING,
        actor=SYSTEM,
        at=at,
        subject=task.ref,
        district=task.district,
        rows=[grant],
        facts={"valid_to": grant.valid_to, "organ": grant.giver_id, "committee": grant.holder_id},
    )
    return True


def _powerless(at: datetime) -> QuerySet[Task]:
    """Tasks in force whose power is gone; one whose own last day has passed expires instead."""
    today = legal_day(at)
    return Task.objects.filter(state="in_force", is_open=True, grant__valid_to__lt=today, ends_on__gte=today)


@transaction.atomic
def _suspend_for_power(key: int, *, at: datetime) -> bool:
    task = _powerless(at).select_for_update(of=("self",)).filter(pk=key).first()
    if task is None:
        return False
    move = TASK.move("suspend_for_power")
    at = steps.not_before_the_last_step(task, at)
    task.suspended_for = "power"
    steps.apply(task, move, actor=SYSTEM, at=at, article=move.citation)
    return True


# --- an instalment's last day has passed unpaid


def _late(at: datetime) -> QuerySet[Instalment]:
    return overdue_instalments(legal_day(at)).filter(overdue_at=None)


@transaction.atomic
def _note_late(key: int, *, at: datetime) -> bool:
    task = Task.objects.select_for_update().filter(instalments=key).get()
    part = _late(at).filter(pk=key).first()
    if part is None:
        return False
    part.overdue_at = at
    part.save(update_fields=["overdue_at"])
    record(
        event=AdmissionEvent.INSTALMENT_OVERDUE,
        actor=SYSTEM,
        at=at,
        subject=task.ref,
        district=task.district,
        rows=[part],
        facts={"instalment": part.ordinal, "due_on": part.due_on, "amount_fen": part.amount_fen},
    )
    return True
