"""Numbers that lead to a person, found in running text: identity numbers, telephones, mail, plates, cards, accounts.

Sources: GB 11643 (identity numbers and their check character), GA 36 (motor vehicle plates, six places after the
province's character, seven for new energy), ISO/IEC 7812-1 (the check digit of cards), the national numbering plan
(eleven digits beginning with 1 for mobile telephones; area code and seven or eight digits for others).

A finding covers places of the text as it was given; digits and letters of full width are read as what they mean.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sanhu.engines.codes import citizen_ids, uscc

MASK = "*"


class MarkKind(StrEnum):
    """What a place of a text tells of a person."""

    IDENTITY_NUMBER = "identity_number"
    PHONE = "phone"
    MAIL = "mail"
    PLATE = "plate"
    DOOR = "door"
    BANK_CARD = "bank_card"
    ACCOUNT = "account"
    NAME = "name"
    MINOR = "minor"


@dataclass(frozen=True, slots=True)
class Finding:
    """A place that tells something; the first `kept` characters, and whatever separates, may stay to be read."""

    start: int
    end: int
    kind: MarkKind
    is_certain: bool
    kept: int = 0


_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
# Hyphen, non-breaking hyphen, figure dash, dashes, minus, and the small and full-width ones.
_DASHES = dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212, 0xFE63, 0xFF0D), "-")
_PLAIN = str.maketrans(_FULL_WIDTH | _DASHES)

_GAP = r"[ \-.·]?"
IDENTITY_NUMBER = re.compile(r"(?<![0-9])[1-9][0-9]{5}[ -]?[0-9]{8}[ -]?[0-9]{3}[0-9Xx](?![0-9Xx])")
OLD_IDENTITY_NUMBER = re.compile(r"(?<![0-9])[1-9][0-9]{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}(?![0-9])")
PHONE = re.compile(
    rf"(?:\+ ?86{_GAP}|(?<![0-9])(?:0086|86){_GAP}|(?<![0-9]))1[3-9][0-9]{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}(?![0-9])"
    rf"|(?<![0-9-])(?:\(0[0-9]{{2,3}}\)|0[0-9]{{2,3}}){_GAP}[0-9]{{3,4}}{_GAP}[0-9]{{4}}(?:(?:转|-)[0-9]{{1,5}})?(?![0-9])"
)
_ODDLY_SPACED = re.compile(r"(?<![0-9])1 ?[3-9](?:[ -]?[0-9]){9}(?![0-9])")
_SPOKEN_DIGITS = "〇零一二三四五六七八九幺"
_SPOKEN = re.compile(rf"(?<![{_SPOKEN_DIGITS}])[一幺][三四五六七八九][{_SPOKEN_DIGITS}]{{9}}(?![{_SPOKEN_DIGITS}])")

_AFTER_WORD = re.compile(
    r"(?:电话|座机|手机|号码|致电|来电)(?:号码|是|为|[:，,\s])*(?P<it>[0-9]{3,4}[ -]?[0-9]{4})(?![0-9])"
)
MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]+")
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(
    rf"[{_PROVINCES}][A-Za-z][ ·•.-]?(?=[A-Za-z]*[0-9])"
    r"(?:[A-Za-z0-9]{5,6}|[A-Za-z0-9]{4}[警学挂港澳])(?![A-Za-z0-9])"
)
_CARD = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){15,18}(?![0-9])")
_ACCOUNT = re.compile(
    r"(?:微信|[Vv]信|[Ww]e[Cc]hat|[Vv][Xx]|[Qq][Qq]|扣扣|支付宝)(?:群|账)?号?码?(?:是|为|[:： ])*"
    r"(?P<it>[A-Za-z][A-Za-z0-9_-]{5,19}|[0-9]{5,11})(?![A-Za-z0-9])"
)
_UNIONPAY = "62"


def plain(text: str) -> str:
    r"""Read full-width digits and letters, and every dash, as plain ones; each stays in its place.

    >>> plain("\uff11\uff13\uff18\uff0d\uff21")
    '138-A'
    """
    return text.translate(_PLAIN)


def numbers_in(text: str) -> Iterator[Finding]:
    """Find every number that leads to a person. `text` is plain already (see `plain`)."""
    yield from _identity_numbers(text)
    yield from _phones(text)
    yield from _found(MAIL, text, MarkKind.MAIL)
    yield from _found(_PLATE, text, MarkKind.PLATE, kept=1)
    for card in _CARD.finditer(text):
        digits = re.sub(r"[ -]", "", card[0])
        if 16 <= len(digits) <= 19 and passes_luhn(digits):
            yield Finding(*card.span(), MarkKind.BANK_CARD, is_certain=digits.startswith(_UNIONPAY))
    for account in _ACCOUNT.finditer(text):
        yield Finding(*account.span("it"), MarkKind.ACCOUNT, is_certain=True)


def _found(pattern: re.Pattern[str], text: str, kind: MarkKind, *, kept: int = 0) -> Iterator[Finding]:
    for found in pattern.finditer(text):
        yield Finding(*found.span(), kind, is_certain=True, kept=kept)


def _identity_numbers(text: str) -> Iterator[Finding]:
    for found in IDENTITY_NUMBER.finditer(text):
        number = re.sub(r"[ -]", "", found[0]).upper()
        proves_itself = citizen_ids.check_character(number[:17]) == number[17]
        if proves_itself or not uscc.check(number).valid:
            yield Finding(*found.span(), MarkKind.IDENTITY_NUMBER, is_certain=proves_itself and _is_born(number))
    for found in OLD_IDENTITY_NUMBER.finditer(text):
        yield Finding(*found.span(), MarkKind.IDENTITY_NUMBER, is_certain=False)


def _is_born(number: str) -> bool:
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return True


def _phones(text: str) -> Iterator[Finding]:
    yield from _found(PHONE, text, MarkKind.PHONE)
    for found in _AFTER_WORD.finditer(text):
        yield Finding(*found.span("it"), MarkKind.PHONE, is_certain=True)
    for pattern in (_ODDLY_SPACED, _SPOKEN):
        for found in pattern.finditer(text):
            yield Finding(*found.span(), MarkKind.PHONE, is_certain=False)


def passes_luhn(digits: str) -> bool:
    """Tell whether the last digit proves the others as that of a card does (ISO/IEC 7812-1).

    >>> passes_luhn("6222021234567890128"), passes_luhn("6222021234567890129")
    (True, False)
    """
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
