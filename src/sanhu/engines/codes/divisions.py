"""Codes of administrative divisions: county 6 (GB/T 2260), street 9 (GB/T 10114), community 12 (统计用区划代码).

A code's prefix is its scope. Stored codes are padded with zeros to 12 digits, so that everything below a division lies
in one range of strings: 990101000000 to 990101999999. The 2 and 4 digits of provinces and prefectures are prefixes too,
but a code that is to be checked has 6, 9 or 12 digits.
"""

from enum import StrEnum

from sanhu.engines.codes.result import EMPTY, NOT_DIGITS, CodeCheck, checked, is_digits, normalise

WIDTH = 12
LENGTHS = (2, 4, 6, 9, 12)
GRID_CELL_LENGTH = 15
FICTITIOUS = "99"  # stands in no standard and is kept for demonstration districts
HIGHEST_NUMBERED = 599  # streets and communities are numbered in blocks up to 599 (GB/T 10114, 统计用区划代码)

WRONG_LENGTH = "区划代码应为 6、9 或 12 位"
NO_PROVINCE = "前两位不能为 00"
UNKNOWN_PROVINCE = "省级代码不在 GB/T 2260 之中"
ODD_STREET = "街道（乡镇）段不在 001 至 599 之内"
ODD_COMMUNITY = "社区（村）段不在 001 至 599 之内"
GAP = "上级段为零而下级段不为零"

# GB/T 2260
_PROVINCES = frozenset(
    str(code)
    for block in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82),
    )
    for code in block
)
_DEMONSTRATION = "99"  # stands in no standard and is kept for demonstration districts


class DivisionLevel(StrEnum):
    """How far down a division stands."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    STREET = "street"
    COMMUNITY = "community"


_LEVELS = dict(zip(LENGTHS, DivisionLevel, strict=True))


def check(value: str) -> CodeCheck:
    """Check a division code of 6, 9 or 12 digits. Whether it was ever given out, only imported divisions know."""
    code, warnings = normalise(value)
    reasons = _reasons(code)
    return checked(value, code, reasons=reasons, warnings=warnings if reasons else warnings + _doubts(code))


def is_in_known_province(code: str) -> bool:
    """Tell whether a code begins with a province of GB/T 2260.

    >>> is_in_known_province("110105"), is_in_known_province("990101")
    (True, False)
    """
    return code[:2] in _PROVINCES


def padded(code: str) -> str:
    """Write a code of 2, 4, 6, 9 or 12 digits as it is stored, with 12. Raises ValueError for another length.

    >>> padded("990101001")
    '990101001000'
    """
    if not is_digits(code) or len(code) not in LENGTHS:
        raise ValueError("a division code has 2, 4, 6, 9 or 12 digits")
    return code.ljust(WIDTH, "0")


def significant(code: str) -> str:
    """Cut a stored code to the digits that say something: the prefix that everything below it begins with.

    Raises ValueError for a code that is not 12 digits or is all zeros.

    >>> significant("990101001000"), significant("441900003000"), significant("110000000000")
    ('990101001', '441900003', '11')
    """
    if not is_digits(code) or len(code) != WIDTH or code.startswith("00"):
        raise ValueError("a stored division code has 12 digits and begins with its province")
    length = WIDTH
    for shorter in (9, 6, 4, 2):
        if int(code[shorter:length]) > 0:
            break
        length = shorter
    return code[:length]


def level(code: str) -> DivisionLevel:
    """Say at which level a stored code stands. Raises ValueError as `significant` does.

    >>> str(level("990101001000"))
    'street'
    """
    return _LEVELS[len(significant(code))]


def parent(code: str) -> str | None:
    """Give the stored code of the division above, None above a province.

    A street directly below a prefecture (东莞 441900003000) has the prefecture above it.

    >>> parent("990101001003"), parent("441900003000"), parent("110000000000")
    ('990101001000', '441900000000', None)
    """
    prefix = significant(code)
    if len(prefix) == LENGTHS[0]:
        return None
    above = LENGTHS[LENGTHS.index(len(prefix)) - 1]
    return significant(padded(prefix[:above])).ljust(WIDTH, "0")


def scope_range(prefix: str, *, width: int = WIDTH) -> tuple[str, str]:
    """Give the lowest and the highest code of a scope, both included, for a range on an indexed column.

    `width` is the column's: 12 for divisions, 15 for grid cells. Raises ValueError for a prefix that is no division
    (above all an empty one, which would be the whole country) or is longer than the column.

    >>> scope_range("990101001")
    ('990101001000', '990101001999')
    """
    if not is_digits(prefix) or len(prefix) not in (*LENGTHS, GRID_CELL_LENGTH) or len(prefix) > width:
        raise ValueError("a scope is a division code of 2, 4, 6, 9 or 12 digits, or a grid cell")
    return prefix.ljust(width, "0"), prefix.ljust(width, "9")


def _reasons(code: str) -> tuple[str, ...]:
    if not code:
        return (EMPTY,)
    if not is_digits(code):
        return (NOT_DIGITS,)
    if len(code) not in LENGTHS[2:]:
        return (WRONG_LENGTH,)
    return (NO_PROVINCE,) if code.startswith("00") else ()


def _doubts(code: str) -> tuple[str, ...]:
    stored = padded(code)
    prefecture, county, street, community = (int(stored[a:b]) for a, b in ((2, 4), (4, 6), (6, 9), (9, 12)))
    # A street below a prefecture without counties (东莞 441900003) leaves no gap worth a word.
    has_gap = (prefecture == 0 and county + street + community > 0) or (street == 0 and community > 0)
    doubts = (
        (not is_in_known_province(stored) and not stored.startswith(_DEMONSTRATION), UNKNOWN_PROVINCE),
        (street > HIGHEST_NUMBERED, ODD_STREET),
        (community > HIGHEST_NUMBERED, ODD_COMMUNITY),
        (has_gap, GAP),
    )
    return tuple(message for doubtful, message in doubts if doubtful)
