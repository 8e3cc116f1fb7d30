"""What flows into committees, with or without power and money (R7, R8), by organ and by committee: never ranked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from sanhu.domains.admission.models import Demand, Task
from sanhu.domains.admission.queries import demands, tasks
from sanhu.domains.admission.terms import Ground
from sanhu.domains.subjects.models import Organisation
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import day_start
from sanhu.engines.workdays import ONE_DAY


@dataclass(frozen=True)
class InflowLine:
    """What came from one organ, or to one committee, in a period.

    `code` is the organ's credit code (empty where none is registered) or the committee's area code. `tasks` are the
    admitted ones in force on the period's last day; everything else counts the demands recorded in the period.
    """

    code: str
    body_id: int
    name: str
    demands: int
    unadmitted: int
    without_power: int
    without_money: int
    minutes: int
    minutes_without_money: int
    tasks: int


def by_organ(district: str, since: date, until: date, *, actor: Actor | None = None) -> list[InflowLine]:
    """Give a line for each organ that demanded or was admitted something, by credit code and then by name.

    Both days belong to the period. With an actor, what that actor may not see is not counted.
    """
    counted = _counted(_demands(district, since, until, actor), "organ_id")
    borne = _borne(_tasks(district, until, actor), "application__organ_id")
    lines = [_line(body, body.uscc, counted, borne) for body in _bodies(counted, borne)]
    return sorted(lines, key=lambda line: (line.code, line.name))


def by_committee(district: str, since: date, until: date, *, actor: Actor | None = None) -> list[InflowLine]:
    """Give a line for each committee that met a demand or bears a task, by area code. See `by_organ`."""
    found, tasks_found = _demands(district, since, until, actor), _tasks(district, until, actor)
    counted, borne = _counted(found, "committee_id"), _borne(tasks_found, "committee_id")
    codes = dict(tasks_found.values_list("committee_id", "area_code"))
    codes |= dict(found.values_list("committee_id", "area_code"))
    lines = [_line(body, codes[body.pk], counted, borne) for body in _bodies(counted, borne)]
    return sorted(lines, key=lambda line: (line.code, line.name))


def _demands(district: str, since: date, until: date, actor: Actor | None) -> QuerySet[Demand]:
    seen = Demand.objects.all() if actor is None else demands.visible_to(actor)
    return seen.filter(district=district, recorded_at__gte=day_start(since), recorded_at__lt=day_start(until + ONE_DAY))


def _tasks(district: str, on: date, actor: Actor | None) -> QuerySet[Task]:
    seen = Task.objects.all() if actor is None else tasks.visible_to(actor)
    running = Q(ended_at__isnull=True) | Q(ended_at__gte=day_start(on + ONE_DAY))
    return seen.filter(running, district=district, starts_on__lte=on, ends_on__gte=on)


def _counted(found: QuerySet[Demand], body: str) -> Mapping[int, Mapping[str, Any]]:
    rows = (
        found.order_by()
        .values(body)
        .annotate(
            demands=Count("pk"),
            unadmitted=Count("pk", filter=Q(ground=Ground.UNADMITTED)),
            without_power=Count("pk", filter=Q(has_power=False)),
            without_money=Count("pk", filter=Q(has_money=False)),
            work=Sum("minutes", default=0),
            work_without_money=Sum("minutes", filter=Q(has_money=False), default=0),
        )
    )
    return {row[body]: row for row in rows}


def _borne(found: QuerySet[Task], body: str) -> Mapping[int, int]:
    rows = found.order_by().values(body).annotate(tasks=Count("pk"))
    return {row[body]: row["tasks"] for row in rows}


def _bodies(counted: Mapping[int, object], borne: Mapping[int, object]) -> QuerySet[Organisation]:
    return Organisation.objects.filter(pk__in={*counted, *borne})


def _line(
    body: Organisation, code: str, counted: Mapping[int, Mapping[str, Any]], borne: Mapping[int, int]
) -> InflowLine:
    row = counted.get(body.pk, {})
    return InflowLine(
        code=code,
        body_id=body.pk,
        name=body.name,
        demands=row.get("demands", 0),
        unadmitted=row.get("unadmitted", 0),
        without_power=row.get("without_power", 0),
        without_money=row.get("without_money", 0),
        minutes=row.get("work", 0),
        minutes_without_money=row.get("work_without_money", 0),
        tasks=borne.get(body.pk, 0),
    )
