"""What `sanhu verify` re-proves of deferral, merging and reopening."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from django.db.models import Q

from sanhu.domains.casework.deferring import ASKING, GRANTING, REFUSING, RESUMING, DeferralKind, Outcome
from sanhu.domains.casework.models import Clock, ClockPurpose, Deferral, Matter, Rating, Step
from sanhu.domains.casework.queries import reopening_over_before
from sanhu.domains.casework.rules import HANDLING_MOVES, UNHAPPY
from sanhu.domains.casework.walks import PAGE, Walked, pages_of_matters, walks
from sanhu.domains.evidence.findings import Finding
from sanhu.domains.evidence.reading import pages, readable
from sanhu.engines.deadlines import FactKind

_DECIDED = {Outcome.GRANTED: GRANTING, Outcome.REFUSED: REFUSING}


def deferrals_were_decided_by_another() -> Iterator[Finding]:
    """Somebody decided who neither asked nor handled, and by the step the deferral names."""
    steps = Deferral.objects.select_related("asked__post", "decided__post", "resumed")
    for page in pages(Deferral.objects.all(), by="pk", size=PAGE):
        for deferral in readable(steps, [key for key, _ in page]).values():
            if fault := next(_faults_of(deferral), ""):
                yield Finding(kind="deferral_wrong", ref=deferral.row_ref, detail=fault)


def _faults_of(deferral: Deferral) -> Iterator[str]:
    named = [step for step in (deferral.asked, deferral.decided, deferral.resumed) if step is not None]
    if any(step.matter_id != deferral.matter_id for step in named):
        yield "a step of another matter"
    if ASKING.get(deferral.asked.move) != deferral.kind or deferral.asked.person_id != deferral.asked_by_id:
        yield f"not asked for by step {deferral.asked.ordinal}"
    if deferral.decided is not None:
        yield from _faults_of_decision(deferral, deferral.decided)
    if deferral.resumed is not None and deferral.resumed.move not in RESUMING:
        yield f"not resumed by step {deferral.resumed.ordinal}"


def _faults_of_decision(deferral: Deferral, decided: Step) -> Iterator[str]:
    moves = _DECIDED.get(Outcome(deferral.outcome))
    if moves is None:
        return
    if moves.get(decided.move) != deferral.kind or decided.person_id != deferral.decided_by_id:
        yield f"not decided by step {decided.ordinal}"
    deciding = _persons(decided)
    handled = Step.objects.filter(
        Q(person__in=deciding) | Q(post__person__in=deciding),
        matter_id=deferral.matter_id,
        move__in=HANDLING_MOVES,
        ordinal__lt=decided.ordinal,
    )
    if deciding & _persons(deferral.asked) or handled.exists():
        yield "decided by whoever asked or handled"


def _persons(step: Step) -> frozenset[int]:
    """Whose act a step was: a deputy's is that of the post's absent holder too."""
    holder = step.post.person_id if step.post else None
    return frozenset(person for person in (step.person_id, holder) if person is not None)


_Moved = tuple[FactKind, datetime, int]


def clocks_were_moved_by_deferrals_alone() -> Iterator[Finding]:
    """Handling clocks were extended, paused and resumed by the steps that say so, at their time and by their amount."""
    for matters in pages_of_matters():
        walked, amounts, moved = walks(matters), _amounts(matters), _moved(matters)
        for matter in matters:
            granted = _granted(walked[matter.pk], amounts)
            if granted != moved.get(matter.pk, []):
                yield Finding(kind="clock_moved", ref=matter.row_ref, detail=_differing(granted, moved[matter.pk]))


def _differing(granted: Sequence[_Moved], moved: Sequence[_Moved]) -> str:
    return f"steps say {_words(granted)}, the clock {_words(moved)}"


def _words(moved: Sequence[_Moved]) -> str:
    return ", ".join(f"{kind.value} {at.isoformat()} {amount}" for kind, at, amount in moved) or "nothing"


def _granted(walk: Sequence[Walked], amounts: Mapping[int, int]) -> list[_Moved]:
    moves = {
        "grant_extension": FactKind.EXTENDED,
        "grant_suspension": FactKind.PAUSED,
        **dict.fromkeys(RESUMING, FactKind.RESUMED),
    }
    return [
        (moves[step.move], step.at, amounts.get(step.pk, 0) if step.move == "grant_extension" else 0)
        for step in walk
        if step.move in moves
    ]


def _amounts(matters: Sequence[Matter]) -> Mapping[int, int]:
    granted = Deferral.objects.filter(
        matter_id__gte=matters[0].pk,
        matter_id__lte=matters[-1].pk,
        kind=DeferralKind.EXTENSION,
        outcome=Outcome.GRANTED,
        amount__isnull=False,
    )
    return {step: amount or 0 for step, amount in granted.values_list("decided_id", "amount") if step is not None}


def _moved(matters: Sequence[Matter]) -> Mapping[int, list[_Moved]]:
    found: dict[int, list[_Moved]] = defaultdict(list)
    clocks = Clock.objects.filter(
        matter_id__gte=matters[0].pk, matter_id__lte=matters[-1].pk, purpose=ClockPurpose.HANDLING
    )
    for clock in clocks.order_by("pk"):
        try:
            facts = clock.fact_list
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # facts that are no history are told by another check
        found[clock.matter_id] += [
            (fact.kind, fact.at, fact.amount)
            for fact in facts
            if fact.kind in {FactKind.EXTENDED, FactKind.PAUSED, FactKind.RESUMED}
        ]
    return found


def merged_matters_follow_one_that_goes_on() -> Iterator[Finding]:
    """What was merged went into another matter of its district that was never merged itself: there is no circle."""
    merged = Matter.objects.filter(state="merged").only("district", "merged_into").order_by("pk")
    astray = Matter.objects.filter(merged_into__isnull=False).exclude(state="merged").only("pk")
    for matter in astray.order_by("pk"):
        yield Finding(kind="merged_wrong", ref=matter.row_ref, detail="merged into another, but not in its state")
    for page in pages(merged, by="pk", size=PAGE):
        targets = Matter.objects.filter(merged__in=[key for key, _ in page]).only("district", "merged_into")
        by_key = {target.pk: target for target in targets}
        for matter in readable(merged, [key for key, _ in page]).values():
            if fault := _fault_of_target(matter, by_key.get(matter.merged_into_id or 0)):
                yield Finding(kind="merged_wrong", ref=matter.row_ref, detail=fault)


def _fault_of_target(matter: Matter, target: Matter | None) -> str:
    if target is None:
        return "merged into nothing"
    if target.merged_into_id is not None:
        return "merged into what was itself merged"
    return "merged into another district's matter" if target.district != matter.district else ""


def matters_were_reopened_once_and_in_time() -> Iterator[Finding]:
    """A matter was opened again once at most, by an unhappy rating, within the days for it."""
    for matters in pages_of_matters():
        walked = walks(matters)
        reopened = [matter for matter in matters if any(step.move == "reopen" for step in walked[matter.pk])]
        ratings = _unhappy_ratings(reopened)
        for matter in reopened:
            if fault := next(_faults_of_reopening(walked[matter.pk], ratings.get(matter.pk)), ""):
                yield Finding(kind="reopened_wrong", ref=matter.row_ref, detail=fault)


def _unhappy_ratings(matters: Sequence[Matter]) -> Mapping[int, datetime]:
    unhappy = Rating.objects.filter(matter__in=[matter.pk for matter in matters], round=1, satisfaction__in=UNHAPPY)
    return dict(unhappy.values_list("matter_id", "at"))


def _faults_of_reopening(walk: Sequence[Walked], rated_at: datetime | None) -> Iterator[str]:
    if sum(1 for step in walk if step.move == "reopen") > 1:
        yield "reopened more than once"
    for before, step in pairwise(walk):
        if step.move == "reopen":
            if before.at < reopening_over_before(step.at):
                yield f"step {step.ordinal}: reopened too late"
            if rated_at != step.at:
                yield f"step {step.ordinal}: no unhappy rating asked for it"
