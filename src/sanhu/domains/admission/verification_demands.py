"""What `sanhu verify` re-proves of demands and of what was answered on paper (R40, X-05)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sanhu.domains.admission.models import Demand, Task
from sanhu.domains.admission.terms import Ground, LetterKind
from sanhu.domains.admission.walks import in_pages, walks
from sanhu.domains.casework.walks import Walked
from sanhu.domains.evidence.findings import Finding
from sanhu.domains.evidence.models import Letter

_FIRST_MOVE: Mapping[str, frozenset[str]] = {
    Ground.ADMITTED: frozenset({"bear"}),
    Ground.STATUTORY: frozenset({"bear"}),
    Ground.EMERGENCY: frozenset({"await_record"}),
    Ground.UNADMITTED: frozenset({"give_notice", "await_record"}),
}


def demands_were_answered_on_their_ground() -> Iterator[Finding]:
    """Each demand went the way of what it was found to be, and what was admitted is that organ's task there."""
    for demands in in_pages(Demand.objects.select_related("task__application", "application")):
        walked = walks(demands)
        for demand in demands:
            if fault := _groundless(demand, walked[demand.ref]):
                yield Finding(kind="ground_wrong", ref=demand.row_ref, detail=fault)


def _groundless(demand: Demand, walk: Sequence[Walked]) -> str:
    moves = [step.move for step in walk]
    first = moves[1] if len(moves) > 1 else ""
    went_late = demand.ground == Ground.UNADMITTED and first == "await_record"
    faults = (
        (first not in _FIRST_MOVE[demand.ground], f"{demand.ground}, but first {first or 'nothing'}"),
        (went_late != ("lapse" in moves), f"{demand.ground}, but its record did or did not lapse"),
        (demand.ground == Ground.EMERGENCY and not demand.emergency_basis, "an emergency nobody declared"),
        (went_late and not demand.is_emergency, "lapsed, but no emergency"),
        (demand.task is not None and not _is_of_its_task(demand), "admitted by a task of others"),
        (("convert" in moves) != (demand.application is not None), "converted to nothing, or without a step"),
        (
            demand.application is not None and demand.application.organ_id != demand.organ_id,
            "converted to another organ's application",
        ),
    )
    return next((fault for is_faulty, fault in faults if is_faulty), "")


def _is_of_its_task(demand: Demand) -> bool:
    task = demand.task
    return task is not None and (task.committee_id, task.application.organ_id) == (demand.committee_id, demand.organ_id)


def notices_were_issued_on_paper() -> Iterator[Finding]:
    """What nobody admitted was answered by a letter to that organ, and each suspension for late money announced by one.

    A letter is a refusal where, and only where, an article gave the right.
    """
    for demands in in_pages(Demand.objects.filter(ground=Ground.UNADMITTED)):
        letters = _letters([demand.ref for demand in demands])
        for demand in demands:
            kind = LetterKind.REFUSAL if demand.is_refusal else LetterKind.ADMISSION_LETTER
            wanted = [(kind.value, demand.committee_id, demand.organ_id)]
            if letters[demand.ref] != wanted:
                detail = f"{kind.value} to {demand.organ_id} wanted, {letters[demand.ref]} issued"
                yield Finding(kind="letter_missing", ref=demand.row_ref, detail=detail)
    for tasks in in_pages(Task.objects.select_related("application")):
        letters, walked = _letters([task.ref for task in tasks]), walks(tasks)
        for task in tasks:
            times = sum(step.move == "suspend" for step in walked[task.ref])
            notice = (LetterKind.SUSPENSION.value, task.committee_id, task.application.organ_id)
            if letters[task.ref] != [notice] * times:
                detail = f"{times} suspensions, {len(letters[task.ref])} letters"
                yield Finding(kind="letter_missing", ref=task.row_ref, detail=detail)


def _letters(refs: Sequence[str]) -> Mapping[str, list[tuple[str, int, int]]]:
    """Letters by what they are about: kind, issuer and addressee."""
    found: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    letters = Letter.objects.filter(subject_ref__in=refs).order_by("pk")
    for ref, kind, issuer, addressee in letters.values_list("subject_ref", "kind", "issuer_id", "addressee_id"):
        found[ref].append((kind, issuer, addressee))
    return found
