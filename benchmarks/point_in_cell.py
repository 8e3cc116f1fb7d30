"""Which of 10,000 cells each of 200,000 points lies in: our index point by point, beside shapely's STRtree in bulk.

Both begin with longitudes and latitudes and end with a cell for every point, and they must give the same ones. The
cells are a hundred by a hundred slightly irregular quadrilaterals that share their corners.
"""

import random
from collections.abc import Iterator, Sequence
from statistics import median
from time import perf_counter

import numpy as np
import shapely

from benchmarks.figures import Figure, show
from sanhu.engines.geometry import CellIndex

CELLS_A_SIDE = 100
POINTS = 200_000
RUNS = 3
RATIO_AIM = 0.5
_WEST, _SOUTH, _DEGREES = 116.3, 39.8, 0.003  # about 250 by 330 metres

Place = tuple[float, float]
Cells = list[tuple[str, list[Place]]]


def measure(side: int = CELLS_A_SIDE, count: int = POINTS) -> Iterator[Figure]:
    """Measure both in turns, so that they meet the same machine. Raises RuntimeError where they disagree."""
    cells, points = drawn(side), scattered(count, side)
    started = perf_counter()
    index = CellIndex(cells)
    index.find(*points[0])
    yield Figure("cell_index_built_s", perf_counter() - started, "s")
    tree = shapely.STRtree([shapely.Polygon(ring) for _code, ring in cells])
    rates, bulk_rates = [], []
    for _ in range(RUNS):
        started = perf_counter()
        ours = [index.find(lon, lat) for lon, lat in points]
        rates.append(len(points) / (perf_counter() - started))
        started = perf_counter()
        places = in_bulk(tree, points)
        bulk_rates.append(len(points) / (perf_counter() - started))
        if ours != [None if place < 0 else cells[place][0] for place in places]:
            raise RuntimeError("our index and shapely's tree disagree")
    yield Figure("point_in_cell_per_s", median(rates), "points/s", baseline=median(bulk_rates))
    yield Figure("point_in_cell_aim", median(rates) / median(bulk_rates), "of shapely in bulk", baseline=RATIO_AIM)


def drawn(side: int) -> Cells:
    """Draw side times side cells without overlap or gap, by code."""
    chance = random.Random(10)
    corner = {
        (column, row): (
            _WEST + (column + chance.uniform(-0.2, 0.2)) * _DEGREES,
            _SOUTH + (row + chance.uniform(-0.2, 0.2)) * _DEGREES,
        )
        for column in range(side + 1)
        for row in range(side + 1)
    }
    return [
        (
            f"990101{column * side + row:09d}",
            [corner[column + right, row + up] for right, up in ((0, 0), (1, 0), (1, 1), (0, 1))],
        )
        for column in range(side)
        for row in range(side)
    ]


def scattered(count: int, side: int) -> list[Place]:
    """Scatter points over the cells and a little beyond them."""
    chance = random.Random(11)
    low, high = -0.2, side + 0.2
    return [
        (_WEST + chance.uniform(low, high) * _DEGREES, _SOUTH + chance.uniform(low, high) * _DEGREES)
        for _ in range(count)
    ]


def in_bulk(tree: shapely.STRtree, points: Sequence[Place]) -> list[int]:
    """Give the place of each point's cell, the smallest on a border and -1 outside all of them."""
    found, cells = tree.query(shapely.points(np.asarray(points)), predicate="intersects")
    places = np.full(len(points), len(tree))
    np.minimum.at(places, found, cells)
    places[places == len(tree)] = -1
    answer: list[int] = places.tolist()
    return answer


if __name__ == "__main__":
    show(measure())
