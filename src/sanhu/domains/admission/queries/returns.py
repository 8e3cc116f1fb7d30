"""Reading returns (回归, R14, R28): who sees which, how they stand, on whom they wait, and what came again since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from sanhu.domains.admission.models import Demand, GateStep, ReturnAnswer, ReturnProposal
from sanhu.domains.admission.queries.parties import coordination_body
from sanhu.domains.admission.rules.returns import Standing
from sanhu.domains.admission.services.errors import GateNotFound
from sanhu.domains.admission.services.steps import BEGIN
from sanhu.domains.casework.models import Matter
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import posts_in_force
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.legal_time import day_start, legal_day
from sanhu.engines.workdays import ONE_DAY

_SEE_ALL = frozenset(
    {
        Permission.ADMISSION_EXAMINE,
        Permission.ADMISSION_CHECK_LEGALITY,
        Permission.ADMISSION_CHECK_FUNDING,
        Permission.ADMISSION_VOTE,
        Permission.ADMISSION_DECIDE,
    }
)
PUBLIC_STATES = ("decided", "transferred", "verified", "rejected")
_BODIES = ("proposer_id", "committee_id", "bearer_id", "organ_id")


def visible_to(actor: Actor) -> QuerySet[ReturnProposal]:
    """Give the returns an actor may read: those of their body, and all of the district for whoever decides."""
    if actor.kind is ActorKind.SYSTEM:
        return ReturnProposal.objects.all()
    if actor.kind is not ActorKind.POST or not actor.may(Permission.ADMISSION_VIEW):
        return ReturnProposal.objects.none()
    here = ReturnProposal.objects.filter(district=actor.district)
    if any(actor.may(permission) for permission in _SEE_ALL):
        return here
    own = Q(pk__in=[])
    for body in _BODIES:
        own |= Q(**{body: actor.organisation_id or 0})
    return here.filter(own)


def return_for(actor: Actor, number: str) -> ReturnProposal:
    """Give one return an actor may read. Raises GateNotFound."""
    joined = ("proposer", "committee", "bearer", "organ", "task__application", "list_proposal", "list_version")
    found = visible_to(actor).select_related(*joined, "follows", "demand", "voucher").filter(number=number).first()
    if found is None:
        raise GateNotFound(number)
    return found


def asked_of(proposal: ReturnProposal) -> frozenset[int]:
    """Give the bodies that are heard: whoever bears, bore or commissioned it, but for whoever proposes."""
    concerned = {proposal.bearer_id, proposal.committee_id, proposal.organ_id}
    return frozenset(body for body in concerned if body is not None and body != proposal.proposer_id)


def answers_of(proposal: ReturnProposal) -> list[ReturnAnswer]:
    """Give what those who were heard said, oldest first; silence too."""
    answers = ReturnAnswer.objects.filter(proposal=proposal).select_related("organisation", "person", "post")
    return list(answers.order_by("at", "pk"))


def unheard_of(proposal: ReturnProposal) -> list[Organisation]:
    """Give the bodies that have not spoken yet, by name."""
    heard = proposal.answers.values("organisation_id")
    return list(Organisation.objects.filter(pk__in=asked_of(proposal)).exclude(pk__in=heard).order_by("name"))


def standing_of(proposal: ReturnProposal, *, actor: Actor, at: datetime) -> Standing:
    """Give what the rules need to know of a return for whoever acts."""
    today, listed = legal_day(at), proposal.list_proposal
    version = listed.version if listed else None
    posts = posts_in_force(at).filter(person__in=actor.persons) if actor.persons else None
    return Standing(
        district=proposal.district,
        state=proposal.state,
        today=today,
        proposer_id=proposal.proposer_id,
        committee_id=proposal.committee_id,
        asked=asked_of(proposal),
        coordination_id=coordination_body(proposal.district, at=at),
        heard=frozenset(proposal.answers.values_list("organisation_id", flat=True)),
        authors=authors_of(proposal),
        bodies_of_person=frozenset(posts.values_list("organisation_id", flat=True)) if posts else frozenset(),
        transfers_on=proposal.transfers_on,
        has_item=bool(proposal.item_code),
        is_listed=listed is not None and listed.state not in {"rejected", "withdrawn"},
        is_in_force=version is not None and version.in_force_from <= today,
        has_stated=proposal.stated_at is not None,
        check_due_on=proposal.check_due_on,
    )


def authors_of(proposal: ReturnProposal) -> frozenset[int]:
    """Give who proposed it; what a deputy did, the absent holder of the post has done too."""
    steps = GateStep.objects.filter(subject_ref=proposal.ref, move=BEGIN)
    persons = steps.values_list("person_id", "post__person_id")
    return frozenset(person for pair in persons for person in pair if person is not None)


def waiting_on(actor: Actor, *, at: datetime) -> QuerySet[ReturnProposal]:
    """Give the open returns in which the next move is this actor's, the oldest first."""
    here = visible_to(actor).filter(is_open=True)
    if actor.kind is not ActorKind.POST:
        return here.none()
    turns = Q(pk__in=[])
    for is_theirs, turn in _turns(actor, at=at):
        if is_theirs:
            turns |= turn
    return here.filter(turns).select_related("committee", "bearer").order_by("proposed_at", "pk")


def _turns(actor: Actor, *, at: datetime) -> Sequence[tuple[bool, Q]]:
    own, today = actor.organisation_id or 0, legal_day(at)
    spoke = ReturnAnswer.objects.filter(proposal=OuterRef("pk"), organisation_id=own)
    concerned = (Q(bearer_id=own) | Q(committee_id=own) | Q(organ_id=own)) & ~Q(proposer_id=own)
    coordinates = own == coordination_body(actor.district, at=at)
    answers = actor.may(Permission.DEMAND_ANSWER) or actor.may(Permission.ADMISSION_HEAR)
    unlisted = ~Q(item_code="") & (Q(list_proposal=None) | Q(list_proposal__state__in=("rejected", "withdrawn")))
    is_ready = Q(item_code="") | Q(list_proposal__version__in_force_from__lte=today)
    return (
        (answers, Q(state="proposed") & concerned & Q(~Exists(spoke))),
        (coordinates and actor.may(Permission.ADMISSION_DECIDE), Q(state="consulted")),
        (coordinates and actor.may(Permission.CATALOGUE_AMEND), Q(state="decided") & unlisted),
        (
            coordinates and actor.may(Permission.TASK_HAND_OVER),
            Q(state="decided", transfers_on__lte=today) & is_ready,
        ),
        (
            actor.may(Permission.ADMISSION_HEAR),
            Q(state="transferred", committee_id=own, stated_at=None, check_from__lte=today),
        ),
        (
            coordinates and actor.may(Permission.ADMISSION_EXAMINE),
            Q(state="transferred") & (Q(stated_at__isnull=False) | Q(check_due_on__lt=today)),
        ),
    )


def open_return_of(*, task_id: int | None, district: str, item_code: str) -> ReturnProposal | None:
    """Give the return that is open for a task or for an item; None where there is none."""
    same = Q(task_id=task_id) if task_id is not None else Q(pk__in=[])
    if item_code:
        same |= Q(district=district, item_code=item_code)
    return ReturnProposal.objects.filter(same, is_open=True).order_by("pk").first()


# --- what came of it


@dataclass(frozen=True)
class Since:
    """What came to committees again since something went back: demands on them, and matters they were to lead."""

    demands: int
    matters: int


def came_since(proposal: ReturnProposal) -> Since | None:
    """Count what came again since the transfer: at the committee, or for an item at every one of the district.

    A demand counts where it names the item, or comes from whoever now bears or commissioned it. None before it.
    """
    if proposal.transferred_at is None:
        return None
    demands, matters = demands_since(proposal), Matter.objects.none()
    code = proposal.item_code or (proposal.task.application.item_code if proposal.task else "")
    if code:
        led = Matter.objects.filter(
            district=proposal.district, item__code=code, accepted_at__gte=proposal.transferred_at
        )
        matters = (
            led.filter(lead__kind=SubjectKind.RESIDENTS_COMMITTEE)
            if proposal.item_code
            else led.filter(lead_id=proposal.committee_id)
        )
    return Since(demands=demands.count(), matters=matters.count())


def demands_since(proposal: ReturnProposal) -> QuerySet[Demand]:
    """Give the demands that may be the work come again, newest first; none before the transfer."""
    if proposal.transferred_at is None:
        return Demand.objects.none()
    later = Demand.objects.filter(district=proposal.district, recorded_at__gte=proposal.transferred_at)
    again = Q(committee_id=proposal.committee_id, organ_id__in=[proposal.bearer_id, proposal.organ_id or 0])
    if proposal.item_code:
        again |= Q(item_code=proposal.item_code)
    return later.filter(again).order_by("-recorded_at", "-pk")


@dataclass(frozen=True)
class ReturnLine:
    """One return as everybody may read it: what left whom for whom, on which decision, and what came of it.

    `freed_fen` is what was set aside and not paid, `unspent_fen` what was paid and went along.
    """

    number: str
    name: str
    item_code: str
    committee: str
    bearer: str
    bearer_kind: str
    proposer: str
    article: str
    state: str
    proposed_on: date
    decided_on: date | None
    document_number: str
    transferred_on: date | None
    freed_fen: int
    unspent_fen: int
    list_version: int | None
    check_due_on: date | None
    verified_on: date | None
    outcome: str

    def is_overdue(self, on: date) -> bool:
        """Tell whether what came of it was to have been looked at by then."""
        return self.state == "transferred" and self.check_due_on is not None and self.check_due_on < on


def returns_of(district: str, since: date, until: date) -> list[ReturnLine]:
    """Give what went back in a period, both days included, by the day of its transfer: the number of R28 is theirs."""
    period = Q(transferred_at__gte=day_start(since), transferred_at__lt=day_start(until + ONE_DAY))
    return _lines(ReturnProposal.objects.filter(period, district=district).order_by("transferred_at", "number"))


def public_returns(district: str) -> list[ReturnLine]:
    """Give all returns of a district that were decided on, newest first: by date, none above another."""
    found = ReturnProposal.objects.filter(district=district, state__in=PUBLIC_STATES)
    return _lines(found.order_by("-decided_at", "-number"))


def _lines(found: QuerySet[ReturnProposal]) -> list[ReturnLine]:
    return [_line(row) for row in found.select_related("committee", "bearer", "proposer", "list_version")]


def _line(row: ReturnProposal) -> ReturnLine:
    def day(at: datetime | None) -> date | None:
        return legal_day(at) if at else None

    return ReturnLine(
        number=row.number,
        name=row.name,
        item_code=row.item_code,
        committee=row.committee.name,
        bearer=row.bearer.name,
        bearer_kind=row.bearer.kind,
        proposer=row.proposer.name,
        article=row.article,
        state=row.state,
        proposed_on=legal_day(row.proposed_at),
        decided_on=day(row.decided_at),
        document_number=row.document_number,
        transferred_on=day(row.transferred_at),
        freed_fen=row.released_fen,
        unspent_fen=row.unspent_fen,
        list_version=row.list_version.number if row.list_version else None,
        check_due_on=row.check_due_on,
        verified_on=day(row.verified_at),
        outcome=row.outcome,
    )
