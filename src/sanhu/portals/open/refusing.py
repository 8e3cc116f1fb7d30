"""Which status a refusal has, and which fields it speaks of."""

import re
from collections.abc import Callable, Mapping

from django.utils.translation import gettext

from sanhu.engines.decisions import Decision
from sanhu.engines.workflow import Move, StateTable
from sanhu.portals.open.problems import Problem


def faults_named(decision: Decision, named: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give the fields a refusal speaks of: each reason names one before its colon (金额：必须大于 0)."""
    found = []
    for reason in decision.reasons:
        before = re.split("[：:]", reason, maxsplit=1)[0]
        if before != reason and before in named:
            found.append((named[before], gettext(reason)))
    return found


def refused(
    decision: Decision, *, table: StateTable, state: str, move: Move, by_person: Callable[[], Decision]
) -> Problem:
    """Say no to a move: 409 where its state does not allow it, 403 where it is not this person's, else 409 again.

    `by_person` is what the rules say of the person alone.
    """
    if not table.may_move(state=state, move=move.code):
        return Problem.of(409, decision)
    return Problem.of(409 if by_person() else 403, decision)
