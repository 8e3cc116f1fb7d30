"""Case numbers (办件编号): district 6, legal day 8 and sequence 6, twenty digits, stored without marks.

People read and write them in three groups, 990101-20261109-000217; both forms are one number.
"""

from datetime import date

from sanhu.engines.codes import divisions
from sanhu.engines.codes.result import EMPTY, NOT_DIGITS, CodeCheck, checked, is_digits, normalise

WRONG_LENGTH = "办件编号应为 20 位：6 位区划、8 位日期、6 位序号"
WRONG_GROUPS = "连字符只能分在第 6 位和第 14 位数字之后"
NO_SUCH_DAY = "日期不存在"
NO_SEQUENCE = "序号从 000001 起"

LENGTH = 20
LAST_SEQUENCE = 999_999


def check(value: str) -> CodeCheck:
    """Check a case number, with or without its hyphens; the normalised form has none."""
    written, warnings = normalise(value)
    code = written.replace("-", "")
    reasons = _reasons(written, code)
    if not reasons:
        district = divisions.check(code[:6])
        reasons, warnings = district.reasons, warnings + district.warnings
    return checked(value, code, reasons=reasons, warnings=warnings)


def format_case_number(district: str, day: date, seq: int) -> str:
    """Give the twenty digits of a district's seq-th case of a legal day.

    Raises ValueError when the district is not a 6-digit code or the day's numbers are used up.

    >>> format_case_number("990101", date(2026, 11, 9), 217)
    '99010120261109000217'
    """
    if len(district) != 6 or not divisions.check(district).valid:
        raise ValueError("a case number begins with the 6-digit code of its district")
    if not 1 <= seq <= LAST_SEQUENCE:
        raise ValueError(f"a day's cases are numbered from 1 to {LAST_SEQUENCE}")
    return f"{district}{day.year:04}{day.month:02}{day.day:02}{seq:06}"


def display(number: str) -> str:
    """Write a stored number in its three groups.

    >>> display("99010120261109000217")
    '990101-20261109-000217'
    """
    return f"{number[:6]}-{number[6:14]}-{number[14:]}"


def _reasons(written: str, code: str) -> tuple[str, ...]:
    if not code:
        return (EMPTY,)
    if not is_digits(code):
        return (NOT_DIGITS,)
    if len(code) != LENGTH:
        return (WRONG_LENGTH,)
    faults = (
        ("-" in written and written != display(code), WRONG_GROUPS),
        (not _is_day(code[6:14]), NO_SUCH_DAY),
        (int(code[14:]) == 0, NO_SEQUENCE),
    )
    return tuple(message for faulty, message in faults if faulty)


def _is_day(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True
