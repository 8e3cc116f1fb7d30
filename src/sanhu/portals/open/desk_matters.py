"""Matters at the desk by program: lists, one matter, registering, and one operation for every move."""

from datetime import datetime
from typing import Annotated

from django.http import Http404, HttpRequest
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router, Status
from pydantic import StringConstraints

from sanhu.domains.casework import queries
from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.parties import NAMELESS
from sanhu.domains.casework.rules import MATTER, RECLASSIFYING_MOVES, may_move, may_person
from sanhu.domains.casework.services.moves import MoveRequest, make_move
from sanhu.domains.casework.waiting import waiting_on
from sanhu.domains.catalogue.models import CatalogueVersion
from sanhu.domains.catalogue.queries import choosable_duties, current_version
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import active_organisations, organisations_visible_to
from sanhu.engines.actors import Actor
from sanhu.engines.codes.case_numbers import display
from sanhu.engines.decisions import Refused
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workflow import Move, StateTable
from sanhu.portals.look.templatetags.affairs import desk_state
from sanhu.portals.open.bearer import caller_of
from sanhu.portals.open.desk_shapes import DeskMatter, DeskPage, InboxPage, Moved, desk_line, desk_matter
from sanhu.portals.open.fields import AskedBody, Key, Line, PaperNumber, Revision, Shape, Words
from sanhu.portals.open.filters import MatterFilters, narrowed
from sanhu.portals.open.matter_shapes import Body, body_of
from sanhu.portals.open.operations import at_desk
from sanhu.portals.open.paging import Paged, page
from sanhu.portals.open.problems import Problem
from sanhu.portals.open.refusing import faults_named
from sanhu.portals.open.reports import IdempotencyKey, RegisteredShape, ReportAsked, register_asked

router = Router()
SEES = (Permission.MATTER_VIEW,)
_MOST_COUNTED = 1000
_BESIDE = ("item", "duty", "lead")
_NAMED = {
    "理由": "reason",
    "依据": "article",
    "告诉反映人的话": "reply",
    "归入哪一项": "duty",
    "公开标题": "public_title",
    "主责单位": "lead",
    "并入哪一件": "into",
    "答复期限": "amount",
    "延长多少": "amount",
    "现在不能办的原因": "cause",
    "公开说明": "public_words",
}

DutyCode = Annotated[str, StringConstraints(max_length=20)]
Title = Annotated[str, StringConstraints(max_length=60)]


class MoveAsked(AskedBody):
    revision: Revision
    reason: Words = ""
    article: Line = ""
    reply: Words = ""
    duty: DutyCode = ""
    public_title: Title = ""
    lead: Key | None = None
    amount: Key | None = None
    cause: Title = ""
    public_words: Line = ""
    into: Annotated[str, StringConstraints(max_length=30)] = ""
    is_precedent: bool = False


class Bodies(Shape):
    items: list[Body]
    next: str | None


@router.get(
    "/matters", url_name="desk_matters", **at_desk(gettext_noop("看得到的办件，新的在前"), DeskPage, scopes=SEES)
)
def desk_matters(request: HttpRequest, filters: Query[MatterFilters]) -> DeskPage:
    """List the matters the caller may see, newest first."""
    actor = caller_of(request).actor
    visible = queries.visible_to(actor)
    ordered = (
        narrowed(visible, filters, district=actor.district).select_related(*_BESIDE).order_by("-reported_at", "-id")
    )
    rows, following = page(request, ordered, filters, known=visible)
    return DeskPage(items=[desk_line(matter) for matter in rows], next=following)


@router.get("/inbox", url_name="inbox", **at_desk(gettext_noop("等待办理的，先到期的在前"), InboxPage, scopes=SEES))
def inbox(request: HttpRequest, paged: Query[Paged]) -> InboxPage:
    """List what waits on the caller, due first."""
    actor = caller_of(request).actor
    waiting = waiting_on(actor)
    counts: dict[str, int] = {}
    for state in waiting.order_by().values_list("state", flat=True)[:_MOST_COUNTED]:
        counts[state] = counts.get(state, 0) + 1
    ordered = waiting.select_related(*_BESIDE).order_by("due_at", "id")
    rows, following = page(request, ordered, paged, known=queries.visible_to(actor))
    return InboxPage(items=[desk_line(matter) for matter in rows], next=following, counts=counts)


@router.get(
    "/matters/{number}", url_name="desk_matter", **at_desk(gettext_noop("一件办件"), DeskMatter, 404, scopes=SEES)
)
def one_matter(request: HttpRequest, number: Path[PaperNumber]) -> DeskMatter:
    """Show one matter with everything that may be done on it, and why the rest may not."""
    caller = caller_of(request)
    found = queries.matter_for(caller.actor, _stored(number))
    return desk_matter(found, actor=caller.actor, at=caller.at)


@router.post(
    "/matters",
    url_name="desk_matters",
    **at_desk(
        gettext_noop("窗口登记"),
        RegisteredShape,
        scopes=(Permission.MATTER_REGISTER,),
        status=201,
        writes=True,
    ),
)
def register_at_window(request: HttpRequest, asked: ReportAsked, key: IdempotencyKey) -> Status[RegisteredShape]:
    """Register for somebody at the window."""
    actor = caller_of(request).actor
    registered = register_asked(asked, key, district=actor.district, actor=actor)
    return Status(201, RegisteredShape(number=registered.number, receipt=registered.receipt))


@router.post(
    "/matters/{number}/moves/{move}",
    url_name="desk_move",
    **at_desk(gettext_noop("办一步"), Moved, 404, scopes=SEES, writes=True),
)
def move_matter(
    request: HttpRequest,
    number: Path[PaperNumber],
    move: Path[PaperNumber],
    asked: MoveAsked,
    key: IdempotencyKey,
) -> Moved:
    """Make one move of the state table on one matter."""
    caller = caller_of(request)
    matter = queries.matter_for(caller.actor, _stored(number))
    wanted = move_of(MATTER, move, NAMELESS)
    try:
        moved = make_move(
            actor=caller.actor,
            at=caller.at,
            client_id=key,
            number=matter.number,
            request=_request(matter, wanted, asked, at=caller.at),
        )
    except Refused as refused:
        raise _refused(refused, matter.number, wanted, caller.actor) from None
    return Moved(
        number=display(moved.number),
        revision=moved.revision,
        state=moved.state,
        state_label=desk_state(moved),
        is_open=moved.is_open,
    )


def move_of(table: StateTable, code: str, nameless: frozenset[str]) -> Move:
    """Give a move people make; what the clock or the reporter makes is not found here."""
    try:
        found = table.move(code)
    except KeyError:
        raise Http404 from None
    if found.party in nameless:
        raise Http404
    return found


def _request(matter: Matter, move: Move, asked: MoveAsked, *, at: datetime) -> MoveRequest:
    said = asked.model_dump(exclude={"duty", "lead"})
    version = current_version(matter.district, legal_day(at))
    if move.code in RECLASSIFYING_MOVES and matter.item is not None:  # it stays under the version it came under
        version = matter.item.version
    duty_id = _duty(version, asked.duty) if asked.duty else None
    return MoveRequest(move=move.code, duty_id=duty_id, lead_id=asked.lead, **said)


def _duty(version: CatalogueVersion | None, code: str) -> int | None:
    """Find a duty of a version by its item's code and its place: K3-07/1, or K3-07 for the first."""
    item, _slash, place = code.partition("/")
    position = place or "1"
    if version is None or not (position.isascii() and position.isdigit() and len(position) <= 4):
        return None
    found = choosable_duties(version).filter(item__code=item, position=int(position))
    return found.values_list("pk", flat=True).first()


def _refused(refused: Refused, number: str, move: Move, actor: Actor) -> Problem:
    """409 where the matter does not allow it as it stands, 403 where this person may not, 422 for what was written."""
    decision = refused.decision
    matter = queries.matter_for(actor, number)
    standing = queries.standing_of(matter)
    if not MATTER.may_move(state=matter.state, move=move.code):
        return Problem.of(409, decision)
    if not may_person(standing=standing, move=move, actor=actor):
        return Problem.of(403, decision)
    if not may_move(standing=standing, move=move.code, actor=actor):
        return Problem.of(409, decision)
    return Problem.of(422, decision, fields=faults_named(decision, _NAMED))


def _stored(number: str) -> str:
    return number.replace("-", "")


@router.get(
    "/bodies",
    url_name="bodies",
    **at_desk(gettext_noop("本区在册的单位"), Bodies, scopes=(Permission.MATTER_VIEW, Permission.ADMISSION_VIEW)),
)
def bodies(request: HttpRequest, paged: Query[Paged]) -> Bodies:
    """List the active bodies of the district: what a matter may be assigned to, or a task handed over to."""
    caller = caller_of(request)
    active = active_organisations(caller.at).values("pk")
    visible = organisations_visible_to(caller.actor).filter(pk__in=active)
    rows, following = page(request, visible.order_by("id"), paged, known=visible)
    return Bodies(items=[_body(body) for body in rows], next=following)


def _body(organisation: Organisation) -> Body:
    shown = body_of(organisation)
    assert shown is not None, "of a body"
    return shown
