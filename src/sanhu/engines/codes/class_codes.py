"""Codes of grid components and of classes of events: a county's six digits, then a class, then perhaps a number.

- component (部件标识码), GB/T 47678.5-2026: county 6, major 2, minor 3, sequence 6; seventeen digits. The sixteen of
  GB/T 30428.2-2013, with a minor of two, are taken too, for old data.
- class of matter (事项代码), GB/T 47678.5-2026: county 6, major 2, minor 3; eleven digits.
- class of event (事件代码), GB/T 30428.2-2013: county 6, major 2, minor 2; ten digits.

The list of 2026 is known whole and has no room for extensions, so a class outside it is refused; classes a district
adds are of another standard (LOCAL-…) and no code of this one. Of 2013 only the majors are sure: a minor that could not
be confirmed is warned of, where there is anything to compare it with.
"""

from sanhu.engines.codes import divisions
from sanhu.engines.codes.class_tables import (
    ClassTable,
    components_2013,
    components_2026,
    events_2013,
    matters_2026,
)
from sanhu.engines.codes.result import EMPTY, NOT_DIGITS, CodeCheck, checked, is_digits, normalise

COMPONENT_LENGTH = "部件标识码应为 17 位（旧码 16 位）"
MATTER_LENGTH = "事项代码应为 11 位：6 位区划、2 位大类、3 位小类"
EVENT_LENGTH = "事件代码应为 10 位：6 位区划、2 位大类、2 位小类"
UNKNOWN_MAJOR_2026 = "大类不在 GB/T 47678.5-2026 之中"
UNKNOWN_MINOR_2026 = "小类不在 GB/T 47678.5-2026 的这一大类之中"
UNKNOWN_MAJOR_2013 = "大类不在 GB/T 30428.2-2013 之中"
UNSURE_MINOR_2013 = "小类不在 GB/T 30428.2-2013 已核实的部分之中"
NO_MINOR_2013 = "小类为 00；可能是 17 位的部件标识码少了一位"
NO_SEQUENCE = "部件顺序号为 000000"

COUNTY = 6
SEQUENCE = 6
COMPONENT_2026, COMPONENT_2013, MATTER_2026, EVENT_2013 = 17, 16, 11, 10


def check_component(value: str) -> CodeCheck:
    """Check a component's code, of 2026 (17 digits) or of 2013 (16). Number 000000 and old minor 00 are warned of."""
    code, warnings = normalise(value)
    reasons = _shape(code, lengths=(COMPONENT_2026, COMPONENT_2013), message=COMPONENT_LENGTH)
    if not reasons:
        class_code, sequence = code[COUNTY:-SEQUENCE], code[-SEQUENCE:]
        is_new = len(code) == COMPONENT_2026
        refused = _not_in_2026(components_2026(), class_code) if is_new else _not_in_2013(components_2013(), class_code)
        reasons, doubts = _in_county(code, refused)
        odd = ((not is_new and class_code.endswith("00"), NO_MINOR_2013), (int(sequence) == 0, NO_SEQUENCE))
        warnings += doubts + tuple(message for is_odd, message in odd if is_odd)
    return checked(value, code, reasons=reasons, warnings=warnings)


def check_matter_class(value: str) -> CodeCheck:
    """Check the code of a class of matters, as GB/T 47678.5-2026 writes it. A class it does not list is refused."""
    code, warnings = normalise(value)
    reasons = _shape(code, lengths=(MATTER_2026,), message=MATTER_LENGTH)
    if not reasons:
        reasons, doubts = _in_county(code, _not_in_2026(matters_2026(), code[COUNTY:]))
        warnings += doubts
    return checked(value, code, reasons=reasons, warnings=warnings)


def check_event_class(value: str) -> CodeCheck:
    """Check the code of a class of events, as GB/T 30428.2-2013 writes it. An unconfirmed minor is warned of."""
    code, warnings = normalise(value)
    reasons = _shape(code, lengths=(EVENT_2013,), message=EVENT_LENGTH)
    if not reasons:
        table, class_code = events_2013(), code[COUNTY:]
        reasons, doubts = _in_county(code, _not_in_2013(table, class_code))
        is_unsure = table.has_major_of(class_code) and class_code not in table.minors
        warnings += doubts + ((UNSURE_MINOR_2013,) if is_unsure else ())
    return checked(value, code, reasons=reasons, warnings=warnings)


def _shape(code: str, *, lengths: tuple[int, ...], message: str) -> tuple[str, ...]:
    if not code:
        return (EMPTY,)
    if not is_digits(code):
        return (NOT_DIGITS,)
    return () if len(code) in lengths else (message,)


def _in_county(code: str, refused: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Put what speaks against the county before what speaks against the class; give reasons and warnings."""
    county = divisions.check(code[:COUNTY])
    return county.reasons + refused, county.warnings


def _not_in_2026(table: ClassTable, class_code: str) -> tuple[str, ...]:
    if not table.has_major_of(class_code):
        return (UNKNOWN_MAJOR_2026,)
    return () if class_code in table.minors else (UNKNOWN_MINOR_2026,)


def _not_in_2013(table: ClassTable, class_code: str) -> tuple[str, ...]:
    return () if table.has_major_of(class_code) else (UNKNOWN_MAJOR_2013,)
