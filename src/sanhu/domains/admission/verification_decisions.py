"""What `sanhu verify` re-proves of decisions: due when they say, voted for, and by nobody for themselves (R38)."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from sanhu.domains.admission.events import AdmissionEvent
from sanhu.domains.admission.models import Application, Opinion, Vote
from sanhu.domains.admission.parties import Party
from sanhu.domains.admission.queries.applications import AUTHORING, CHECKING, opinions_due_on
from sanhu.domains.admission.rules.applications import KIND_OF
from sanhu.domains.admission.tables import APPLICATION
from sanhu.domains.admission.terms import Choice, OpinionKind
from sanhu.domains.admission.walks import in_pages, walks
from sanhu.domains.casework.calendars import KnownCalendars
from sanhu.domains.casework.walks import Walked
from sanhu.domains.evidence.findings import Finding
from sanhu.domains.evidence.models import Entry
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.models import Post
from sanhu.domains.subjects.queries import posts_in_force
from sanhu.engines.deadlines import Fact, FactKind, Rule, Unit, compute
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workdays import BeyondCalendar

# Two deeds of one minute may be committed the other way round than their times say.
_UNORDERED = timedelta(minutes=1)

_VOTE = "vote"
_DECIDING = frozenset(
    move.code
    for move in APPLICATION.moves
    if move.party in {Party.EXAMINER, Party.LEGALITY, Party.FUNDING, Party.CHAIR}
)

Said = tuple[int, str, int, datetime]
"""In which round, of which kind, by whom and when."""


def decisions_were_due_when_they_say() -> Iterator[Finding]:
    """Recompute every due date with the calendar known on acceptance."""
    calendars = KnownCalendars()
    for rows in in_pages(Application.objects.all()):
        for row in rows:
            possible = _days_due(row, calendars)
            if row.due_on not in possible:
                wanted = " or ".join(str(day) for day in sorted(possible, key=str))
                detail = f"due_on: stored {row.due_on}, recomputed {wanted}"
                yield Finding(kind="due_wrong", ref=row.row_ref, detail=detail)


def _days_due(row: Application, calendars: KnownCalendars) -> set[date | None]:
    if row.accepted_at is None or row.decide_within is None:
        return {None}
    rule, started = Rule(amount=row.decide_within, unit=Unit.WORKING_DAY), [Fact(FactKind.STARTED, row.accepted_at)]
    found: set[date | None] = set()
    for moment in (row.accepted_at - _UNORDERED, row.accepted_at, row.accepted_at + _UNORDERED):
        try:
            found.add(compute(rule, started, calendars.at(moment)).due_on)
        except (BeyondCalendar, ValueError):
            continue
    return found


def opinions_and_votes_were_given_in_steps() -> Iterator[Finding]:
    """Each opinion and each vote is a step of the same person at the same time, and the other way round."""
    for rows in in_pages(Application.objects.all()):
        walked, said = walks(rows), _said(rows)
        for row in rows:
            in_steps, kept = set(_said_in(walked[row.ref])), set(said[row.pk])
            for number, kind, person, _at in sorted(in_steps ^ kept):
                missing = "no such step" if (number, kind, person, _at) in kept else "kept nowhere"
                detail = f"round {number}: {kind} of person {person}: {missing}"
                yield Finding(kind="opinion_or_vote_wrong", ref=row.row_ref, detail=detail)


def _said(rows: Sequence[Application]) -> Mapping[int, list[Said]]:
    found: dict[int, list[Said]] = defaultdict(list)
    keys = [row.pk for row in rows]
    opinions = Opinion.objects.filter(application__in=keys)
    for key, number, kind, person, at in opinions.values_list("application_id", "round", "kind", "person_id", "at"):
        found[key].append((number, kind, person, at))
    votes = Vote.objects.filter(application__in=keys)
    for key, number, person, at in votes.values_list("application_id", "round", "person_id", "at"):
        found[key].append((number, _VOTE, person, at))
    return found


def _said_in(walk: Sequence[Walked]) -> Iterator[Said]:
    number = 1
    for step in walk:
        if step.move == "submit" and step.from_state == "returned":
            number = 2
        kind = _VOTE if step.move == _VOTE else KIND_OF.get(step.move)
        if kind is not None and step.person_id is not None:
            yield number, kind, step.person_id, step.at


def admissions_were_voted_for() -> Iterator[Finding]:
    """What was approved had more than half of the votes, the law's and the treasury's yes, and every committee's word.

    What was rejected lacked one of the first two. Both had the quorum that their entry tells of: it cannot be counted
    again once posts have changed.
    """
    for rows in in_pages(Application.objects.filter(decided_at__isnull=False).prefetch_related("committees")):
        votes, opinions = _votes(rows), _opinions(rows)
        walked, counted = walks(rows), _counted(rows)
        for row in rows:
            moves = {step.move: step.at for step in walked[row.ref]}
            fault = _unfounded(row, moves, votes[row.pk], opinions[row.pk])
            if fault := fault or _without_quorum(counted.get(row.ref, {}), votes[row.pk]):
                yield Finding(kind="decision_unfounded", ref=row.row_ref, detail=fault)


def _votes(rows: Sequence[Application]) -> Mapping[int, list[Vote]]:
    found: dict[int, list[Vote]] = defaultdict(list)
    rounds = {row.pk: row.round for row in rows}
    votes = Vote.objects.filter(application__in=rounds).select_related("post__organisation")
    for vote in votes.order_by("pk"):
        if vote.round == rounds[vote.application_id]:
            found[vote.application_id].append(vote)
    return found


def _opinions(rows: Sequence[Application]) -> Mapping[int, list[Opinion]]:
    found: dict[int, list[Opinion]] = defaultdict(list)
    rounds = {row.pk: row.round for row in rows}
    for opinion in Opinion.objects.filter(application__in=rounds).order_by("pk"):
        if opinion.round == rounds[opinion.application_id]:
            found[opinion.application_id].append(opinion)
    return found


def _unfounded(
    row: Application, moves: Mapping[str, datetime], votes: Sequence[Vote], opinions: Sequence[Opinion]
) -> str:
    """Say what a decision lacks; empty where it stands."""
    if any(not _is_member(vote) for vote in votes):
        return "somebody voted who sat in another body"
    agreeing = sum(vote.choice == Choice.APPROVE for vote in votes)
    against = sum(vote.choice == Choice.REJECT for vote in votes)
    checked = {opinion.kind: opinion.agrees for opinion in opinions if opinion.kind != OpinionKind.HEARING}
    heard = {opinion.committee_id for opinion in opinions if opinion.kind == OpinionKind.HEARING}
    asked = {asked.committee_id for asked in row.committees.all() if asked.ended_at is None}
    may_stand = agreeing > against and checked == {OpinionKind.LEGALITY: True, OpinionKind.FUNDING: True}
    last_day, convened_at = opinions_due_on(row), moves.get("convene")
    has_waited = last_day is not None and convened_at is not None and legal_day(convened_at) > last_day
    lacks_check = set(checked) != {OpinionKind.LEGALITY, OpinionKind.FUNDING}
    faults = (
        (lacks_check and not has_waited, "the law or the money was not checked"),
        (not asked <= heard and not has_waited, "a committee was not heard"),
        ("approve" in moves and not may_stand, f"approved with {agreeing} votes for and {against} against it"),
        ("reject" in moves and may_stand, f"rejected with {agreeing} votes for and {against} against it"),
    )
    return next((fault for is_faulty, fault in faults if is_faulty), "")


def _counted(rows: Sequence[Application]) -> Mapping[str, Mapping[str, int]]:
    """What the entries of decisions say of their meetings, by application."""
    events = (AdmissionEvent.APPROVED, AdmissionEvent.REJECTED)
    entries = Entry.objects.filter(subject_ref__in=[row.ref for row in rows], event__in=events).order_by("id")
    return {ref: json.loads(body)["facts"] for ref, body in entries.values_list("subject_ref", "body")}


def _without_quorum(counted: Mapping[str, int], votes: Sequence[Vote]) -> str:
    """Say what was wrong with the quorum; empty where it was there."""
    said = tuple(sum(vote.choice == choice for vote in votes) for choice in (Choice.APPROVE, Choice.REJECT))
    if (counted.get("approve"), counted.get("reject")) != said:
        return "its entry tells of other votes"
    needed = (counted["members"] - counted["recused"]) * counted["quorum_percent"] // 100 + 1
    return "" if sum(said) >= needed == counted["needed"] else f"decided by {sum(said)} of {needed} members"


def _is_member(vote: Vote) -> bool:
    is_there = vote.post.organisation.kind == SubjectKind.DISTRICT_COORDINATION_BODY
    return is_there and vote.post.person_id == vote.person_id


def nobody_decided_for_themselves() -> Iterator[Finding]:
    """Who examined, checked, voted or decided had not drafted it, and held no post in the organ that asks.

    The chair had not given an opinion on the law or the money either, and nobody gave two opinions in one round.
    """
    for rows in in_pages(Application.objects.all()):
        walked, recused = walks(rows), _recused(rows)
        belonging = _belonging(rows)
        for row in rows:
            walk = [step for step in walked[row.ref] if (row.pk, step.person_id, step.at) not in recused]
            for fault in (*_own_decisions(row, walk, belonging), *_twice_the_same(walk)):
                yield Finding(kind="decided_for_themselves", ref=row.row_ref, detail=fault)


def _recused(rows: Sequence[Application]) -> set[tuple[int, int | None, datetime]]:
    votes = Vote.objects.filter(application__in=[row.pk for row in rows], choice=Choice.RECUSE)
    return set(votes.values_list("application_id", "person_id", "at"))


def _belonging(rows: Sequence[Application]) -> set[tuple[int, int]]:
    """Who ever held a post in an organ that asks: only of those must it be asked whether it was then."""
    posts = Post.objects.filter(organisation__in={row.organ_id for row in rows})
    return set(posts.values_list("organisation_id", "person_id"))


def _own_decisions(row: Application, walk: Sequence[Walked], belonging: set[tuple[int, int]]) -> Iterator[str]:
    authors: set[int] = set()
    for step in walk:
        if step.move in AUTHORING:
            authors |= step.persons
        elif step.move in _DECIDING or step.move == _VOTE:
            if step.persons & authors:
                yield f"step {step.ordinal}: {step.move} by an author"
            of_organ = [person for person in step.persons if (row.organ_id, person) in belonging]
            if any(_holds_post(row.organ_id, person, step.at) for person in of_organ):
                yield f"step {step.ordinal}: {step.move} by one of the organ that asks"


def _twice_the_same(walk: Sequence[Walked]) -> Iterator[str]:
    """Find who gave two opinions in one round, or decided on what they had checked in any."""
    checked: set[int] = set()
    spoken: set[int] = set()
    for step in walk:
        if step.move == "submit":
            spoken.clear()
        elif step.move in KIND_OF:
            if step.persons & spoken:
                yield f"step {step.ordinal}: a second opinion by one person"
            spoken |= step.persons
        if step.move in CHECKING:
            checked |= step.persons
        elif step.move in {"approve", "reject"} and step.persons & checked:
            yield f"step {step.ordinal}: {step.move} by one who checked it"


def _holds_post(organ_id: int, person_id: int, at: datetime) -> bool:
    return posts_in_force(at).filter(organisation_id=organ_id, person_id=person_id).exists()
