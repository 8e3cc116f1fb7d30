"""What `sanhu verify` re-proves of returns (R14): heard, decided by others, listed by another, moved with the money."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from sanhu.domains.admission.models import GateStep, ReturnAnswer, ReturnProposal
from sanhu.domains.admission.queries.returns import asked_of
from sanhu.domains.admission.services.steps import BEGIN
from sanhu.domains.admission.terms import LetterKind
from sanhu.domains.admission.walks import in_pages, walks
from sanhu.domains.casework.calendars import KnownCalendars
from sanhu.domains.casework.walks import Walked
from sanhu.domains.evidence.findings import Finding
from sanhu.domains.evidence.models import Letter
from sanhu.domains.funding.holds import standing_hold
from sanhu.domains.subjects.models import Post
from sanhu.domains.subjects.queries import posts_in_force
from sanhu.engines.deadlines import Fact, FactKind, Rule, Unit, compute
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workdays import BeyondCalendar

_UNORDERED = timedelta(minutes=1)  # as with applications: two deeds of one minute may be committed the other way round
_DECIDING = frozenset({"agree", "reject", "change_list", "transfer", "verify"})
_ANSWERING = frozenset({"answer", "answer_last"})
_WITH_ALL = ("task__reservation__account", "task__succeeded_by", "list_version", "list_proposal", "voucher", "bearer")

Spoke = tuple[int | None, datetime]


def derived_from(walk: Sequence[Walked]) -> Mapping[str, object]:
    """Give the moments of a return that its steps tell."""

    def when(*moves: str) -> datetime | None:
        return next((step.at for step in walk if step.move in moves), None)

    return {
        "proposed_at": walk[0].at,
        "consulted_at": when("answer_last", "end_hearing"),
        "decided_at": when("agree", "reject"),
        "transferred_at": when("transfer"),
        "stated_at": when("state_outcome"),
        "verified_at": when("verify"),
    }


def returns_fell_due_when_they_say() -> Iterator[Finding]:
    """Recompute the last day for an answer, and the days on which what came of it is looked at."""
    calendars = KnownCalendars()
    for rows in in_pages(ReturnProposal.objects.all()):
        for row in rows:
            if row.answers_due_on not in (days := _days_due(row, calendars)):
                wanted = " or ".join(str(day) for day in sorted(days))
                detail = f"answers_due_on: stored {row.answers_due_on}, recomputed {wanted}"
                yield Finding(kind="due_wrong", ref=row.row_ref, detail=detail)
            if (row.check_from, row.check_due_on) != (checked := _days_of_check(row)):
                detail = f"check: stored {row.check_from} and {row.check_due_on}, recomputed {checked}"
                yield Finding(kind="due_wrong", ref=row.row_ref, detail=detail)


def _days_due(row: ReturnProposal, calendars: KnownCalendars) -> set[date]:
    rule, started = Rule(amount=row.answer_within, unit=Unit.WORKING_DAY), [Fact(FactKind.STARTED, row.proposed_at)]
    found: set[date] = set()
    for moment in (row.proposed_at - _UNORDERED, row.proposed_at, row.proposed_at + _UNORDERED):
        try:
            day = compute(rule, started, calendars.at(moment)).due_on
        except (BeyondCalendar, ValueError):
            continue
        found |= {day} if day else set()
    return found


def _days_of_check(row: ReturnProposal) -> tuple[date | None, date | None]:
    if row.transferred_at is None or row.check_after is None or row.check_within is None:
        return None, None
    first = legal_day(row.transferred_at) + timedelta(days=row.check_after)
    return first, first + timedelta(days=row.check_within)


def whoever_is_concerned_was_heard() -> Iterator[Finding]:
    """Each answer is a step of the same person at the same time; once the hearing ended, all spoke or were silent."""
    for rows in in_pages(ReturnProposal.objects.all()):
        walked, answers = walks(rows), _answers(rows)
        for row in rows:
            if fault := _unheard(row, walked[row.ref], answers[row.pk]):
                yield Finding(kind="hearing_wrong", ref=row.row_ref, detail=fault)


def _answers(rows: Sequence[ReturnProposal]) -> Mapping[int, list[ReturnAnswer]]:
    found: dict[int, list[ReturnAnswer]] = defaultdict(list)
    for answer in ReturnAnswer.objects.filter(proposal__in=[row.pk for row in rows]).order_by("pk"):
        found[answer.proposal_id].append(answer)
    return found


def _unheard(row: ReturnProposal, walk: Sequence[Walked], answers: Sequence[ReturnAnswer]) -> str:
    said: set[Spoke] = {(answer.person_id, answer.at) for answer in answers if answer.agrees is not None}
    silent = {answer.organisation_id for answer in answers if answer.agrees is None}
    stepped: set[Spoke] = {(step.person_id, step.at) for step in walk if step.move in _ANSWERING}
    ended = any(step.move == "end_hearing" for step in walk)
    spoke, asked = {answer.organisation_id for answer in answers}, asked_of(row)
    faults = (
        (said != stepped, "answers and steps are not of the same persons"),
        (not spoke <= asked, "somebody answered who was not asked"),
        (bool(silent) != ended, "silence without the end of the hearing, or the other way round"),
        (row.consulted_at is not None and spoke != asked, "the hearing ended before everybody was heard"),
    )
    return next((fault for is_faulty, fault in faults if is_faulty), "")


def nobody_decided_on_their_own_return() -> Iterator[Finding]:
    """Who decided, listed, transferred or verified had not proposed it, and held no post in a body concerned."""
    for rows in in_pages(ReturnProposal.objects.all()):
        walked = walks(rows)
        belonging = _belonging(rows)
        for row in rows:
            for fault in _own_decisions(row, walked[row.ref], belonging):
                yield Finding(kind="decided_for_themselves", ref=row.row_ref, detail=fault)


def _concerned(row: ReturnProposal) -> frozenset[int]:
    return asked_of(row) | {row.proposer_id, row.committee_id}


def _belonging(rows: Sequence[ReturnProposal]) -> set[tuple[int, int]]:
    bodies = {body for row in rows for body in _concerned(row)}
    posts = Post.objects.filter(organisation__in=bodies)
    return set(posts.values_list("organisation_id", "person_id"))


def _own_decisions(row: ReturnProposal, walk: Sequence[Walked], belonging: set[tuple[int, int]]) -> Iterator[str]:
    authors = walk[0].persons if walk and walk[0].move == BEGIN else frozenset()
    for step in walk:
        if step.move not in _DECIDING:
            continue
        if step.persons & authors:
            yield f"step {step.ordinal}: {step.move} by who proposed it"
        bodies = {body for body in _concerned(row) for person in step.persons if (body, person) in belonging}
        held = posts_in_force(step.at).filter(organisation__in=bodies, person__in=step.persons)
        if bodies and held.exists():
            yield f"step {step.ordinal}: {step.move} by one of a body concerned"


def what_went_back_went_with_its_money() -> Iterator[Finding]:
    """A task that went back ended then, with its money on its way; an item left the list in a version then in force."""
    for rows in in_pages(ReturnProposal.objects.select_related(*_WITH_ALL)):
        for row in rows:
            if fault := _left_behind(row):
                yield Finding(kind="return_wrong", ref=row.row_ref, detail=fault)
    yield from _gone_without_a_return()


def _left_behind(row: ReturnProposal) -> str:
    if row.transferred_at is None:
        is_empty = not (row.released_fen or row.unspent_fen or row.voucher_id or row.list_version_id)
        return "" if is_empty else "it moved something before its transfer"
    return _unlisted(row) or _not_ended(row) or _not_paid_over(row)


def _unlisted(row: ReturnProposal) -> str:
    if not row.item_code:
        return "" if row.list_version_id is None else "it changed a list it does not speak of"
    version, listed = row.list_version, row.list_proposal
    if version is None or listed is None or listed.version_id != version.pk:
        return "the list was not changed for it"
    assert row.transferred_at is not None, "looked at before"
    is_late = version.in_force_from > legal_day(row.transferred_at)
    return "transferred before the list's new version was in force" if is_late else ""


def _not_ended(row: ReturnProposal) -> str:
    task = row.task
    if task is None:
        return ""
    if task.is_open or task.ended_at is None:
        return "its task goes on"
    assert row.transferred_at is not None, "looked at before"
    heir = getattr(task, "succeeded_by", None) if row.successor_id else None
    faults = (
        (task.ended_at > row.transferred_at, "its task ended later"),
        (row.successor_id is not None and (heir is None or heir.pk != row.successor_id), "another took its task over"),
    )
    return next((fault for is_faulty, fault in faults if is_faulty), "")


def _not_paid_over(row: ReturnProposal) -> str:
    task, voucher = row.task, row.voucher
    if task is None or task.ended_at != row.transferred_at:
        moved = row.released_fen or row.unspent_fen
        return "money moved that was none of a task's" if moved else ""
    old, new = standing_hold(task.reservation_id), row.reservation
    home = new.payee_id if new is not None else old.account_id
    faults = (
        (voucher is not None and voucher.amount_fen != row.unspent_fen, "its voucher is of another amount"),
        (
            voucher is not None and (voucher.debit_id, voucher.credit_id) != (old.payee_id, home),
            "its voucher is between other accounts",
        ),
        (new is not None and new.amount_fen != row.released_fen, "another amount is set aside for the bearer"),
        (new is not None and new.payee.body_id != row.bearer_id, "its money is set aside for another body"),
        (
            new is None and row.bearer_id != old.account.body_id and row.released_fen > 0,
            "its money went to another body",
        ),
        (row.released_fen > old.released_fen, f"{row.released_fen} of {old.released_fen} fen went along"),
    )
    return next((fault for is_faulty, fault in faults if is_faulty), "")


def _gone_without_a_return() -> Iterator[Finding]:
    """No task went back but by a return that was decided on."""
    decided = ReturnProposal.objects.filter(transferred_at__isnull=False, task__isnull=False).values("task")
    steps = GateStep.objects.filter(move="go_back").order_by("pk")
    numbers = set(ReturnProposal.objects.filter(task__in=decided).values_list("task__number", flat=True))
    for step in steps:
        if step.subject_ref.removeprefix("task:") not in numbers:
            yield Finding(kind="return_wrong", ref=step.row_ref, detail=f"{step.subject_ref} went back by no return")


def returns_were_told_on_paper() -> Iterator[Finding]:
    """Each decision has its one letter, of its kind and to whom it is for."""
    for rows in in_pages(ReturnProposal.objects.all()):
        letters = _letters([row.ref for row in rows])
        for row in rows:
            if letters[row.ref] != (wanted := _wanted_letters(row)):
                detail = f"{wanted} wanted, {letters[row.ref]} issued"
                yield Finding(kind="letter_missing", ref=row.row_ref, detail=detail)


def _letters(refs: Sequence[str]) -> Mapping[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    letters = Letter.objects.filter(subject_ref__in=refs).order_by("pk")
    for ref, kind, addressee in letters.values_list("subject_ref", "kind", "addressee_id"):
        found[ref].append((kind, addressee))
    return found


def _wanted_letters(row: ReturnProposal) -> list[tuple[str, int]]:
    if row.decided_at is None:
        return []
    if row.state == "rejected":
        return [(LetterKind.RETURN_REJECTION.value, row.proposer_id)]
    return [(LetterKind.RETURN_DECISION.value, row.bearer_id)]


RETURN_CHECKS = (
    returns_fell_due_when_they_say,
    whoever_is_concerned_was_heard,
    nobody_decided_on_their_own_return,
    what_went_back_went_with_its_money,
    returns_were_told_on_paper,
)
