"""Reading applications: who sees which, how they stand, and on whom they wait."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from sanhu.domains.admission.models import Application, ApplicationCommittee, GateStep, Opinion, Vote
from sanhu.domains.admission.queries.parties import coordination_body, parties_of
from sanhu.domains.admission.rules.applications import Said, Standing, Tally, count
from sanhu.domains.admission.services.errors import GateNotFound
from sanhu.domains.admission.services.steps import BEGIN
from sanhu.domains.admission.terms import Choice, OpinionKind
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import posts_in_force
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.legal_time import legal_day

_SEE_ALL_SUBMITTED = frozenset(
    {
        Permission.ADMISSION_EXAMINE,
        Permission.ADMISSION_CHECK_LEGALITY,
        Permission.ADMISSION_CHECK_FUNDING,
        Permission.ADMISSION_VOTE,
        Permission.ADMISSION_DECIDE,
    }
)
# What makes somebody an author of an application, and what gives a word on its law or its money.
AUTHORING = (BEGIN, "edit", "submit")
CHECKING = ("return_by_legality", "check_legality", "check_funding")


def visible_to(actor: Actor) -> QuerySet[Application]:
    """Give what an actor may read: an organ its own, drafts too; a committee what asks for its help, once submitted.

    Whoever examines, checks, votes or decides sees all that was submitted in the district.
    """
    if actor.kind is ActorKind.SYSTEM:
        return Application.objects.all()
    if actor.kind is not ActorKind.POST or not actor.may(Permission.ADMISSION_VIEW):
        return Application.objects.none()
    here = Application.objects.filter(district=actor.district)
    submitted = Q(submitted_at__isnull=False)
    if not any(actor.may(permission) for permission in _SEE_ALL_SUBMITTED):
        submitted &= Q(pk__in=_asked_of(actor).values("application_id"))
    return here.filter(submitted | Q(organ_id=actor.organisation_id))


def _asked_of(actor: Actor) -> QuerySet[ApplicationCommittee]:
    return ApplicationCommittee.objects.filter(committee_id=actor.organisation_id or 0, ended_at=None)


def application_for(actor: Actor, number: str) -> Application:
    """Give one application an actor may read. Raises GateNotFound."""
    found = visible_to(actor).select_related("organ", "renews", "account").filter(number=number).first()
    if found is None:
        raise GateNotFound(number)
    return found


def asked_committees(application: Application) -> list[Organisation]:
    """Give the committees whose help is asked for, by the code of their community."""
    asked = Organisation.objects.filter(asked_for__application=application, asked_for__ended_at=None)
    return sorted(asked.prefetch_related("served_areas"), key=_place)


def _place(committee: Organisation) -> tuple[str, int]:
    codes = [area.code for area in committee.served_areas.all() if area.ended_at is None]
    return min(codes, default=""), committee.pk


def opinions_of(application: Application) -> list[Opinion]:
    """Give the opinions of all rounds, oldest first."""
    opinions = Opinion.objects.filter(application=application).select_related("committee", "person", "post")
    return list(opinions.order_by("round", "at", "pk"))


def votes_of(application: Application) -> list[Vote]:
    """Give the votes of all rounds, oldest first."""
    votes = Vote.objects.filter(application=application).select_related("person", "post")
    return list(votes.order_by("round", "at", "pk"))


def authors_of(application: Application) -> frozenset[int]:
    """Give the persons who drafted, changed or submitted an application."""
    return _who(application)[0]


def _who(application: Application) -> tuple[frozenset[int], frozenset[int]]:
    """Give the authors of an application, and those who spoke on its law or its money in either round.

    What a deputy did, the absent holder of the post has done too.
    """
    steps = GateStep.objects.filter(subject_ref=application.ref, move__in=AUTHORING + CHECKING)
    done = set(steps.values_list("move", "person_id", "post__person_id"))
    authors, checkers = (
        frozenset(person for move, *persons in done if move in moves for person in persons if person is not None)
        for moves in (AUTHORING, CHECKING)
    )
    return authors, checkers


def members_of_meeting(district: str, *, at: datetime) -> dict[int, int]:
    """Give the members of the joint meeting: person and the post that makes them one, whatever posts they hold."""
    body = coordination_body(district, at=at)
    posts = posts_in_force(at).filter(organisation_id=body or 0).select_related("role").order_by("-starts_at", "-pk")
    return {post.person_id: post.pk for post in posts if Permission.ADMISSION_VOTE in post.role.permissions}


def tally_of(application: Application, *, at: datetime) -> Tally:
    """Count the votes of this round; whoever voted as a member stays one of this meeting."""
    votes = dict(application.votes.filter(round=application.round).values_list("person_id", "choice"))
    members = set(members_of_meeting(application.district, at=at)) | set(votes)
    of_organ = posts_in_force(at).filter(organisation_id=application.organ_id, person_id__in=members)
    chosen = {person for person, choice in votes.items() if choice == Choice.RECUSE}
    bound = (set(of_organ.values_list("person_id", flat=True)) | authors_of(application)) & members - set(votes)
    said = list(votes.values())
    return count(
        members=len(members),
        recused=len(chosen | bound),
        approve=said.count(Choice.APPROVE),
        reject=said.count(Choice.REJECT),
        quorum_percent=settings.SANHU_QUORUM_PERCENT,
    )


def opinions_due_on(application: Application) -> date | None:
    """Give the last day on which the meeting waits for opinions; None before the decision's clock runs."""
    if application.due_on is None:
        return None
    return application.due_on - timedelta(days=settings.SANHU_OPINIONS_BEFORE_DAYS)


def standing_of(application: Application, *, actor: Actor, at: datetime) -> Standing:
    """Give what the rules need to know of an application for whoever acts."""
    committees = {committee.pk: committee.name for committee in asked_committees(application)}
    said = application.opinions.filter(round=application.round)
    sits = application.state == "joint_meeting"
    voters = application.votes.filter(round=application.round).values_list("person_id", flat=True) if sits else ()
    authors, checkers = _who(application)
    return Standing(
        parties=parties_of(
            district=application.district,
            organ_id=application.organ_id,
            committee_ids=committees,
            actor=actor,
            at=at,
        ),
        state=application.state,
        round=application.round,
        today=legal_day(at),
        ends_on=application.ends_on,
        meets_on=application.meets_on,
        opinions_due_on=opinions_due_on(application),
        authors=authors,
        checkers=checkers,
        opinions=_said(said.order_by("pk")),
        committees=committees,
        voters=frozenset(voters),
        tally=tally_of(application, at=at) if sits else None,
    )


def _said(opinions: QuerySet[Opinion]) -> tuple[Said, ...]:
    columns = ("kind", "person_id", "post__person_id", "committee_id", "agrees")
    return tuple(
        Said(kind, frozenset({person, holder}), committee, agrees)
        for kind, person, holder, committee, agrees in opinions.values_list(*columns)
    )


def waiting_on(actor: Actor, *, at: datetime) -> QuerySet[Application]:
    """Give the open applications in which the next move is this actor's, those due first ahead."""
    here = visible_to(actor).filter(is_open=True)
    if actor.kind is not ActorKind.POST:
        return here.none()
    turns = Q(pk__in=[])
    for turn in _turns(actor, at=at):
        turns |= turn
    return here.filter(turns).select_related("organ").order_by("due_on", "number")


def _turns(actor: Actor, *, at: datetime) -> Sequence[Q]:
    heard = Opinion.objects.filter(application=OuterRef("pk"), round=OuterRef("round"))
    voted = Vote.objects.filter(application=OuterRef("pk"), round=OuterRef("round"), person_id=actor.person_id or 0)
    coordinates = actor.organisation_id == coordination_body(actor.district, at=at)
    reviewing, organ = Q(state="reviewing"), actor.organisation_id
    turns = (
        (actor.may(Permission.ADMISSION_APPLY), Q(state__in=["draft", "returned"], organ_id=organ)),
        (coordinates and actor.may(Permission.ADMISSION_EXAMINE), Q(state__in=["submitted", "approved"])),
        (coordinates and actor.may(Permission.ADMISSION_EXAMINE), reviewing & _all_said()),
        (
            actor.may(Permission.ADMISSION_CHECK_LEGALITY),
            reviewing & Q(~Exists(heard.filter(kind=OpinionKind.LEGALITY))),
        ),
        (actor.may(Permission.ADMISSION_CHECK_FUNDING), reviewing & Q(~Exists(heard.filter(kind=OpinionKind.FUNDING)))),
        (
            actor.may(Permission.ADMISSION_HEAR),
            reviewing
            & Q(pk__in=_asked_of(actor).values("application_id"))
            & Q(~Exists(heard.filter(committee_id=organ))),
        ),
        (coordinates and actor.may(Permission.ADMISSION_VOTE), Q(state="joint_meeting") & Q(~Exists(voted))),
        (coordinates and actor.may(Permission.ADMISSION_DECIDE), Q(state="joint_meeting")),
    )
    return [turn for is_theirs, turn in turns if is_theirs]


def _all_said() -> Q:
    """Every opinion of the round is there."""
    said = Opinion.objects.filter(application=OuterRef("pk"), round=OuterRef("round"))
    heard = Opinion.objects.filter(
        application=OuterRef("application"), round=OuterRef("application__round"), committee=OuterRef("committee")
    )
    unheard = ApplicationCommittee.objects.filter(application=OuterRef("pk"), ended_at=None).filter(~Exists(heard))
    return (
        Q(Exists(said.filter(kind=OpinionKind.LEGALITY)))
        & Q(Exists(said.filter(kind=OpinionKind.FUNDING)))
        & Q(~Exists(unheard))
    )
