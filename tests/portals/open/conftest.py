"""A town to call: matters in every state, applications, tasks and demands, in office once for a module."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from tests.cast import MONDAY_MORNING, Cast
from tests.conftest import Clock
from tests.gate import Gate
from tests.portals.conftest import GateDesks
from tests.portals.test_access_gate_things import GateThings, make_gate_things
from tests.portals.test_access_things import Things, make_things


@dataclass(frozen=True)
class Town:
    """Everybody, and everything a program may ask about."""

    cast: Cast
    gate: Gate
    matters: Things
    gate_things: GateThings

    def number(self, what: str) -> str:
        return self.matters.numbers[what]


@pytest.fixture(scope="module")
def built_town(gate_in_office: GateDesks, django_db_blocker: DjangoDbBlocker) -> Town:
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: MONDAY_MORNING)
        gate = gate_in_office.gate
        return Town(gate.cast, gate, make_things(gate_in_office.desks), make_gate_things(gate))


@pytest.fixture
def town(built_town: Town, db: None, clock: Clock, settings: Any, tmp_path: Path) -> Town:
    """Give the town to a test that rolls back."""
    del db, clock
    settings.SANHU_DATA = tmp_path
    return built_town
