"""Grid cell codes: fifteen digits inside a community."""

import pytest

from sanhu.engines.codes import divisions, grid_cells
from sanhu.engines.codes.result import EMPTY, NOT_DIGITS, WAS_FULL_WIDTH


def test_accepts_a_cell_and_knows_its_community() -> None:
    result = grid_cells.check("990101001003007")
    assert (result.valid, result.warnings) == (True, ())
    assert grid_cells.community_of(result.normalised) == "990101001003"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", EMPTY),
        ("99010100100300", grid_cells.WRONG_LENGTH),
        ("9901010010030071", grid_cells.WRONG_LENGTH),
        ("99010100100300A", NOT_DIGITS),
        ("000101001003007", divisions.NO_PROVINCE),
    ],
)
def test_refuses(value: str, reason: str) -> None:
    result = grid_cells.check(value)
    assert not result.valid
    assert result.reasons == (reason,)


@pytest.mark.parametrize(
    ("value", "warning"),
    [
        ("990101001003000", grid_cells.NO_SEQUENCE),
        ("990101001000001", grid_cells.NO_COMMUNITY),
        ("100101001003007", divisions.UNKNOWN_PROVINCE),
        ("99010100100300\uff17", WAS_FULL_WIDTH),
    ],
)
def test_warns(value: str, warning: str) -> None:
    result = grid_cells.check(value)
    assert result.valid
    assert result.warnings == (warning,)
