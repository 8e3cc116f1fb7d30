"""The ground of the demonstration district: twelve communities in three subdistricts, five grid cells in each.

Corners are shared between neighbours and moved a little from the grid, so that the map looks like a town and yet has
neither gap nor overlap.
"""

from sanhu.domains.places.drawing import DrawnCell

WEST, SOUTH = 110.000, 30.000
_WIDTH, _HEIGHT = 0.0042, 0.0036
_STREETS, _PAIRS = 3, 2
# Two communities fill a block of five columns and two rows: cells as (column, row from the north), west to east.
_HALVES = (
    ((0, 0), (0, 1), (1, 0), (1, 1), (2, 0)),
    ((2, 1), (3, 0), (3, 1), (4, 0), (4, 1)),
)


def _corner(column: int, row: int) -> tuple[float, float]:
    """A corner of the grid, moved by a fixed but irregular amount of up to a tenth of a cell."""
    swing = ((column * 37 + row * 61) % 13 - 6) / 60
    lift = ((column * 53 + row * 29) % 11 - 5) / 50
    return round(WEST + (column + swing) * _WIDTH, 6), round(SOUTH + (row + lift) * _HEIGHT, 6)


def cells() -> list[DrawnCell]:
    """Draw the sixty cells; inside a community they are numbered from west to east, then north to south (C.2)."""
    drawn = []
    for street in range(_STREETS):
        for half in range(2 * _PAIRS):
            area = f"990101{street + 1:03d}{half + 1:03d}"
            for number, (across, down) in enumerate(_HALVES[half % 2], start=1):
                column, top = half // 2 * 5 + across, 2 * (_STREETS - street) - down
                ring = [
                    _corner(column, top - 1),
                    _corner(column + 1, top - 1),
                    _corner(column + 1, top),
                    _corner(column, top),
                ]
                drawn.append(DrawnCell(code=f"{area}{number:03d}", area_code=area, polygon=[*ring, ring[0]]))
    return drawn
