"""The procedure of a matter (R44): the steps its item lays down, which of them were done, and which one is next."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from sanhu.domains.casework.models import Matter, ProcedureMark
from sanhu.domains.casework.parties import HANDLE_ARTICLE
from sanhu.domains.casework.rules import NOT_PERMITTED, Standing
from sanhu.domains.catalogue.models import ProcedureStep
from sanhu.domains.catalogue.queries import procedure_of
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, refuse

_IN_HAND = "in_progress"


@dataclass(frozen=True)
class Line:
    """One step, and what was done; `is_next` where its turn has come."""

    step: ProcedureStep
    mark: ProcedureMark | None
    is_next: bool


def procedure_on(matter: Matter) -> tuple[Line, ...]:
    """Give the steps of a matter's procedure, in order: of the version it is under, and of its present round."""
    if matter.item is None:
        return ()
    steps = list(procedure_of(matter.item))
    if not steps:
        return ()
    own = matter.procedure_marks.filter(item_id=matter.item_id, round=matter.round)
    marks = {mark.position: mark for mark in own.select_related("person", "post__organisation", "post__person")}
    following = next_step(steps, marks)
    return tuple(Line(step=step, mark=marks.get(step.position), is_next=step == following) for step in steps)


def next_step(steps: Sequence[ProcedureStep], done: Container[int]) -> ProcedureStep | None:
    """Give the first step whose position is not among those done; None after the last."""
    return next((step for step in steps if step.position not in done), None)


def may_mark(*, standing: Standing, actor: Actor) -> Decision:
    """May this person say that a step was done? Whoever handles the matter, for its lead, while it is in hand."""
    if actor.kind is not ActorKind.POST or not actor.may(Permission.MATTER_HANDLE):
        return refuse(NOT_PERMITTED, citations=(HANDLE_ARTICLE,))
    if standing.lead_id is None or actor.organisation_id != standing.lead_id:
        return refuse(_("只有主责单位可以办理这一步"), citations=(HANDLE_ARTICLE,))
    if standing.state != _IN_HAND:
        return refuse(_("办理中的才记程序"), citations=(HANDLE_ARTICLE,))
    return ALLOWED


def may_do(step: ProcedureStep | None, *, position: int, output_name: str) -> Decision:
    """May this step be done now? No step is skipped, and one that ends in a paper names it."""
    if step is None:
        return refuse(_("程序已经走完，或者这一项没有程序"), citations=(HANDLE_ARTICLE,))
    if position != step.position:
        reason = gettext("程序不能跳步：先办“%(step)s”") % {"step": step.name}
        return refuse(reason, citations=(HANDLE_ARTICLE,))
    if step.output and not output_name.strip():
        reason = gettext("形成的文书：这一步要形成“%(output)s”，请写明它的名称或者文号") % {"output": step.output}
        return refuse(reason, citations=(HANDLE_ARTICLE,))
    return ALLOWED
