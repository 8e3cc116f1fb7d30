"""What must hold after every event, whatever happened before."""

import json
from collections import Counter
from collections.abc import Iterator

from sanhu.domains.casework.models import Clock, ClockPurpose, Contact, Matter, Step
from sanhu.domains.casework.rules import MATTER
from sanhu.domains.casework.verification import CHECKS
from sanhu.domains.evidence.models import Entry, Notice
from sanhu.domains.evidence.outbox import MOST_ATTEMPTS
from tests.simulation.town import Town


def faults(town: Town) -> list[str]:
    """List what does not hold."""
    return [
        *(f"{finding.kind} {finding.ref} {finding.detail}" for check in CHECKS for finding in check()),
        *_acknowledged_and_gone(town),
        *_told_twice(town),
        *_not_told(),
        *_without_a_clock(),
        *_without_an_entry(),
    ]


def _acknowledged_and_gone(town: Town) -> Iterator[str]:
    """What somebody was told is done, is done."""
    steps = Counter(Step.objects.values_list("matter__number", flat=True))
    for reported in town.reported:
        if not steps[reported.number]:
            yield f"{reported.number} was registered and is gone"
    moved = Counter(
        outcome.removeprefix("moved ") for _, outcome in town.answered.values() if outcome.startswith("moved")
    )
    for number, count in moved.items():
        # Besides its moves a matter has its registration, what time did, and what its reporter did.
        if steps[number] < count + 1:
            yield f"{number}: {count} moves were acknowledged, {steps[number]} steps are there"


def _told_twice(town: Town) -> Iterator[str]:
    for key, count in town.outside.arrived.items():
        if count > 1:
            yield f"{key} was sent {count} times"
    unsaid = set(town.outside.arrived) - set(Notice.objects.values_list("key", flat=True))
    yield from (f"{key} was sent and is in no outbox" for key in sorted(unsaid))


def _not_told() -> Iterator[str]:
    """Whoever left an address is told of every step that says so."""
    keys = set(Notice.objects.values_list("key", flat=True))
    for contact in Contact.objects.filter(erased_at__isnull=True).select_related("matter"):
        for step in contact.matter.steps.exclude(move="register"):
            key = f"{contact.matter.number}:{step.ordinal}"
            if MATTER.move(step.move).notice and key not in keys:
                yield f"{key}: nobody is told of {step.move}"


def _without_a_clock() -> Iterator[str]:
    """Somebody's time is running on every open matter."""
    clocks = Clock.objects.filter(is_open=True).exclude(purpose=ClockPurpose.SIGNING)
    running = set(clocks.values_list("matter", flat=True))
    for matter in Matter.objects.all():
        if matter.is_open and matter.pk not in running:
            yield f"{matter.number} is {matter.state} and no clock runs"
        if not matter.is_open and matter.pk in running:
            yield f"{matter.number} is {matter.state} and a clock still runs"
        if matter.is_open != MATTER.state(matter.state).is_open:
            yield f"{matter.number} is {matter.state} and is_open is {matter.is_open}"


def _without_an_entry() -> Iterator[str]:
    """Every step has one entry that speaks of it first, and no entry speaks of a step there is not."""
    spoken = set()
    for body in Entry.objects.filter(subject_ref__startswith="matter:").values_list("body", flat=True):
        spoken |= {ref for ref in json.loads(body)["rows"] if ref.startswith("casework.step:")}
    steps = {f"casework.step:{key}" for key in Step.objects.values_list("pk", flat=True)}
    yield from (f"{ref} has no entry" for ref in sorted(steps - spoken))
    yield from (f"{ref} has an entry and is not there" for ref in sorted(spoken - steps))


def at_the_end(town: Town) -> list[str]:
    """List what does not hold once the worker has caught up: every message left once, and went to who asked for it."""
    found = []
    for notice in Notice.objects.all():
        is_withdrawn = notice.last_error == "withdrawn"
        if town.outside.arrived[notice.key] != 1 and not is_withdrawn and notice.attempts < MOST_ATTEMPTS:
            found.append(f"{notice.key} was not sent")
        if notice.sent_at is not None and notice.address:
            found.append(f"{notice.key} still has its address")
    known = set(Contact.objects.values_list("matter__number", flat=True))
    keys = Notice.objects.values_list("key", flat=True)
    return found + [f"{key} has no contact" for key in keys if key.partition(":")[0] not in known]
