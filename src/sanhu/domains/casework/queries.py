"""Reading matters: what an actor may see, what waits on them, and what the public sees."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from sanhu.domains.casework.models import Matter, Step
from sanhu.domains.casework.rules import HANDLING_MOVES, Standing
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.codes.divisions import scope_range


def in_scope(actor: Actor) -> Q:
    """The part of a district an actor's areas cover, as ranges on indexed columns."""
    scope = Q(pk__in=[])
    for prefix in actor.areas:
        if len(prefix) > 12:
            scope |= Q(cell_code=prefix)
        else:
            low, high = scope_range(prefix)
            scope |= Q(area_code__gte=low, area_code__lte=high)
    return scope


# Powers over what happens in an area. Whoever has none of them, as a firm or a bureau, sees what their body leads.
_AREA_POWERS = (
    Permission.MATTER_REGISTER,
    Permission.MATTER_ACCEPT,
    Permission.MATTER_ASSIGN,
    Permission.MATTER_VERIFY,
    Permission.MATTER_CLOSE,
)


def visible_to(actor: Actor) -> QuerySet[Matter]:
    """Matters an actor may see, all of their own district: their body's, and with a power over areas, those there."""
    if actor.kind is not ActorKind.POST or not actor.may(Permission.MATTER_VIEW):
        return Matter.objects.none()
    seen = Q(lead_id=actor.organisation_id)
    if any(actor.may(power) for power in _AREA_POWERS):
        seen |= in_scope(actor)
    return Matter.objects.filter(seen, district=actor.district)


def matter_for(actor: Actor, number: str) -> Matter:
    """Give one matter as a page shows it. Raises MatterNotFound for what the actor may not see."""
    matter = (
        visible_to(actor)
        .filter(number=number)
        .select_related("item", "duty__item__version__instrument", "lead")
        .first()
    )
    if matter is None:
        raise MatterNotFound(number)
    return matter


def handler_ids(matter: Matter) -> frozenset[int]:
    """The persons who handled a matter."""
    found = matter.steps.filter(move__in=HANDLING_MOVES, person__isnull=False).values_list("person_id", flat=True)
    return frozenset(person for person in found if person is not None)


def standing_of(matter: Matter) -> Standing:
    """What the rules need to know of a matter."""
    return Standing(
        district=matter.district,
        location=matter.location,
        state=matter.state,
        lead_id=matter.lead_id,
        handler_ids=handler_ids(matter),
    )


# Not is_open=True, which is written as a bare column: SQLite finds no index for that.
_IS_OPEN = Q(is_open__in=(True,))

# Which states wait on whom: on whoever has the power in the area, and on the lead.
_WAITING_IN_AREA: Mapping[Permission, tuple[str, ...]] = {
    Permission.MATTER_ACCEPT: ("registered",),
    Permission.MATTER_ASSIGN: ("accepted", "returned"),
    Permission.MATTER_VERIFY: ("done",),
    Permission.MATTER_CLOSE: ("verified",),
}
_WAITING_ON_LEAD: Mapping[Permission, tuple[str, ...]] = {
    Permission.MATTER_SIGN: ("assigned",),
    Permission.MATTER_HANDLE: ("signed", "in_progress"),
}


def waiting_on(actor: Actor) -> QuerySet[Matter]:
    """What waits on an actor, due first: the matters on which they may make the next move."""
    if actor.person_id is None:
        return Matter.objects.none()
    in_area, on_lead = _states(_WAITING_IN_AREA, actor), _states(_WAITING_ON_LEAD, actor)
    mine = Q(pk__in=[])
    # Each half names what its index begins with, so that closed matters, however many, are never looked at.
    if in_area:
        mine |= _IS_OPEN & Q(state__in=in_area) & in_scope(actor)
    if on_lead:
        mine |= _IS_OPEN & Q(state__in=on_lead, lead_id=actor.organisation_id)
    handled = Step.objects.filter(matter=OuterRef("pk"), person_id=actor.person_id, move__in=HANDLING_MOVES)
    return (
        Matter.objects.filter(mine, district=actor.district)
        .exclude(Q(state__in=("done", "verified")) & Exists(handled))
        .select_related("item", "duty", "lead")
        .order_by("due_at", "id")
    )


def _states(waiting: Mapping[Permission, tuple[str, ...]], actor: Actor) -> list[str]:
    if actor.kind is not ActorKind.POST or not actor.may(Permission.MATTER_VIEW):
        return []
    return [state for permission, states in waiting.items() if actor.may(permission) for state in states]


def public_matters(district: str) -> QuerySet[Matter]:
    """Matters whose item is public, newest first. Unaccepted ones have no item yet and are not listed."""
    return (
        Matter.objects.filter(district=district, publicity="public")
        .select_related("item", "duty", "lead")
        .order_by("-reported_at", "-id")
    )


def public_matter(district: str, number: str) -> Matter:
    """Give one public matter. Raises MatterNotFound for any other."""
    matter = public_matters(district).select_related("duty__item__version__instrument").filter(number=number).first()
    if matter is None:
        raise MatterNotFound(number)
    return matter


def matter_by_receipt(stored_hash: str) -> Matter:
    """Give the matter a receipt code's hash belongs to. Raises MatterNotFound."""
    matter = (
        Matter.objects.filter(receipt_hash=stored_hash)
        .select_related("item", "duty__item__version__instrument", "lead")
        .first()
    )
    if matter is None:
        raise MatterNotFound
    return matter


def changed_since(matter: Matter, revision: int) -> list[Step]:
    """What happened on a matter after a revision."""
    return list(matter.steps.filter(ordinal__gt=revision).select_related("organisation").order_by("ordinal"))


def open_count(district: str, at: datetime) -> dict[str, int]:
    """Counts for a district's front page: open, overdue and closed matters."""
    low, high = scope_range(district)
    running = Matter.objects.filter(_IS_OPEN, area_code__gte=low, area_code__lte=high)
    counts = running.aggregate(open=Count("pk"), overdue=Count("pk", filter=Q(due_at__lte=at)))
    return {**counts, "closed": Matter.objects.filter(district=district, state="closed").count()}
