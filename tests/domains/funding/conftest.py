"""The gate's people in office: founded once for a module whose tests roll back, or for one test that commits."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from tests.cast import found_demo_district
from tests.domains.funding.money import Purse
from tests.gate import Gate, open_gate


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Gate]:
    """Found both districts with the gate's people and clear them after the module."""
    with django_db_blocker.unblock():
        gate = open_gate(found_demo_district())
    yield gate
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def purse(founded: Gate, db: None) -> Purse:
    """Give money to handle in a test that rolls back."""
    return Purse(founded)


@pytest.fixture
def own_purse(transactional_db: None) -> Purse:
    """Give money of its own to a test that commits."""
    return Purse(open_gate(found_demo_district()))
