"""Citizens' identity numbers (公民身份号码), GB 11643-1999: eighteen characters, the last of which proves the others.

Address 6 (the county where the number was given out), birth 8, sequence 3 and the check character of ISO 7064
MOD 11-2, whose weights are powers of 2: every single wrong character and every two neighbours swapped are found.
Residence permits for residents of Hong Kong, Macao and Taiwan have such numbers too, with addresses of their own; a
foreigner's permanent residence card begins with 9 and is another document.
"""

from datetime import date

from sanhu.engines.codes import divisions
from sanhu.engines.codes.result import EMPTY, CodeCheck, checked, is_digits, normalise

WRONG_LENGTH = "公民身份号码应为 18 位"
OLD_NUMBER = "15 位的旧号码已经停用，请按现用的身份证填写 18 位"
WRONG_ALPHABET = "前 17 位应为数字，最后一位应为数字或 X"
PERMANENT_RESIDENCE = "以 9 开头的是外国人永久居留身份证号码，不是公民身份号码；请按那一种证件填写"
NO_SUCH_DAY = "出生日期（第 7 至 14 位）不存在"
NOT_YET_BORN = "出生日期（第 7 至 14 位）在将来"
WRONG_CHECK = "校验码（第 18 位）不符"
UNKNOWN_ADDRESS = "地址码（前 6 位）不在 GB/T 2260 的省级区划之内"

LENGTH = 18
OLD_LENGTH = 15
RESIDENCE_PERMITS = frozenset({"810000", "820000", "830000"})  # Hong Kong, Macao, Taiwan
_WEIGHTS = tuple(pow(2, 17 - position, 11) for position in range(17))
_CHECKS = "10X98765432"
_SHOWN_BEFORE, _SHOWN_AFTER = 6, 4


def check(value: str, *, on: date) -> CodeCheck:
    """Check a citizen's number as of a day, after which nobody can have been born. An unknown address warns."""
    code, warnings = normalise(value)
    reasons = _reasons(code, on)
    is_odd = not reasons and not _is_known_address(code[:6])
    return checked(value, code, reasons=reasons, warnings=(*warnings, UNKNOWN_ADDRESS) if is_odd else warnings)


def weighted_sum(body: str) -> int:
    """Give the sum S of the standard over the first 17 digits, each times its weight (7 9 10 5 8 4 2 1 6 3 7 …).

    >>> weighted_sum("11010519491231002"), weighted_sum("44052418800101001")
    (167, 195)
    """
    return sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))


def check_character(body: str) -> str:
    """Give the last character of the number that begins with these 17 digits.

    >>> check_character("11010519491231002"), check_character("44052418800101001")
    ('X', '4')
    """
    return _CHECKS[weighted_sum(body) % 11]


def compose(address: str, born_on: date, sequence: int) -> str:
    """Write a whole number from the 6-digit address, the day of birth and the sequence (odd for men, even for women).

    >>> compose("110105", date(1949, 12, 31), 2)
    '11010519491231002X'
    """
    body = f"{address}{born_on.year:04}{born_on.month:02}{born_on.day:02}{sequence:03}"
    return body + check_character(body)


def masked(code: str) -> str:
    """Show the first six and the last four characters of a number; what has another length is hidden whole.

    >>> masked("11010519491231002X"), masked("110105491231002")
    ('110105********002X', '***************')
    """
    if len(code) != LENGTH:
        return "*" * len(code)
    return code[:_SHOWN_BEFORE] + "*" * (LENGTH - _SHOWN_BEFORE - _SHOWN_AFTER) + code[-_SHOWN_AFTER:]


def _reasons(code: str, on: date) -> tuple[str, ...]:
    if not code:
        return (EMPTY,)
    if len(code) != LENGTH:
        return (OLD_NUMBER,) if len(code) == OLD_LENGTH and is_digits(code) else (WRONG_LENGTH,)
    if not is_digits(code[:17]) or code[17] not in _CHECKS:
        return (WRONG_ALPHABET,)
    if code.startswith("9"):
        return (PERMANENT_RESIDENCE,)
    born_on = _day(code[6:14])
    faults = (
        (born_on is None, NO_SUCH_DAY),
        (born_on is not None and born_on > on, NOT_YET_BORN),
        (check_character(code[:17]) != code[17], WRONG_CHECK),
    )
    return tuple(message for faulty, message in faults if faulty)


def _is_known_address(address: str) -> bool:
    """Tell whether the province is one; whether the county ever was, only imported divisions know."""
    return address in RESIDENCE_PERMITS or divisions.is_in_known_province(address)


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
