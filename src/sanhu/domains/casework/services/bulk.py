"""One move on many matters: each in its own transaction, through the one door of moves, with its own result."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from django.utils.translation import gettext_noop as _

from sanhu.domains.casework.bulk import IN_BULK, MOST_AT_ONCE, ONE_BY_ONE
from sanhu.domains.casework.models import Step
from sanhu.domains.casework.services.errors import MatterNotFound, StaleForm
from sanhu.domains.casework.services.moves import MoveRequest, make_move
from sanhu.domains.evidence.requests import ConflictError
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Decision, Refused, refuse


class Outcome(StrEnum):
    """What came of the move on one matter; `done_before` by this very form, with other words."""

    DONE = "done"
    DONE_BEFORE = "done_before"
    REFUSED = "refused"
    CHANGED = "changed"
    NOT_FOUND = "not_found"


@dataclass(frozen=True)
class Line:
    """One matter's result: why not, or what colleagues did meanwhile."""

    number: str
    outcome: Outcome
    decision: Decision | None = None
    steps: tuple[Step, ...] = ()


def make_moves(
    *, actor: Actor, at: datetime, client_id: UUID, requests: Sequence[tuple[str, MoveRequest]]
) -> list[Line]:
    """Make a move on each matter, by number, and give a result for each, in the same order.

    Every matter has a number of its own derived from the form's, so that a form sent twice moves nothing twice. Raises
    Refused, before anything is moved, for too many at once and for a move that is made one by one.
    """
    decision = check_bulk([request.move for _number, request in requests])
    if not decision:
        raise Refused(decision)
    return [_line(actor, at, client_id, number, request) for number, request in requests]


def check_bulk(moves: Sequence[str]) -> Decision:
    """May these moves be made at once, one for each matter?"""
    if len(moves) > MOST_AT_ONCE:
        return refuse(_("一次最多办 100 件，请分批选择"))
    singly = next((move for move in moves if move not in IN_BULK), "")
    if singly:
        return refuse(ONE_BY_ONE.get(singly, _("没有这一步骤")))
    return Decision(allowed=True)


def _line(actor: Actor, at: datetime, client_id: UUID, number: str, request: MoveRequest) -> Line:
    own_id = uuid5(client_id, f"{request.move}:{number}")
    try:
        make_move(actor=actor, at=at, client_id=own_id, number=number, request=request)
    except MatterNotFound:
        return Line(number, Outcome.NOT_FOUND)
    except Refused as refused:
        return Line(number, Outcome.REFUSED, decision=refused.decision)
    except StaleForm as stale:
        return Line(number, Outcome.CHANGED, steps=tuple(stale.steps))
    except ConflictError:
        return Line(number, Outcome.DONE_BEFORE)
    return Line(number, Outcome.DONE)
