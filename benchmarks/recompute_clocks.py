"""A million clocks from their facts to their due dates, beside adding as many natural days with bare arithmetic.

A mix as districts have it: mostly working days, some hours, natural days and months; one in four was extended, one in
four paused, half are answered. The facts are made first and are not timed.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from time import perf_counter

from benchmarks.figures import Figure, show
from sanhu.engines.deadlines import Fact, FactKind, Roll, Rule, Unit, compute
from sanhu.engines.official_calendar import official_calendar

CLOCKS = 1_000_000
SECONDS_AIM = 60.0
_AT_A_TIME = 20_000
_FIRST = datetime(2025, 1, 6, 0, 0, tzinfo=UTC)
_MINUTES = 500 * 24 * 60  # over which clocks start; all are due before the calendar ends
_RULES = (
    Rule(5, Unit.WORKING_DAY),
    Rule(20, Unit.WORKING_DAY),
    Rule(3, Unit.WORKING_DAY),
    Rule(15, Unit.WORKING_DAY),
    Rule(15, Unit.NATURAL_DAY, roll=Roll.NEXT_WORKDAY),
    Rule(2, Unit.MONTH, roll=Roll.NEXT_WORKDAY),
    Rule(48, Unit.CLOCK_HOUR),
    Rule(24, Unit.WORKING_HOUR),
)

Started = tuple[Rule, list[Fact]]


def measure(count: int = CLOCKS) -> Iterator[Figure]:
    """Make clocks, recompute them and add bare days, some at a time so that memory stays small."""
    calendar = official_calendar()
    seconds = bare = 0.0
    for start in range(0, count, _AT_A_TIME):
        clocks = list(made(min(_AT_A_TIME, count - start), seed=start))
        started = perf_counter()
        for rule, facts in clocks:
            compute(rule, facts, calendar)
        seconds += perf_counter() - started
        bare += bare_seconds(clocks)
    yield Figure("recompute_clocks_s", seconds, "s", baseline=SECONDS_AIM * count / CLOCKS)
    yield Figure("recompute_clocks_beside_bare_days", seconds, "s", baseline=bare)


def made(count: int, *, seed: int) -> Iterator[Started]:
    """Make clocks with their histories; the same seed makes the same ones."""
    chance = random.Random(seed)
    for _ in range(count):
        rule = chance.choice(_RULES)
        yield rule, list(_history(chance, extension=(rule.amount + 1) // 2))


def _history(chance: random.Random, *, extension: int) -> Iterator[Fact]:
    at = _FIRST + timedelta(minutes=chance.randrange(_MINUTES))
    yield Fact(FactKind.STARTED, at)
    if chance.random() < 0.25:
        at += timedelta(minutes=chance.randrange(3000))
        yield Fact(FactKind.EXTENDED, at, extension)
    if chance.random() < 0.25:
        at += timedelta(minutes=chance.randrange(3000))
        yield Fact(FactKind.PAUSED, at)
        at += timedelta(minutes=chance.randrange(20_000))
        yield Fact(FactKind.RESUMED, at)
    if chance.random() < 0.5:
        yield Fact(FactKind.ANSWERED, at + timedelta(minutes=chance.randrange(40_000)))


def bare_seconds(clocks: Sequence[Started]) -> float:
    """Add each clock's amount to its start as natural days."""
    started = perf_counter()
    for rule, facts in clocks:
        facts[0].at + timedelta(days=rule.amount)
    return perf_counter() - started


if __name__ == "__main__":
    show(measure())
