"""The gate by program: applications, admitted tasks and demands, each moved by one operation drawn from its table."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from django.http import Http404, HttpRequest
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router
from pydantic import StringConstraints

from sanhu.domains.admission.models import Application, Demand, Task
from sanhu.domains.admission.parties import Party
from sanhu.domains.admission.queries import applications, demands, tasks
from sanhu.domains.admission.rules import applications as application_rules
from sanhu.domains.admission.rules import demands as demand_rules
from sanhu.domains.admission.rules import tasks as task_rules
from sanhu.domains.admission.rules.persons import may_person
from sanhu.domains.admission.services import application_moves, demand_moves, task_moves
from sanhu.domains.admission.services.steps import Moving
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Decision, Refused
from sanhu.engines.workflow import Move
from sanhu.portals.gate import state_words
from sanhu.portals.open import gate_shapes as shapes
from sanhu.portals.open.bearer import Caller, caller_of
from sanhu.portals.open.desk_matters import move_of
from sanhu.portals.open.desk_shapes import Moved
from sanhu.portals.open.fields import AskedBody, Day, Fen, Key, Line, PaperNumber, Revision, Words
from sanhu.portals.open.operations import at_desk
from sanhu.portals.open.paging import Paged, page
from sanhu.portals.open.problems import Problem
from sanhu.portals.open.refusing import faults_named
from sanhu.portals.open.reports import IdempotencyKey

router = Router()
SEES = (Permission.ADMISSION_VIEW,)
_NAMELESS = frozenset({Party.SYSTEM.value})
_TAKES_OF_APPLICATION = {
    "check_legality": ["agrees"],
    "check_funding": ["agrees", "account"],
    "hear": ["agrees"],
    "convene": ["meets_on"],
    "vote": ["choice"],
    "put_in_force": ["document_number", "power_from", "power_to"],
}
_TAKES_OF_TASK = {"hand_over": ["committee", "unspent_fen", "document_number"]}
_NAMED = {
    "理由": "reason",
    "依据": "article",
    "意见": "agrees",
    "经费账户": "account",
    "会议日期": "meets_on",
    "表决": "choice",
    "授权文书号": "document_number",
    "授权期限": "power_to",
    "承担单位": "committee",
    "移交给": "committee",
    "未用完的经费": "unspent_fen",
}
_EDITED_ON_ITS_PAGE = "edit"

Short = Annotated[str, StringConstraints(max_length=60)]


class GateMove(AskedBody):
    revision: Revision
    reason: Words = ""
    article: Line = ""


class ApplicationMoveAsked(GateMove):
    agrees: bool | None = None
    account: Key | None = None
    meets_on: Day | None = None
    choice: Literal["", "approve", "reject", "recuse"] = ""
    document_number: Short = ""
    power_from: Day | None = None
    power_to: Day | None = None


class TaskMoveAsked(GateMove):
    committee: Key | None = None
    unspent_fen: Fen = 0
    document_number: Short = ""


Rule = Callable[[str], Decision]


def _refused(row: Moving, move: Move, decision: Decision, *, may: Rule, by_person: Decision) -> Problem:
    """409 where the row does not allow it as it stands, 403 where this person may not, 422 for what was written."""
    if not row.table.may_move(state=row.state, move=move.code):
        return Problem.of(409, decision)
    if not by_person:
        return Problem.of(403, decision)
    if not may(move.code):
        return Problem.of(409, decision)
    return Problem.of(422, decision, fields=faults_named(decision, _NAMED))


def _moved(row: Moving) -> Moved:
    return Moved(
        number=row.number,
        revision=row.revision,
        state=row.state,
        state_label=state_words(row),
        is_open=row.is_open,
    )


# --- applications


@router.get(
    "/applications",
    url_name="applications",
    **at_desk(gettext_noop("准入申请，新的在前"), shapes.ApplicationPage, scopes=SEES),
)
def list_applications(request: HttpRequest, paged: Query[Paged]) -> shapes.ApplicationPage:
    """List the applications the caller may see, newest first."""
    visible = applications.visible_to(caller_of(request).actor)
    ordered = visible.select_related("organ").order_by("-drafted_at", "-id")
    rows, following = page(request, ordered, paged, known=visible)
    items = [shapes.ApplicationLine(**shapes.application_line(row)) for row in rows]
    return shapes.ApplicationPage(items=items, next=following)


@router.get(
    "/applications/{number}",
    url_name="application",
    **at_desk(gettext_noop("一件准入申请"), shapes.ApplicationWhole, 404, scopes=SEES),
)
def one_application(request: HttpRequest, number: Path[PaperNumber]) -> shapes.ApplicationWhole:
    """Show one application with its way and its moves."""
    caller = caller_of(request)
    row = applications.application_for(caller.actor, number)
    names = [committee.name for committee in applications.asked_committees(row)]
    way = shapes.way_of(row, _of_application(row, caller), _TAKES_OF_APPLICATION)
    return shapes.ApplicationWhole(**shapes.application_whole(row, names), **way)


@router.post(
    "/applications/{number}/moves/{move}",
    url_name="application_move",
    **at_desk(gettext_noop("办一步准入申请"), Moved, 404, scopes=SEES, writes=True),
)
def move_application(
    request: HttpRequest,
    number: Path[PaperNumber],
    move: Path[PaperNumber],
    asked: ApplicationMoveAsked,
    key: IdempotencyKey,
) -> Moved:
    """Make one move of an application."""
    caller = caller_of(request)
    row = applications.application_for(caller.actor, number)
    if move == _EDITED_ON_ITS_PAGE:
        raise Http404
    wanted = move_of(row.table, move, _NAMELESS)
    said = asked.model_dump(exclude={"account"})
    wish = application_moves.ApplicationMove(move=wanted.code, account_id=asked.account, **said)
    try:
        return _moved(
            application_moves.make_move(
                actor=caller.actor, at=caller.at, client_id=key, number=row.number, request=wish
            )
        )
    except Refused as refused:
        row = applications.application_for(caller.actor, number)
        standing = applications.standing_of(row, actor=caller.actor, at=caller.at)
        by_person = application_rules.may_take_part(standing, wanted, caller.actor)
        raise _refused(row, wanted, refused.decision, may=_of_application(row, caller), by_person=by_person) from None


def _of_application(row: Application, caller: Caller) -> Rule:
    standing = applications.standing_of(row, actor=caller.actor, at=caller.at)
    return lambda code: application_rules.may_move(standing=standing, move=code, actor=caller.actor)


# --- admitted tasks


@router.get("/tasks", url_name="tasks", **at_desk(gettext_noop("协助任务，按社区"), shapes.TaskPage, scopes=SEES))
def list_tasks(request: HttpRequest, paged: Query[Paged]) -> shapes.TaskPage:
    """List the admitted tasks the caller may see, by area."""
    visible = tasks.visible_to(caller_of(request).actor)
    ordered = visible.select_related("application__organ", "committee").order_by("area_code", "id")
    rows, following = page(request, ordered, paged, known=visible)
    return shapes.TaskPage(items=[shapes.TaskLine(**shapes.task_line(row)) for row in rows], next=following)


@router.get(
    "/tasks/{number}", url_name="task", **at_desk(gettext_noop("一项协助任务"), shapes.TaskWhole, 404, scopes=SEES)
)
def one_task(request: HttpRequest, number: Path[PaperNumber]) -> shapes.TaskWhole:
    """Show one admitted task with its way and its moves."""
    caller = caller_of(request)
    row = tasks.task_for(caller.actor, number)
    return shapes.TaskWhole(
        **shapes.task_whole(row), **shapes.way_of(row, _of_task(row, caller.actor, at=caller.at), _TAKES_OF_TASK)
    )


@router.post(
    "/tasks/{number}/moves/{move}",
    url_name="task_move",
    **at_desk(gettext_noop("办一步协助任务"), Moved, 404, scopes=SEES, writes=True),
)
def move_task(
    request: HttpRequest,
    number: Path[PaperNumber],
    move: Path[PaperNumber],
    asked: TaskMoveAsked,
    key: IdempotencyKey,
) -> Moved:
    """Make one move of an admitted task."""
    caller = caller_of(request)
    row = tasks.task_for(caller.actor, number)
    wanted = move_of(row.table, move, _NAMELESS)
    wish = task_moves.TaskMove(
        move=wanted.code, committee_id=asked.committee, **asked.model_dump(exclude={"committee"})
    )
    try:
        return _moved(
            task_moves.make_move(actor=caller.actor, at=caller.at, client_id=key, number=row.number, request=wish)
        )
    except Refused as refused:
        row = tasks.task_for(caller.actor, number)
        standing = tasks.standing_of(row, actor=caller.actor, at=caller.at)
        by_person = may_person(parties=standing.parties, move=wanted, actor=caller.actor)
        may = _of_task(row, caller.actor, at=caller.at)
        raise _refused(row, wanted, refused.decision, may=may, by_person=by_person) from None


def _of_task(row: Task, actor: Actor, *, at: datetime) -> Rule:
    standing = tasks.standing_of(row, actor=actor, at=at)
    return lambda code: task_rules.may_move(standing=standing, move=code, actor=actor)


# --- demands


@router.get(
    "/demands", url_name="demands", **at_desk(gettext_noop("下派要求，新的在前"), shapes.DemandPage, scopes=SEES)
)
def list_demands(request: HttpRequest, paged: Query[Paged]) -> shapes.DemandPage:
    """List the demands the caller may see, newest first."""
    visible = demands.visible_to(caller_of(request).actor)
    ordered = visible.select_related("organ", "committee").order_by("-recorded_at", "-id")
    rows, following = page(request, ordered, paged, known=visible)
    return shapes.DemandPage(items=[shapes.DemandLine(**shapes.demand_line(row)) for row in rows], next=following)


@router.get(
    "/demands/{number}",
    url_name="demand",
    **at_desk(gettext_noop("一项下派要求"), shapes.DemandWhole, 404, scopes=SEES),
)
def one_demand(request: HttpRequest, number: Path[PaperNumber]) -> shapes.DemandWhole:
    """Show one demand with its way and its moves."""
    caller = caller_of(request)
    row = demands.demand_for(caller.actor, number)
    return shapes.DemandWhole(
        **shapes.demand_whole(row), **shapes.way_of(row, _of_demand(row, caller.actor, at=caller.at), {})
    )


@router.post(
    "/demands/{number}/moves/{move}",
    url_name="demand_move",
    **at_desk(gettext_noop("办一步下派要求"), Moved, 404, scopes=SEES, writes=True),
)
def move_demand(
    request: HttpRequest,
    number: Path[PaperNumber],
    move: Path[PaperNumber],
    asked: GateMove,
    key: IdempotencyKey,
) -> Moved:
    """Make one move of a demand."""
    caller = caller_of(request)
    row = demands.demand_for(caller.actor, number)
    wanted = move_of(row.table, move, _NAMELESS)
    wish = demand_moves.DemandMove(move=wanted.code, **asked.model_dump())
    try:
        return _moved(
            demand_moves.make_move(actor=caller.actor, at=caller.at, client_id=key, number=row.number, request=wish)
        )
    except Refused as refused:
        row = demands.demand_for(caller.actor, number)
        standing = demands.standing_of(row, actor=caller.actor, at=caller.at)
        by_person = may_person(parties=standing.parties, move=wanted, actor=caller.actor)
        may = _of_demand(row, caller.actor, at=caller.at)
        raise _refused(row, wanted, refused.decision, may=may, by_person=by_person) from None


def _of_demand(row: Demand, actor: Actor, *, at: datetime) -> Rule:
    standing = demands.standing_of(row, actor=actor, at=at)
    return lambda code: demand_rules.may_move(standing=standing, move=code, actor=actor)
