"""One matter at the desk, with everything that may be done on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.casework import queries
from sanhu.domains.casework.duplicates import likely_for
from sanhu.domains.casework.joined import others_reporting
from sanhu.domains.casework.models import Contact, Matter, Rating, Step
from sanhu.domains.casework.moves_aside import BEFORE_THE_RESULT
from sanhu.domains.casework.parties import NAMELESS
from sanhu.domains.casework.procedures import may_mark, procedure_on
from sanhu.domains.casework.rules import MATTER, Standing, may_move
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.evidence.attachments import photos_of
from sanhu.domains.evidence.fields import mask_contact
from sanhu.domains.evidence.record import lines_of
from sanhu.domains.places.queries import path_of
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Decision
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workflow import Move
from sanhu.portals import clock
from sanhu.portals.deferrals import asked_card
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.cosignings import Way, questions_on, ways_to_answer, ways_to_ask
from sanhu.portals.desk.flags import flags_of
from sanhu.portals.desk.matter_rows import summary
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.supplements import photo_owners, supplements_of
from sanhu.portals.matters import cards_of, diagram_of, move_words, next_party
from sanhu.portals.photos import photo_of
from sanhu.portals.published import decision_lines


@dataclass(frozen=True)
class Choice:
    """A move of the table with the answer to "may I?"."""

    move: Move
    label: str
    decision: Decision


@require_safe
@at_the_desk(Permission.MATTER_VIEW)
def matter(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Show one matter with its moves: those allowed, and for every other why not."""
    return show_matter(request, acting, visible_or_404(acting.actor, number))


def visible_or_404(actor: Actor, number: str) -> Matter:
    """Give the matter, or not found: another district's matter does not exist here."""
    try:
        return queries.matter_for(actor, number.replace("-", ""))
    except MatterNotFound:
        raise Http404 from None


def choices_on(standing: Standing, actor: Actor) -> list[Choice]:
    """Every move a person could make, with the decision for this person."""
    return [
        Choice(move=move, label=move_words(move), decision=may_move(standing=standing, move=move.code, actor=actor))
        for move in MATTER.moves
        if move.party not in NAMELESS
    ]


def show_matter(request: HttpRequest, acting: Acting, found: Matter) -> HttpResponse:
    """Render a matter's page."""
    at = clock.now()
    standing = queries.standing_of(found)
    choices = choices_on(standing, acting.actor)
    questions = questions_on(found, standing, acting.actor, at=at)
    contact = Contact.objects.filter(matter=found).first()
    steps = list(found.steps.select_related("organisation", "person", "post__person").order_by("ordinal"))
    context = {
        "matter": found,
        "summary": summary(found),
        "ways": [
            *ways_to_answer(found, questions),
            *_ways_to_move(found, choices),
            *ways_to_ask(found, standing, acting.actor),
        ],
        "refused": [choice for choice in choices if not choice.decision],
        "clocks": cards_of(found, at=at),
        "steps": list(zip(steps, _ratings_after(steps, found), strict=True)),
        "diagram": diagram_of(found),
        "next_party": next_party(found),
        "place": path_of(found.area_code, legal_day(found.reported_at)),
        "photos": photos_of(found.ref),
        "supplements": supplements_of(found),
        "published": decision_lines(found),
        "may_publish": acting.actor.may(Permission.MATTER_PUBLISH),
        "contact": contact,
        "contact_words": _contact_words(contact),
        "may_ask_erasure": acting.actor.may(Permission.MATTER_REGISTER),
        "asked": asked_card(found, at=at),
        "questions": questions,
        "merged": found.merged.order_by("number"),
        "others": others_reporting(found),
        "procedure": procedure_on(found),
        "may_mark": may_mark(standing=standing, actor=acting.actor),
        "rulings": found.rulings.select_related("item", "duty__item", "lead").order_by("id"),
        "likely": likely_for(found, acting.actor, at=at) if found.state in BEFORE_THE_RESULT else [],
        "may_merge": any(choice.move.code == "merge" and choice.decision for choice in choices),
        "flags": flags_of(found, running=list(found.clocks.filter(is_open=True)), asked=[], being_cosigned=[]),
        "lines": lines_of(found.ref),
        "title": _("办件"),
    }
    return desk_page(request, "matter", acting, context)


def _ways_to_move(found: Matter, choices: Sequence[Choice]) -> list[Way]:
    return [
        (reverse("desk:move", kwargs={"number": found.number, "move": choice.move.code}), choice.label)
        for choice in choices
        if choice.decision
    ]


def _ratings_after(steps: list[Step], found: Matter) -> list[Rating | None]:
    """Give for each step the rating that followed it: each close has its own."""
    given = {rating.round: rating for rating in Rating.objects.filter(matter=found)}
    after: list[Rating | None] = []
    closes = 0
    for step in steps:
        closes += step.move == "close"
        after.append(given.get(closes) if step.move == "close" else None)
    return after


def _contact_words(contact: Contact | None) -> str:
    """The reporter's address as the page shows it to everybody: masked. Looking at it takes a reason."""
    if contact is None:
        return gettext("没有留联系方式")
    return gettext("已按期删除") if contact.erased_at else mask_contact(contact.address)


@require_safe
@at_the_desk(Permission.MATTER_VIEW)
def photo(request: HttpRequest, *, acting: Acting, number: str, photo: UUID) -> HttpResponse:
    """A photo of a matter one may see."""
    del request
    found = visible_or_404(acting.actor, number)
    return photo_of(found.ref, photo, others=photo_owners(found))
