"""Which of many polygons a point may lie in, told in plain floating point wherever that is certain.

The ground is cut into squares, some to a polygon, each of which knows the polygons whose boxes it meets. On which side
of an edge a point lies is the sign of a determinant; where rounding could have turned it, nothing is said, and whoever
asked calculates exactly (J. R. Shewchuk, Adaptive Precision Floating-Point Arithmetic, 1997: the filter of orient2d).
"""

from collections.abc import Sequence
from math import isqrt
from typing import NamedTuple

Edge = tuple[float, float, float, float]  # from (x, y) to (x, y), never southward
Box = tuple[float, float, float, float]  # west, south, east, north

_SQUARES_A_SIDE = 3  # to a polygon, were all of one size
# (3 + 16 e) e for e = 2**-53: a determinant of four differences has no larger error, beside the sum of its products.
# In a box neither product is larger than the box.
_ROUNDING = 3.3306690738754716e-16 * 2.001


class Candidate(NamedTuple):
    """A ring that does not cross itself: its box, its place in the order given, its edges.

    A determinant up to `unsure` may be nothing but rounding.
    """

    west: float
    south: float
    east: float
    north: float
    place: int
    edges: tuple[Edge, ...]
    unsure: float


def candidate(place: int, box: Box, ring: Sequence[tuple[float, float]]) -> Candidate:
    """Prepare a ring to be asked for sides."""
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    edges = tuple((*a, *b) if a[1] <= b[1] else (*b, *a) for a, b in pairs)
    return Candidate(*box, place, edges, _ROUNDING * (box[2] - box[0]) * (box[3] - box[1]))


class CellGrid:
    """Polygons by the squares of ground that their boxes meet; there is at least one, and none is empty."""

    def __init__(self, boxes: Sequence[Box], rings: Sequence[Sequence[tuple[float, float]]]) -> None:
        self._west, self._south = min(box[0] for box in boxes), min(box[1] for box in boxes)
        self._east, self._north = max(box[2] for box in boxes), max(box[3] for box in boxes)
        side = _SQUARES_A_SIDE * (isqrt(len(boxes) - 1) + 1)
        self._rows = side + 1  # one more, for what lies on the outer border
        self._x_scale, self._y_scale = side / (self._east - self._west), side / (self._north - self._south)
        squares: list[list[Candidate]] = [[] for _ in range(self._rows**2)]
        for place, (box, ring) in enumerate(zip(boxes, rings, strict=True)):
            cell = candidate(place, box, ring)
            for square in self._squares_of(box):
                squares[square].append(cell)
        self._squares = tuple(map(tuple, squares))

    def _squares_of(self, box: Box) -> list[int]:
        (west, south), (east, north) = self._square(box[0], box[1]), self._square(box[2], box[3])
        return [column * self._rows + row for column in range(west, east + 1) for row in range(south, north + 1)]

    def _square(self, x: float, y: float) -> tuple[int, int]:
        return int((x - self._west) * self._x_scale), int((y - self._south) * self._y_scale)

    def near(self, x: float, y: float) -> tuple[Candidate, ...]:
        """Give the polygons among which a point may lie, in the order given; none for what is no number."""
        if not (self._west <= x <= self._east and self._south <= y <= self._north):
            return ()
        column, row = int((x - self._west) * self._x_scale), int((y - self._south) * self._y_scale)
        return self._squares[column * self._rows + row]


def is_inside(edges: Sequence[Edge], unsure: float, x: float, y: float) -> bool | None:
    """Tell whether a point in the box of a candidate lies inside it; None on its border, or too near to that to tell.

    Counts the edges that cross the line from the point to the east.
    """
    inside = False
    for x1, y1, x2, y2 in edges:
        if y1 <= y < y2:
            turn = (x1 - x) * (y2 - y) - (x2 - x) * (y1 - y)
            if turn > unsure:
                inside = not inside
            elif turn >= -unsure:
                return None
        elif y == y2:
            return None
    return inside
