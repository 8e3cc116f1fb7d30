"""What `sanhu verify` re-proves of the gate beyond the record itself: what was decided, by whom, and what came of it.

Tables are read in pages, and a row that cannot be read is left to the comparison of rows, which tells of it.
"""

from collections.abc import Iterator, Mapping, Sequence

from sanhu.domains.admission.models import Application, Demand, ReturnProposal, Task
from sanhu.domains.admission.parties import Party
from sanhu.domains.admission.services.steps import BEGIN, Moving
from sanhu.domains.admission.verification_decisions import (
    admissions_were_voted_for,
    decisions_were_due_when_they_say,
    nobody_decided_for_themselves,
    opinions_and_votes_were_given_in_steps,
)
from sanhu.domains.admission.verification_demands import (
    demands_were_answered_on_their_ground,
    notices_were_issued_on_paper,
)
from sanhu.domains.admission.verification_filing import entries_are_filed_where_their_paper_is
from sanhu.domains.admission.verification_returns import RETURN_CHECKS, derived_from
from sanhu.domains.admission.verification_tasks import (
    admitted_tasks_are_those_asked_for,
    instalments_make_the_money,
    tasks_have_their_money,
    tasks_have_their_power,
    what_was_handed_over_went_on,
)
from sanhu.domains.admission.walks import in_pages, walks
from sanhu.domains.casework.walks import Walked, misstep
from sanhu.domains.evidence.findings import Finding
from sanhu.engines.workflow import StateTable


def applications_follow_from_their_steps() -> Iterator[Finding]:
    """Replay every application's steps through its table."""
    for rows in in_pages(Application.objects.all()):
        walked = walks(rows)
        for row in rows:
            yield from _replayed(row, walked[row.ref])


def tasks_follow_from_their_steps() -> Iterator[Finding]:
    """Replay every task's steps through its table."""
    for rows in in_pages(Task.objects.all()):
        walked = walks(rows)
        for row in rows:
            yield from _replayed(row, walked[row.ref])


def demands_follow_from_their_steps() -> Iterator[Finding]:
    """Replay every demand's steps through its table."""
    for rows in in_pages(Demand.objects.all()):
        walked = walks(rows)
        for row in rows:
            yield from _replayed(row, walked[row.ref])


def returns_follow_from_their_steps() -> Iterator[Finding]:
    """Replay every return's steps through its table."""
    for rows in in_pages(ReturnProposal.objects.all()):
        walked = walks(rows)
        for row in rows:
            yield from _replayed(row, walked[row.ref])


def _replayed(row: Moving, walk: Sequence[Walked]) -> Iterator[Finding]:
    if fault := _impossible(row.table, walk):
        yield Finding(kind="steps_impossible", ref=row.row_ref, detail=fault)
    elif wrong := _not_following(row, walk):
        yield Finding(kind="state_wrong", ref=row.row_ref, detail=wrong)


def _impossible(table: StateTable, walk: Sequence[Walked]) -> str:
    """Say why the steps cannot have happened; empty where they can."""
    if not walk or (walk[0].ordinal, walk[0].move, walk[0].to_state) != (1, BEGIN, table.initial):
        return "the first step does not begin"
    if walk[0].person_id is None:
        return "nobody began it"
    return misstep(table, walk, nameless={Party.SYSTEM})


def _not_following(row: Moving, walk: Sequence[Walked]) -> str:
    """Say which columns the steps do not lead to."""
    last = walk[-1]
    is_open = row.table.state(last.to_state).is_open
    derived: dict[str, object] = {"state": last.to_state, "revision": last.ordinal, "is_open": is_open}
    match row:
        case Application():
            derived |= _of_application(walk, is_open=is_open)
        case Task():
            derived |= _of_task(walk, is_open=is_open)
        case Demand():
            derived |= {"recorded_at": walk[0].at}
        case ReturnProposal():
            derived |= derived_from(walk)
    return "; ".join(
        f"{name}: stored {getattr(row, name)}, its steps lead to {value}"
        for name, value in derived.items()
        if getattr(row, name) != value
    )


def _of_application(walk: Sequence[Walked], *, is_open: bool) -> Mapping[str, object]:
    def last(*moves: str) -> Walked | None:
        return next((step for step in reversed(walk) if step.move in moves), None)

    taken_in, decided, in_force = last("accept", "return_by_legality"), last("approve", "reject"), last("put_in_force")
    submitted = last("submit")
    came_back = any(step.move == "submit" and step.from_state == "returned" for step in walk)
    return {
        "drafted_at": walk[0].at,
        "submitted_at": submitted.at if submitted else None,
        "accepted_at": taken_in.at if taken_in and taken_in.move == "accept" else None,
        "decided_at": decided.at if decided else None,
        "in_force_at": in_force.at if in_force else None,
        "ended_at": None if is_open else walk[-1].at,
        "round": 2 if came_back else 1,
    }


_SUSPENDED_FOR = {"suspend": "payment", "suspend_for_power": "power"}


def _of_task(walk: Sequence[Walked], *, is_open: bool) -> Mapping[str, object]:
    return {
        "in_force_at": walk[0].at,
        "ended_at": None if is_open else walk[-1].at,
        "suspended_for": _SUSPENDED_FOR.get(walk[-1].move, ""),
    }


CHECKS = (
    applications_follow_from_their_steps,
    tasks_follow_from_their_steps,
    demands_follow_from_their_steps,
    returns_follow_from_their_steps,
    decisions_were_due_when_they_say,
    opinions_and_votes_were_given_in_steps,
    admissions_were_voted_for,
    nobody_decided_for_themselves,
    admitted_tasks_are_those_asked_for,
    tasks_have_their_power,
    tasks_have_their_money,
    instalments_make_the_money,
    what_was_handed_over_went_on,
    demands_were_answered_on_their_ground,
    notices_were_issued_on_paper,
    *RETURN_CHECKS,
    entries_are_filed_where_their_paper_is,
)
