"""Areas served, in words."""

from collections.abc import Iterable
from datetime import date

from sanhu.domains.places.models import LEVEL_OF_LENGTH, Area, AreaLevel, in_force
from sanhu.engines.codes.divisions import padded

_DISTRICT, _COMMUNITY = 6, 12


def area_names(codes: Iterable[str], on: date) -> dict[str, str]:
    """Give the names of areas by their significant digits, in one query; a grid cell has its community's."""
    divisions = {code: code[:_COMMUNITY] for code in codes if len(code) >= _DISTRICT}
    rows = Area.objects.filter(in_force(on), code__in={padded(code) for code in divisions.values()})
    names = {(row.code, AreaLevel(row.level)): row.name for row in rows}
    found = {code: names.get((padded(cut), LEVEL_OF_LENGTH[len(cut)]), "") for code, cut in divisions.items()}
    return {code: name for code, name in found.items() if name}
