"""What a drawn state table consists of: boxes, arrows and the words on them, in pixels of a text 14 px high."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]

EM = 14.0
LABEL_HEIGHT = 18.0
_RADIUS = 12.0
_HEAD_LENGTH = 7.0
_HEAD_HALF = 4.0


@dataclass(frozen=True)
class Node:
    """A state as a box; `ways` are the moves that leave it, each with the state it leads to."""

    code: str
    label: str
    x: float
    y: float
    width: float
    height: float
    is_here: bool
    is_open: bool
    ways: tuple[tuple[str, str], ...] = ()

    @property
    def centre_x(self) -> float:
        """The middle of the box, where its words stand."""
        return round(self.x + self.width / 2, 1)

    @property
    def centre_y(self) -> float:
        """The middle of the box, where its words stand."""
        return round(self.y + self.height / 2, 1)


@dataclass(frozen=True)
class Edge:
    """A move from one of its sources, as a line of upright and level pieces that ends in an arrow head.

    Where a move leaves several states by a shared line, only one of its edges carries the words. `is_open_way` marks
    the moves that leave the present state.
    """

    move: str
    source: str
    target: str
    points: tuple[Point, ...]
    label: str
    label_x: float
    label_y: float
    is_open_way: bool = False

    @property
    def path(self) -> str:
        """The line as SVG path data, its corners rounded."""
        return rounded(self.points)

    @property
    def head(self) -> str:
        """The arrow head as SVG path data."""
        (from_x, from_y), (x, y) = self.points[-2:]
        right, down = _sign(x - from_x), _sign(y - from_y)
        back_x, back_y = x - right * _HEAD_LENGTH, y - down * _HEAD_LENGTH
        wing_x, wing_y = down * _HEAD_HALF, right * _HEAD_HALF
        return f"M{x:g} {y:g}L{back_x + wing_x:g} {back_y + wing_y:g}L{back_x - wing_x:g} {back_y - wing_y:g}Z"


@dataclass(frozen=True)
class Diagram:
    """A state table laid out on a sheet of `width` by `height`."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    width: float
    height: float

    @property
    def here(self) -> Node | None:
        """The present state, where there is one."""
        return next((node for node in self.nodes if node.is_here), None)


def text_width(text: str) -> float:
    """Estimate how wide words are: a Chinese character is as wide as high, a Latin letter a little over half.

    >>> text_width("受理"), text_width("ok")
    (28.0, 16.8)
    """
    return sum(EM if ord(character) > 0x2E7F else EM * 0.6 for character in text)


def rounded(points: Sequence[Point]) -> str:
    """Write a line as path data, turning each corner in a curve that fits its shorter piece.

    >>> rounded([(0, 0), (30, 0), (30, 40)])
    'M0 0L18 0Q30 0 30 12L30 40'
    """
    x, y = points[0]
    written = f"M{x:g} {y:g}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(_RADIUS, _length(before, corner) / 2, _length(corner, after) / 2)
        from_x, from_y = _towards(corner, before, radius)
        to_x, to_y = _towards(corner, after, radius)
        written += f"L{from_x:g} {from_y:g}Q{corner[0]:g} {corner[1]:g} {to_x:g} {to_y:g}"
    x, y = points[-1]
    return f"{written}L{x:g} {y:g}"


def without_repeats(points: Sequence[Point]) -> tuple[Point, ...]:
    """Leave out points that say nothing: repeated ones, and those in the middle of a straight piece."""
    apart = [points[0], *(there for here, there in pairwise(points) if here != there)]
    turns = [
        here
        for before, here, after in zip(apart, apart[1:], apart[2:], strict=False)
        if not (before[0] == here[0] == after[0] or before[1] == here[1] == after[1])
    ]
    return (apart[0], *turns, apart[-1])


def _length(here: Point, there: Point) -> float:
    return abs(there[0] - here[0]) + abs(there[1] - here[1])


def _towards(here: Point, there: Point, distance: float) -> Point:
    return here[0] + _sign(there[0] - here[0]) * distance, here[1] + _sign(there[1] - here[1]) * distance


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)
