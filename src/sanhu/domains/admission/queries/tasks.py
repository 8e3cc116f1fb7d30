"""Reading admitted tasks: what an actor may see, what the rules must know, and the public register."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum

from sanhu.domains.admission.models import Demand, Instalment, PowerGrant, Task
from sanhu.domains.admission.queries.parties import parties_of
from sanhu.domains.admission.rules.tasks import Standing
from sanhu.domains.admission.services.errors import GateNotFound
from sanhu.domains.funding.models import Voucher
from sanhu.domains.funding.terms import VoucherState
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.rules.bodies import COMMUNITY_DIGITS
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.codes.divisions import scope_range
from sanhu.engines.legal_time import day_start, legal_day
from sanhu.engines.workdays import ONE_DAY

_DISTRICT_DIGITS = 6

# Powers over the whole district's admissions. Whoever has none of them sees what their own body asks, pays or bears.
_DISTRICT_POWERS = (
    Permission.ADMISSION_EXAMINE,
    Permission.ADMISSION_CHECK_LEGALITY,
    Permission.ADMISSION_CHECK_FUNDING,
    Permission.ADMISSION_VOTE,
    Permission.ADMISSION_DECIDE,
    Permission.TASK_HAND_OVER,
    Permission.FUNDING_OVERSEE,
)
_TAKEN_BACK = Voucher.objects.filter(reverses=OuterRef("voucher"), state=VoucherState.POSTED)
_NOT_PAID = Q(voucher__isnull=True) | ~Q(voucher__state=VoucherState.POSTED) | Exists(_TAKEN_BACK)


def visible_to(actor: Actor) -> QuerySet[Task]:
    """Tasks an actor may see, all of their own district.

    The organ sees those it asked for, the payer those it pays, a committee those it bears or bore; whoever helps in an
    area and asks for nothing sees those there, and whoever examines, votes, decides or oversees sees all.
    """
    if actor.kind is not ActorKind.POST or not actor.may(Permission.ADMISSION_VIEW):
        return Task.objects.none()
    tasks = Task.objects.filter(district=actor.district)
    if any(actor.may(power) for power in _DISTRICT_POWERS):
        return tasks
    own = actor.organisation_id
    seen = Q(application__organ_id=own) | Q(committee_id=own) | Q(reservation__account__body_id=own)
    return tasks.filter(seen if actor.may(Permission.ADMISSION_APPLY) else seen | _in_areas(actor))


def _in_areas(actor: Actor) -> Q:
    scope = Q(pk__in=[])
    for prefix in actor.areas:
        if len(prefix) <= COMMUNITY_DIGITS:
            low, high = scope_range(prefix)
            scope |= Q(area_code__gte=low, area_code__lte=high)
    return scope


def task_for(actor: Actor, number: str) -> Task:
    """Give one task as a page shows it. Raises GateNotFound for what the actor may not see."""
    joined = ("application__organ", "committee", "grant__giver", "reservation__account__body", "succeeds")
    task = visible_to(actor).filter(number=number).select_related(*joined).first()
    if task is None:
        raise GateNotFound(number)
    return task


def grants_of(task: Task) -> list[PowerGrant]:
    """Give the powers a task was given, the latest first."""
    grants = [PowerGrant.objects.get(pk=task.grant_id)]
    while (before := grants[-1].follows) is not None:
        grants.append(before)
    return grants


def unpaid(task: Task) -> QuerySet[Instalment]:
    """Give the instalments that are still to be paid, in their order; a waiting or reversed payment is none."""
    return task.instalments.filter(_NOT_PAID, cancelled_at=None).select_related("voucher").order_by("ordinal")


def overdue(task: Task, *, on: date) -> list[Instalment]:
    """Give the instalments whose last day has passed unpaid."""
    return list(unpaid(task).filter(due_on__lt=on))


def overdue_instalments(on: date) -> QuerySet[Instalment]:
    """Give the unpaid instalments of all open tasks whose last day has passed."""
    return Instalment.objects.filter(_NOT_PAID, cancelled_at=None, due_on__lt=on, task__is_open=True)


def standing_of(task: Task, *, actor: Actor, at: datetime) -> Standing:
    """What the rules need to know of a task, for whoever acts."""
    today = legal_day(at)
    organ_id = task.application.organ_id
    to_pay = list(unpaid(task))
    emergencies = Demand.objects.filter(application_id=task.application_id, is_emergency=True)
    return Standing(
        parties=parties_of(
            district=task.district, organ_id=organ_id, committee_ids=[task.committee_id], actor=actor, at=at
        ),
        state=task.state,
        is_statutory=task.is_statutory,
        is_emergency=emergencies.exists(),
        has_overdue=any(part.due_on < today for part in to_pay),
        has_power=task.grant.valid_to >= today,
        awaits_signature=any(part.voucher and part.voucher.state == VoucherState.WAITING for part in to_pay),
        is_over=task.ends_on < today,
    )


# --- the public register


@dataclass(frozen=True)
class CommunityLine:
    """A community in the register: how many tasks it bears on a day, of how many organs, with what work and money."""

    area_code: str
    committee: str
    tasks: int
    organs: int
    minutes: int
    amount_fen: int


@dataclass(frozen=True)
class RegisterLine:
    """A task in the register: who asks, for what, why, on what law, until when, how many minutes, how much money."""

    number: str
    area_code: str
    organ: str
    organ_kind: str
    committee: str
    name: str
    content: str
    boundary: str
    necessity: str
    affair_class: str
    legal_basis: str
    starts_on: date
    ends_on: date
    minutes: int
    amount_fen: int
    state: str
    suspended_for: str
    ended_at: datetime | None


_COLUMNS = (
    "number",
    "area_code",
    "application__organ__name",
    "application__organ__kind",
    "committee__name",
    "application__name",
    "application__content",
    "application__boundary",
    "application__necessity",
    "application__affair_class",
    "application__legal_basis",
    "starts_on",
    "ends_on",
    "minutes",
    "amount_fen",
    "state",
    "suspended_for",
    "ended_at",
)


def _in_register(on: date) -> QuerySet[Task]:
    """Every task that had come into force by the end of a day, whatever became of it."""
    return Task.objects.filter(in_force_at__lt=day_start(on + ONE_DAY))


def _borne_on(on: date) -> Q:
    """Tasks that had not ended by the end of a day."""
    return Q(ends_on__gte=on) & (Q(ended_at__isnull=True) | Q(ended_at__gte=day_start(on + ONE_DAY)))


def register(district: str, on: date) -> list[CommunityLine]:
    """Give a line for each community that bears tasks on a day, by area code.

    Minutes and money are those of the tasks for their whole periods; a task that was not begun yet is among them.
    """
    lines = (
        _borne_in(district, on)
        .values("area_code")
        .annotate(
            of=Max("committee__name"),
            count=Count("pk"),
            organs=Count("application__organ_id", distinct=True),
            work=Sum("minutes"),
            money=Sum("amount_fen"),
        )
    )
    found = lines.order_by("area_code").values_list("area_code", "of", "count", "organs", "work", "money")
    return [CommunityLine(*line) for line in found]


def register_all(district: str, on: date) -> list[RegisterLine]:
    """Give the tasks all communities of a district bear on a day, by area code and number."""
    return _lines(_borne_in(district, on))


def register_of(area_code: str, on: date) -> list[RegisterLine]:
    """Give the tasks a community bears on a day, by number."""
    return _lines(_borne_in(area_code[:_DISTRICT_DIGITS], on).filter(area_code=area_code))


def ended_of(area_code: str, on: date, *, since: date) -> list[RegisterLine]:
    """Give the tasks a community bore on some day since `since` and no longer does, by number."""
    lately = Q(ended_at__isnull=True, ends_on__gte=since) | Q(ended_at__gte=day_start(since))
    return _lines(
        _in_register(on).filter(~_borne_on(on), lately, district=area_code[:_DISTRICT_DIGITS], area_code=area_code)
    )


def _borne_in(district: str, on: date) -> QuerySet[Task]:
    return _in_register(on).filter(_borne_on(on), district=district)


def _lines(tasks: QuerySet[Task]) -> list[RegisterLine]:
    return [RegisterLine(*line) for line in tasks.order_by("area_code", "number").values_list(*_COLUMNS)]
