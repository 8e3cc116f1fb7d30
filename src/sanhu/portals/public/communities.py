"""The district's communities as the register lists them: by street and code, with what each was asked to bear."""

from dataclasses import dataclass
from datetime import date

from sanhu.domains.admission.queries import tasks
from sanhu.domains.places.models import AreaLevel
from sanhu.domains.places.queries import within

_STREET_DIGITS = 9


@dataclass(frozen=True)
class Line:
    """One community in the register; the figures are zero where it was asked for nothing."""

    code: str
    name: str
    tasks: int = 0
    organs: int = 0
    minutes: int = 0
    amount_fen: int = 0


@dataclass(frozen=True)
class Street:
    """A street and its communities."""

    code: str
    name: str
    lines: tuple[Line, ...]


def streets_of(district: str, on: date) -> list[Street]:
    """Give the register by street and community, both in the order of their codes."""
    areas = within(district, on).filter(level__in=[AreaLevel.SUBDISTRICT, AreaLevel.COMMUNITY])
    names, lines = {}, {}
    for code, name, level in areas.values_list("code", "name", "level"):
        if level == AreaLevel.COMMUNITY:
            lines[code] = Line(code, name)
        else:
            names[code[:_STREET_DIGITS]] = name
    for row in tasks.register(district, on):
        name = lines[row.area_code].name if row.area_code in lines else row.area_code
        lines[row.area_code] = Line(row.area_code, name, row.tasks, row.organs, row.minutes, row.amount_fen)
    by_street: dict[str, list[Line]] = {}
    for code in sorted(lines):
        by_street.setdefault(code[:_STREET_DIGITS], []).append(lines[code])
    return [Street(code, names.get(code, code), tuple(some)) for code, some in by_street.items()]
