"""Clocks (期限): from the facts of one clock to its due date, its state and an explanation day by day.

The law, 民法典:

    201 按照年、月、日计算期间的，开始的当日不计入，自下一日开始计算。
        按照小时计算期间的，自法律规定或者当事人约定的时间开始计算。
    202 按照年、月计算期间的，到期月的对应日为期间的最后一日；没有对应日的，月末日为期间的最后一日。
    203 期间的最后一日是法定休假日的，以法定休假日结束的次日为期间的最后一日。
        期间的最后一日的截止时间为二十四时。

How this module reads it:

- A day is a day in Asia/Shanghai. A clock in days is answered in time up to the last instant of its due day: `due_at`
  is the first instant *after* it, and for hours the instant at which they are used up. In time means before `due_at`.
- Pauses are half-open by legal day: the day of pausing does not count, the day of resuming does, so a pause within
  one day changes nothing. For hours they are half-open by instant.
- A pause pushes the due date back by the days (or time) it takes away; a period in months by as many days. A clock
  whose time was used up before the pause is not saved by it. An answer ends a pause.
- An extension adds to the period itself, whenever it is given.
- Near begins with the first counted day after four fifths of the days (rounded down) are used: day 17 of 20, day 5
  of 5, day 3 of 3, day 1 of 1. For hours it is the instant at which four fifths of the time are used.
- Only rules that say so roll (203). Rolling looks for a day that is a working day and not paused. Hours do not roll;
  a working day needs no rolling.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from sanhu.engines.day_count import NATURAL_DAYS, OPEN_END, Days, Stops, months_after, nth_day, rolled
from sanhu.engines.legal_time import SHANGHAI, day_start, legal_day
from sanhu.engines.running_time import Stretch, running
from sanhu.engines.workdays import ONE_DAY, DayKind, WorkCalendar

MAX_AMOUNT = 100_000  # beyond any period of law: a slip of the pen, not a clock


class Unit(StrEnum):
    """What a period is counted in."""

    NATURAL_DAY = "natural_day"
    WORKING_DAY = "working_day"
    WORKING_HOUR = "working_hour"
    CLOCK_HOUR = "clock_hour"
    MONTH = "month"

    @property
    def is_hours(self) -> bool:
        """Tell whether the period runs from instant to instant rather than by whole days."""
        return self in {Unit.WORKING_HOUR, Unit.CLOCK_HOUR}


class Roll(StrEnum):
    """What happens when the last day is not a working day."""

    NONE = "none"
    NEXT_WORKDAY = "next_workday"


class ClockKind(StrEnum):
    """Where the number comes from; only the first may be called statutory on a page or in a letter."""

    STATUTORY = "statutory"
    LOCAL_RULE = "local_rule"
    CONTRACT = "contract"
    PROMISE = "promise"


class FactKind(StrEnum):
    """What can happen to a clock."""

    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"
    ANSWERED = "answered"


class ClockState(StrEnum):
    """How a clock stands at an instant."""

    ON_TIME = "on_time"
    NEAR = "near"
    OVERDUE = "overdue"
    PAUSED = "paused"
    ANSWERED_ON_TIME = "answered_on_time"
    ANSWERED_LATE = "answered_late"


class DayReason(StrEnum):
    """Why a day counts (`counted`, `make_up`) or does not (all others).

    In hours a start day on which time ran is simply counted; it is a start day when duty was over.
    """

    START_DAY = "start_day"
    COUNTED = "counted"
    MAKE_UP = "make_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    PAUSED = "paused"
    ROLLED = "rolled"


class BadFacts(ValueError):  # noqa: N818 - named for what it tells
    """Facts that cannot be the history of one clock."""


@dataclass(frozen=True)
class Rule:
    """A period: so many units, with its roll policy and, for working hours, the hours of duty (C.7).

    `duty_every_day` is the grid's duty of seven days a week; otherwise duty falls on working days only.
    Raises ValueError for an amount that is not a period, duty hours that end before they begin, and hours that roll.
    """

    amount: int
    unit: Unit
    roll: Roll = Roll.NONE
    duty_start: time = time(8)
    duty_end: time = time(18)
    duty_every_day: bool = True

    def __post_init__(self) -> None:
        if not 0 < self.amount <= MAX_AMOUNT:
            raise ValueError(f"a period has 1 to {MAX_AMOUNT} units, not {self.amount}")
        if self.duty_start >= self.duty_end:
            raise ValueError("hours of duty end after they begin, on the same day")
        if self.roll is Roll.NEXT_WORKDAY and self.unit.is_hours:
            raise ValueError("only a period in days or months rolls to the next working day")


@dataclass(frozen=True)
class Fact:
    """One thing that happened to a clock at an aware instant; `amount` (in the rule's unit) belongs to extensions."""

    kind: FactKind
    at: datetime
    amount: int = 0


@dataclass(frozen=True)
class Deadline:
    """When a clock is due.

    `due_at` (UTC) is the first instant that is late; `due_on` is the last legal day of the period, for hours the day on
    which they are used up; `near_at` (UTC) is when "near" begins. All three are None, and `paused` is true, exactly
    while an open pause keeps the due date unknown.
    """

    due_at: datetime | None
    due_on: date | None
    near_at: datetime | None
    answered_at: datetime | None = None
    paused: bool = False


@dataclass(frozen=True)
class DayLine:
    """One day of the explanation.

    `ordinal` numbers the counted days from 1 (None when the day does not count, and for hours); `used` is the time
    that ran on that day, for hours only.
    """

    day: date
    counts: bool
    why: DayReason
    ordinal: int | None = None
    used: timedelta | None = None


def compute(rule: Rule, facts: Iterable[Fact], calendar: WorkCalendar) -> Deadline:
    """Derive when a clock is due. The same facts always give the same answer.

    Raises BadFacts for facts that contradict each other, BeyondCalendar (X-17) for days the calendar does not hold.
    """
    history = _History.of(facts)
    return (_hours_due if rule.unit.is_hours else _days_due)(rule, history, calendar)


def explain(rule: Rule, facts: Iterable[Fact], calendar: WorkCalendar) -> tuple[DayLine, ...]:
    """Say day by day, from the start to the due day (or to the day of the pause that is still open), what counts.

    In days and months the counting lines are as many as the period has days. Raises as `compute` does.
    """
    history = _History.of(facts)
    lines = _explain_hours if rule.unit.is_hours else _explain_days
    return tuple(lines(rule, history, calendar))


def state_at(deadline: Deadline, at: datetime) -> ClockState:
    """Say how the clock stands at an instant; an answer given later is not yet known then."""
    if deadline.due_at is None or deadline.near_at is None:
        return ClockState.PAUSED
    if deadline.answered_at is not None and deadline.answered_at <= at:
        return ClockState.ANSWERED_ON_TIME if deadline.answered_at < deadline.due_at else ClockState.ANSWERED_LATE
    if at >= deadline.due_at:
        return ClockState.OVERDUE
    return ClockState.NEAR if at >= deadline.near_at else ClockState.ON_TIME


def next_check(deadline: Deadline, at: datetime) -> datetime | None:
    """Give the next instant after `at` at which the state changes by itself; None when it never will."""
    if deadline.answered_at is not None:
        return None
    return next((turn for turn in (deadline.near_at, deadline.due_at) if turn is not None and turn > at), None)


# --- reading the facts


@dataclass(frozen=True)
class _History:
    """The facts of one clock, checked and sorted out; the last pause is open-ended (None) while it lasts."""

    started_at: datetime
    extension: int
    pauses: tuple[tuple[datetime, datetime | None], ...]
    answered_at: datetime | None

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> "_History":
        story = tuple(facts)
        if not story or story[0].kind is not FactKind.STARTED:
            raise BadFacts("a clock's first fact is that it started")
        _check_order(story)
        pauses: list[tuple[datetime, datetime | None]] = []
        for fact in story[1:]:
            is_paused = bool(pauses) and pauses[-1][1] is None
            _check_fits(fact.kind, is_paused=is_paused)
            if fact.kind is FactKind.PAUSED:
                pauses.append((fact.at, None))
            elif is_paused and fact.kind in {FactKind.RESUMED, FactKind.ANSWERED}:
                pauses[-1] = (pauses[-1][0], fact.at)
        return cls(
            started_at=story[0].at,
            extension=sum(fact.amount for fact in story),
            pauses=tuple(pauses),
            answered_at=story[-1].at if story[-1].kind is FactKind.ANSWERED else None,
        )

    @property
    def start_day(self) -> date:
        return legal_day(self.started_at)

    def standing_still(self) -> Deadline:
        """The answer while an open pause keeps the due date unknown."""
        return Deadline(None, None, None, self.answered_at, paused=True)

    def paused_days(self) -> Stops:
        """The legal days [from, to) that do not count."""
        spans = ((legal_day(a), legal_day(b) if b is not None else OPEN_END) for a, b in self.pauses)
        return [(a, b) for a, b in spans if a < b]


def _check_order(story: Sequence[Fact]) -> None:
    for number, fact in enumerate(story):
        if fact.at.tzinfo is None:
            raise BadFacts("a fact's time needs its time zone")
        if number and fact.at < story[number - 1].at:
            raise BadFacts(f"facts out of order: {fact.kind} at {fact.at} comes after {story[number - 1].at}")
        if (fact.amount > 0) != (fact.kind is FactKind.EXTENDED) or fact.amount < 0:
            raise BadFacts("an extension, and nothing else, has an amount, and it is above 0")
        if number and story[number - 1].kind is FactKind.ANSWERED:
            raise BadFacts("nothing happens to a clock after it is answered")


def _check_fits(kind: FactKind, *, is_paused: bool) -> None:
    if kind is FactKind.STARTED:
        raise BadFacts("a clock starts once")
    if kind is FactKind.PAUSED and is_paused:
        raise BadFacts("a paused clock cannot be paused again")
    if kind is FactKind.RESUMED and not is_paused:
        raise BadFacts("a clock that is not paused cannot be resumed")


# --- days and months


def _days_due(rule: Rule, history: _History, calendar: WorkCalendar) -> Deadline:
    start, stops = history.start_day, history.paused_days()
    days: Days = calendar if rule.unit is Unit.WORKING_DAY else NATURAL_DAYS
    length = _length_in_days(rule, history)
    due_on = nth_day(length, start, stops, days)
    if due_on is not None and rule.roll is Roll.NEXT_WORKDAY:
        due_on = rolled(due_on, stops, calendar)
    near_on = nth_day(length * 4 // 5 + 1, start, stops, days)
    if due_on is None or near_on is None:
        return history.standing_still()
    return Deadline(day_start(due_on + ONE_DAY), due_on, day_start(near_on), history.answered_at)


def _length_in_days(rule: Rule, history: _History) -> int:
    """A period in months is as many days as lie between its start and the corresponding day (202)."""
    amount = rule.amount + history.extension
    if rule.unit is not Unit.MONTH:
        return amount
    start = history.start_day
    return (months_after(start, amount) - start).days


def _explain_days(rule: Rule, history: _History, calendar: WorkCalendar) -> Iterator[DayLine]:
    stops, length = history.paused_days(), _length_in_days(rule, history)
    end = _days_due(rule, history, calendar).due_on or stops[-1][0]
    day, ordinal = history.start_day, 0
    yield DayLine(day, counts=False, why=DayReason.START_DAY)
    while day < end:
        day += ONE_DAY
        why = _reason(day, stops, calendar, is_over=ordinal == length, unit=rule.unit)
        counts = why in {DayReason.COUNTED, DayReason.MAKE_UP}
        ordinal += counts
        yield DayLine(day, counts, why, ordinal if counts else None)


def _reason(day: date, stops: Stops, calendar: WorkCalendar, *, is_over: bool, unit: Unit) -> DayReason:
    if any(a <= day < b for a, b in stops):
        return DayReason.PAUSED
    if unit is not Unit.WORKING_DAY and not is_over:
        return DayReason.COUNTED
    match calendar.why(day):
        case DayKind.WEEKEND:
            return DayReason.WEEKEND
        case DayKind.HOLIDAY:
            return DayReason.HOLIDAY
        case DayKind.MAKE_UP if not is_over:
            return DayReason.MAKE_UP
        case DayKind.WORKING | DayKind.MAKE_UP:
            return DayReason.ROLLED if is_over else DayReason.COUNTED


# --- hours


def _hours_due(rule: Rule, history: _History, calendar: WorkCalendar) -> Deadline:
    length = timedelta(hours=rule.amount + history.extension)
    near_at, used = None, timedelta()
    for begin, end in _running(rule, history, calendar):
        runs = end - begin
        if near_at is None and used + runs >= length * 4 / 5:
            near_at = begin + (length * 4 / 5 - used)
        if used + runs >= length:
            return Deadline(begin + (length - used), legal_day(begin), near_at, history.answered_at)
        used += runs
    return history.standing_still()


def _running(rule: Rule, history: _History, calendar: WorkCalendar) -> Iterator[Stretch]:
    def duty(day: date) -> Stretch:
        if rule.unit is Unit.CLOCK_HOUR:
            return day_start(day), day_start(day + ONE_DAY)
        if rule.duty_every_day or calendar.is_working(day):
            return _instant(day, rule.duty_start), _instant(day, rule.duty_end)
        return day_start(day), day_start(day)

    return running(history.started_at, history.pauses, duty)


def _instant(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, SHANGHAI).astimezone(UTC)


def _explain_hours(rule: Rule, history: _History, calendar: WorkCalendar) -> Iterator[DayLine]:
    deadline = _hours_due(rule, history, calendar)
    last = deadline.due_on or legal_day(history.pauses[-1][0])
    used: dict[date, timedelta] = defaultdict(timedelta)
    for begin, end in _running(rule, history, calendar):
        if legal_day(begin) > last:
            break
        used[legal_day(begin)] += max((min(end, deadline.due_at) if deadline.due_at else end) - begin, timedelta())
    start = history.start_day
    for offset in range((last - start).days + 1):
        day = start + timedelta(offset)
        why = _hours_reason(day, used[day], start, rule, calendar)
        yield DayLine(day, counts=bool(used[day]), why=why, used=used[day])


def _hours_reason(day: date, ran: timedelta, start: date, rule: Rule, calendar: WorkCalendar) -> DayReason:
    by_working_days = rule.unit is Unit.WORKING_HOUR and not rule.duty_every_day
    kind = calendar.why(day) if by_working_days else DayKind.WORKING
    match kind:
        case DayKind.WEEKEND:
            return DayReason.WEEKEND
        case DayKind.HOLIDAY:
            return DayReason.HOLIDAY
        case DayKind.MAKE_UP if ran:
            return DayReason.MAKE_UP
        case DayKind.WORKING | DayKind.MAKE_UP if ran:
            return DayReason.COUNTED
        case DayKind.WORKING | DayKind.MAKE_UP:
            return DayReason.START_DAY if day == start else DayReason.PAUSED
