"""The records behind each figure of one committee's month: whoever asks where a number comes from reads them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sanhu.domains.admission.models import Demand, Task
from sanhu.domains.admission.terms import Ground
from sanhu.domains.casework.models import Matter
from sanhu.domains.evaluation.borne import TaskMonth, task_months
from sanhu.domains.evaluation.months import Period
from sanhu.domains.evaluation.rows import assisted_in, demands_in, led_in
from sanhu.domains.evaluation.sources import Sources

MOST_MATTERS = 200


@dataclass(frozen=True)
class BorneTask:
    """A task, and what of it fell into the month."""

    task: Task
    month: TaskMonth


@dataclass(frozen=True)
class MetDemand:
    """A demand; `is_carried` tells that the committee worked on it beside its admitted tasks."""

    demand: Demand
    is_carried: bool


@dataclass(frozen=True)
class Records:
    """All that one month of one committee was counted from; of matters the latest."""

    tasks: Sequence[BorneTask]
    demands: Sequence[MetDemand]
    led: Sequence[Matter]
    assisted: Sequence[Matter]


def records_of(sources: Sources, period: Period, *, areas: Sequence[str]) -> Records:
    """Give the records of the one committee that some sources are of."""
    months = list(task_months(sources.tasks, period))
    tasks = sources.tasks.select_related("application__organ").in_bulk([month.task_id for month in months])
    demands = demands_in(sources, period).select_related("organ").order_by("recorded_at", "pk")
    latest = "-reported_at", "-pk"
    led = led_in(sources, period).select_related("item", "lead").order_by(*latest)
    assisted = assisted_in(sources, period, areas=areas).select_related("item", "lead").order_by(*latest)
    return Records(
        tasks=[BorneTask(tasks[month.task_id], month) for month in months],
        demands=[MetDemand(demand, _is_carried(demand)) for demand in demands],
        led=list(led[:MOST_MATTERS]),
        assisted=list(assisted[:MOST_MATTERS]),
    )


def _is_carried(demand: Demand) -> bool:
    """Say of a demand in hand what `rows.CARRIED` says of those in the database."""
    if demand.ground == Ground.ADMITTED:
        return False
    return demand.ground != Ground.UNADMITTED or demand.is_emergency
