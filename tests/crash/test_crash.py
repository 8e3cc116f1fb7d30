"""Web, worker and database killed at labelled points under load: what was acknowledged is there, whole and once."""

from itertools import count

import pytest

from tests.crash.__main__ import run
from tests.crash.cycles import district
from tests.crash.house import DATABASES
from tests.crash.plans import KINDS, plan_of

CYCLES = len(KINDS)  # each kind of crash once; `make nightly` runs many more


def first_seed(*kind: str) -> int:
    """Give the first seed that means this kind of crash, at the first hit of its point."""
    return next(seed for seed in count() if KINDS[seed % CYCLES] == kind and plan_of(seed).countdown == 1)


@pytest.mark.parametrize("kind", sorted(DATABASES))
def test_whatever_is_killed_when_nothing_acknowledged_is_lost_or_doubled(kind: str):
    outcomes = run(kind, range(CYCLES))
    assert [str(outcome) for outcome in outcomes if outcome.problems] == []
    assert len(outcomes) == CYCLES
    assert any(outcome.repeated for outcome in outcomes), "no answer was ever lost: nothing was tested"


def test_the_harness_finds_an_entry_written_after_the_deed():
    with district("sqlite", fault="entry_after_commit") as founded:
        problems = founded.cycle(first_seed("web", "after_commit", "self")).problems
    assert any("without entry" in problem for problem in problems)
    assert any("sanhu verify" in problem for problem in problems)


def test_the_harness_finds_a_text_handed_over_twice():
    with district("sqlite", fault="never_noted") as founded:
        problems = founded.cycle(first_seed("worker", "sent", "self")).problems
    assert any("was handed over 2 times" in problem for problem in problems)


def test_a_seed_is_always_the_same_crash_and_a_run_of_seeds_meets_every_kind():
    plans = [plan_of(seed) for seed in range(40, 40 + len(KINDS))]
    assert plans == [plan_of(seed) for seed in range(40, 40 + len(KINDS))]
    assert {(plan.process, plan.point, plan.victim) for plan in plans} == set(KINDS)
