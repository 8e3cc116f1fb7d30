"""Going through the procedure of a matter: one step after the other, each with who, when, words and paper."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop as _

from sanhu.domains.casework.events import MatterEvent
from sanhu.domains.casework.models import Matter, ProcedureMark
from sanhu.domains.casework.procedures import may_do, may_mark, next_step
from sanhu.domains.casework.queries import standing_of
from sanhu.domains.casework.services.moves import MOST_WORDS, locked, not_before_the_last_step
from sanhu.domains.catalogue.queries import procedure_of
from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Decision, Refused, refuse

MOST_NAMED = 100


@dataclass(frozen=True)
class Done:
    """A step that was done: its position, what is to be said of it, and the paper it ended in."""

    position: int
    words: str = ""
    output_name: str = ""


def do_step(*, actor: Actor, at: datetime, client_id: UUID, number: str, done: Done) -> None:
    """Say that the next step of a matter's procedure was done.

    Raises MatterNotFound for what the actor may not see, Refused for whoever may not and for a step out of its turn,
    requests.ConflictError for a client_id used for something else.
    """
    once = Once(client_id=client_id, actor=actor, asked={"procedure": number, **done.__dict__}, at=at)
    once.answer(lambda: _do(once, number, done, at=at))


@transaction.atomic
def _do(once: Once, number: str, done: Done, *, at: datetime) -> str:
    actor = once.actor
    matter = locked(actor, number)
    at = _not_before_the_last(matter, not_before_the_last_step(matter, at))
    _require(may_mark(standing=standing_of(matter), actor=actor))
    _check_words(done)
    assert matter.item is not None, "what is in hand was accepted under an item"
    marked = set(_own(matter).values_list("position", flat=True))
    step = next_step(list(procedure_of(matter.item)), marked)
    _require(may_do(step, position=done.position, output_name=done.output_name))
    assert actor.post_id is not None, "only a post handles"
    assert actor.person_id is not None, "a post is somebody's"
    mark = ProcedureMark.objects.create(
        matter=matter,
        item=matter.item,
        round=matter.round,
        position=done.position,
        at=at,
        post_id=actor.post_id,
        person_id=actor.person_id,
        words=done.words.strip(),
        output_name=done.output_name.strip(),
    )
    record(
        event=MatterEvent.PROCEDURE_STEP_DONE,
        actor=actor,
        at=at,
        subject=matter.ref,
        district=matter.district,
        rows=[mark],
        facts={"position": mark.position},
    )
    return once.remember(f"procedure:{mark.pk}")


def _own(matter: Matter) -> QuerySet[ProcedureMark]:
    return matter.procedure_marks.filter(item_id=matter.item_id, round=matter.round)


def _not_before_the_last(matter: Matter, at: datetime) -> datetime:
    last = _own(matter).order_by("-position").values_list("at", flat=True).first()
    return at if last is None else max(at, last)


def _check_words(done: Done) -> None:
    faults = (
        (len(done.words) > MOST_WORDS, _("说明：不超过 2000 个字")),
        (len(done.output_name) > MOST_NAMED, _("形成的文书：不超过 100 个字")),
    )
    if reasons := [reason for is_faulty, reason in faults if is_faulty]:
        raise Refused(refuse(*reasons))


def _require(decision: Decision) -> None:
    if not decision:
        raise Refused(decision)
