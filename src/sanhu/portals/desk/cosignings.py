"""Co-signing on a matter's page: each question with its answer, and what this person may do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from sanhu.domains.casework import cosigning as rules
from sanhu.domains.casework.cosigners import asked_of, cosignings_of
from sanhu.domains.casework.models import CoSigning, CoSigningState, Matter
from sanhu.domains.casework.rules import Standing
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import legal_day

Way = tuple[str, str]
# What was taken back or lapsed is not late.
_ANSWERABLE = (CoSigningState.ASKED, CoSigningState.AGREED, CoSigningState.OBJECTED)


@dataclass(frozen=True)
class Question:
    """One question as the page shows it."""

    row: CoSigning
    is_open: bool
    is_late: bool
    may_answer: bool
    may_withdraw: bool


def questions_on(matter: Matter, standing: Standing, actor: Actor, *, at: datetime) -> list[Question]:
    """Give every question on a matter, in the order they were asked."""
    return [_question(row, standing, actor, at=at) for row in cosignings_of(matter)]


def _question(row: CoSigning, standing: Standing, actor: Actor, *, at: datetime) -> Question:
    asked = asked_of(row)
    return Question(
        row=row,
        is_open=asked.is_open,
        is_late=row.state in _ANSWERABLE and legal_day(row.answered_at or at) > row.answer_by,
        may_answer=bool(rules.may_answer(asked=asked, actor=actor)),
        may_withdraw=bool(rules.may_withdraw(standing=standing, asked=asked, actor=actor)),
    )


def ways_to_answer(matter: Matter, questions: Sequence[Question]) -> list[Way]:
    """Lead whoever may answer to the form: address and label."""
    return [
        (
            reverse("desk:cosigning_answer", kwargs={"number": matter.number, "question": one.row.pk}),
            gettext("答复会签"),
        )
        for one in questions
        if one.may_answer
    ]


def ways_to_ask(matter: Matter, standing: Standing, actor: Actor) -> list[Way]:
    """Lead the lead to the form in which others are asked."""
    if not rules.may_ask(standing=standing, actor=actor):
        return []
    return [(reverse("desk:cosigning_ask", kwargs={"number": matter.number}), gettext("请其他单位会签"))]
