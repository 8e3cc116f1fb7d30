"""The coverage matrix (R25): which functions an item's duties bring together, what is missing, what is doubled.

Each sector brings one function: government the administrative one, market the regulating one, the community
self-governance. What a class's items should bring together is configuration (data/coverage.json). A gap or an overlap
is a question for whoever keeps the catalogue and refuses nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sanhu.domains.catalogue.rows import DutyRow, ItemRow
from sanhu.domains.catalogue.rules import AffairClass, LeadKind
from sanhu.domains.subjects.kinds import Sector, sector_of


@dataclass(frozen=True)
class Expectation:
    """What a class's items should bring together: of each group one function is enough."""

    groups: tuple[tuple[Sector, ...], ...]
    why: str
    why_en: str


def expectations_of(data: Mapping[str, Any]) -> dict[AffairClass, Expectation]:
    """Read the configuration. Raises ValueError for a class or a sector nobody knows, KeyError for a class left out."""
    said = data["classes"]
    return {
        affair_class: Expectation(
            groups=tuple(tuple(map(Sector, group)) for group in said[affair_class]["expected"]),
            why=said[affair_class]["why"],
            why_en=said[affair_class]["why_en"],
        )
        for affair_class in map(AffairClass, sorted({*AffairClass, *said}))
    }


@dataclass(frozen=True)
class Cell:
    """One function of one item: who leads duties by it and who assists, each kind once, in the order of the duties."""

    leads: tuple[LeadKind, ...] = ()
    helpers: tuple[LeadKind, ...] = ()

    @property
    def takes_part(self) -> bool:
        """Whether the function is there at all."""
        return bool(self.leads or self.helpers)

    @property
    def overlaps(self) -> bool:
        """Whether duties of the item are led by different kinds of body in this one function."""
        return len(self.leads) > 1


@dataclass(frozen=True)
class Coverage:
    """One line of the matrix; `gaps` are the groups of functions of which none takes part."""

    row: ItemRow
    cells: Mapping[Sector, Cell]
    gaps: tuple[tuple[Sector, ...], ...]

    @property
    def overlaps(self) -> tuple[Sector, ...]:
        """The functions in which several kinds of body lead."""
        return tuple(sector for sector, cell in self.cells.items() if cell.overlaps)


def coverage_of(row: ItemRow, leads: Mapping[str, LeadKind], *, expected: Expectation) -> Coverage:
    """Lay out an item's functions. `leads` gives each duty's lead by its part: a duty without one adds its helpers."""
    led = [lead for duty in row.duties if (lead := leads.get(duty.part)) is not None]
    helping = [kind for duty in row.duties for kind in _helpers(duty)]
    cells = {sector: Cell(_of(sector, led), _of(sector, helping)) for sector in Sector}
    missing = (group for group in expected.groups if not any(cells[sector].takes_part for sector in group))
    return Coverage(row, cells, tuple(missing))


def _helpers(duty: DutyRow) -> Iterable[LeadKind]:
    """Who assists, by kind; who is only described in a note has no sector."""
    return (kind for helper in duty.assist if (kind := LeadKind.known(helper.kind)) is not None)


def _of(sector: Sector, kinds: Iterable[LeadKind]) -> tuple[LeadKind, ...]:
    return tuple(dict.fromkeys(kind for kind in kinds if sector_of(kind.kind) is sector))


@dataclass(frozen=True)
class CoverageTotals:
    """How many of the items bring each function, have a gap, or an overlap; and how many expectations are met."""

    items: int
    with_gap: int
    with_overlap: int
    taking_part: Mapping[Sector, int]
    expected: int
    met: int


def totals_of(lines: Sequence[Coverage], expected: Mapping[AffairClass, Expectation]) -> CoverageTotals:
    """Count a matrix."""
    asked = sum(len(expected[line.row.affair_class].groups) for line in lines)
    return CoverageTotals(
        items=len(lines),
        with_gap=sum(bool(line.gaps) for line in lines),
        with_overlap=sum(bool(line.overlaps) for line in lines),
        taking_part={sector: sum(line.cells[sector].takes_part for line in lines) for sector in Sector},
        expected=asked,
        met=asked - sum(len(line.gaps) for line in lines),
    )
