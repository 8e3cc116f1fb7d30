"""Matters as the desk sees them by program: personal values masked as on pages, and every move with its why not."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from sanhu.domains.casework import queries
from sanhu.domains.casework.models import Contact, Matter, Step
from sanhu.domains.casework.parties import NAMELESS
from sanhu.domains.casework.routing import route
from sanhu.domains.casework.rules import MATTER, may_move
from sanhu.domains.evidence.fields import mask_address, mask_contact, mask_words
from sanhu.domains.places.queries import path_of
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Decision
from sanhu.engines.workflow import Move
from sanhu.portals.look.templatetags.affairs import desk_state, item_name
from sanhu.portals.look.templatetags.personal_data import person_words
from sanhu.portals.matters import cards_of, move_words, nameless_words, step_title
from sanhu.portals.open.fields import CaseNumber, Moment, Shape
from sanhu.portals.open.matter_shapes import Body, Due, Item, body_of, due_of, item_of, reported_on

_FIRST_WORDS = 40
# What a move asks for beyond reason, article and reply.
TAKES = {
    "accept": ["duty", "public_title"],
    "assign": ["lead"],
    "reclassify": ["duty"],
    "rule": ["duty", "lead", "is_precedent"],
    "ask_extension": ["amount", "public_words"],
    "grant_extension": ["public_words"],
    "ask_suspension": ["cause", "public_words"],
    "grant_suspension": ["public_words"],
    "merge": ["into"],
    "supervise": ["amount"],
}


class MoveShape(Shape):
    code: str
    label: str
    allowed: bool
    reasons: list[str]
    citations: list[str]
    refusal_code: str
    needs: list[str]
    takes: list[str]


class StepShape(Shape):
    ordinal: int
    move: str
    label: str
    from_state: str
    to_state: str
    at: Moment
    who: str
    organisation: str
    reason: str
    article: str
    reply: str


class DeskLine(Shape):
    number: CaseNumber
    revision: int
    title: str
    item: Item | None
    state: str
    state_label: str
    is_open: bool
    area: str
    cell: str
    reported_at: Moment
    accepted_at: Moment | None
    closed_at: Moment | None
    due_at: Moment | None
    lead: Body | None
    round: int
    urge_count: int
    handoff_count: int


class DeskPage(Shape):
    items: list[DeskLine]
    next: str | None


class InboxPage(DeskPage):
    counts: dict[str, int]


class DeskMatter(DeskLine):
    area_names: list[str]
    channel: str
    publicity: str
    words: str
    address: str
    contact: str
    duty: str
    clocks: list[Due]
    steps: list[StepShape]
    moves: list[MoveShape]
    proposed_leads: list[Body]
    merged_into: CaseNumber | None


class Moved(Shape):
    number: str
    revision: int
    state: str
    state_label: str
    is_open: bool


def desk_line(matter: Matter) -> DeskLine:
    """Show a matter in a list of the desk."""
    return DeskLine(**_line(matter))


def _line(matter: Matter) -> dict[str, Any]:
    return {
        "number": matter.number,
        "revision": matter.revision,
        "title": _title(matter),
        "item": item_of(matter),
        "state": matter.state,
        "state_label": desk_state(matter),
        "is_open": matter.is_open,
        "area": matter.area_code,
        "cell": matter.cell_code,
        "reported_at": matter.reported_at,
        "accepted_at": matter.accepted_at,
        "closed_at": matter.closed_at,
        "due_at": matter.due_at,
        "lead": body_of(matter.lead),
        "round": matter.round,
        "urge_count": matter.urge_count,
        "handoff_count": matter.handoff_count,
    }


def _title(matter: Matter) -> str:
    """What a list of the desk calls a matter: its title, else its first words, masked."""
    if matter.public_title:
        return matter.public_title
    words = " ".join(mask_words(matter.words).split())
    if not words:
        return item_name(matter.item) if matter.item else gettext("个人信息已删除的办件")
    return words if len(words) <= _FIRST_WORDS else f"{words[:_FIRST_WORDS]}…"


def desk_matter(matter: Matter, *, actor: Actor, at: datetime) -> DeskMatter:
    """Show one matter with its clocks, its way, and what this actor may do on it."""
    contact = Contact.objects.filter(matter=matter).first()
    steps = matter.steps.select_related("organisation", "person", "post").order_by("ordinal")
    moves = moves_on(matter, actor)
    return DeskMatter(
        **_line(matter),
        area_names=list(path_of(matter.area_code, reported_on(matter))),
        channel=matter.channel,
        publicity=matter.publicity,
        words=mask_words(matter.words),
        address=mask_address(matter.address),
        contact=mask_contact(contact.address) if contact else "",
        duty=f"{matter.duty.item.code}/{matter.duty.position}" if matter.duty else "",
        clocks=[due for card in cards_of(matter, at=at) if (due := due_of(card))],
        steps=[_step(step) for step in steps],
        moves=moves,
        proposed_leads=_proposed(matter, moves, at=at),
        merged_into=matter.merged_into.number if matter.merged_into else None,
    )


def moves_on(matter: Matter, actor: Actor) -> list[MoveShape]:
    """Every move a person could make, with the decision for this one."""
    standing = queries.standing_of(matter)
    return [
        move_shape(move, move_words(move), may_move(standing=standing, move=move.code, actor=actor), TAKES)
        for move in MATTER.moves
        if move.party not in NAMELESS
    ]


def move_shape(move: Move, label: str, decision: Decision, takes: dict[str, list[str]]) -> MoveShape:
    """Show a move and whether it may be made; if not, why not, as pages say it."""
    needed = {"reason": move.needs_reason, "article": move.needs_article}
    return MoveShape(
        code=move.code,
        label=label,
        allowed=decision.allowed,
        reasons=[gettext(reason) for reason in decision.reasons],
        citations=[gettext(citation) for citation in decision.citations],
        refusal_code=decision.code,
        needs=[name for name, is_needed in needed.items() if is_needed],
        takes=takes.get(move.code, []),
    )


def _proposed(matter: Matter, moves: list[MoveShape], *, at: datetime) -> list[Body]:
    """The bodies that follow from duty and place, for whoever may assign."""
    if matter.duty is None or not any(move.code == "assign" and move.allowed for move in moves):
        return []
    return [shown for body in route(matter, at=at).bodies if (shown := body_of(body))]


def _step(step: Step) -> StepShape:
    return StepShape(
        ordinal=step.ordinal,
        move=step.move,
        label=step_title(step),
        from_state=step.from_state,
        to_state=step.to_state,
        at=step.at,
        who=person_words(step.person) if step.person else nameless_words(step),
        organisation=step.organisation.name if step.organisation else "",
        reason=step.reason,
        article=gettext(step.article) if step.article else "",
        reply=step.reply,
    )
