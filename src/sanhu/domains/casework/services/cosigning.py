"""Asking other bodies to co-sign, answering for one, and taking a question back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.casework import cosigning as rules
from sanhu.domains.casework.cosigners import asked_of, bodies_to_ask
from sanhu.domains.casework.events import MatterEvent
from sanhu.domains.casework.models import CoSigning, CoSigningState, Matter
from sanhu.domains.casework.parties import HANDLE_ARTICLE
from sanhu.domains.casework.queries import standing_of
from sanhu.domains.casework.search.entries import index
from sanhu.domains.casework.services.errors import CoSigningNotFound
from sanhu.domains.casework.services.moves import MOST_WORDS, locked, not_before_the_last_step
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.models import Organisation
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Decision, Refused, refuse
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workdays import BeyondCalendar


@dataclass(frozen=True)
class Question:
    """What some bodies are asked, and within how many working days they are to answer."""

    organisation_ids: tuple[int, ...]
    question: str
    within: int


@dataclass(frozen=True)
class Answer:
    """What a body says; an objection says why."""

    agrees: bool
    words: str = ""


def ask_to_cosign(*, actor: Actor, at: datetime, client_id: UUID, number: str, question: Question) -> None:
    """Ask other bodies of the district to co-sign a matter, all in one entry.

    Raises MatterNotFound for what the actor may not see, Refused when rules or input forbid it,
    requests.ConflictError for a client_id used for something else.
    """
    once = Once(client_id=client_id, actor=actor, asked={"cosign": number, **question.__dict__}, at=at)
    once.answer(lambda: _ask(once, number, question, at=at))


@transaction.atomic
def _ask(once: Once, number: str, question: Question, *, at: datetime) -> str:
    actor = once.actor
    matter = locked(actor, number)
    at = not_before_the_last_step(matter, at)
    _require(rules.may_ask(standing=standing_of(matter), actor=actor))
    bodies = _bodies(matter, question, at=at)
    answer_by = _answer_by(at, question.within)
    rows = [_asked(matter, body, question, answer_by, actor=actor, at=at) for body in bodies]
    index(matter)
    _record(MatterEvent.COSIGNING_ASKED, matter, rows, actor=actor, at=at, facts={"answer_by": answer_by})
    return once.remember(f"cosigning:{rows[0].pk}")


def _bodies(matter: Matter, question: Question, *, at: datetime) -> list[Organisation]:
    wanted = set(question.organisation_ids)
    faults = rules.faults_of_question(
        bodies=wanted,
        lead_id=matter.lead_id,
        question=question.question,
        within=question.within,
        most_words=MOST_WORDS,
    )
    if faults:
        raise Refused(refuse(*faults, citations=(HANDLE_ARTICLE,)))
    bodies = list(bodies_to_ask(matter, at=at).filter(pk__in=wanted))
    waiting = matter.cosignings.filter(organisation__in=wanted, state=CoSigningState.ASKED)
    if len(bodies) != len(wanted):
        faults = [_("请谁会签：请选择本区在册、有人可以答复的单位")]
    elif waiting.exists():
        faults = [_("请谁会签：有单位已经在会签，还没有答复")]
    if faults:
        raise Refused(refuse(*faults, citations=(HANDLE_ARTICLE,)))
    return bodies


def _answer_by(at: datetime, within: int) -> date:
    try:
        return working_calendar(at).add(legal_day(at), within)
    except BeyondCalendar as beyond:
        raise Refused(beyond.decision) from beyond


def _asked(
    matter: Matter, body: Organisation, question: Question, answer_by: date, *, actor: Actor, at: datetime
) -> CoSigning:
    assert actor.post_id is not None, "only a post asks"
    assert actor.person_id is not None, "a post is somebody's"
    return CoSigning.objects.create(
        matter=matter,
        organisation=body,
        question=question.question.strip(),
        asked_post_id=actor.post_id,
        asked_by_id=actor.person_id,
        asked_on_behalf_of_id=actor.stands_for,
        asked_at=at,
        answer_by=answer_by,
    )


def answer_cosigning(
    *, actor: Actor, at: datetime, client_id: UUID, number: str, cosigning_id: int, answer: Answer
) -> None:
    """Agree or object for the body that was asked. Raises as asking does, and CoSigningNotFound."""
    once = Once(client_id=client_id, actor=actor, asked={"cosigning": cosigning_id, **answer.__dict__}, at=at)
    once.answer(lambda: _answer(once, number, cosigning_id, answer, at=at))


@transaction.atomic
def _answer(once: Once, number: str, cosigning_id: int, answer: Answer, *, at: datetime) -> str:
    actor = once.actor
    matter, row = _question_on(actor, number, cosigning_id)
    at = not_before_the_last_step(matter, at)
    _require(rules.may_answer(asked=asked_of(row), actor=actor))
    _check_words(answer.words, lacking=_("意见：不同意须说明为什么") if not answer.agrees else "")
    state = CoSigningState.AGREED if answer.agrees else CoSigningState.OBJECTED
    _end(row, state, answer.words, actor=actor, at=at)
    _record(MatterEvent.COSIGNING_ANSWERED, matter, [row], actor=actor, at=at, facts={"answer": state.value})
    return once.remember(f"cosigning:{row.pk}")


def withdraw_cosigning(
    *, actor: Actor, at: datetime, client_id: UUID, number: str, cosigning_id: int, reason: str
) -> None:
    """Take a question back that nobody has answered. Raises as answering does."""
    once = Once(client_id=client_id, actor=actor, asked={"withdraw_cosigning": cosigning_id, "reason": reason}, at=at)
    once.answer(lambda: _withdraw(once, number, cosigning_id, reason, at=at))


@transaction.atomic
def _withdraw(once: Once, number: str, cosigning_id: int, reason: str, *, at: datetime) -> str:
    actor = once.actor
    matter, row = _question_on(actor, number, cosigning_id)
    at = not_before_the_last_step(matter, at)
    _require(rules.may_withdraw(standing=standing_of(matter), asked=asked_of(row), actor=actor))
    _check_words(reason, lacking=_("理由：撤回会签须写明理由"))
    _end(row, CoSigningState.WITHDRAWN, reason, actor=actor, at=at)
    _record(MatterEvent.COSIGNING_WITHDRAWN, matter, [row], actor=actor, at=at, facts={})
    return once.remember(f"cosigning:{row.pk}")


def _question_on(actor: Actor, number: str, cosigning_id: int) -> tuple[Matter, CoSigning]:
    """Lock the matter, which guards its questions too, and give one of them."""
    matter = locked(actor, number)
    row = matter.cosignings.filter(pk=cosigning_id).first()
    if row is None:
        raise CoSigningNotFound(cosigning_id)
    return matter, row


def _end(row: CoSigning, state: CoSigningState, words: str, *, actor: Actor, at: datetime) -> None:
    row.state, row.words = state, words.strip()
    row.answered_at, row.answered_by_id, row.answered_post_id = at, actor.person_id, actor.post_id
    row.save(update_fields=["state", "words", "answered_at", "answered_by", "answered_post"])


def _check_words(words: str, *, lacking: str) -> None:
    if lacking and not words.strip():
        raise Refused(refuse(lacking, citations=(HANDLE_ARTICLE,)))
    if len(words) > MOST_WORDS:
        raise Refused(refuse(_("意见：不超过 2000 个字"), citations=(HANDLE_ARTICLE,)))


def _require(decision: Decision) -> None:
    if not decision:
        raise Refused(decision)


def _record(
    event: MatterEvent,
    matter: Matter,
    rows: Sequence[CoSigning],
    *,
    actor: Actor,
    at: datetime,
    facts: dict[str, object],
) -> None:
    bodies = [row.organisation_id for row in rows]
    record(
        event=event,
        actor=actor,
        at=at,
        subject=matter.ref,
        district=matter.district,
        rows=rows,
        facts={**facts, "organisations": bodies},
    )
