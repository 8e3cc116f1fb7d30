"""State tables drawn, so that a reader sees where a matter stands and where it can go.

The happy path (from the initial state, each time by the first listed move that leads somewhere new) stands in one row,
the other states in a row below. Moves along the path are straight arrows; moves that skip or go back are carried over
the row, moves between the rows through the space between them, moves among the lower states underneath. Moves that
leave a state as it is are not drawn; the box lists them among its ways.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from sanhu.engines.drawing import EM, LABEL_HEIGHT, Diagram, Edge, Node, text_width
from sanhu.engines.tracks import TRACK, Line, Routed, carried, count_tracks
from sanhu.engines.workflow import Move, State, StateTable

_BOX = 40.0  # height of a box
_LEAST_GAP = 36.0
_MARGIN = 12.0
_APART = 5.0  # two upright lines closer than this look like one


def layout(table: StateTable, here: str | None = None, *, wording: Callable[[str], str] = str) -> Diagram:
    """Lay a state table out; `here` marks the present state, `wording` translates labels before they are measured.

    The same table always gives the same drawing. Raises KeyError when `here` is not a state of the table.
    """
    if here is not None:
        table.state(here)
    sheet = _Sheet(table, wording)
    nodes = [sheet.node(state, is_here=state.code == here) for state in table.states]
    edges = [replace(edge, is_open_way=edge.source == here) for edge in sheet.edges()]
    return _trimmed(nodes, edges)


def main_path(table: StateTable) -> tuple[str, ...]:
    """Give the happy path: each time by the first listed move to a state not yet passed, until one is final."""
    path = [table.initial]
    while table.state(path[-1]).is_open:
        ahead = [move.target for move in table.ways_from(path[-1]) if move.target not in path]
        if not ahead:
            break
        path.append(ahead[0])
    return tuple(path)


def to_svg(diagram: Diagram, title: str) -> str:
    """Write a diagram as an SVG file that stands alone: for the manual, where no style sheet is at hand."""
    size = f"{diagram.width:g} {diagram.height:g}"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label={quoteattr(title)} viewBox="0 0 {size}" '
        f'width="{diagram.width:g}" height="{diagram.height:g}" font-family="sans-serif" font-size="{EM:g}" '
        f'text-anchor="middle" dominant-baseline="central"><title>{escape(title)}</title>'
    )
    sheet = '<rect width="100%" height="100%" fill="#fff"/>'
    words = [_svg_words(edge) for edge in diagram.edges if edge.label]
    return "\n".join([head, sheet, *map(_svg_line, diagram.edges), *words, *map(_svg_box, diagram.nodes), "</svg>\n"])


def _svg_line(edge: Edge) -> str:
    line = f'<path d="{edge.path}" fill="none" stroke="#5c666e" stroke-width="1.25"/>'
    return f'{line}<path d="{edge.head}" fill="#5c666e"/>'


def _svg_words(edge: Edge) -> str:
    halo = 'stroke="#fff" stroke-width="3.5" stroke-linejoin="round" paint-order="stroke"'
    return f'<text x="{edge.label_x:g}" y="{edge.label_y:g}" fill="#47535c" {halo}>{escape(edge.label)}</text>'


def _svg_box(node: Node) -> str:
    paper = "#1d2830" if node.is_here else "#fff" if node.is_open else "#efece3"
    ink = "#fff" if node.is_here else "#1d2830"
    return (
        f'<rect x="{node.x:g}" y="{node.y:g}" width="{node.width:g}" height="{node.height:g}" '
        f'rx="{4 if node.is_open else 20}" fill="{paper}" stroke="#5c666e" stroke-width="1.25"/>'
        f'<text x="{node.centre_x:g}" y="{node.centre_y:g}" fill="{ink}">{escape(node.label)}</text>'
    )


class _Zone(StrEnum):
    """Where a move runs that is not a straight arrow: above the path, between the rows, below the lower row."""

    OVER = "over"
    BETWEEN = "between"
    UNDER = "under"


class _Sheet:
    """Where the boxes stand, and which move goes through which zone. The path's boxes have their tops at 0."""

    def __init__(self, table: StateTable, wording: Callable[[str], str]) -> None:
        self.table = table
        self.wording = wording
        self.path = main_path(table)
        self.width = max(text_width(wording(state.label)) for state in table.states) + 20

    # --- boxes

    @cached_property
    def straight(self) -> dict[tuple[str, str], Move]:
        """For each step of the happy path, the first move that makes it."""
        return {
            (here, there): next(move for move in self.table.moves_from(here) if move.target == there)
            for here, there in pairwise(self.path)
        }

    @cached_property
    def column(self) -> dict[str, int]:
        """The path fills the first columns; each other state stands under the middle of those it has to do with."""
        columns = {code: number for number, code in enumerate(self.path)}
        taken: set[int] = set()
        for state in self.table.states:
            if state.code not in self.path:
                wanted = self._wanted_column(state.code)
                free = (number for number in range(len(self.table.states)) if number not in taken)
                columns[state.code] = min(free, key=lambda number: (abs(number - wanted), -number))
                taken.add(columns[state.code])
        return columns

    def _wanted_column(self, code: str) -> int:
        sources = {source for move in self.table.moves if move.target == code for source in move.sources}
        linked = sources | {move.target for move in self.table.ways_from(code)}
        places = [self.path.index(other) for other in linked if other in self.path]
        return round(sum(places) / len(places)) if places else len(self.path) - 1

    @cached_property
    def left(self) -> list[float]:
        """The left edge of each column; a gap is as wide as the words above its arrow."""
        words = [text_width(self.wording(move.label)) + 22 for move in self.straight.values()]
        gaps = words + [_LEAST_GAP] * len(self.table.states)
        edges = [0.0]
        for gap in gaps[: max(self.column.values())]:
            edges.append(edges[-1] + self.width + max(gap, _LEAST_GAP))
        return edges

    @cached_property
    def lower_row(self) -> float:
        """How far down the lower row stands: the tracks between the rows need their room."""
        return _BOX + (count_tracks(self._routed(_Zone.BETWEEN, lower_row=0.0)) + 1) * TRACK

    def node(self, state: State, *, is_here: bool) -> Node:
        """Give a state's box."""
        return Node(
            code=state.code,
            label=self.wording(state.label),
            x=self._x(state.code),
            y=0.0 if state.code in self.path else self.lower_row,
            width=self.width,
            height=_BOX,
            is_here=is_here,
            is_open=state.is_open,
            ways=tuple(
                (self.wording(move.label), self.wording(self.table.state(move.leads_to(state.code)).label))
                for move in self.table.moves_from(state.code)
            ),
        )

    def _x(self, code: str) -> float:
        return self.left[self.column[code]]

    # --- moves

    def edges(self) -> Iterator[Edge]:
        """Give every move from every one of its sources."""
        for (source, target), move in self.straight.items():
            yield self._arrow(source, target, move)
        first = {_Zone.OVER: -TRACK, _Zone.BETWEEN: _BOX + TRACK, _Zone.UNDER: self.lower_row + _BOX + TRACK}
        for zone, start in first.items():
            step = -TRACK if zone is _Zone.OVER else TRACK
            yield from carried(self._routed(zone, lower_row=self.lower_row), start=start, step=step)

    def _arrow(self, source: str, target: str, move: Move) -> Edge:
        y = _BOX / 2
        begin, end = self._x(source) + self.width, self._x(target)
        label_x, label_y = (begin + end) / 2 - 2, y - LABEL_HEIGHT / 2 - 2
        return Edge(move.code, source, target, ((begin, y), (end, y)), self.wording(move.label), label_x, label_y)

    def _lines(self, zone: _Zone) -> list[Line]:
        """Give the moves that run through a zone; the sources of one move share a line when they stand in one row."""
        lines = []
        for move in self.table.moves:
            if move.stays:
                continue
            rows: dict[bool, list[str]] = defaultdict(list)
            for source in move.sources:
                if self.straight.get((source, move.target)) != move and self._zone(source, move.target) is zone:
                    rows[source in self.path].append(source)
            lines += [Line(move.code, self.wording(move.label), tuple(row), move.target) for row in rows.values()]
        return lines

    def _zone(self, source: str, target: str) -> _Zone:
        if (source in self.path) != (target in self.path):
            return _Zone.BETWEEN
        return _Zone.OVER if source in self.path else _Zone.UNDER

    def _routed(self, zone: _Zone, *, lower_row: float) -> list[Routed]:
        """Give each line its ends, spread along the edges of the boxes they share."""
        lines = self._lines(zone)
        ends: dict[str, list[tuple[int, float, int, bool]]] = defaultdict(list)
        for number, line in enumerate(lines):
            for source in line.sources:
                ends[source].append((*self._order(source, [line.target]), number, False))
            ends[line.target].append((*self._order(line.target, line.sources), number, True))
        places = {
            (number, code, is_target): self._x(code) + self.width * place / (len(there) + 1)
            for code, there in ends.items()
            for place, (*_, number, is_target) in enumerate(sorted(there), start=1)
        }
        if zone is _Zone.BETWEEN:
            self._part(places)

        def point(number: int, code: str, *, is_target: bool) -> tuple[float, float]:
            return places[number, code, is_target], self._edge_y(code, zone, lower_row)

        return [
            Routed(
                line,
                tuple(point(number, source, is_target=False) for source in line.sources),
                point(number, line.target, is_target=True),
            )
            for number, line in enumerate(lines)
        ]

    def _part(self, places: dict[tuple[int, str, bool], float]) -> None:
        """Move ends on the lower row aside where another line runs right above: two lines must not look like one."""
        for end, x in list(places.items()):
            others = [at for other, at in places.items() if other[0] != end[0]]
            if end[1] not in self.path:
                aside = (x + sign * _APART * steps for steps in range(len(places)) for sign in (1, -1))
                places[end] = next((there for there in aside if all(abs(there - at) >= _APART for at in others)), x)

    def _order(self, code: str, others: Iterable[str]) -> tuple[int, float]:
        """Order the ends on one edge so that nested lines do not cross: what goes left first, the nearest outermost."""
        away = sum(self._x(other) - self._x(code) for other in others)
        return (0 if away < 0 else 1), -away

    def _edge_y(self, code: str, zone: _Zone, lower_row: float) -> float:
        is_above = code in self.path
        leaves_upwards = zone is _Zone.OVER or (zone is _Zone.BETWEEN and not is_above)
        return (0.0 if is_above else lower_row) + (0.0 if leaves_upwards else _BOX)


def _trimmed(nodes: Sequence[Node], edges: Sequence[Edge]) -> Diagram:
    """Move everything onto a sheet that is just large enough."""
    xs = [x for node in nodes for x in (node.x, node.x + node.width)]
    ys = [y for node in nodes for y in (node.y, node.y + node.height)]
    for edge in edges:
        half = text_width(edge.label) / 2
        xs += [edge.label_x - half, edge.label_x + half, *(x for x, _ in edge.points)]
        ys += [edge.label_y - LABEL_HEIGHT / 2, edge.label_y + LABEL_HEIGHT / 2, *(y for _, y in edge.points)]
    right, down = _MARGIN - min(xs), _MARGIN - min(ys)
    return Diagram(
        nodes=tuple(replace(node, x=round(node.x + right, 1), y=round(node.y + down, 1)) for node in nodes),
        edges=tuple(_moved(edge, right, down) for edge in edges),
        width=round(max(xs) + right + _MARGIN, 1),
        height=round(max(ys) + down + _MARGIN, 1),
    )


def _moved(edge: Edge, right: float, down: float) -> Edge:
    return replace(
        edge,
        points=tuple((round(x + right, 1), round(y + down, 1)) for x, y in edge.points),
        label_x=round(edge.label_x + right, 1),
        label_y=round(edge.label_y + down, 1),
    )
