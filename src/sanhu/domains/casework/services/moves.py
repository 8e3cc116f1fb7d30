"""One door for every move of every matter: scoped, locked, decided, applied, recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.casework import queries
from sanhu.domains.casework.models import Deferral, Matter, Step
from sanhu.domains.casework.rules import MATTER, may_move
from sanhu.domains.casework.search.entries import index
from sanhu.domains.casework.services.choices import (
    check_limit,
    choose_duty,
    choose_lead,
    choose_main,
    choose_other_duty,
    rule_duty_and_lead,
)
from sanhu.domains.casework.services.clocks import apply_effects
from sanhu.domains.casework.services.deferrals import Terms, check_terms, deferral_for, settle
from sanhu.domains.casework.services.errors import MatterNotFound, StaleForm
from sanhu.domains.casework.services.handing import Held, remember_change, write_ruling
from sanhu.domains.casework.services.notices import tell_extension, tell_merged, tell_new_state
from sanhu.domains.casework.services.open_questions import check_objections, lapse_questions
from sanhu.domains.casework.services.publishing import queue_matter
from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.workflow import Move

MOST_WORDS = 2000
MOST_CITED = 200
# Moves that change by what, or by whom, a matter is found: its title, its lead.
_FOUND_ANEW = frozenset({"accept", "assign", "reclassify", "rule"})
# Moves by which a matter comes under an item, and so perhaps before the public.
_UNDER_AN_ITEM = frozenset({"accept", "reclassify", "rule"})


@dataclass(frozen=True)
class MoveRequest:
    """A move as somebody asks for it.

    `revision` is the matter's as the form showed it. `duty_id` and `public_title` belong to acceptance, `lead_id` to
    assignment; `amount` to an extension (in the clock's unit) and to supervising (in working days), `cause` to a
    suspension, `public_words` to both deferrals, and `into` (a number) to merging. `reply` is told to the reporter. A
    ruling has duty and lead, and says whether it is a precedent.
    """

    move: str
    revision: int
    reason: str = ""
    article: str = ""
    reply: str = ""
    duty_id: int | None = None
    lead_id: int | None = None
    public_title: str = ""
    amount: int | None = None
    cause: str = ""
    public_words: str = ""
    into: str = ""
    is_precedent: bool = False

    @property
    def terms(self) -> Terms:
        """What is asked for beyond the state."""
        return Terms(amount=self.amount or 0, cause=self.cause, public_words=self.public_words.strip())

    def asked(self, number: str) -> dict[str, object]:
        """What a repeated request is compared by."""
        return {"number": number, **self.__dict__}


def make_move(*, actor: Actor, at: datetime, client_id: UUID, number: str, request: MoveRequest) -> Matter:
    """Make one move on one matter.

    Raises MatterNotFound for what the actor may not see, Refused with the decision when rules or input forbid it,
    StaleForm when a colleague acted meanwhile, requests.ConflictError for a client_id used for something else.
    """
    once = Once(client_id=client_id, actor=actor, asked=request.asked(number), at=at)
    once.answer(lambda: _make_move(once, number, request, at=at))
    return queries.matter_for(actor, number)


@transaction.atomic
def _make_move(once: Once, number: str, request: MoveRequest, *, at: datetime) -> str:
    actor = once.actor
    matter, main = _locked(actor, number, request)
    at = not_before_the_last_step(matter, at)
    if matter.revision != request.revision:
        raise StaleForm(queries.changed_since(matter, request.revision))
    held = Held.of(matter)
    decision = may_move(standing=queries.standing_of(matter), move=request.move, actor=actor)
    if not decision:
        raise Refused(decision)
    move = MATTER.move(request.move)
    _check_words(move, request)
    _choose(matter, main, request, at=at)
    step = apply_move(matter, move, actor=actor, at=at, request=request, held=held)
    if move.code in _FOUND_ANEW:
        index(matter)
    return once.remember(f"step:{step.pk}")


def _locked(actor: Actor, number: str, request: MoveRequest) -> tuple[Matter, Matter | None]:
    """Lock the matter, and with it the one it is to be merged into."""
    if request.move == "merge":
        return locked_pair(actor, number, request.into)
    return locked(actor, number), None


def _choose(matter: Matter, main: Matter | None, request: MoveRequest, *, at: datetime) -> None:
    """Put on the matter what a move decides beyond the state. Raises Refused for what may not be chosen."""
    match request.move:
        case "accept":
            choose_duty(matter, request.duty_id, public_title=request.public_title, at=at)
        case "assign":
            choose_lead(matter, request.lead_id, at=at)
        case "reclassify":
            choose_other_duty(matter, request.duty_id)
        case "rule":
            rule_duty_and_lead(matter, request.duty_id, request.lead_id, at=at)
        case "merge":
            choose_main(matter, main)
        case "supervise":
            check_limit(request.terms.amount)
        case "finish":
            check_objections(matter, words=request.reason)
        case _:
            check_terms(matter, request.move, request.terms, article=request.article, at=at)


def not_before_the_last_step(matter: Matter, at: datetime) -> datetime:
    """Machines' clocks differ by a little: what follows on a step is never dated before it."""
    last = matter.steps.filter(ordinal=matter.revision).values_list("at", flat=True).first()
    return at if last is None else max(at, last)


def locked(actor: Actor, number: str) -> Matter:
    """The one door to one matter: what the actor may see, locked until the transaction ends.

    Nothing is joined: what a join read before the lock was granted may be older than the row.
    """
    matter = queries.visible_to(actor).select_for_update().filter(number=number).first()
    if matter is None:
        raise MatterNotFound(number)
    return matter


def locked_pair(actor: Actor, number: str, into: str) -> tuple[Matter, Matter | None]:
    """Lock two matters, always in the order of their keys: two people may merge either into the other at once."""
    wanted = "".join(into.replace("-", "").split())
    both = queries.visible_to(actor).select_for_update().filter(number__in={number, wanted}).order_by("pk")
    found = {matter.number: matter for matter in both}
    if number not in found:
        raise MatterNotFound(number)
    return found[number], found.get(wanted)


def apply_move(
    matter: Matter,
    move: Move,
    *,
    actor: Actor,
    at: datetime,
    request: MoveRequest | None = None,
    held: Held | None = None,
) -> Step:
    """Apply a decided move: state, clocks, step, entry, and the notice that waits in the outbox.

    `held` is what the matter was and who led it before anything was chosen; as it stands, where nothing was.
    """
    held = held or Held.of(matter)
    before = matter.state
    matter.move_to(move.leads_to(before), at=at)
    matter.count(move.code, before=before)
    asked = request or MoveRequest(move=move.code, revision=matter.revision)
    deferral = deferral_for(matter, move, before=before)
    amount = deferral.amount if deferral and deferral.amount else asked.terms.amount
    clocks = apply_effects(matter, move.clock, at=at, amount=amount)
    matter.save_moved()
    for clock in clocks:
        clock.save()
    step = Step.objects.create(
        matter=matter,
        ordinal=matter.revision,
        move=move.code,
        from_state=before,
        to_state=matter.state,
        at=at,
        post_id=actor.post_id,
        person_id=actor.person_id,
        organisation_id=actor.organisation_id,
        reason=asked.reason.strip(),
        article=asked.article.strip() or move.citation,
        reply=asked.reply.strip(),
    )
    deferrals = settle(deferral, step, asked.terms, clocks)
    to_look_at = queue_matter(matter, at=at) if move.code in _UNDER_AN_ITEM else []
    changes = remember_change(matter, step, held, before=before)
    rulings = [write_ruling(matter, step, actor=actor, is_precedent=asked.is_precedent)] if move.code == "rule" else []
    questions = lapse_questions(matter, at=at)
    record(
        event=move.event,
        actor=actor,
        at=at,
        subject=matter.ref,
        district=matter.district,
        rows=[matter, step, *clocks, *deferrals, *to_look_at, *questions, *changes, *rulings],
        facts=_facts(matter, before, deferrals) | ({"ruling": rulings[0].number} if rulings else {}),
    )
    if move.notice:
        tell_new_state(matter, step, at=at)
    for deferral in deferrals:
        tell_extension(matter, deferral, at=at)
    if not matter.is_open:
        tell_merged(matter, step, at=at)
    return step


def _facts(matter: Matter, before: str, deferrals: Sequence[Deferral]) -> dict[str, object]:
    facts: dict[str, object] = {"from": before, "to": matter.state}
    if matter.merged_into is not None:
        facts["into"] = matter.merged_into.number
    for deferral in deferrals:
        facts |= {"due_before": deferral.due_before, "due_after": deferral.due_after}
    return facts


def _check_words(move: Move, request: MoveRequest) -> None:
    faults = (
        (move.needs_reason and not request.reason.strip(), _("理由：这一步须写明理由")),
        (len(request.reason) > MOST_WORDS, _("理由：不超过 2000 个字")),
        (move.needs_article and not request.article.strip(), _("依据：这一步须写明法律、法规或办法的条款")),
        (len(request.article) > MOST_CITED, _("依据：不超过 200 个字")),
        (len(request.reply) > MOST_WORDS, _("告诉反映人的话：不超过 2000 个字")),
    )
    if reasons := [reason for is_faulty, reason in faults if is_faulty]:
        raise Refused(refuse(*reasons, citations=(move.citation,)))
