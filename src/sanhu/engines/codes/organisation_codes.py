"""Organisation codes (组织机构代码), GB 11714: eight characters and a check character, printed with a hyphen between.

Since 2015 they live on inside the unified social credit code; by themselves they stand in older papers.
"""

from sanhu.engines.codes.result import EMPTY, CodeCheck, checked, normalise

WRONG_LENGTH = "组织机构代码应为 9 位"
WRONG_ALPHABET = "含有代码不用的字符（前 8 位用数字和大写字母，第 9 位用数字或 X）"
WRONG_HYPHEN = "连字符只能在第 8 位之后"
WRONG_CHECK = "校验码（第 9 位）不符"
HAD_HYPHEN = "连字符已去除"

LENGTH = 9
BODY_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CHECK_ALPHABET = "0123456789X"
_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def check(value: str) -> CodeCheck:
    """Check an organisation code, with or without its hyphen; the normalised form has none."""
    written, warnings = normalise(value)
    code = written.replace("-", "")
    if code != written:
        warnings += (HAD_HYPHEN,)
    return checked(value, code, reasons=_reasons(written, code), warnings=warnings)


def check_character(body: str) -> str:
    """Give the ninth character of the code that begins with these 8.

    11 less the weighted sum modulo 11, where 10 is written X and 11 is written 0; letters count from A=10 to Z=35.

    >>> check_character("D2143569"), check_character("71526726"), check_character("19220382")
    ('X', 'X', '1')
    """
    total = sum(BODY_ALPHABET.index(char) * weight for char, weight in zip(body, _WEIGHTS, strict=True))
    return CHECK_ALPHABET[-total % 11]


def _reasons(written: str, code: str) -> tuple[str, ...]:
    if not code:
        return (EMPTY,)
    if len(code) != LENGTH:
        return (WRONG_LENGTH,)
    if not set(code[:-1]) <= set(BODY_ALPHABET) or code[-1] not in CHECK_ALPHABET:
        return (WRONG_ALPHABET,)
    faults = (
        (written not in (code, f"{code[:-1]}-{code[-1]}"), WRONG_HYPHEN),
        (check_character(code[:-1]) != code[-1], WRONG_CHECK),
    )
    return tuple(message for faulty, message in faults if faulty)
