"""What a move meets of co-signing: objections that the result deals with, and questions that nobody needs any more."""

from datetime import datetime

from sanhu.domains.casework import cosigning
from sanhu.domains.casework.cosigners import standing_objections
from sanhu.domains.casework.models import CoSigning, CoSigningState, Matter
from sanhu.engines.decisions import Refused


def check_objections(matter: Matter, *, words: str) -> None:
    """Raise Refused where a body's objection stands and the result does not name the body."""
    objectors = [objection.organisation.name for objection in standing_objections(matter)]
    decision = cosigning.check_objections(objectors, words=words)
    if not decision:
        raise Refused(decision)


def lapse_questions(matter: Matter, *, at: datetime) -> list[CoSigning]:
    """End the questions of a matter that has left its lead, and give them to be witnessed with the move."""
    if not cosigning.is_over(state=matter.state):
        return []
    questions = list(matter.cosignings.filter(state=CoSigningState.ASKED).order_by("pk"))
    for question in questions:
        question.state, question.answered_at = CoSigningState.LAPSED, at
        question.save(update_fields=["state", "answered_at"])
    return questions
