"""A point's side is told only where it is certain, and the squares leave no polygon out."""

from collections.abc import Sequence
from fractions import Fraction
from math import nextafter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanhu.engines.cell_grid import CellGrid, candidate, is_inside
from sanhu.engines.geometry import CellIndex

Corner = tuple[float, float]

coordinates = st.floats(115, 118, allow_nan=False, width=64)
corners = st.tuples(coordinates, coordinates)


def told(ring: Sequence[Corner], point: Corner) -> bool | None:
    """Ask for a point's side, as whoever looks for its cell does: first the box, then the edges."""
    easts, norths = zip(*ring, strict=True)
    west, south, east, north, _place, edges, unsure = candidate(
        0, (min(easts), min(norths), max(easts), max(norths)), ring
    )
    if not (west <= point[0] <= east and south <= point[1] <= north):
        return False
    return is_inside(edges, unsure, *point)


def orientation(a: Corner, b: Corner, c: Corner) -> int:
    """Calculate exactly on which side of the line from a to b a point lies: 1 left, -1 right, 0 on it."""
    (ax, ay), (bx, by), (cx, cy) = (tuple(map(Fraction, corner)) for corner in (a, b, c))
    determinant = (ax - cx) * (by - cy) - (bx - cx) * (ay - cy)
    return (determinant > 0) - (determinant < 0)


def is_inside_triangle(ring: tuple[Corner, Corner, Corner], point: Corner) -> bool | None:
    """Say it exactly; None on the border."""
    a, b, c = ring
    turns = {orientation(a, b, point), orientation(b, c, point), orientation(c, a, point)}
    if {1, -1} <= turns:
        return False
    return None if 0 in turns else True


SQUARE = [(116.0, 39.0), (117.0, 39.0), (117.0, 40.0), (116.0, 40.0)]
# An L: what lies in its notch is outside.
NOTCHED = [(116.0, 39.0), (118.0, 39.0), (118.0, 40.0), (117.0, 40.0), (117.0, 41.0), (116.0, 41.0)]


@pytest.mark.parametrize(
    ("ring", "point", "expected"),
    [
        (SQUARE, (116.5, 39.5), True),
        (SQUARE, (117.5, 39.5), False),
        (SQUARE, (115.5, 39.5), False),
        (SQUARE, (116.5, 40.5), False),
        (SQUARE, (116.5, 40.0), None),  # on an edge along a parallel
        (SQUARE, (117.0, 39.5), None),  # on an edge along a meridian
        (SQUARE, (116.0, 39.0), None),  # on a corner
        (SQUARE, (nextafter(117.0, 116), 39.5), True),  # the nearest number to it
        (NOTCHED, (116.5, 40.0), None),  # as far north as a corner
        (SQUARE, (nextafter(117.0, 118), 39.5), False),
        (NOTCHED, (116.5, 40.5), True),
        (NOTCHED, (117.5, 40.5), False),
        (NOTCHED, (117.5, 39.5), True),
    ],
)
def test_a_side_is_told_or_left_open(ring: list[Corner], point: Corner, expected: bool | None):
    assert told(ring, point) is expected
    assert told(ring[::-1], point) is expected


@given(st.tuples(corners, corners, corners), st.integers(0, 2), st.fractions(0, 1), st.integers(-3, 3))
def test_what_is_told_beside_an_edge_is_exact(
    ring: tuple[Corner, Corner, Corner], side: int, along: Fraction, ulps: int
):
    """Points on an edge, as well as numbers can say that, and a few numbers beside it."""
    (x1, y1), (x2, y2) = ring[side], ring[(side + 1) % 3]
    x, y = (
        float(Fraction(x1) + along * (Fraction(x2) - Fraction(x1))),
        float(Fraction(y1) + along * (Fraction(y2) - Fraction(y1))),
    )
    for _ in range(abs(ulps)):
        x = nextafter(x, 200.0 if ulps > 0 else 0.0)
    if orientation(*ring) != 0:
        assert told(ring, (x, y)) in {None, is_inside_triangle(ring, (x, y))}


@given(st.tuples(corners, corners, corners), corners)
def test_what_is_told_anywhere_is_exact(ring: tuple[Corner, Corner, Corner], point: Corner):
    if orientation(*ring) != 0:
        assert told(ring, point) in {None, is_inside_triangle(ring, point)}


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(1, 20)), min_size=1, max_size=30), corners
)
def test_no_polygon_is_left_out(squares: list[tuple[int, int, int]], point: Corner):
    boxes = [(115 + x / 20, 115 + y / 20, 115 + (x + size) / 20, 115 + (y + size) / 20) for x, y, size in squares]
    rings = [[(west, south), (east, south), (east, north), (west, north)] for west, south, east, north in boxes]
    grid = CellGrid(boxes, rings)
    for x, y in [point, *(corner for ring in rings for corner in ring)]:
        found = [candidate.place for candidate in grid.near(x, y)]
        assert found == sorted(found)
        meets = {
            place for place, (west, south, east, north) in enumerate(boxes) if west <= x <= east and south <= y <= north
        }
        assert meets <= set(found)


def test_the_index_agrees_with_exact_arithmetic_on_every_border():
    third = 1 / 3
    ring = [(116.0, 39.0), (116.0 + third, 39.0 + third / 7), (116.0 + third, 39.0 + third), (116.0, 39.0 + third)]
    index = CellIndex([("990101001001001", ring), ("990101001001002", [(lon + third, lat) for lon, lat in ring])])
    for step in range(101):
        lon, lat = 116.0 + step / 100 * third, 39.0 + step / 100 * third / 7
        assert index.find(lon, lat) == index._find_exactly(lon, lat)
