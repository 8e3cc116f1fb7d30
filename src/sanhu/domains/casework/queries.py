"""Reading matters: what an actor may see, what waits on them, and what the public sees."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from sanhu.domains.casework.deferring import DeferralKind, Outcome
from sanhu.domains.casework.models import (
    Clock,
    ClockPurpose,
    CoSigning,
    CoSigningState,
    Deferral,
    Matter,
    ProcedureMark,
    Step,
)
from sanhu.domains.casework.rules import HANDLING_MOVES, Pending, Standing
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.catalogue.models import ProcedureStep
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.codes.divisions import scope_range
from sanhu.engines.legal_time import day_start, legal_day
from sanhu.engines.workdays import ONE_DAY, BeyondCalendar, WorkCalendar

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


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
    Permission.MATTER_EXTEND,
    Permission.MATTER_SUSPEND,
    Permission.MATTER_MERGE,
    Permission.MATTER_URGE,
    Permission.MATTER_SUPERVISE,
    Permission.MATTER_RULE,
)


def sees_areas(actor: Actor) -> bool:
    """Tell whether an actor sees what happens in their areas, whoever leads it."""
    return any(actor.may(power) for power in _AREA_POWERS)


_DISTRICT_DIGITS = 6


def sees_the_district(actor: Actor) -> bool:
    """Tell whether an actor sees what happens anywhere in their district."""
    return sees_areas(actor) and any(len(area) <= _DISTRICT_DIGITS for area in actor.areas)


def visible_to(actor: Actor) -> QuerySet[Matter]:
    """Matters an actor may see, all of their own district: their body's, and with a power over areas, those there.

    A body's are those it leads, and those it was asked to co-sign unless the question was taken back.
    """
    return _seen_by(actor).filter(district=actor.district)


def visible_by_key(actor: Actor) -> QuerySet[Matter]:
    """The same, to be read by their keys: matters that were found otherwise.

    The district is told by the area code: by its own column SQLite would rather walk all matters there are than look
    up a hundred of them.
    """
    return _seen_by(actor).filter(area_code__startswith=actor.district)


def _seen_by(actor: Actor) -> QuerySet[Matter]:
    if actor.kind is not ActorKind.POST or not actor.may(Permission.MATTER_VIEW):
        return Matter.objects.none()
    seen = Q(lead_id=actor.organisation_id) | Q(pk__in=asked_to_cosign(actor).values("matter_id"))
    return Matter.objects.filter(seen | in_scope(actor) if sees_areas(actor) else seen)


def asked_to_cosign(actor: Actor) -> QuerySet[CoSigning]:
    """What an actor's body was asked. A question taken back leaves it nothing to see: it may have gone astray."""
    # By the states that count: a list of them is what an index is read by.
    return CoSigning.objects.filter(Q(organisation_id=actor.organisation_id), state__in=_STILL_ASKED)


_STILL_ASKED = tuple(state for state in CoSigningState if state is not CoSigningState.WITHDRAWN)


def matter_for(actor: Actor, number: str) -> Matter:
    """Give one matter as a page shows it. Raises MatterNotFound for what the actor may not see."""
    matter = (
        visible_to(actor)
        .filter(number=number)
        .select_related("item", "duty__item__version__instrument", "lead", "merged_into")
        .first()
    )
    if matter is None:
        raise MatterNotFound(number)
    return matter


def standing_of(matter: Matter) -> Standing:
    """What the rules need to know of a matter."""
    return standings_of([matter])[matter.pk]


def standings_of(matters: Sequence[Matter]) -> dict[int, Standing]:
    """What the rules need to know of some matters, by their keys, in as few queries as for one."""
    keys = [matter.pk for matter in matters]
    pending = Deferral.objects.filter(matter=OuterRef("pk"), outcome=Outcome.PENDING)
    now = Matter.objects.filter(pk__in=keys).values_list(
        "pk",
        Exists(_supervision()),
        Exists(Matter.objects.filter(merged_into=OuterRef("pk"))),
        Subquery(pending.values("kind")),
        Subquery(pending.values("asked_by_id")),
        Subquery(pending.values("asked__post__person_id")),
        Exists(CoSigning.objects.filter(matter=OuterRef("pk"), state=CoSigningState.ASKED)),
        Subquery(_given().values("move")[:1]),
        Subquery(_steps_left_open().values("name")[:1]),
    )
    by_key = {key: _Beyond(*beyond) for key, *beyond in now}
    handlers = _handlers_of(keys)
    return {matter.pk: _standing(matter, by_key[matter.pk], handlers[matter.pk]) for matter in matters}


class _Beyond(NamedTuple):
    """What a matter's own row does not say."""

    is_supervised: bool
    has_merged: bool
    asked_kind: str | None
    asked_by: int
    asked_for: int
    is_being_cosigned: bool
    given_by: str | None
    open_step: str | None


def _given() -> QuerySet[Step]:
    """The steps by which a matter was given to a lead, the last one first."""
    return Step.objects.filter(matter=OuterRef("pk"), move__in=("assign", "rule")).order_by("-ordinal")


def _steps_left_open() -> QuerySet[ProcedureStep]:
    """The steps of a matter's procedure that are not done, the next one first."""
    done = ProcedureMark.objects.filter(
        matter=OuterRef(OuterRef("pk")),
        round=OuterRef(OuterRef("round")),
        item=OuterRef("item"),
        position=OuterRef("position"),
    )
    return ProcedureStep.objects.filter(~Exists(done), item=OuterRef("item")).order_by("position")


def _standing(matter: Matter, beyond: _Beyond, handlers: set[int]) -> Standing:
    asked_by = frozenset({beyond.asked_by, beyond.asked_for})
    return Standing(
        district=matter.district,
        location=matter.location,
        state=matter.state,
        lead_id=matter.lead_id,
        handler_ids=frozenset(handlers),
        pending=Pending(kind=DeferralKind(beyond.asked_kind), asked_by=asked_by) if beyond.asked_kind else None,
        is_supervised=beyond.is_supervised,
        is_reopened=matter.round > 1,
        has_merged=beyond.has_merged,
        is_being_cosigned=beyond.is_being_cosigned,
        awaits_ruling=matter.awaits_ruling,
        is_ruled=beyond.given_by == "rule",
        open_step=beyond.open_step or "",
    )


def _handlers_of(keys: Sequence[int]) -> Mapping[int, set[int]]:
    """The persons who handled each matter; of what a deputy did, the absent holder of the post too."""
    found: dict[int, set[int]] = defaultdict(set)
    steps = Step.objects.filter(matter_id__in=keys, move__in=HANDLING_MOVES)
    for key, *persons in steps.values_list("matter_id", "person_id", "post__person_id"):
        found[key].update(person for person in persons if person is not None)
    return found


def _supervision() -> QuerySet[Clock]:
    return Clock.objects.filter(matter=OuterRef("pk"), purpose=ClockPurpose.SUPERVISION, is_open=True)


def pending_deferral(matter: Matter) -> Deferral | None:
    """Give what the lead asked for and nobody has decided."""
    return (
        matter.deferrals.filter(outcome=Outcome.PENDING).select_related("asked__person", "asked__organisation").first()
    )


def running_clock(matter: Matter) -> Clock | None:
    """Give the handling clock that runs; None before acceptance and after the close."""
    return matter.clocks.filter(purpose=ClockPurpose.HANDLING, is_open=True).first()


# Not is_open=True, which is written as a bare column: SQLite finds no index for that.
_IS_OPEN = Q(is_open__in=(True,))


def alike(matter: Matter, actor: Actor) -> QuerySet[Matter]:
    """Other open matters of the same community that an actor may see, newest first: one of them may be the same."""
    beside = visible_to(actor).filter(_IS_OPEN, area_code=matter.area_code).exclude(pk=matter.pk)
    return beside.select_related("item").order_by("-reported_at", "-id")


class Narrowing(StrEnum):
    """What a list of matters may be narrowed to beside a state."""

    SUPERVISED = "supervised"
    URGED = "urged"
    HANDED_ROUND = "handed_round"
    ASKED = "asked"


def narrowed(matters: QuerySet[Matter], to: Narrowing, *, district: str) -> QuerySet[Matter]:
    """Narrow a list of a district's matters to open ones of one kind."""
    match to:
        case Narrowing.SUPERVISED:
            wanted = is_supervised()
        case Narrowing.URGED:
            wanted = Q(urge_count__gt=0)
        case Narrowing.HANDED_ROUND:
            # All there ever were are soon read by district and count; the open ones of a whole district are not.
            wanted = Q(district=district, handoff_count__gte=settings.SANHU_HANDED_ROUND_FROM)
            return matters.filter(pk__in=Matter.objects.filter(wanted, is_open=True).values("pk"))
        case Narrowing.ASKED:
            wanted = Q(pk__in=Deferral.objects.filter(outcome=Outcome.PENDING).values("matter_id"))
    return matters.filter(pk__in=Matter.objects.filter(_IS_OPEN & wanted).values("pk"))


def is_supervised() -> Q:
    """Matters on which a supervisor waits for an answer."""
    return Q(Exists(_supervision()))


class FinalClose(TypedDict):
    """What is known of a matter that nothing opens again."""

    final_at: datetime


def finally_closed(at: datetime) -> "QuerySet[WithAnnotations[Matter, FinalClose]]":
    """Matters that nothing opens again, each with `final_at`, the moment of its final close.

    A closed one was opened again before, or the days for that are over; a declined one is final at once. A merged one
    follows the matter it was merged into, and `final_at` is that one's.
    """
    return Matter.objects.filter(
        Q(is_open=False) & (_is_final(at) | Q(state="merged") & _is_final(at, of="merged_into__"))
    ).annotate(final_at=Coalesce("merged_into__closed_at", "closed_at"))


def _is_final(at: datetime, *, of: str = "") -> Q:
    over = reopening_over_before(at)
    closed = Q(**{f"{of}state": "closed"}) & (Q(**{f"{of}round__gt": 1}) | Q(**{f"{of}closed_at__lt": over}))
    return closed | Q(**{f"{of}state": "declined"})


def reopening_over_before(at: datetime) -> datetime:
    """Give the moment before which a matter was closed that can no longer be opened again.

    The day of closing does not count, the last day counts to its end, and one that is no working day is followed by
    the next working day (E.1: a resident's own limit rolls). So it is over for what ended by the last working day.
    """
    ended_on = _working_day_before(legal_day(at), working_calendar(at))
    return day_start(ended_on + ONE_DAY - timedelta(days=settings.SANHU_REOPEN_WITHIN_DAYS))


def _working_day_before(day: date, calendar: WorkCalendar) -> date:
    """Give the last working day before a day; past the loaded calendar, the day before."""
    before = day - ONE_DAY
    try:
        while not calendar.is_working(before):
            before -= ONE_DAY
    except BeyondCalendar:
        return day - ONE_DAY
    return before


def public_matters(district: str) -> QuerySet[Matter]:
    """Matters whose item is public, newest first. Unaccepted ones have no item yet and are not listed."""
    return (
        Matter.objects.filter(district=district, publicity="public")
        .select_related("item", "duty", "lead")
        .order_by("-reported_at", "-id")
    )


def public_by_key(district: str) -> QuerySet[Matter]:
    """The same, to be read by their keys; see `visible_by_key` for why the district is told by the area code."""
    return Matter.objects.filter(area_code__startswith=district, publicity="public")


def public_matter(district: str, number: str) -> Matter:
    """Give one public matter. Raises MatterNotFound for any other."""
    matter = _with_parts(public_matters(district)).filter(number=number).first()
    if matter is None:
        raise MatterNotFound(number)
    return matter


def _with_parts(matters: QuerySet[Matter]) -> QuerySet[Matter]:
    return matters.select_related("duty__item__version__instrument", "merged_into")


def matter_by_receipt(stored_hash: str) -> Matter:
    """Give the matter a receipt code's hash belongs to. Raises MatterNotFound."""
    matter = (
        Matter.objects.filter(receipt_hash=stored_hash)
        .select_related("item", "duty__item__version__instrument", "lead", "merged_into")
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
