"""One door for what people do with a task that is in force: suspend it, resume it, hand it over."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from sanhu.domains.admission.models import Application, Task
from sanhu.domains.admission.queries import tasks as queries
from sanhu.domains.admission.rules.tasks import may_move
from sanhu.domains.admission.rules.words import check_words
from sanhu.domains.admission.services import notices, steps
from sanhu.domains.admission.services.errors import GateNotFound
from sanhu.domains.admission.services.handing_over import hand_over
from sanhu.domains.admission.tables import TASK
from sanhu.domains.evidence.once import Once
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workflow import Move


@dataclass(frozen=True)
class TaskMove:
    """A move as somebody asks for it.

    `revision` is the task's as the form showed it. The last three belong to handing over: to which committee, how much
    of what was paid is left and goes along, and the number of the document that gives it the power.
    """

    move: str
    revision: int
    reason: str = ""
    article: str = ""
    committee_id: int | None = None
    unspent_fen: int = 0
    document_number: str = ""

    def asked(self, number: str) -> dict[str, object]:
        """What a repeated request is compared by."""
        return {"number": number, **self.__dict__}


def make_move(*, actor: Actor, at: datetime, client_id: UUID, number: str, request: TaskMove) -> Task:
    """Make one move on one task; one that was handed over is given itself, and leads to its successor.

    Raises GateNotFound for what the actor may not see, Refused with the decision when rules or input forbid it,
    StaleForm when a colleague acted meanwhile, requests.ConflictError for a client_id used for something else.
    """
    once = Once(client_id=client_id, actor=actor, asked=request.asked(number), at=at)
    once.answer(lambda: _make_move(once, number, request, at=at))
    return queries.task_for(actor, number)


@transaction.atomic
def _make_move(once: Once, number: str, request: TaskMove, *, at: datetime) -> str:
    actor = once.actor
    task = _locked(actor, number)
    at = steps.not_before_the_last_step(task, at)
    steps.check_revision(task, request.revision)
    decision = may_move(standing=queries.standing_of(task, actor=actor, at=at), move=request.move, actor=actor)
    if not decision:
        raise Refused(decision)
    move = TASK.move(request.move)
    words = check_words(move, reason=request.reason, article=request.article, document_number=request.document_number)
    if not words:
        raise Refused(words)
    _apply(task, move, request, actor=actor, at=at)
    return once.remember(task.ref)


def _locked(actor: Actor, number: str) -> Task:
    """Lock a task the actor may see, behind its application: what ends or hands over takes the same way."""
    seen = queries.visible_to(actor).filter(number=number).first()
    if seen is None:
        raise GateNotFound(number)
    Application.objects.select_for_update().get(pk=seen.application_id)
    return Task.objects.select_for_update().get(pk=seen.pk)


def _apply(task: Task, move: Move, request: TaskMove, *, actor: Actor, at: datetime) -> None:
    reason, article = request.reason.strip(), request.article.strip() or move.citation
    match move.code:
        case "suspend":
            late = queries.overdue(task, on=legal_day(at))
            task.suspended_for = "payment"
            steps.apply(task, move, actor=actor, at=at, reason=reason, article=article)
            notices.issue_suspension_notice(task, reason=reason, overdue=late, actor=actor, at=at)
        case "resume":
            task.suspended_for = ""
            steps.apply(task, move, actor=actor, at=at, reason=reason, article=article)
        case _:
            hand_over(
                task,
                heir_id=request.committee_id,
                unspent_fen=request.unspent_fen,
                document_number=request.document_number,
                reason=reason,
                article=article,
                actor=actor,
                at=at,
            )
