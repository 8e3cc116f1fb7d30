"""What became of the admitted tasks of a community, step by step, as its feed tells it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Value
from django.db.models.functions import Concat

from sanhu.domains.admission.models import GateStep, Task


@dataclass(frozen=True)
class News:
    """One step of a task: it came into force, was suspended or resumed, or it ended."""

    task: Task
    ordinal: int
    move: str
    at: datetime


def news_of(area_code: str, *, most: int) -> list[News]:
    """Give the latest steps of a community's tasks, newest first."""
    tasks = Task.objects.filter(area_code=area_code)
    refs = tasks.annotate(named=Concat(Value("task:"), F("number"))).values("named")
    steps = list(GateStep.objects.filter(subject_ref__in=refs).order_by("-at", "-pk")[:most])
    numbers = {step.subject_ref.removeprefix("task:") for step in steps}
    spoken_of = tasks.filter(number__in=numbers).select_related("application__organ", "committee")
    by_ref = {task.ref: task for task in spoken_of}
    return [News(by_ref[step.subject_ref], step.ordinal, step.move, step.at) for step in steps]
