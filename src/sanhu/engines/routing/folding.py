"""Messages folded for a router: what is written differently and means the same becomes the same characters.

Width and compatibility forms become plain (NFKC), letters lower case. Blanks go, except between two letters of a script
that parts its words by them: so a text already cut into words and the same text as it was written are one. Signs become
one MARK, however many; a number becomes its length's kind, because no house number tells who answers for a lift.

Many messages are folded at once, as arrays, and every folded character knows where in its message it was written.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Places = NDArray[np.int64]

# Control characters never come out of folding, so a few of them can say what is not a letter.
_BLANK, MARK, _NOTHING, _SEVERAL, _DIGIT = 1, 2, 3, 4, 5
# A number of up to two digits, up to five, and longer: a house, a year or a hotline, a telephone or an account.
SHORT_NUMBER, NUMBER, LONG_NUMBER = ord("0"), ord("1"), ord("2")
_FIRST_UNSPACED = 0x2E80  # from here on: scripts written without blanks between words
_CODE_POINTS = 0x110000

# What each character folds to, filled in as characters are met; 0 is one not met yet.
_folded_to: Codes = np.zeros(_CODE_POINTS, np.uint32)
_several: dict[int, list[int]] = {}


@dataclass(frozen=True)
class Folded:
    """The folded characters of several messages: which message each is of, and where in it: from, to."""

    chars: Codes
    message: Places
    start: Places
    stop: Places

    def where(self, chosen: NDArray[np.bool_]) -> "Folded":
        """Keep the chosen characters."""
        return Folded(self.chars[chosen], self.message[chosen], self.start[chosen], self.stop[chosen])


def composed(text: str) -> str:
    """Give the form of a text that places refer to: letters with their accents in one."""
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def fold(texts: Sequence[str]) -> Folded:
    """Fold messages, each in its `composed` form."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    message = np.repeat(np.arange(len(texts), dtype=np.int64), lengths)
    start = np.arange(len(codes), dtype=np.int64) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    read = _spread(codes, Folded(_look_up(codes), message, start, start + 1))
    return _one_mark(_numbers(_without_blanks(read.where(read.chars != _NOTHING))))


def text_of(folded: Folded) -> str:
    """Write folded characters as text; a MARK reads as a blank.

    >>> text_of(fold(["Ａ座 3 号楼 电梯，， 坏了 Wi-Fi OK now"]))
    'a座0号楼电梯 坏了wi fi ok now'
    """
    return folded.chars.tobytes().decode("utf-32-le", "surrogatepass").replace(chr(MARK), " ")


def is_spaced(chars: Codes) -> NDArray[np.bool_]:
    """Tell which characters are letters of a script that parts its words by blanks."""
    return (chars > LONG_NUMBER) & (chars < _FIRST_UNSPACED)


def _look_up(codes: Codes) -> Codes:
    chars = _folded_to[codes]
    if not chars.all():
        for code in np.unique(codes[chars == 0]).tolist():
            _meet(code)
        chars = _folded_to[codes]
    return chars


def _meet(code: int) -> None:
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", chr(code)).casefold())
    parts = [_part(char) for char in plain]
    if len(set(parts)) <= 1 and (len(parts) <= 1 or parts[0] <= MARK):
        _folded_to[code] = parts[0] if parts else _NOTHING
        return
    _several[code] = parts
    _folded_to[code] = _SEVERAL


def _part(char: str) -> int:
    category = unicodedata.category(char)
    if category == "Nd":
        return _DIGIT
    if category == "Cf" or "\ufe00" <= char <= "\ufe0f":  # marks of direction and width, variants of a sign
        return _NOTHING
    if category in ("Cc", "Zs", "Zl", "Zp"):
        return _BLANK
    # Private use and what is newer than this Python are characters like others (GB 18030 has such).
    return ord(char) if category[0] in "LMN" or category in ("Co", "Cn") else MARK


def _spread(codes: Codes, read: Folded) -> Folded:
    """Write out the characters that stand for several, as the sign for a square metre does."""
    places = np.flatnonzero(read.chars == _SEVERAL)
    if not len(places):
        return read
    parts = [_several[code] for code in codes[places].tolist()]
    repeats = np.ones(len(codes), np.int64)
    repeats[places] = [len(part) for part in parts]
    chars = np.repeat(read.chars, repeats)
    chars[chars == _SEVERAL] = np.array([code for part in parts for code in part], np.uint32)
    message, start, stop = (np.repeat(column, repeats) for column in (read.message, read.start, read.stop))
    return Folded(chars, message, start, stop)


def _without_blanks(read: Folded) -> Folded:
    """Leave blanks out; between two letters of a spaced script the first of them becomes a MARK."""
    kept = read.chars != _BLANK
    if kept.all():
        return read
    solid = np.flatnonzero(kept)
    before, after = solid[:-1], solid[1:]
    spaced = is_spaced(read.chars)
    parted = (after - before > 1) & (read.message[before] == read.message[after]) & spaced[before] & spaced[after]
    between = before[parted] + 1
    chars = read.chars.copy()
    chars[between] = MARK
    kept[between] = True
    return Folded(chars, read.message, read.start, read.stop).where(kept)


def _numbers(read: Folded) -> Folded:
    """Write each run of digits as the kind of number it is."""
    digits = read.chars == _DIGIT
    if not digits.any():
        return read
    first, last = _runs(digits, read.message)
    lengths = last - first + 1
    chars, stop = read.chars.copy(), read.stop.copy()
    chars[first] = np.select([lengths <= 2, lengths <= 5], [SHORT_NUMBER, NUMBER], LONG_NUMBER)
    stop[first] = read.stop[last]
    kept = ~digits
    kept[first] = True
    return Folded(chars, read.message, read.start, stop).where(kept)


def _one_mark(read: Folded) -> Folded:
    marks = read.chars == MARK
    if not marks.any():
        return read
    first, _last = _runs(marks, read.message)
    kept = ~marks
    kept[first] = True
    return read.where(kept)


def _runs(chosen: NDArray[np.bool_], message: Places) -> tuple[Places, Places]:
    """Give the first and last place of each run of chosen characters within a message."""
    joined = chosen[1:] & chosen[:-1] & (message[1:] == message[:-1])
    first = chosen.copy()
    first[1:] &= ~joined
    last = chosen.copy()
    last[:-1] &= ~joined
    return np.flatnonzero(first), np.flatnonzero(last)
