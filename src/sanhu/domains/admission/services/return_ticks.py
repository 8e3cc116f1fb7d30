"""What time does to returns by itself (R14): silence is heard as silence, a check that falls due is told of, once."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from sanhu.domains.admission.events import AdmissionEvent
from sanhu.domains.admission.models import ReturnAnswer, ReturnProposal
from sanhu.domains.admission.queries.returns import unheard_of
from sanhu.domains.admission.services import steps
from sanhu.domains.admission.tables import RETURN
from sanhu.domains.evidence.record import record
from sanhu.engines.actors import SYSTEM
from sanhu.engines.legal_time import legal_day


def turns(at: datetime, limit: int) -> Iterator[Callable[[], bool]]:
    """Give what has come due, at most `limit` of each kind; each turn looks again behind the row's lock."""
    kinds = ((_end_hearing, _unanswered(at)), (_tell, _checkable(at)), (_note_late, _late(at)))
    for turn, due in kinds:
        for key in list(due.order_by("pk").values_list("pk", flat=True)[:limit]):
            yield partial(turn, key, at=at)


def _unanswered(at: datetime) -> QuerySet[ReturnProposal]:
    return ReturnProposal.objects.filter(state="proposed", answers_due_on__lt=legal_day(at))


@transaction.atomic
def _end_hearing(key: int, *, at: datetime) -> bool:
    """Write down who was silent until the last day; the hearing has ended."""
    proposal = _unanswered(at).select_for_update().filter(pk=key).first()
    if proposal is None:
        return False
    at = steps.not_before_the_last_step(proposal, at)
    silent = [ReturnAnswer.objects.create(proposal=proposal, organisation=body, at=at) for body in unheard_of(proposal)]
    proposal.consulted_at = at
    move = RETURN.move("end_hearing")
    facts = {"silent": [answer.organisation_id for answer in silent]}
    steps.apply(proposal, move, actor=SYSTEM, at=at, article=move.citation, rows=silent, facts=facts)
    return True


def _checkable(at: datetime) -> QuerySet[ReturnProposal]:
    return ReturnProposal.objects.filter(
        state="transferred", stated_at=None, told_at=None, check_from__lte=legal_day(at)
    )


@transaction.atomic
def _tell(key: int, *, at: datetime) -> bool:
    proposal = _checkable(at).select_for_update().filter(pk=key).first()
    if proposal is None:
        return False
    proposal.told_at = at
    return _noted(proposal, "told_at", AdmissionEvent.RETURN_CHECK_DUE, at=at)


def _late(at: datetime) -> QuerySet[ReturnProposal]:
    return ReturnProposal.objects.filter(state="transferred", overdue_at=None, check_due_on__lt=legal_day(at))


@transaction.atomic
def _note_late(key: int, *, at: datetime) -> bool:
    proposal = _late(at).select_for_update().filter(pk=key).first()
    if proposal is None:
        return False
    proposal.overdue_at = at
    return _noted(proposal, "overdue_at", AdmissionEvent.RETURN_CHECK_OVERDUE, at=at)


def _noted(proposal: ReturnProposal, column: str, event: AdmissionEvent, *, at: datetime) -> bool:
    proposal.save(update_fields=[column])
    record(
        event=event,
        actor=SYSTEM,
        at=at,
        subject=proposal.ref,
        district=proposal.district,
        rows=[proposal],
        facts={"check_from": proposal.check_from, "check_due_on": proposal.check_due_on},
    )
    return True
