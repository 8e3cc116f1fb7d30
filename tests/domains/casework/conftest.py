"""The cast in office: founded once for a module whose tests roll back, or for one test that commits."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from tests.cast import Cast, found_demo_district


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    """Found both districts in the database and clear it after the module."""
    with django_db_blocker.unblock():
        cast = found_demo_district()
    yield cast
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def cast(founded: Cast, db: None) -> Cast:
    """Give the cast to a test that rolls back."""
    return founded


@pytest.fixture
def own_cast(transactional_db: None) -> Cast:
    """Give a cast of its own to a test that commits."""
    return found_demo_district()
