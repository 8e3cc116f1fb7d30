"""Codes of unit grid cells (单元网格): county 6, street 3, community 3 and sequence 3, fifteen digits in all.

A cell keeps its code for good: a split cell gets new sequence numbers and a retired code is not used again.
"""

from sanhu.engines.codes import divisions
from sanhu.engines.codes.result import EMPTY, NOT_DIGITS, CodeCheck, checked, is_digits, normalise

WRONG_LENGTH = "单元网格代码应为 15 位"
NO_COMMUNITY = "网格须位于某一社区：街道段或社区段为 000"
NO_SEQUENCE = "网格序号为 000"

LENGTH = divisions.GRID_CELL_LENGTH


def check(value: str) -> CodeCheck:
    """Check a grid cell's code. A cell outside any community, or numbered 000, is unusual and warned of."""
    code, warnings = normalise(value)
    reasons = _reasons(code)
    if not reasons:
        community = divisions.check(community_of(code))
        reasons, warnings = community.reasons, warnings + community.warnings + _doubts(code)
    return checked(value, code, reasons=reasons, warnings=warnings)


def community_of(code: str) -> str:
    """Give the 12-digit code of the community a cell lies in.

    >>> community_of("990101001003007")
    '990101001003'
    """
    return code[: divisions.WIDTH]


def _reasons(code: str) -> tuple[str, ...]:
    if not code:
        return (EMPTY,)
    if not is_digits(code):
        return (NOT_DIGITS,)
    return () if len(code) == LENGTH else (WRONG_LENGTH,)


def _doubts(code: str) -> tuple[str, ...]:
    street, community, sequence = code[6:9], code[9:12], code[12:]
    doubts = ((street == "000" or community == "000", NO_COMMUNITY), (sequence == "000", NO_SEQUENCE))
    return tuple(message for doubtful, message in doubts if doubtful)
