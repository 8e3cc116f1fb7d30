"""What waits on an actor: the matters on which they may make the next move."""

from collections.abc import Iterator, Mapping

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from sanhu.domains.casework.deferring import DeferralKind, Outcome
from sanhu.domains.casework.models import Clock, ClockPurpose, CoSigningState, Deferral, Matter, Step
from sanhu.domains.casework.queries import asked_to_cosign, in_scope, is_supervised, sees_the_district
from sanhu.domains.casework.rules import HANDLING_MOVES
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.deadlines import ClockState

# Not is_open=True, which is written as a bare column: SQLite finds no index for that.
_IS_OPEN = Q(is_open__in=(True,))

# Which states wait on whom: on whoever has the power in the area, and on the lead.
_WAITING_IN_AREA: Mapping[Permission, tuple[str, ...]] = {
    Permission.MATTER_ACCEPT: ("registered",),
    Permission.MATTER_ASSIGN: ("accepted", "returned", "reopened"),
    Permission.MATTER_VERIFY: ("done",),
    Permission.MATTER_CLOSE: ("verified",),
}
_WAITING_ON_LEAD: Mapping[Permission, tuple[str, ...]] = {
    Permission.MATTER_SIGN: ("assigned",),
    Permission.MATTER_HANDLE: ("signed", "in_progress"),
}
_WAITING_TO_BE_DECIDED: Mapping[Permission, DeferralKind] = {
    Permission.MATTER_EXTEND: DeferralKind.EXTENSION,
    Permission.MATTER_SUSPEND: DeferralKind.SUSPENSION,
}
# The lead's other matters wait on it only while a supervisor waits for its answer.
_WAITING_FOR_AN_ANSWER = ("suspended", "done", "verified")
_COMES_DUE = (ClockState.NEAR, ClockState.OVERDUE)


def waiting_on(actor: Actor) -> QuerySet[Matter]:
    """What waits on an actor, due first: the matters on which they may make the next move."""
    due_first = Matter.objects.select_related("item", "duty", "lead").order_by("due_at", "id")
    parts = [part.order_by().values("pk") for part in waiting_parts(actor)]
    if not parts:
        return due_first.none()
    # The district by its area code: by its own column it would tempt into the index of all matters there ever were.
    return due_first.filter(pk__in=parts[0].union(*parts[1:]), area_code__startswith=actor.district)


def waiting_parts(actor: Actor) -> list[QuerySet[Matter]]:
    """Give what waits on an actor, part by part; a matter may stand in more than one."""
    if actor.person_id is None or actor.kind is not ActorKind.POST or not actor.may(Permission.MATTER_VIEW):
        return []
    return [*_waiting_in_area(actor), *_waiting_on_lead(actor)]


def states_waiting(actor: Actor, *, most: int) -> list[str]:
    """Give the states of what waits on an actor, of `most` matters at most.

    Each part is asked for no more than can count: all that waits on a whole district's post is not gone through.
    """
    found: dict[int, str] = {}
    for part in waiting_parts(actor):
        found |= dict(part.order_by().values_list("pk", "state")[:most])
        if len(found) >= most:
            break
    return list(found.values())[:most]


# Each part names what one index begins with, and is asked for by itself, so that closed matters, however many, are
# never looked at: of conditions joined by OR, neither database would use the index of each.
def _waiting_in_area(actor: Actor) -> Iterator[QuerySet[Matter]]:
    here, is_open = Matter.objects.filter(in_scope(actor)), _IS_OPEN
    if sees_the_district(actor):
        # By district and state: of the open ones of a whole district few are in these states, which are open anyhow.
        here, is_open = Matter.objects.filter(district=actor.district), Q()
    handled = Q(Exists(_handled_by(actor)))
    if states := _states(_WAITING_IN_AREA, actor):
        own_work = Q(state__in=("done", "verified")) & handled
        yield here.filter(is_open & ~own_work & ~_awaiting_a_ruling(), state__in=states)
    if actor.may(Permission.MATTER_RULE):
        yield here.filter(is_open & _awaiting_a_ruling())
    kinds = [kind for permission, kind in _WAITING_TO_BE_DECIDED.items() if actor.may(permission)]
    if kinds:
        asked = Deferral.objects.filter(outcome=Outcome.PENDING, kind__in=kinds)
        others = asked.exclude(asked_by__in=actor.persons).exclude(asked__post__person__in=actor.persons)
        yield Matter.objects.filter(in_scope(actor) & ~handled, pk__in=others.values("matter_id"))
    if actor.may(Permission.MATTER_ASSIGN):
        review = Clock.objects.filter(
            matter=OuterRef("pk"), purpose=ClockPurpose.REVIEW, is_open=True, state__in=_COMES_DUE
        )
        yield here.filter(is_open & Q(Exists(review)), state="suspended")


def _awaiting_a_ruling() -> Q:
    """Matters handed back once too often: nobody assigns them but who rules. See `Matter.awaits_ruling`."""
    return Q(state="returned", handoff_count__gte=settings.SANHU_HANDED_ROUND_FROM)


def _waiting_on_lead(actor: Actor) -> Iterator[QuerySet[Matter]]:
    led = Matter.objects.filter(_IS_OPEN, lead_id=actor.organisation_id)
    if states := _states(_WAITING_ON_LEAD, actor):
        yield led.filter(state__in=states)
    if actor.may(Permission.MATTER_HANDLE):
        yield led.filter(is_supervised(), state__in=_WAITING_FOR_AN_ANSWER)
        mine = Q(asked_by__in=actor.persons) | Q(asked_on_behalf_of__in=actor.persons)
        asked = asked_to_cosign(actor).filter(~mine, state=CoSigningState.ASKED)
        yield Matter.objects.filter(pk__in=asked.values("matter_id"))


def _states(waiting: Mapping[Permission, tuple[str, ...]], actor: Actor) -> list[str]:
    return [state for permission, states in waiting.items() if actor.may(permission) for state in states]


def _handled_by(actor: Actor) -> QuerySet[Step]:
    own = Q(person__in=actor.persons) | Q(post__person__in=actor.persons)
    return Step.objects.filter(own, matter=OuterRef("pk"), move__in=HANDLING_MOVES)
