"""A matter as pages show it, whoever looks: when it will be done, what happened, who answers for it."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext, gettext_noop, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sanhu.domains.casework.models import Clock, ClockPurpose, Matter, Step
from sanhu.domains.casework.parties import PARTY_LABELS, Party
from sanhu.domains.casework.rules import MATTER
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.engines.deadlines import ClockState, DayLine, FactKind, Unit, explain, state_at
from sanhu.engines.diagrams import layout
from sanhu.engines.drawing import Diagram
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workdays import BeyondCalendar, WorkCalendar
from sanhu.engines.workflow import Move
from sanhu.portals.deferrals import DateChange, changes_of
from sanhu.portals.look.moments import day_of_year_words

CLOCK_KINDS = {
    "statutory": _("法定期限"),
    "local_rule": _("本区规定的期限"),
    "contract": _("合同约定的期限"),
    "promise": _("承诺时限"),
}
# What the catalogue cites where no article gives the number. Titles of laws are data and stay in Chinese.
CITED_WITHOUT_ARTICLE = (
    gettext_noop("承诺时限（示范值）"),
    gettext_noop("地方规定（示范值）"),
    gettext_noop("网格处置时限（示范值）"),
    gettext_noop("物业服务合同约定（示范值）"),
    gettext_noop("服务合同约定（示范值）"),
    gettext_noop("居民公约（示范值）"),
    gettext_noop("业主大会议事规则（示范值）"),
)
CITED_BY_THE_MATRIX = (
    gettext_noop("分类管理办法第二条"),
    gettext_noop("分类管理办法第六条"),
    gettext_noop("分类管理办法第七条"),
    gettext_noop("分类管理办法第二十三条"),
    gettext_noop("城市居民委员会组织法第十条第八项"),
)
REGISTERED = _("登记")
# One word in Chinese, in English two: declining, and declined.
MOVE_WORDS = {"decline": pgettext_lazy("move", "不予受理")}
_MOST_WORDS_SHOWN = 80


@dataclass(frozen=True)
class DueCard:
    """The answer to "when": the day, what is left, why, and the days one by one."""

    clock: Clock
    state: str
    left: int | None
    unit: str
    days: tuple[DayLine, ...]
    changes: tuple[DateChange, ...] = ()

    @property
    def words(self) -> str:
        """What an answered clock says: only the last one ends the matter."""
        if self.clock.is_open or self.clock.purpose == ClockPurpose.HANDLING:
            return ""
        return gettext("超期") if self.state == "answered_late" else gettext("按时")

    @property
    def kind(self) -> str:
        """What the number rests on; only a statutory clock is called that."""
        return str(CLOCK_KINDS[self.clock.kind])

    @property
    def why(self) -> str:
        """One sentence: how long, from when, and what was left out."""
        started = legal_day(datetime.fromisoformat(self.clock.facts[0]["at"]))
        counted = sum(1 for line in self.days if line.counts)
        skipped = len(self.days) - 1 - counted
        if Unit(self.clock.unit).is_hours:
            return gettext("%(day)s起算。") % {"day": day_of_year_words(started)}
        text = gettext("%(day)s起算，当日不计，共 %(counted)d 天计入") % {
            "day": day_of_year_words(started),
            "counted": counted,
        }
        if skipped > 0:
            text += gettext("，%(skipped)d 天因休息日或暂停不计") % {"skipped": skipped}
        return text + gettext("。")


@dataclass(frozen=True)
class StepLine:
    """One line of the way a matter went, or goes on."""

    title: str
    at: datetime | None = None
    who: str = ""
    sector: str = ""
    text: str = ""
    is_now: bool = False
    is_next: bool = False
    ordinal: int = 0


def due_card(matter: Matter, *, at: datetime) -> DueCard | None:
    """The clock that is the reporter's concern: handling once it runs, acceptance before."""
    clocks = {clock.purpose: clock for clock in matter.clocks.order_by("id")}
    clock = clocks.get(ClockPurpose.HANDLING) or clocks.get(ClockPurpose.ACCEPTANCE)
    if clock is None:
        return None
    card = card_of(clock, at=at)
    return replace(card, changes=changes_of(matter)) if clock.purpose == ClockPurpose.HANDLING else card


_IN_ORDER = (
    ClockPurpose.SUPERVISION,
    ClockPurpose.HANDLING,
    ClockPurpose.REVIEW,
    ClockPurpose.SIGNING,
    ClockPurpose.ACCEPTANCE,
)


def cards_of(matter: Matter, *, at: datetime) -> list[DueCard]:
    """Show every clock of a matter: those that run first, what a supervisor waits for before all others."""
    clocks = sorted(
        matter.clocks.order_by("-id"),
        key=lambda clock: (not clock.is_open, _IN_ORDER.index(ClockPurpose(clock.purpose))),
    )
    changes = changes_of(matter)
    return [
        replace(card_of(clock, at=at), changes=changes if clock.purpose == ClockPurpose.HANDLING else ())
        for clock in clocks
    ]


def card_of(clock: Clock, *, at: datetime) -> DueCard:
    """Show one clock."""
    calendar = working_calendar(clock.computed_at)
    answered = not clock.is_open
    return DueCard(
        clock=clock,
        state=live_state(clock, calendar, at=at),
        left=None if answered else days_left(clock, calendar, at=at),
        unit=clock.unit if Unit(clock.unit) is Unit.WORKING_DAY else Unit.NATURAL_DAY,
        days=explain(clock.rule, clock.fact_list, calendar),
    )


def live_state(clock: Clock, calendar: WorkCalendar, *, at: datetime) -> str:
    """How a clock stands now; its stored state is only as fresh as the last tick."""
    state = state_at(clock.deadline(calendar), at)
    return "answered" if state is ClockState.ANSWERED_ON_TIME else state.value


def days_left(clock: Clock, calendar: WorkCalendar, *, at: datetime) -> int | None:
    """Days until the due day, in the clock's own kind of day; negative once it is past.

    Of a clock that was paused when it was late already no more days are counted until it goes on.
    """
    if clock.due_on is None:
        return None
    last = clock.fact_list[-1]
    today = legal_day(min(at, last.at) if last.kind is FactKind.PAUSED else at)
    if clock.unit == Unit.WORKING_DAY:
        try:
            left = calendar.count(today, clock.due_on)
        except BeyondCalendar:
            return (clock.due_on - today).days
        # Past the due day but before the next working day: late, although no working day has passed.
        return -1 if left == 0 and today > clock.due_on else left
    return (clock.due_on - today).days


def move_words(move: Move) -> str:
    """Name a move: what one does, where its state's label says what the matter then is."""
    return str(MOVE_WORDS.get(move.code) or gettext(move.label))


def step_title(step: Step) -> str:
    """Name a step."""
    return str(REGISTERED) if step.move == "register" else move_words(MATTER.move(step.move))


def public_steps(matter: Matter) -> list[StepLine]:
    """The way a matter went, for the public: what, when and which body; no person, no words."""
    shown = [
        (step, words)
        for step in matter.steps.select_related("organisation").order_by("ordinal")
        if (words := public_words(step))
    ]
    lines = [
        StepLine(
            title=words,
            at=step.at,
            who=step.organisation.name if step.organisation else "",
            sector=step.organisation.sector if step.organisation else "",
            is_now=matter.is_open and step is shown[-1][0],
            ordinal=step.ordinal,
        )
        for step, words in shown
    ]
    return lines + _ahead(matter, public=True)


def public_words(step: Step) -> str:
    """What the public reads of a step; nothing where it changes no state and has no words for the public."""
    if step.move == "register":
        return gettext(MATTER.state(step.to_state).public_label)
    move = MATTER.move(step.move)
    words = move.public_label if move.stays else MATTER.state(step.to_state).public_label
    return gettext(words) if words else ""


def own_steps(matter: Matter) -> list[StepLine]:
    """The way a matter went, for its reporter: what the public sees, and what they were told."""
    told = {step.ordinal: step for step in matter.steps.all()}
    return [
        replace(line, text=_told(told[line.ordinal])) if line.ordinal in told else line for line in public_steps(matter)
    ]


def _told(step: Step) -> str:
    if step.reply:
        return step.reply
    if step.move == "decline":
        return gettext("%(reason)s（依据：%(article)s）") % {"reason": step.reason, "article": gettext(step.article)}
    return ""


_HAPPY_WAY = ("registered", "accepted", "assigned", "signed", "in_progress", "done", "verified", "closed")
# Where a matter that left the way comes back to it.
_COMES_BACK = {"returned": "accepted", "reopened": "accepted", "suspended": "signed"}


def _ahead(matter: Matter, *, public: bool) -> list[StepLine]:
    here = _COMES_BACK.get(matter.state, matter.state)
    if not matter.is_open or here not in _HAPPY_WAY:
        return []
    ahead = _HAPPY_WAY[_HAPPY_WAY.index(here) + 1 :]
    return [
        StepLine(
            title=gettext(MATTER.state(code).public_label if public else MATTER.state(code).label),
            is_next=True,
        )
        for code in ahead
    ]


def nameless_words(step: Step) -> str:
    """Say who made a step that names no person: the reporter, or the clock."""
    party = Party.REPORTER if step.move == "register" else MATTER.move(step.move).party
    return gettext(PARTY_LABELS[party])


def diagram_of(matter: Matter, *, public: bool = False) -> Diagram:
    """The state table with "you are here"; the public is spared what changes no state."""
    worded = replace(
        MATTER,
        states=tuple(replace(state, label=gettext(state.label)) for state in MATTER.states),
        moves=tuple(replace(move, label=move_words(move)) for move in MATTER.moves if not (public and move.stays)),
    )
    return layout(worded, matter.state)


def beginning(words: str) -> str:
    """Give the beginning of somebody's words in one line, enough to tell one matter from another in a list.

    >>> beginning("  楼道灯坏了。 请来看。  ")
    '楼道灯坏了。 请来看。'
    """
    line = " ".join(words.split())
    return line if len(line) <= _MOST_WORDS_SHOWN else f"{line[:_MOST_WORDS_SHOWN]}…"


def next_party(matter: Matter) -> str:
    """Whose move is next, in words."""
    if matter.awaits_ruling:
        return gettext(PARTY_LABELS[Party.COORDINATOR])
    return gettext(PARTY_LABELS[MATTER.state(matter.state).next_party])
