"""Finding the row of headings: above it may stand a title, and headings merged over several columns or rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue.workbook.column import Column
from sanhu.domains.catalogue.workbook.columns import BY_NAME, COLUMNS, FINDINGS_LABEL, by_heading, plain_label
from sanhu.domains.catalogue.workbook.faults import Fault
from sanhu.domains.catalogue.workbook.opening import Sheet
from sanhu.engines.tables import DOUBLE_COLUMN, MISSING_COLUMN

SEARCHED, LEAST_KNOWN = 30, 3
NO_HEADING = _("前 30 行里没有找到表头：至少要有“事项代码”“事项名称”“主责主体”等三个认识的列名")
NOT_KNOWN = _("不认识的列，没有读")


@dataclass(frozen=True)
class Heading:
    """Where the headings stand: the row, each known column's place, and what the file itself calls it. From 0."""

    row: int
    places: Mapping[str, int]
    labels: Mapping[str, str]
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = field(default=())

    def fault(self, row: int, column: Column, reason: str, code: str = "", /, **said: object) -> Fault:
        """Name a cell of a row (from 0); a column the file does not have is named by its own heading."""
        place = self.places.get(column.name)
        label = self.labels.get(column.name, column.label)
        return Fault(row + 1, 0 if place is None else place + 1, label, reason, code, said)


def find_heading(sheet: Sheet) -> Heading | None:
    """Find the headings in the first rows; None where fewer than three of a row are known.

    Headings may stand in two or three rows, of which the lowest counts; rows merged into one are the same twice.
    """
    known = {row: _known(sheet, row) for row in range(min(SEARCHED, len(sheet.lines)))}
    whole = {row: _with_those_above(sheet, row, known) for row, found in known.items() if found}
    best = max(whole, key=lambda row: (len({name for name, _label in whole[row].values()}), row), default=None)
    if best is None or len({name for name, _label in whole[best].values()}) < LEAST_KNOWN:
        return None
    return _heading(sheet, best, whole[best])


def _known(sheet: Sheet, row: int) -> dict[int, str]:
    headings = by_heading()
    cells = enumerate(sheet.lines[row])
    return {place: headings[key].name for place, cell in cells if (key := plain_label(cell)) in headings}


def _with_those_above(sheet: Sheet, best: int, known: Mapping[int, Mapping[int, str]]) -> dict[int, tuple[str, str]]:
    """Take a heading from the rows above where the row itself has none, as where headings stand in two rows."""
    found = {place: (name, sheet.at(best, place)) for place, name in known[best].items()}
    taken = {name for name, _label in found.values()}
    for row in range(best - 1, max(-1, best - 3), -1):
        for place, name in known[row].items():
            if place not in found and name not in taken and not sheet.at(best, place).strip():
                found[place] = (name, sheet.at(row, place))
                taken.add(name)
    return found


def _heading(sheet: Sheet, row: int, found: Mapping[int, tuple[str, str]]) -> Heading:
    places: dict[str, int] = {}
    faults, warnings = [], []
    for place, (name, label) in sorted(found.items()):
        if name in places:
            faults.append(Fault(row + 1, place + 1, " ".join(label.split()), DOUBLE_COLUMN))
        else:
            places[name] = place
    labels = {name: " ".join(found[place][1].split()) for name, place in places.items()}
    said_otherwise = {place: cell for place, cell in enumerate(sheet.lines[row]) if cell.strip() and place not in found}
    for place, cell in said_otherwise.items():
        if plain_label(cell) != plain_label(FINDINGS_LABEL):
            warnings.append(Fault(row + 1, place + 1, " ".join(cell.split())[:40], NOT_KNOWN))
    missing = [column for column in COLUMNS if column.is_required and column.name not in places]
    faults += [Fault(row + 1, 0, column.label, MISSING_COLUMN, column.code) for column in missing]
    return Heading(row, places, labels, tuple(faults), tuple(warnings))


def columns_of(heading: Heading) -> tuple[Column, ...]:
    """Give the known columns the file has, in our order."""
    return tuple(BY_NAME[name] for name in BY_NAME if name in heading.places)
