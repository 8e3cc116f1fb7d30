"""What moves at the gate as pages show it, whoever looks: what happened, whose move it is, by when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sanhu.domains.admission.models import Application, GateStep
from sanhu.domains.admission.parties import PARTY_LABELS, Party
from sanhu.domains.admission.services.steps import BEGIN, Moving
from sanhu.domains.admission.tables import TABLES
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.engines.deadlines import ClockState, DayLine, Fact, FactKind, Rule, Unit, compute, explain, state_at
from sanhu.engines.decisions import Decision
from sanhu.engines.diagrams import layout
from sanhu.engines.drawing import Diagram
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workdays import BeyondCalendar, WorkCalendar
from sanhu.engines.workflow import Move
from sanhu.portals.look.moments import day_of_year_words

BEGINNINGS = {
    "application": pgettext_lazy("step", "起草准入申请"),
    "task": pgettext_lazy("step", "协助任务生效"),
    "demand": pgettext_lazy("step", "登记下派要求"),
    "return": pgettext_lazy("step", "提出回归建议"),
}


@dataclass(frozen=True)
class Choice:
    """A move of a table with the answer to "may I?"."""

    move: Move
    label: str
    decision: Decision


def choices_on(row: Moving, may: Callable[[str], Decision]) -> list[Choice]:
    """Every move a person could make, with the decision for the person `may` asks for."""
    return [
        Choice(move=move, label=gettext(move.label), decision=may(move.code))
        for move in row.table.moves
        if move.party != Party.SYSTEM
    ]


def state_words(row: Moving) -> str:
    """The state a row is in, in officials' words."""
    return gettext(row.table.state(row.state).label)


def next_party(row: Moving) -> str:
    """Whose move is next, in words."""
    return gettext(PARTY_LABELS[row.table.state(row.state).next_party])


def step_words(step: GateStep) -> str:
    """What a step did."""
    name = step.subject_ref.partition(":")[0]
    return str(BEGINNINGS[name]) if step.move == BEGIN else gettext(TABLES[name].move(step.move).label)


def diagram_of(row: Moving) -> Diagram:
    """The state table with "you are here"."""
    return layout(row.table, row.state, wording=gettext)


@dataclass(frozen=True)
class DueCard:
    """The answer to "by when": the day, what is left, and the days one by one."""

    due_on: date
    state: str
    left: int | None
    unit: str
    days: tuple[DayLine, ...]
    words: str
    why: str


def decision_due(application: Application, *, at: datetime) -> DueCard | None:
    """By when an application is to be decided; None while nobody has to."""
    if application.accepted_at is None or application.due_on is None or application.decide_within is None:
        return None
    return due_card(
        started_at=application.accepted_at,
        within=application.decide_within,
        due_on=application.due_on,
        answered_at=application.decided_at or (None if application.is_open else application.ended_at),
        at=at,
    )


def due_card(
    *, started_at: datetime, within: int, due_on: date, answered_at: datetime | None = None, at: datetime
) -> DueCard:
    """Show a period of working days that began on a day and ends on `due_on`."""
    calendar = working_calendar(started_at)
    rule = Rule(amount=within, unit=Unit.WORKING_DAY)
    facts = [Fact(kind=FactKind.STARTED, at=started_at)]
    if answered_at is not None:
        facts.append(Fact(kind=FactKind.ANSWERED, at=answered_at))
    state = state_at(compute(rule, facts, calendar), at)
    return DueCard(
        due_on=due_on,
        state="answered" if state is ClockState.ANSWERED_ON_TIME else state.value,
        left=None if answered_at else days_left(due_on, calendar, today=legal_day(at)),
        unit=Unit.WORKING_DAY.value,
        days=explain(rule, facts, calendar),
        words="" if answered_at is None else _answered_words(state),
        why=gettext("%(day)s起算，当日不计，%(within)d 个工作日。")
        % {"day": day_of_year_words(legal_day(started_at)), "within": within},
    )


def _answered_words(state: ClockState) -> str:
    return str(_("按时") if state is ClockState.ANSWERED_ON_TIME else _("超期"))


def days_left(due_on: date, calendar: WorkCalendar, *, today: date) -> int:
    """Working days until a day; negative once it is past."""
    try:
        left = calendar.count(today, due_on)
    except BeyondCalendar:
        return (due_on - today).days
    # Past the due day but before the next working day: late, although no working day has passed.
    return -1 if left == 0 and today > due_on else left
