"""Seeded walks of a town: many seeds, the same laws after every event. A failure is replayed from its seed alone:

SEED=1234 .venv/bin/python -m pytest tests/simulation -k replay
"""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from sanhu.domains.casework.models import Step
from sanhu.domains.casework.rules import MATTER
from sanhu.domains.evidence.models import Head, Notice
from sanhu.domains.evidence.outbox import MOST_ATTEMPTS
from sanhu.domains.evidence.requests import StaleForm
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import verify
from sanhu.portals.record_keeping import take_checkpoint, witnesses
from sanhu.portals.worker import delivery
from tests.cast import Cast, found_demo_district
from tests.simulation.always import at_the_end, faults
from tests.simulation.outside import Crashed
from tests.simulation.town import Town

pytestmark = pytest.mark.covers("R36", "R84.2")

# Each seed is walked once, on one of the databases; `make nightly` walks two hundred on each.
OWN = range(70) if connection.vendor == "sqlite" else range(70, 100)
SEEDS = range(int(os.environ["SEEDS"])) if "SEEDS" in os.environ else OWN
SEEDS_A_TEST = 10
EVENTS = 40
VERIFIED_EVERY = 10  # seeds: comparing every row with the record takes longer than the walk


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    with django_db_blocker.unblock():
        cast = found_demo_district()
        sequence()
    yield cast
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


def walk(cast: Cast, seed: int, *, is_verified: bool) -> Town:
    """Let a town live, and undo it. Raises AssertionError with the town's diary when something does not hold."""
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        town = Town(cast, seed, patch)
        try:
            for _event in range(EVENTS):
                before = _rows_written()
                town.live()
                if before is None or _rows_written() != before:
                    assert faults(town) == []
            _catch_up(town)
            assert [*faults(town), *at_the_end(town)] == []
            town.moves_made = set(Step.objects.values_list("move", flat=True))
            if is_verified:
                assert verify(witnesses=witnesses()).findings == ()
        except AssertionError as fault:
            raise AssertionError("\n".join([f"SEED={seed}", *town.diary, str(fault)])) from fault
        finally:
            transaction.set_rollback(True)
            settings.SANHU_CHECKPOINTS_FILE.unlink(missing_ok=True)
    return town


def _rows_written() -> int | None:
    """Count the rows SQLite has written, kept or not: where none was, everything holds as it did. Elsewhere unknown."""
    return connection.connection.total_changes if connection.vendor == "sqlite" else None


def _catch_up(town: Town) -> None:
    """Let the worker go round until nothing waits."""
    for _round in range(400):
        town.at += timedelta(minutes=10)
        try:
            if (
                not delivery.deliver(town.at)
                and not delivery.outbox.Notice.objects.filter(sent_at__isnull=True, attempts__lt=8).exists()
            ):
                break
        except Crashed:
            continue
        if not Notice.objects.filter(sent_at__isnull=True, attempts__lt=MOST_ATTEMPTS).exists():
            break
    sequence()
    take_checkpoint(town.at)


def _walks(cast: Cast, count: int) -> None:
    for seed in range(count):
        walk(cast, seed, is_verified=False)


@pytest.mark.django_db
@pytest.mark.parametrize("first", range(SEEDS.start, SEEDS.stop, SEEDS_A_TEST))
def test_whatever_happens_the_laws_hold(founded: Cast, first: int):
    for seed in range(first, min(first + SEEDS_A_TEST, SEEDS.stop)):
        walk(founded, seed, is_verified=seed % VERIFIED_EVERY == 0)


@pytest.mark.django_db
def test_the_walks_lead_everywhere(founded: Cast):
    """Every move there is gets made by somebody within so many seeds; what no walk reaches, no walk tests."""
    unseen = {move.code for move in MATTER.moves}
    for seed in range(1000, 1090):
        unseen -= walk(founded, seed, is_verified=False).moves_made
        if not unseen:
            break
    assert unseen == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "broken",
    [
        "sanhu.domains.evidence.once.requests.remember",  # a repeated form is done again
        "sanhu.domains.evidence.outbox.Notice.objects.bulk_create",  # what is to be told is lost
        "sanhu.domains.casework.models.Clock.add_fact",  # clocks stand still
    ],
)
def test_a_broken_house_is_found_out(founded: Cast, monkeypatch: pytest.MonkeyPatch, broken: str):
    monkeypatch.setattr(broken, lambda *_given, **_named: None)
    with pytest.raises((AssertionError, ValueError, StaleForm), match=r".+"):
        _walks(founded, 6)


@pytest.mark.django_db
def test_a_seed_replays_the_same_walk(founded: Cast):
    first, second = (walk(founded, 7, is_verified=False) for _ in range(2))
    assert first.diary == second.diary
    assert len(first.diary) > EVENTS


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [int(seed) for seed in os.environ.get("SEED", "0").split(",")])
def test_replay(founded: Cast, seed: int):
    walk(founded, seed, is_verified=True)
    assert not Head.objects.filter(seq=0).exists()
