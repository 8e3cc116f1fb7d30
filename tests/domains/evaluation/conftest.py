"""The gate's people in office, founded once for a module whose tests roll back."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from tests.cast import found_demo_district
from tests.domains.admission.bearing import Bearing
from tests.domains.funding.money import Purse
from tests.gate import Gate, open_gate


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Gate]:
    """Found both districts with the people of the gate, and clear the database after the module."""
    with django_db_blocker.unblock():
        gate = open_gate(found_demo_district())
    yield gate
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def gate(founded: Gate, db: None) -> Gate:
    """Give the people of the gate to a test that rolls back."""
    return founded


@pytest.fixture
def bearing(gate: Gate) -> Bearing:
    """Give admitted tasks to a test that rolls back."""
    return Bearing(Purse(gate))
