"""Points, grades and bands of budget performance as the data file has them, with their source."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from sanhu.domains.funding.performance_terms import Band, Dimension, Grade, IndicatorKind
from sanhu.engines.performance import Scheme

_FILE = Path(__file__).parent / "data" / "performance.json"


@lru_cache(maxsize=1)
def scheme() -> Scheme:
    """Give the points and grades. Raises ValueError or KeyError for what nobody knows."""
    points = _data()["points"]
    return Scheme(
        execution=points["execution"],
        dimensions={one.value: points[one.value] for one in Dimension},
        grades=tuple((Grade(row["code"]).value, row["from"]) for row in _data()["grades"]),
    )


@lru_cache(maxsize=1)
def dimension_of() -> dict[str, Dimension]:
    """Give the dimension of each kind of target."""
    found = {
        IndicatorKind(kind).value: Dimension(dimension)
        for dimension, kinds in _data()["dimensions"].items()
        for kind in kinds
    }
    assert set(found) == set(IndicatorKind.values), "every kind has its dimension"
    return found


def bands() -> dict[Band, int]:
    """Give where each band of what is described begins, the best first."""
    return dict(zip(Band, _data()["bands"], strict=True))


def far_above_percent() -> int:
    """Give from how many per cent of a target on it reads as having been set too low."""
    return int(_data()["far_above_percent"])


def source_in(language: str) -> tuple[str, str]:
    """Say where points and grades come from, and where the number for targets set too low does."""
    mark = "_en" if language.startswith("en") else ""
    return _data()[f"source{mark}"], _data()[f"far_above_source{mark}"]


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return data
