"""A point finds its cell, always the same one, and cells that cannot be are refused."""

import json
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanhu.engines.geometry import BadCell, CellIndex

Corners = list[tuple[float, float]]


def square(west: float, south: float, size: float = 1) -> Corners:
    return [(west, south), (west + size, south), (west + size, south + size), (west, south + size)]


# Four cells around the corner (117, 40), a hole in the map to the east, one cell beyond it.
CELLS = [
    ("990101001001004", square(117, 40)),
    ("990101001001001", square(116, 39)),
    ("990101001001003", square(117, 39)),
    ("990101001001002", square(116, 40)),
    ("990101001001005", square(119, 39)),
]


class TestFinding:
    """Inside, on a border, outside."""

    @pytest.mark.parametrize(
        ("lon", "lat", "expected"),
        [
            (116.5, 39.5, "990101001001001"),
            (117.5, 40.5, "990101001001004"),
            (117.0, 39.5, "990101001001001"),  # on the border of 001 and 003
            (117.5, 40.0, "990101001001003"),  # on the border of 003 and 004
            (117.0, 40.0, "990101001001001"),  # where all four meet
            (118.0, 39.5, "990101001001003"),  # on the outer border
            (118.5, 39.5, None),
            (float("nan"), 39.5, None),
            (116.5, float("inf"), None),
        ],
    )
    def test_a_point_finds_its_cell(self, lon: float, lat: float, expected: str | None) -> None:
        assert CellIndex(CELLS).find(lon, lat) == expected

    def test_the_order_of_the_cells_does_not_matter(self) -> None:
        assert {CellIndex(order).find(117.0, 40.0) for order in permutations(CELLS)} == {"990101001001001"}

    @given(st.integers(1160, 1200), st.integers(390, 410))
    def test_agrees_with_arithmetic(self, east: int, north: int) -> None:
        lon, lat = east / 10, north / 10
        inside = [
            code
            for code, ((west, south), *_rest) in sorted(CELLS)
            if west <= lon <= west + 1 and south <= lat <= south + 1
        ]
        assert CellIndex(CELLS).find(lon, lat) == (inside[0] if inside else None)

    def test_no_cells_hold_no_point(self) -> None:
        nowhere = CellIndex([])
        assert (len(nowhere), nowhere.find(116, 39), nowhere.bounds, nowhere.overlaps()) == (0, None, None, ())

    def test_a_closed_ring_from_json_is_the_same_cell(self) -> None:
        ring = json.loads("[[116, 39], [117, 39], [117, 40], [116, 40], [116, 39]]")
        assert CellIndex([("990101001001001", ring)]).find(116.5, 39.5) == "990101001001001"

    def test_bounds(self) -> None:
        assert CellIndex(CELLS).bounds == (116, 39, 120, 41)


class TestOverlaps:
    """Neighbours share a border; ground belongs to one cell."""

    def test_neighbours_do_not_overlap(self) -> None:
        assert CellIndex(CELLS).overlaps() == ()

    def test_shared_ground_is_named_by_pair(self) -> None:
        cells = [*CELLS, ("990101001001000", square(116.5, 39.25, 0.75))]
        assert CellIndex(cells).overlaps() == (
            ("990101001001000", "990101001001001"),
            ("990101001001000", "990101001001003"),
        )

    def test_a_cell_within_a_cell_overlaps(self) -> None:
        cells = [("a", square(116, 39)), ("b", square(116.4, 39.4, 0.1))]
        assert CellIndex(cells).overlaps() == (("a", "b"),)

    def test_rounding_on_a_shared_border_is_no_overlap(self) -> None:
        cells = [("a", square(116, 39)), ("b", square(117 - 1e-13, 39))]
        assert CellIndex(cells).overlaps() == ()


class TestRefused:
    """Cells without a usable polygon are named, with the reason."""

    @pytest.mark.parametrize(
        ("ring", "words"),
        [
            ([], "顶点"),
            ([(116, 39), (117, 39), (116, 39)], "顶点"),
            ([(116, 39), (117, 39), (118, 39)], "没有面积"),
            ([(116, 39), (117, 40), (117, 39), (116, 40.5)], "自相交"),
            ([(116, 39), (117, 39), (117, 91)], "经纬度"),
            ([(116, 39), (117, float("nan")), (117, 40)], "经纬度"),
        ],
    )
    def test_bad_polygons(self, ring: Corners, words: str) -> None:
        with pytest.raises(BadCell, match=words) as refused:
            CellIndex([*CELLS, ("990101001001009", ring)])
        assert refused.value.code == "990101001001009"

    def test_a_code_given_twice(self) -> None:
        with pytest.raises(BadCell, match="两次"):
            CellIndex([*CELLS, CELLS[0]])
