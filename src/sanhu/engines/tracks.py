"""Lines carried past boxes on parallel tracks, so that lines may cross but words never meet."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sanhu.engines.drawing import LABEL_HEIGHT, Edge, Point, text_width, without_repeats

TRACK = 26.0  # from one track to the next: the height of words and some air
_AIR = 6.0  # between words and what stands beside them
_STUB = 20.0  # a level piece shorter than this carries no words
_STEP = 4.0  # how finely a free place for words is looked for


@dataclass(frozen=True)
class Line:
    """A move as it is carried: from one or more states to one."""

    move: str
    label: str
    sources: tuple[str, ...]
    target: str


@dataclass(frozen=True)
class Routed:
    """A line with its ends: where it leaves each source and where it enters its target."""

    line: Line
    starts: tuple[Point, ...]
    end: Point

    @property
    def xs(self) -> list[float]:
        """Where its upright pieces stand."""
        return [x for x, _ in (*self.starts, self.end)]

    @property
    def half(self) -> float:
        """Half the width of its words."""
        return text_width(self.line.label) / 2

    @property
    def is_upright(self) -> bool:
        """Tell whether it runs from one row to another with no level piece on which words could stand."""
        return max(self.xs) - min(self.xs) < _STUB and self.starts[0][1] != self.end[1]

    def span(self, label_x: float) -> tuple[float, float]:
        """Give the stretch of a track that the line and its words take up."""
        return min(*self.xs, label_x - self.half) - _AIR, max(*self.xs, label_x + self.half) + _AIR


def carried(routed: Sequence[Routed], *, start: float, step: float) -> list[Edge]:
    """Draw lines on their tracks, the first of which lies at the height `start`."""
    labels = [_label_x(number, routed) for number in range(len(routed))]
    tracks = _tracks([item.span(x) for item, x in zip(routed, labels, strict=True)])
    return [
        edge
        for item, label_x, track in zip(routed, labels, tracks, strict=True)
        for edge in _drawn(item, label_x, start + step * track)
    ]


def count_tracks(routed: Sequence[Routed]) -> int:
    """Tell how many tracks the lines take."""
    spans = [item.span(_label_x(number, routed)) for number, item in enumerate(routed)]
    return max(_tracks(spans), default=-1) + 1


def _tracks(spans: Sequence[tuple[float, float]]) -> list[int]:
    """Give each span the first track on which it meets no other; short ones choose first, so that lines nest."""
    taken: dict[int, list[tuple[float, float]]] = defaultdict(list)
    chosen = [0] * len(spans)
    for number in sorted(range(len(spans)), key=lambda number: spans[number][1] - spans[number][0]):
        low, high = spans[number]
        while any(low < other_high and other_low < high for other_low, other_high in taken[chosen[number]]):
            chosen[number] += 1
        taken[chosen[number]].append((low, high))
    return chosen


def _label_x(number: int, routed: Sequence[Routed]) -> float:
    """Find the place for a line's words that the fewest upright pieces run through, the likeliest first.

    On a level piece the words stand above it, as near its middle as can be; an upright line has them beside it.
    """
    item = routed[number]
    low, high = min(item.xs), max(item.xs)
    middle = (low + high) / 2
    reach = max(0.0, (high - low) / 2 - item.half)
    along = [middle + sign * place * _STEP for place in range(int(reach // _STEP) + 1) for sign in (1, -1)]
    beside = [high + item.half + _AIR, low - item.half - _AIR, middle]
    others = [x for other, there in enumerate(routed) if other != number for x in there.xs]
    own = item.xs if item.is_upright else []

    def hits(x: float) -> float:
        # Words on their own line can still be read; words on another's mislead.
        return 2 * _through(x, item.half, others) + _through(x, item.half, own)

    return min(beside if item.is_upright else along, key=hits)


def _through(x: float, half: float, uprights: Sequence[float]) -> int:
    return sum(abs(x - upright) < half + _AIR / 2 for upright in uprights)


def _drawn(item: Routed, label_x: float, y: float) -> list[Edge]:
    return [
        Edge(
            move=item.line.move,
            source=source,
            target=item.line.target,
            points=without_repeats((begin, (begin[0], y), (item.end[0], y), item.end)),
            label="" if number else item.line.label,
            label_x=label_x,
            label_y=y - LABEL_HEIGHT / 2 - 2,
        )
        for number, (source, begin) in enumerate(zip(item.line.sources, item.starts, strict=True))
    ]
