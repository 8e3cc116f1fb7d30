"""A founded district, and its neighbour."""

from datetime import datetime

import pytest

from sanhu.domains.subjects.services.founding import Administrators, FoundedDistrict, found_district
from sanhu.engines.actors import SYSTEM, Actor
from tests.domains.subjects.building import administrator


@pytest.fixture
def district(db: None, at: datetime) -> FoundedDistrict:
    """Found 990101 示范区 with 钱, 冯 and 沈."""
    return found_district(
        code="990101", name="示范区", administrators=Administrators("钱立", "冯守", "沈鉴"), actor=SYSTEM, at=at
    )


@pytest.fixture
def neighbour(db: None, at: datetime) -> FoundedDistrict:
    """Found 990102 对照区."""
    return found_district(code="990102", name="对照区", actor=SYSTEM, at=at)


@pytest.fixture
def qian(district: FoundedDistrict, at: datetime) -> Actor:
    """Give 钱, system administrator of 990101."""
    return administrator("system_administrator", at=at)


@pytest.fixture
def feng(district: FoundedDistrict, at: datetime) -> Actor:
    """Give 冯, security administrator of 990101."""
    return administrator("security_administrator", at=at)
