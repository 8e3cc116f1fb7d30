"""The kinds of code the house can check, each by its own standard, and where in a code its division stands."""

from datetime import date
from enum import StrEnum

from sanhu.engines.codes import (
    case_numbers,
    citizen_ids,
    class_codes,
    divisions,
    grid_cells,
    organisation_codes,
    uscc,
)
from sanhu.engines.codes.result import CodeCheck


class CodeKind(StrEnum):
    """What a code stands for."""

    USCC = "uscc"
    CITIZEN_ID = "citizen_id"
    ORG_CODE = "org_code"
    DIVISION = "division"
    GRID_CELL = "grid_cell"
    COMPONENT = "component"
    MATTER_CLASS = "matter_class"
    EVENT_CLASS = "event_class"
    CASE_NUMBER = "case_number"


def check(kind: CodeKind, value: str, *, on: date) -> CodeCheck:
    """Check a code of one kind as of a day. Never raises, whatever the text.

    >>> check(CodeKind.ORG_CODE, "D2143569-X", on=date(2026, 11, 22)).normalised
    'D2143569X'
    """
    if kind is CodeKind.CITIZEN_ID:
        return citizen_ids.check(value, on=on)
    return _CHECKS[kind](value)


def division_in(kind: CodeKind, code: str) -> str:
    """Give the division that stands in a valid, normalised code; empty where none does.

    A case number has its district's code as it was when the case came in, and keeps it for good: none here.

    >>> division_in(CodeKind.USCC, "91350100M000100Y43"), division_in(CodeKind.GRID_CELL, "990101001003007")
    ('350100', '990101001003')
    """
    match kind:
        case CodeKind.DIVISION:
            return code
        case CodeKind.GRID_CELL:
            return grid_cells.community_of(code)
        case CodeKind.USCC:
            return code[2:8]
        case CodeKind.CITIZEN_ID | CodeKind.COMPONENT | CodeKind.MATTER_CLASS | CodeKind.EVENT_CLASS:
            return code[:6]
        case CodeKind.ORG_CODE | CodeKind.CASE_NUMBER:
            return ""


_CHECKS = {
    CodeKind.USCC: uscc.check,
    CodeKind.ORG_CODE: organisation_codes.check,
    CodeKind.DIVISION: divisions.check,
    CodeKind.GRID_CELL: grid_cells.check,
    CodeKind.COMPONENT: class_codes.check_component,
    CodeKind.MATTER_CLASS: class_codes.check_matter_class,
    CodeKind.EVENT_CLASS: class_codes.check_event_class,
    CodeKind.CASE_NUMBER: case_numbers.check,
}
