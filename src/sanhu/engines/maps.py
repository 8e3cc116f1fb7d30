"""A map that needs no ground map: outlines projected to the units of an SVG, and a click projected back (H.5).

The projection is equirectangular about the middle of what is drawn: over the few kilometres of a district, metres on
the ground become equal lengths on paper in both directions to within a few parts in ten thousand. North is up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, cos, isclose, radians

import shapely
from shapely.ops import polylabel

from sanhu.engines.geometry import Ring

MARGIN = 8.0


@dataclass(frozen=True)
class Outline:
    """What is to be drawn: one ring of (longitude, latitude) pairs, closed or not."""

    code: str
    label: str
    ring: Ring


@dataclass(frozen=True)
class Shape:
    """What is drawn: the `points` of an SVG polygon, and a place inside it where its label stands."""

    code: str
    label: str
    points: str
    x: float
    y: float


@dataclass(frozen=True)
class Region:
    """Several outlines seen as one, such as a community's cells: the `path` of an SVG, and where its label stands."""

    code: str
    label: str
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Projection:
    """How degrees become the drawing's units: x grows to the east of `west`, y to the south of `north`."""

    west: float
    north: float
    x_per_degree: float
    y_per_degree: float

    def project(self, lon: float, lat: float) -> tuple[float, float]:
        """Give the place on the drawing of a place on the ground."""
        return MARGIN + (lon - self.west) * self.x_per_degree, MARGIN + (self.north - lat) * self.y_per_degree

    def to_lon_lat(self, x: float, y: float) -> tuple[float, float]:
        """Give the place on the ground of a place on the drawing: the inverse of `project`."""
        return self.west + (x - MARGIN) / self.x_per_degree, self.north - (y - MARGIN) / self.y_per_degree


@dataclass(frozen=True)
class MapShapes:
    """A drawing `width` by `height` units large, with the shapes in it and how its places lie on the ground.

    A click on an image of the drawing shown at another size is first scaled to these units.
    """

    width: int
    height: int
    shapes: tuple[Shape, ...]
    projection: Projection

    @property
    def view_box(self) -> str:
        """The SVG's viewBox."""
        return f"0 0 {self.width} {self.height}"


def metres_per_degree(lat: float) -> tuple[float, float]:
    """Give the length of a degree of longitude and of one of latitude, on the CGCS2000 ellipsoid.

    >>> [round(metres) for metres in metres_per_degree(30.0)]
    [96486, 110852]
    """
    phi = radians(lat)
    east = 111_412.84 * cos(phi) - 93.5 * cos(3 * phi) + 0.118 * cos(5 * phi)
    north = 111_132.92 - 559.82 * cos(2 * phi) + 1.175 * cos(4 * phi)
    return east, north


def area_m2(ring: Ring) -> int:
    """Give a ring's area in square metres, to the nearest one (C.2)."""
    polygon = shapely.Polygon(ring)
    east, north = metres_per_degree(polygon.centroid.y)
    return round(float(polygon.area) * east * north)


@dataclass(frozen=True)
class RegionMap:
    """A drawing `width` by `height` units large, with the regions in it by their codes."""

    width: int
    height: int
    regions: tuple[Region, ...]

    @property
    def view_box(self) -> str:
        """The SVG's viewBox."""
        return f"0 0 {self.width} {self.height}"


def draw_regions(outlines: Sequence[Outline], *, width: int = 720) -> RegionMap:
    """Draw outlines with one code as one region, without the lines between them.

    Raises ValueError where there is nothing to draw, or nothing that has an extent.
    """
    projection, height = _projection(outlines, width)
    parts: dict[tuple[str, str], list[shapely.Polygon]] = {}
    for outline in outlines:
        polygon = shapely.Polygon([projection.project(lon, lat) for lon, lat in outline.ring])
        parts.setdefault((outline.code, outline.label), []).append(polygon)
    regions = tuple(_region(code, label, polygons) for (code, label), polygons in sorted(parts.items()))
    return RegionMap(width=width, height=height, regions=regions)


# Neighbours' corners lie on each other only to within what degrees are rounded to.
_GRID = 0.05
_NEAR_ENOUGH = 2.0  # how exactly a label keeps away from all edges


def _region(code: str, label: str, polygons: Sequence[shapely.Polygon]) -> Region:
    joined = shapely.union_all(polygons, grid_size=_GRID)
    whole = list(joined.geoms) if isinstance(joined, shapely.MultiPolygon) else [joined]
    inside = polylabel(max(whole, key=lambda polygon: polygon.area), tolerance=_NEAR_ENOUGH)
    rings = (ring for polygon in whole for ring in (polygon.exterior, *polygon.interiors))
    return Region(
        code=code,
        label=label,
        path="".join(f"M{' '.join(f'{x:.1f},{y:.1f}' for x, y in ring.coords[:-1])}Z" for ring in rings),
        x=round(inside.x, 1),
        y=round(inside.y, 1),
    )


def draw(outlines: Sequence[Outline], *, width: int = 720) -> MapShapes:
    """Draw outlines `width` units wide, and as high as they then are.

    Raises ValueError where there is nothing to draw, or nothing that has an extent.
    """
    projection, height = _projection(outlines, width)
    shapes = tuple(_shape(outline, projection) for outline in outlines)
    return MapShapes(width=width, height=height, shapes=shapes, projection=projection)


def _projection(outlines: Sequence[Outline], width: int) -> tuple[Projection, int]:
    """Lay what is to be drawn on a drawing of a width; give its height too."""
    west, south, east, north = _bounds((lon, lat) for outline in outlines for lon, lat in outline.ring)
    metres_east, metres_north = metres_per_degree((south + north) / 2)
    units_per_metre = (width - 2 * MARGIN) / ((east - west) * metres_east)
    projection = Projection(
        west=west, north=north, x_per_degree=units_per_metre * metres_east, y_per_degree=units_per_metre * metres_north
    )
    _, bottom = projection.project(west, south)
    return projection, ceil(bottom + MARGIN)


def _bounds(points: Iterable[tuple[float, float]]) -> tuple[float, float, float, float]:
    found = list(points)
    if not found:
        raise ValueError("there is nothing to draw")
    lons, lats = zip(*found, strict=True)
    west, south, east, north = min(lons), min(lats), max(lons), max(lats)
    if isclose(west, east) or isclose(south, north):
        raise ValueError("what is drawn has an extent to the east and to the north")
    return west, south, east, north


def _shape(outline: Outline, projection: Projection) -> Shape:
    points = [projection.project(lon, lat) for lon, lat in outline.ring]
    inside = shapely.Polygon(points).representative_point()
    return Shape(
        code=outline.code,
        label=outline.label,
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points),
        x=round(inside.x, 1),
        y=round(inside.y, 1),
    )
