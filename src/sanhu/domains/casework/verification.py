"""What `sanhu verify` re-proves of casework beyond the record itself: clocks, steps and the rules between them.

Tables are read in pages, and a row that cannot be read is left to the comparison of rows, which tells of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import F
from django.db.models.functions import Length, Substr

from sanhu.domains.casework import verification_handing
from sanhu.domains.casework.calendars import KnownCalendars
from sanhu.domains.casework.models import Clock, Joining, Matter
from sanhu.domains.casework.models.clock import REPORTERS_CLOCKS
from sanhu.domains.casework.parties import NAMELESS
from sanhu.domains.casework.routing import may_lead
from sanhu.domains.casework.rules import HANDLING_MOVES, MATTER, URGING_MOVES, is_handoff
from sanhu.domains.casework.verification_aside import (
    clocks_were_moved_by_deferrals_alone,
    deferrals_were_decided_by_another,
    matters_were_reopened_once_and_in_time,
    merged_matters_follow_one_that_goes_on,
)
from sanhu.domains.casework.verification_cosigning import cosignings_were_answered_by_another
from sanhu.domains.casework.walks import PAGE, Walked, misstep, pages_of_matters, walks
from sanhu.domains.catalogue.models import Duty
from sanhu.domains.evidence.filing import misfiled_by_key
from sanhu.domains.evidence.findings import Finding
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.reading import pages, readable
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.rules.bodies import DISTRICT_DIGITS
from sanhu.engines.codes import case_numbers
from sanhu.engines.deadlines import ClockState, Deadline, state_at
from sanhu.engines.workdays import BeyondCalendar

_COMMITTEE_LEADS = "X-02"
_MATTER = "matter:"


def clocks_follow_from_their_facts() -> Iterator[Finding]:
    """Recompute every clock with the calendar known when it was last computed."""
    calendars = KnownCalendars()
    for page in pages(Clock.objects.all(), by="pk", size=PAGE):
        for clock in readable(Clock.objects.order_by("pk"), [key for key, _ in page]).values():
            try:
                deadline = clock.deadline(calendars.of(clock))
            except (BeyondCalendar, ValueError, KeyError, TypeError, AttributeError) as fault:
                yield Finding(kind="clock_unreadable", ref=clock.row_ref, detail=type(fault).__name__)
                continue
            if wrong := _wrong_of(clock, deadline):
                yield Finding(kind="clock_wrong", ref=clock.row_ref, detail=wrong)


def _wrong_of(clock: Clock, deadline: Deadline) -> str:
    """Say which derived columns do not follow."""
    derived: dict[str, object] = {
        "due_at": deadline.due_at,
        "due_on": deadline.due_on,
        "is_open": deadline.answered_at is None,
    }
    wrong = [
        f"{name}: stored {getattr(clock, name)}, recomputed {value}"
        for name, value in derived.items()
        if getattr(clock, name) != value
    ]
    if (clock.state, clock.next_check_at) not in _standings_of(deadline):
        wrong.append(f"state: {clock.state} until {clock.next_check_at}")
    return "; ".join(wrong)


def _standings_of(deadline: Deadline) -> set[tuple[str, datetime | None]]:
    """The states a clock can be in, each with the moment it ends by itself; which of them it is, the last tick said."""
    if deadline.answered_at is not None:
        return {(state_at(deadline, deadline.answered_at).value, None)}
    return {
        (ClockState.PAUSED.value, None) if deadline.paused else (ClockState.OVERDUE.value, None),
        (ClockState.ON_TIME.value, deadline.near_at),
        (ClockState.NEAR.value, deadline.due_at),
    }


def matters_follow_from_their_steps() -> Iterator[Finding]:
    """Replay every matter's steps through the state table."""
    for matters in pages_of_matters():
        walked, due = walks(matters), _due_of(matters)
        for matter in matters:
            if fault := _impossible(walked[matter.pk]):
                yield Finding(kind="steps_impossible", ref=matter.row_ref, detail=fault)
            elif wrong := _not_following(matter, walked[matter.pk], due.get(matter.pk)):
                yield Finding(kind="state_wrong", ref=matter.row_ref, detail=wrong)


def _due_of(matters: Sequence[Matter]) -> Mapping[int, datetime | None]:
    """The due date that is the reporter's concern: of its clock started last."""
    clocks = Clock.objects.filter(matter_id__gte=matters[0].pk, matter_id__lte=matters[-1].pk)
    return dict(clocks.filter(purpose__in=REPORTERS_CLOCKS).order_by("pk").values_list("matter_id", "due_at"))


def _impossible(walk: Sequence[Walked]) -> str:
    """Say why the steps cannot have happened; empty where they can."""
    if not walk or (walk[0].move, walk[0].to_state) != ("register", MATTER.initial):
        return "the first step does not register"
    return misstep(MATTER, walk, nameless=NAMELESS)


def _not_following(matter: Matter, walk: Sequence[Walked], due_at: datetime | None) -> str:
    """Say which columns of a matter its steps and clocks do not lead to."""
    last = walk[-1]
    is_open = MATTER.state(last.to_state).is_open
    derived: dict[str, object] = {
        "state": last.to_state,
        "revision": last.ordinal,
        "is_open": is_open,
        "reported_at": walk[0].at,
        "accepted_at": next((step.at for step in walk if step.move == "accept"), None),
        "closed_at": None if is_open else last.at,
        "due_at": due_at,
        "round": 1 + sum(1 for step in walk if step.move == "reopen"),
        "handoff_count": sum(1 for step in walk if is_handoff(step.move, before=step.from_state)),
        "urge_count": sum(1 for step in walk if step.move in URGING_MOVES),
    }
    return "; ".join(
        f"{name}: stored {getattr(matter, name)}, its steps lead to {value}"
        for name, value in derived.items()
        if getattr(matter, name) != value
    )


def nobody_verified_their_own_work() -> Iterator[Finding]:
    """Another person verified and closed than those who handled."""
    for matters in pages_of_matters():
        for walk in walks(matters).values():
            yield from _own_work(walk)


def _own_work(walk: Iterable[Walked]) -> Iterator[Finding]:
    handlers: set[int] = set()
    for step in walk:
        if step.move in HANDLING_MOVES:
            handlers |= step.persons
        elif step.persons & handlers and step.move in {"verify", "rework", "close"}:
            yield Finding(kind="own_work_verified", ref=f"casework.step:{step.pk}", detail=step.move)


def committees_lead_no_government_duty() -> Iterator[Finding]:
    """No matter of the first class and none of a government's duty is led by a residents' committee (X-02)."""
    given = Matter.objects.filter(duty__isnull=False, lead__isnull=False).order_by("duty_id", "lead_id")
    for duty_id, lead_id in given.values_list("duty_id", "lead_id").distinct():
        duty = Duty.objects.select_related("item").get(pk=duty_id)
        decision = may_lead(duty=duty, body=Organisation.objects.get(pk=lead_id))
        if decision.code == _COMMITTEE_LEADS:
            for matter in Matter.objects.filter(duty_id=duty_id, lead_id=lead_id).only("pk").order_by("pk"):
                yield Finding(kind="committee_leads", ref=matter.row_ref, detail=_COMMITTEE_LEADS)


def entries_are_filed_where_whoever_joined_is() -> Iterator[Finding]:
    """What is entered about somebody who joined stands under the district of the matter they joined."""
    return misfiled_by_key("joining", Joining, "matter__district")


def entries_are_filed_where_their_matter_is() -> Iterator[Finding]:
    """A matter's number begins with its district; under an invented one its entries could be dated back unseen."""
    entries = Entry.objects.filter(subject_ref__startswith=_MATTER).annotate(
        length=Length("subject_ref"), own=Substr("subject_ref", len(_MATTER) + 1, DISTRICT_DIGITS)
    )
    elsewhere = entries.filter(length=len(_MATTER) + case_numbers.LENGTH).exclude(own=F("district")).order_by("id")
    for key, seq, subject in elsewhere.values_list("pk", "seq", "subject_ref"):
        yield Finding(kind="filed_elsewhere", ref=f"entry:{key}", detail=subject, seq=seq)


CHECKS = (
    clocks_follow_from_their_facts,
    matters_follow_from_their_steps,
    nobody_verified_their_own_work,
    committees_lead_no_government_duty,
    deferrals_were_decided_by_another,
    clocks_were_moved_by_deferrals_alone,
    merged_matters_follow_one_that_goes_on,
    matters_were_reopened_once_and_in_time,
    cosignings_were_answered_by_another,
    entries_are_filed_where_their_matter_is,
    entries_are_filed_where_whoever_joined_is,
    *verification_handing.CHECKS,
)
