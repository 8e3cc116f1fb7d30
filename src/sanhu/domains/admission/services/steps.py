"""Writing one step of what moves at the gate: state, step and entry in the caller's transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sanhu.domains.admission.models import Application, Demand, GateStep, ReturnProposal, Task
from sanhu.domains.admission.services.errors import StaleForm
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.record import record
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.workflow import Move

BEGIN = "begin"
Moving = Application | Task | Demand | ReturnProposal


def steps_of(row: Moving) -> list[GateStep]:
    """Give what was done on a row, oldest first."""
    steps = GateStep.objects.filter(subject_ref=row.ref).select_related("organisation", "post__person", "person")
    return list(steps.order_by("ordinal"))


def check_revision(row: Moving, revision: int) -> None:
    """Raise StaleForm where a colleague acted since the form was opened."""
    if row.revision != revision:
        later = GateStep.objects.filter(subject_ref=row.ref, ordinal__gt=revision)
        raise StaleForm(list(later.select_related("organisation", "post").order_by("ordinal")))


def not_before_the_last_step(row: Moving, at: datetime) -> datetime:
    """Machines' clocks differ by a little: what follows on a step is never dated before it."""
    steps = GateStep.objects.filter(subject_ref=row.ref, ordinal=row.revision)
    last = steps.values_list("at", flat=True).first()
    return at if last is None else max(at, last)


def begin(row: Moving, *, event: str, actor: Actor, at: datetime, rows: Sequence[Witnessed] = ()) -> GateStep:
    """Write the first step of a row that was just saved with `revision` 1 in its table's initial state."""
    step = _step(row, BEGIN, before="", actor=actor, at=at)
    record(event=event, actor=actor, at=at, subject=row.ref, district=row.district, rows=[row, step, *rows])
    return step


def apply(
    row: Moving,
    move: Move,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    article: str = "",
    rows: Sequence[Witnessed] = (),
    facts: Mapping[str, object] | None = None,
) -> GateStep:
    """Apply a decided move and save the row whole. `rows` were saved before and are witnessed with it."""
    before = row.state
    row.state = move.leads_to(before)
    row.is_open = row.table.state(row.state).is_open
    row.revision += 1
    row.save()
    step = _step(row, move.code, before=before, actor=actor, at=at, reason=reason, article=article)
    record(
        event=move.event,
        actor=actor,
        at=at,
        subject=row.ref,
        district=row.district,
        rows=[row, step, *rows],
        facts=facts,
    )
    return step


def _step(
    row: Moving, move: str, *, before: str, actor: Actor, at: datetime, reason: str = "", article: str = ""
) -> GateStep:
    by_post = actor.kind is ActorKind.POST
    return GateStep.objects.create(
        subject_ref=row.ref,
        ordinal=row.revision,
        move=move,
        from_state=before,
        to_state=row.state,
        at=at,
        post_id=actor.post_id if by_post else None,
        person_id=actor.person_id if by_post else None,
        organisation_id=actor.organisation_id if by_post else None,
        reason=reason,
        article=article,
    )
