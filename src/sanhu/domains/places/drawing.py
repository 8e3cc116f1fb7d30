"""What may be drawn: cells with a code of their own, in a known community, closed, and none over another (C.2)."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_noop as _

from sanhu.engines.codes import grid_cells
from sanhu.engines.geometry import BadCell, CellIndex, Ring
from sanhu.engines.tables import Fault

WRONG_AREA = _("网格代码的前 12 位不是所在社区的代码")
UNKNOWN_AREA = _("所在社区还不存在")
DOUBLE_CELL = _("同一网格代码出现了两次")
OVERLAPPING = _("与另一个网格重叠")
LATER_BOUNDARY = _("这个网格已有从更晚日期起的边界")


@dataclass(frozen=True)
class DrawnCell:
    """A cell as it is to be: its ring of (longitude, latitude) pairs in CGCS2000, closed here where it is not."""

    code: str
    area_code: str
    polygon: Ring

    @property
    def ring(self) -> list[tuple[float, float]]:
        """The closed ring."""
        points = [(float(lon), float(lat)) for lon, lat in self.polygon]
        return points if points and points[0] == points[-1] else points + points[:1]


def faults_of(
    cells: Sequence[DrawnCell],
    *,
    start: date,
    standing: Mapping[str, tuple[date, Ring]],
    communities: Collection[str],
) -> list[Fault]:
    """Find what is wrong with cells that are to be in force from `start`, each named by its place, the first being 1.

    `standing` are the cells around them, with the first day and the ring of each; cells with the same codes replace
    their own.
    """
    times = Counter(cell.code for cell in cells)
    faults = [
        fault
        for place, cell in enumerate(cells, start=1)
        for fault in _own_faults(place, cell, times=times, communities=communities)
    ]
    faults += [
        Fault(place, "code", LATER_BOUNDARY)
        for place, cell in enumerate(cells, start=1)
        if cell.code in standing and standing[cell.code][0] > start
    ]
    return faults or list(_overlaps(cells, {code: ring for code, (_first_day, ring) in standing.items()}))


def _own_faults(row: int, cell: DrawnCell, *, times: Counter[str], communities: Collection[str]) -> Iterator[Fault]:
    checked = grid_cells.check(cell.code)
    # A code is stored as it is given here, so one that would have to be put right first is not taken.
    reasons = checked.reasons or (() if checked.normalised == cell.code else checked.warnings[:1])
    yield from (Fault(row, "code", reason) for reason in reasons)
    if times[cell.code] > 1:
        yield Fault(row, "code", DOUBLE_CELL)
    if cell.area_code != grid_cells.community_of(cell.code):
        yield Fault(row, "area_code", WRONG_AREA)
    elif cell.area_code not in communities:
        yield Fault(row, "area_code", UNKNOWN_AREA)
    try:
        CellIndex([(cell.code, cell.ring)])
    except BadCell as bad:
        yield Fault(row, "polygon", bad.reason)


def _overlaps(cells: Sequence[DrawnCell], standing: Mapping[str, Ring]) -> Iterator[Fault]:
    rows = {cell.code: row for row, cell in enumerate(cells, start=1)}
    rings = {**standing, **{cell.code: cell.ring for cell in cells}}
    overlapping = {code for pair in CellIndex(list(rings.items())).overlaps() for code in pair}
    yield from (Fault(row, "polygon", OVERLAPPING) for code, row in rows.items() if code in overlapping)
