"""Applications, tasks and demands as the desk sees them by program."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext
from pydantic import Field

from sanhu.domains.admission.models import Application, Demand, GateStep, Task
from sanhu.domains.admission.services.steps import Moving, steps_of
from sanhu.engines.decisions import Decision
from sanhu.portals.gate import choices_on, state_words, step_words
from sanhu.portals.look.templatetags.personal_data import person_words
from sanhu.portals.open.desk_shapes import MoveShape, StepShape, move_shape
from sanhu.portals.open.fields import Moment, Shape


class ApplicationLine(Shape):
    number: str
    revision: int
    name: str
    organ: str
    state: str
    state_label: str
    is_open: bool
    starts_on: date
    ends_on: date
    due_on: date | None


class ApplicationWhole(ApplicationLine):
    affair_class: str = Field(alias="class")
    item_code: str
    legal_basis: str
    necessity: str
    content: str
    boundary: str
    minutes_each: int
    amount_each_fen: int
    round: int
    committees: list[str]
    drafted_at: Moment
    submitted_at: Moment | None
    steps: list[StepShape]
    moves: list[MoveShape]


class TaskLine(Shape):
    number: str
    revision: int
    name: str
    organ: str
    committee: str
    area: str
    state: str
    state_label: str
    is_open: bool
    starts_on: date
    ends_on: date
    minutes: int
    amount_fen: int


class TaskWhole(TaskLine):
    application: str
    power_to: date
    steps: list[StepShape]
    moves: list[MoveShape]


class DemandLine(Shape):
    number: str
    revision: int
    name: str
    organ: str
    committee: str
    area: str
    state: str
    state_label: str
    is_open: bool
    ground: str
    recorded_at: Moment
    due_on: date | None


class DemandWhole(DemandLine):
    words: str
    item_code: str
    minutes: int
    money_fen: int
    is_emergency: bool
    is_refusal: bool
    ground_article: str
    steps: list[StepShape]
    moves: list[MoveShape]


class ApplicationPage(Shape):
    items: list[ApplicationLine]
    next: str | None


class TaskPage(Shape):
    items: list[TaskLine]
    next: str | None


class DemandPage(Shape):
    items: list[DemandLine]
    next: str | None


def application_line(row: Application) -> dict[str, Any]:
    """Give what a list shows of an application."""
    return {
        **_state(row),
        "name": row.name,
        "organ": row.organ.name,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "due_on": row.due_on,
    }


def application_whole(row: Application, committees: list[str]) -> dict[str, Any]:
    """Give what its page shows beside its way and its moves."""
    names = ("item_code", "legal_basis", "necessity", "content", "boundary", "minutes_each", "amount_each_fen", "round")
    return {
        **application_line(row),
        **{name: getattr(row, name) for name in names},
        "class": row.affair_class,
        "committees": committees,
        "drafted_at": row.drafted_at,
        "submitted_at": row.submitted_at,
    }


def task_line(row: Task) -> dict[str, Any]:
    """Give what a list shows of a task."""
    return {
        **_state(row),
        "name": row.application.name,
        "organ": row.application.organ.name,
        "committee": row.committee.name,
        "area": row.area_code,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "minutes": row.minutes,
        "amount_fen": row.amount_fen,
    }


def task_whole(row: Task) -> dict[str, Any]:
    """Give what its page shows beside its way and its moves."""
    return {**task_line(row), "application": row.application.number, "power_to": row.grant.valid_to}


def demand_line(row: Demand) -> dict[str, Any]:
    """Give what a list shows of a demand."""
    return {
        **_state(row),
        "name": row.name,
        "organ": row.organ.name,
        "committee": row.committee.name,
        "area": row.area_code,
        "ground": row.ground,
        "recorded_at": row.recorded_at,
        "due_on": row.due_on,
    }


def demand_whole(row: Demand) -> dict[str, Any]:
    """Give what its page shows beside its way and its moves."""
    names = ("words", "item_code", "minutes", "money_fen", "is_emergency", "is_refusal")
    article = gettext(row.ground_article) if row.ground_article else ""
    return {**demand_line(row), **{name: getattr(row, name) for name in names}, "ground_article": article}


def _state(row: Moving) -> dict[str, Any]:
    return {
        "number": row.number,
        "revision": row.revision,
        "state": row.state,
        "state_label": state_words(row),
        "is_open": row.is_open,
    }


def way_of(row: Moving, may: Callable[[str], Decision], takes: Mapping[str, list[str]]) -> dict[str, Any]:
    """Give the steps of a row, and every move a person could make with the decision for this one."""
    return {
        "steps": [_step(step) for step in steps_of(row)],
        "moves": [
            move_shape(choice.move, choice.label, choice.decision, dict(takes)) for choice in choices_on(row, may)
        ],
    }


def _step(step: GateStep) -> StepShape:
    return StepShape(
        ordinal=step.ordinal,
        move=step.move,
        label=step_words(step),
        from_state=step.from_state,
        to_state=step.to_state,
        at=step.at,
        who=person_words(step.person) if step.person else "",
        organisation=step.organisation.name if step.organisation else "",
        reason=step.reason,
        article=gettext(step.article) if step.article else "",
        reply="",
    )
