"""A district's coordination officer, a colleague of another district, and a loaded catalogue."""

from collections.abc import Callable
from datetime import datetime

import pytest

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.models import CatalogueVersion, Duty, Instrument
from sanhu.domains.catalogue.services.instruments import register_instrument
from sanhu.domains.catalogue.services.loading import LoadResult, load_catalogue
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from tests.approving import head_of

DISTRICT = "990101"


def officer(*, district: str = DISTRICT, post_id: int = 7, permissions: frozenset[str] | None = None) -> Actor:
    """Somebody in the coordination body of a district."""
    return Actor(
        kind=ActorKind.POST,
        district=district,
        person_id=post_id + 100,
        post_id=post_id,
        areas=(district,),
        permissions=frozenset({Permission.CATALOGUE_AMEND}) if permissions is None else permissions,
    )


@pytest.fixture
def coordinator() -> Actor:
    """Give the officer who keeps the catalogue of 990101."""
    return officer()


@pytest.fixture
def approver() -> Actor:
    """Give the head of the coordination body, who approves what others prepare."""
    return head_of(DISTRICT)


@pytest.fixture
def clerk() -> Actor:
    """Give 周, whose post at the window may not amend the catalogue."""
    return officer(post_id=8, permissions=frozenset({Permission.MATTER_ACCEPT}))


@pytest.fixture
def zheng() -> Actor:
    """Give 郑 of another district, who may amend the catalogue there."""
    return officer(district="990102", post_id=9)


@pytest.fixture
def administrator() -> Actor:
    """Give 钱, who imports calendars."""
    return officer(post_id=10, permissions=frozenset({Permission.CALENDAR_IMPORT}))


@pytest.fixture
def instrument(db: None, coordinator: Actor, at: datetime) -> Instrument:
    """Give the demonstration district's Measure."""
    return register_instrument(actor=coordinator, at=at, district=DISTRICT, data=shipped.demonstration_instrument())


@pytest.fixture
def loaded(instrument: Instrument, coordinator: Actor, at: datetime) -> LoadResult:
    """Give version 1 of 990101, resting on its Measure."""
    return load_catalogue(actor=coordinator, at=at, district=DISTRICT, instrument=instrument)


@pytest.fixture
def version(loaded: LoadResult) -> CatalogueVersion:
    """Give version 1."""
    return loaded.version


@pytest.fixture
def duty(version: CatalogueVersion) -> Callable[[str], Duty]:
    """Give the first duty of an item by its code."""
    return lambda code: Duty.objects.select_related("item__version").get(
        item__version=version, item__code=code, position=1
    )
