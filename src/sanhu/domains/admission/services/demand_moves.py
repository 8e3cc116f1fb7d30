"""One door for every move a person makes on a demand: record afterwards, withdraw, convert, escalate, rule."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from sanhu.domains.admission.models import Demand
from sanhu.domains.admission.queries import demands as queries
from sanhu.domains.admission.rules.demands import may_move
from sanhu.domains.admission.rules.words import check_words
from sanhu.domains.admission.services.drafting import draft_from_demand
from sanhu.domains.admission.services.errors import GateNotFound
from sanhu.domains.admission.services.steps import apply, check_revision, not_before_the_last_step
from sanhu.domains.admission.tables import DEMAND
from sanhu.domains.evidence.once import Once
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused


@dataclass(frozen=True)
class DemandMove:
    """A move as somebody asks for it; `revision` is the demand's as the form showed it."""

    move: str
    revision: int
    reason: str = ""
    article: str = ""


def make_move(*, actor: Actor, at: datetime, client_id: UUID, number: str, request: DemandMove) -> Demand:
    """Make one move on one demand; converting gives it its application, drafted in the same transaction.

    Raises GateNotFound for what the actor may not see, Refused with the decision when rules or input forbid it,
    StaleForm when a colleague acted meanwhile, requests.ConflictError for a client_id used for something else.
    """
    once = Once(client_id=client_id, actor=actor, asked={"number": number, **asdict(request)}, at=at)
    once.answer(lambda: _make_move(once, number, request, at=at))
    return queries.demand_for(actor, number)


@transaction.atomic
def _make_move(once: Once, number: str, request: DemandMove, *, at: datetime) -> str:
    actor = once.actor
    demand = queries.visible_to(actor).select_for_update().filter(number=number).first()
    if demand is None:
        raise GateNotFound(number)
    at = not_before_the_last_step(demand, at)
    check_revision(demand, request.revision)
    decision = may_move(standing=queries.standing_of(demand, actor=actor, at=at), move=request.move, actor=actor)
    if not decision:
        raise Refused(decision)
    move = DEMAND.move(request.move)
    words = check_words(move, reason=request.reason, article=request.article)
    if not words:
        raise Refused(words)
    facts: dict[str, object] = {}
    if move.code == "convert":
        demand.application = draft_from_demand(demand, actor=actor, at=at)
        facts["application"] = demand.application.number
    step = apply(
        demand,
        move,
        actor=actor,
        at=at,
        reason=request.reason.strip(),
        article=request.article.strip() or move.citation,
        facts=facts,
    )
    return once.remember(f"step:{step.pk}")
