"""What checking a code tells: whether it can be one, how it is written, and what is odd about it.

Reasons (why it is refused) and warnings (what was put right, or is unusual) are message ids in Chinese; whoever shows
them translates them. They never repeat the value, because that may be personal.
"""

import re
from dataclasses import dataclass

EMPTY = "没有填写"
NOT_DIGITS = "只能由数字组成"

WAS_FULL_WIDTH = "全角字符已改为半角"
HAD_SPACES = "空格已去除"
WAS_LOWER_CASE = "小写字母已改为大写"

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Blanks of every width, and the marks without width that come along when a code is copied from a page.
_BLANK = re.compile("[\\s\u200b\u200c\u200d\u2060\ufeff]+")


@dataclass(frozen=True)
class CodeCheck:
    """The answer to "is this such a code?": the value as given, as it is to be stored, and why or with what doubts."""

    value: str
    valid: bool
    normalised: str
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def checked(value: str, normalised: str, *, reasons: tuple[str, ...], warnings: tuple[str, ...]) -> CodeCheck:
    """Give the result: valid when nothing speaks against the code."""
    return CodeCheck(value, not reasons, normalised, reasons, warnings)


def normalise(value: str) -> tuple[str, tuple[str, ...]]:
    """Write a code in half-width capitals without blanks, and say what was changed.

    >>> normalise(" 91350100m000100y43 ")
    ('91350100M000100Y43', ('空格已去除', '小写字母已改为大写'))
    """
    half_width = value.translate(_FULL_WIDTH)
    solid = _BLANK.sub("", half_width)
    upper = "".join(char.upper() if char.isascii() else char for char in solid)
    changes = (
        (half_width != value, WAS_FULL_WIDTH),
        (solid != half_width, HAD_SPACES),
        (upper != solid, WAS_LOWER_CASE),
    )
    return upper, tuple(message for changed, message in changes if changed)


def is_digits(text: str) -> bool:
    """Tell whether a text is one or more of the ten plain digits (str.isdigit takes ², ٣ and more)."""
    return text.isascii() and text.isdigit()
