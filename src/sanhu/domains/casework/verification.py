"""What `sanhu verify` re-proves of casework beyond the record itself: clocks, steps and the rules between them."""

from collections.abc import Iterator

from sanhu.domains.casework.models import Clock, Matter, Step
from sanhu.domains.casework.rules import HANDLING_MOVES, MATTER
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.domains.evidence.verify import Finding
from sanhu.engines.deadlines import BadFacts
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workdays import BeyondCalendar, WorkCalendar


def clocks_follow_from_their_facts() -> Iterator[Finding]:
    """Recompute every clock with the calendar known when it was last computed."""
    calendars: dict[object, WorkCalendar] = {}
    for clock in Clock.objects.order_by("id").iterator(chunk_size=2000):
        day = legal_day(clock.computed_at)
        if day not in calendars:
            calendars[day] = working_calendar(clock.computed_at)
        try:
            deadline = clock.deadline(calendars[day])
        except (BadFacts, BeyondCalendar, ValueError, KeyError) as fault:
            yield Finding(kind="clock_unreadable", ref=clock.row_ref, detail=str(fault))
            continue
        if (deadline.due_at, deadline.due_on) != (clock.due_at, clock.due_on):
            yield Finding(
                kind="clock_wrong",
                ref=clock.row_ref,
                detail=f"stored {clock.due_at}, recomputed {deadline.due_at}",
            )


def matters_follow_from_their_steps() -> Iterator[Finding]:
    """Replay every matter's steps through the state table."""
    steps_of: dict[int, list[tuple[str, str]]] = {}
    for matter_id, move, target in Step.objects.order_by("matter_id", "ordinal").values_list(
        "matter_id", "move", "to_state"
    ):
        steps_of.setdefault(matter_id, []).append((move, target))
    for matter in Matter.objects.order_by("id").only("number", "state", "revision", "is_open").iterator(2000):
        walked = steps_of.get(matter.pk, [])
        try:
            reached = MATTER.replay([move for move, _ in walked[1:]])
        except (ValueError, KeyError) as fault:
            yield Finding(kind="steps_impossible", ref=matter.row_ref, detail=str(fault))
            continue
        if (reached, len(walked)) != (matter.state, matter.revision):
            yield Finding(
                kind="state_wrong", ref=matter.row_ref, detail=f"stored {matter.state}, its steps lead to {reached}"
            )


def nobody_verified_their_own_work() -> Iterator[Finding]:
    """Another person verified and closed than those who handled."""
    handlers: dict[int, set[int]] = {}
    checks = HANDLING_MOVES | {"verify", "rework", "close"}
    for step in (
        Step.objects.filter(move__in=checks, person__isnull=False)
        .order_by("matter_id", "ordinal")
        .only("matter_id", "move", "person_id")
    ):
        assert step.person_id is not None, "filtered above"
        if step.move in HANDLING_MOVES:
            handlers.setdefault(step.matter_id, set()).add(step.person_id)
        elif step.person_id in handlers.get(step.matter_id, set()):
            yield Finding(kind="own_work_verified", ref=step.row_ref, detail=step.move)


CHECKS = (clocks_follow_from_their_facts, matters_follow_from_their_steps, nobody_verified_their_own_work)
