"""Which grid cell a point lies in: cells are closed polygons of (longitude, latitude) pairs in CGCS2000.

The cells of a city cover it without overlap or gap (GB/T 47678), so a point lies in one cell or on the border of some.
A border point belongs to the smallest code among them: always the same one, whatever the order of the cells.
"""

from collections.abc import Sequence
from functools import cached_property

import shapely
from shapely import Polygon, STRtree

from sanhu.engines.cell_grid import CellGrid, is_inside

Ring = Sequence[Sequence[float]]  # (longitude, latitude) pairs; closing the ring is optional
Bounds = tuple[float, float, float, float]

# In square degrees, about a hundredth of a square metre: what rounding leaves between two neighbours' shared borders.
TOLERANCE = 1e-12


class BadCell(ValueError):  # noqa: N818 - named for what it tells
    """A cell that has no usable polygon. `code` names the cell, `reason` is a message id in Chinese."""

    def __init__(self, code: str, reason: str, detail: str = "") -> None:
        super().__init__(f"{code}: {reason}" + (f" ({detail})" if detail else ""))
        self.code = code
        self.reason = reason
        self.detail = detail


class CellIndex:
    """Cells that can be asked which of them a point lies in.

    Raises BadCell for a code given twice and for a polygon with fewer than three corners, coordinates that are no
    longitude and latitude, no area, or a border that crosses itself.
    """

    def __init__(self, cells: Sequence[tuple[str, Ring]]) -> None:
        # In order of code, so that the first hit on a border is the smallest.
        ordered = sorted(cells, key=lambda cell: cell[0])
        self._codes = [code for code, _ring in ordered]
        for code, following in zip(self._codes, self._codes[1:], strict=False):
            if code == following:
                raise BadCell(code, "同一网格代码出现了两次")
        self._polygons = [_polygon(code, ring) for code, ring in ordered]
        self._tree = STRtree(self._polygons)

    def __len__(self) -> int:
        return len(self._codes)

    @property
    def bounds(self) -> Bounds | None:
        """The smallest box around all cells: west, south, east, north; None when there are no cells."""
        if not self._polygons:
            return None
        west, south, east, north = (float(edge) for edge in shapely.total_bounds(self._polygons))
        return west, south, east, north

    def find(self, lon: float, lat: float) -> str | None:
        """Give the code of the cell a point lies in; None outside all of them."""
        if not self._codes:
            return None
        for west, south, east, north, place, edges, unsure in self._grid.near(lon, lat):
            if west <= lon <= east and south <= lat <= north:
                inside = is_inside(edges, unsure, lon, lat)
                if inside is None:
                    return self._find_exactly(lon, lat)
                if inside:
                    return self._codes[place]
        return None

    def _find_exactly(self, lon: float, lat: float) -> str | None:
        hits = self._tree.query(shapely.points(lon, lat), predicate="intersects")
        return self._codes[int(hits.min())] if len(hits) else None

    @cached_property
    def _grid(self) -> CellGrid:
        # Made when a point is asked for: finding overlaps needs none.
        boxes = [tuple(box) for box in shapely.bounds(self._polygons).tolist()]
        rings = [list(polygon.exterior.coords)[:-1] for polygon in self._polygons]
        return CellGrid(boxes, rings)

    def overlaps(self) -> tuple[tuple[str, str], ...]:
        """Give each pair of cells that cover the same ground by more than rounding, smaller code first."""
        pairs = self._tree.query(self._tree.geometries, predicate="intersects").T
        candidates = sorted((int(a), int(b)) for a, b in pairs if a < b)
        return tuple((self._codes[a], self._codes[b]) for a, b in candidates if self._shared_area(a, b) > TOLERANCE)

    def _shared_area(self, a: int, b: int) -> float:
        return float(self._polygons[a].intersection(self._polygons[b]).area)


def _polygon(code: str, ring: Ring) -> Polygon:
    corners = [(float(lon), float(lat)) for lon, lat in ring]
    if len(set(corners)) < 3:
        raise BadCell(code, "多边形至少要有三个不同的顶点")
    if not all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in corners):
        raise BadCell(code, "顶点坐标不是有效的经纬度")
    polygon = Polygon(corners)
    if polygon.area == 0:
        raise BadCell(code, "多边形没有面积")
    if not polygon.is_valid:
        raise BadCell(code, "多边形的边界自相交", shapely.is_valid_reason(polygon))
    return polygon
