"""Unified social credit codes (统一社会信用代码), GB 32100-2015: eighteen characters that prove themselves.

Registering department 1, kind 1, division 6, organisation code 9 (GB 11714, with a check character of its own) and the
check character. The weights are powers of 3 modulo 31 and 31 is prime, so every single wrong character and every two
neighbours swapped are found.
"""

from sanhu.engines.codes import organisation_codes
from sanhu.engines.codes.result import EMPTY, CodeCheck, checked, is_digits, normalise

WRONG_LENGTH = "统一社会信用代码应为 18 位"
WRONG_ALPHABET = "含有代码不用的字符（只用数字和除 I、O、S、V、Z 以外的大写字母）"
WRONG_DIVISION = "第 3 至 8 位（区划）应为数字"
WRONG_CHECK = "校验码（第 18 位）不符"
INNER_MISMATCH = "其中的组织机构代码（第 9 至 17 位）校验码不符"
UNKNOWN_DEPARTMENT = "第 1 位（登记管理部门）不在已知之列"

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
_DEPARTMENTS = frozenset("123456789ANY")


def check(value: str) -> CodeCheck:
    """Check a credit code. A wrong inner check character or an unknown department warns, for such codes were issued."""
    code, warnings = normalise(value)
    reasons = _reasons(code)
    return checked(value, code, reasons=reasons, warnings=warnings if reasons else warnings + _doubts(code))


def weighted_sum(body: str) -> int:
    """Give the sum of the standard over the first 17 characters, each worth its place in the alphabet.

    >>> weighted_sum("91350100M000100Y4"), weighted_sum("9144030071526726X")
    (1640, 1782)
    """
    return sum(ALPHABET.index(char) * weight for char, weight in zip(body, _WEIGHTS, strict=True))


def check_character(body: str) -> str:
    """Give the last character of the code that begins with these 17.

    >>> check_character("91350100M000100Y4")
    '3'
    """
    return ALPHABET[-weighted_sum(body) % 31]


def compose(prefix: str, division: str, subject: str) -> str:
    """Write a whole code from its first two characters, the 6-digit division and the 8 characters of the subject.

    >>> check(compose("55", "990101", "00000001")).valid
    True
    """
    body = prefix + division + subject + organisation_codes.check_character(subject)
    return body + check_character(body)


def _reasons(code: str) -> tuple[str, ...]:
    if not code:
        return (EMPTY,)
    if len(code) != LENGTH:
        return (WRONG_LENGTH,)
    if not set(code) <= set(ALPHABET):
        return (WRONG_ALPHABET,)
    faults = ((not is_digits(code[2:8]), WRONG_DIVISION), (check_character(code[:17]) != code[17], WRONG_CHECK))
    return tuple(message for faulty, message in faults if faulty)


def _doubts(code: str) -> tuple[str, ...]:
    doubts = (
        (code[0] not in _DEPARTMENTS, UNKNOWN_DEPARTMENT),
        (organisation_codes.check_character(code[8:16]) != code[16], INNER_MISMATCH),
    )
    return tuple(message for doubtful, message in doubts if doubtful)
