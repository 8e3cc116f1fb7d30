"""Reads of areas and cells, always as of a day.

Codes are taken short, as they are spoken of (990101001), or padded to 12 digits, as they are stored.
"""

from datetime import date

from django.db.models import QuerySet

from sanhu.domains.places.models import LENGTH_OF_LEVEL, LEVEL_OF_LENGTH, Area, AreaLevel, GridCell, in_force
from sanhu.engines.codes.divisions import WIDTH, padded, scope_range
from sanhu.engines.codes.result import is_digits
from sanhu.engines.geometry import CellIndex
from sanhu.engines.maps import MapShapes, Outline, RegionMap, draw, draw_regions

# Which division a padded code means where it could mean several (see Area): 441900000000 is 东莞 as a district first.
_MEANT_FIRST = (
    AreaLevel.DISTRICT,
    AreaLevel.SUBDISTRICT,
    AreaLevel.COMMUNITY,
    AreaLevel.PREFECTURE,
    AreaLevel.PROVINCE,
)
_BELOW = dict(zip(AreaLevel, list(AreaLevel)[1:], strict=False))


def _is_code(code: str) -> bool:
    return is_digits(code) and len(code) in LEVEL_OF_LENGTH


def area(code: str, on: date) -> Area | None:
    """Give the area a code names on a day; None for a code that names none, or is no code."""
    if not _is_code(code):
        return None
    found = Area.objects.filter(in_force(on), code=padded(code))
    meant = [LEVEL_OF_LENGTH[len(code)], *_MEANT_FIRST] if len(code) < WIDTH else _MEANT_FIRST
    return min(found, key=lambda row: meant.index(AreaLevel(row.level)), default=None)


def community(code: str, on: date, *, district: str) -> Area | None:
    """Give the community of a district that a code names on a day; None for a code that names none there."""
    found = area(code, on)
    is_one = found is not None and found.level == AreaLevel.COMMUNITY and found.code.startswith(district or "-")
    return found if is_one else None


def name_of(code: str, on: date) -> str:
    """Give an area's name on a day, empty where there is no such area."""
    found = area(code, on)
    return found.name if found else ""


def within(prefix: str, on: date) -> QuerySet[Area]:
    """Give an area and everything in it, by code. Raises ValueError for a prefix that is no division."""
    low, high = scope_range(prefix)
    # 441900 is a district in the place of which the prefecture 4419 has the same padded code.
    levels = [level for level in AreaLevel if LENGTH_OF_LEVEL[level] >= len(prefix)]
    return Area.objects.filter(in_force(on), code__gte=low, code__lte=high, level__in=levels).order_by("code", "level")


def children(code: str, on: date) -> QuerySet[Area]:
    """Give what lies directly below an area, by code; nothing below a community or an unknown code."""
    parent = area(code, on)
    below = _BELOW.get(AreaLevel(parent.level)) if parent else None
    if parent is None or below is None:
        return Area.objects.none()
    return within(parent.prefix, on).filter(level=below)


def path_of(code: str, on: date) -> tuple[str, ...]:
    """Give the names of an area and of those it lies in, from the district down; what is unknown is left out."""
    if not _is_code(code):
        return ()
    levels = (AreaLevel.DISTRICT, AreaLevel.SUBDISTRICT, AreaLevel.COMMUNITY)
    lengths = {level: LENGTH_OF_LEVEL[level] for level in levels}
    steps = [(padded(code[:length]), level) for level, length in lengths.items() if len(code) >= length]
    rows = Area.objects.filter(in_force(on), code__in={stored for stored, _ in steps})
    names = {(row.code, AreaLevel(row.level)): row.name for row in rows}
    return tuple(names[step] for step in steps if step in names)


def cells_of(prefix: str, on: date) -> QuerySet[GridCell]:
    """Give the cells in an area, by code. Raises ValueError for a prefix that is no division."""
    low, high = scope_range(prefix)
    return GridCell.objects.filter(in_force(on), area_code__gte=low, area_code__lte=high).order_by("code")


def cell_at(lon: float, lat: float, on: date, district: str) -> GridCell | None:
    """Give the cell of a district in which a point lies; on a border, the one with the smallest code."""
    candidates = cells_of(district, on).filter(west__lte=lon, east__gte=lon, south__lte=lat, north__gte=lat)
    cells = {cell.code: cell for cell in candidates}
    found = CellIndex([(code, cell.ring) for code, cell in cells.items()]).find(lon, lat)
    return cells[found] if found else None


def district_map(district: str, on: date, *, width: int = 720) -> MapShapes | None:
    """Draw a district's cells, each labelled with its community's name; None where there are none."""
    cells = list(cells_of(district, on))
    if not cells:
        return None
    names = _community_names(district, on)
    return draw([Outline(cell.code, names.get(cell.area_code, ""), cell.ring) for cell in cells], width=width)


def community_map(district: str, on: date, *, width: int = 720) -> RegionMap | None:
    """Draw a district's communities, each the sum of its cells; None where there are no cells."""
    cells = list(cells_of(district, on))
    if not cells:
        return None
    names = _community_names(district, on)
    outlines = [Outline(cell.area_code, names.get(cell.area_code, ""), cell.ring) for cell in cells]
    return draw_regions(outlines, width=width)


def _community_names(district: str, on: date) -> dict[str, str]:
    communities = within(district, on).filter(level=AreaLevel.COMMUNITY)
    return dict(communities.values_list("code", "name"))
