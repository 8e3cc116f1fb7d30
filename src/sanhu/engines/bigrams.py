"""Finding words in Chinese text, which is written without spaces: by its pairs of characters.

Most Chinese words have two characters, so a text is cut into every pair of neighbouring ones, and whatever contains a
word contains its pairs. Words in Latin letters and numbers are kept whole. Text is folded first: full-width to
half-width and compatibility forms to plain ones (NFKC), letters to lower case. Characters are code points, so rare ones
beyond the BMP are characters like any other, and so are those this Python does not know by name yet.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from itertools import groupby

Span = tuple[int, int]


class _Kind(Enum):
    """What a character is to a search."""

    BETWEEN = auto()  # blanks, punctuation, signs
    LATIN = auto()
    DIGIT = auto()
    PAIRED = auto()  # Chinese, and every other script


def fold(text: str) -> str:
    """Write a text as a search sees it.

    >>> fold("ＡＢ１２号楼")
    'ab12号楼'
    """
    return "".join(map(_folded, text))


# One by one, so that a place in the folded text has its place in the written one.
@lru_cache(maxsize=16_384)
def _folded(char: str) -> str:
    return unicodedata.normalize("NFKC", char).casefold()


@lru_cache(maxsize=16_384)
def _kind(char: str) -> _Kind:
    if char.isascii():
        return _Kind.LATIN if char.isalpha() else _Kind.DIGIT if char.isdigit() else _Kind.BETWEEN
    category = unicodedata.category(char)
    is_written = category[0] in "LMN" or category in ("Co", "Cn")  # private use, and what is newer than this Python
    return _Kind.PAIRED if is_written else _Kind.BETWEEN


def tokens(text: str) -> frozenset[str]:
    """Give what a text is found by: pairs of characters, Latin words, numbers.

    >>> sorted(tokens("3号楼电梯坏了"))
    ['3', '号楼', '坏了', '梯坏', '楼电', '电梯']
    """
    return frozenset(_tokens(fold(text)))


def _tokens(folded: str) -> Iterator[str]:
    for kind, chars in groupby(folded, key=_kind):
        run = "".join(chars)
        if kind is _Kind.PAIRED:
            yield from (run[start : start + 2] for start in range(len(run) - 1))
        elif kind is not _Kind.BETWEEN:
            yield run


@dataclass(frozen=True)
class Wanted:
    """What somebody searches for: phrases, all of which must occur, and the tokens of all of them.

    A text with all tokens need not hold the phrases: the pairs may stand apart. So what a search by tokens finds is
    read once more, with `is_in`.
    """

    phrases: tuple[str, ...]
    tokens: frozenset[str]

    def is_in(self, *texts: str) -> bool:
        """Tell whether every phrase occurs in one of the texts."""
        folded = [fold(text) for text in texts]
        return all(any(phrase in text for text in folded) for phrase in self.phrases)


def wanted(query: str) -> Wanted:
    """Read a query: phrases are parted by blanks and punctuation.

    >>> wanted("翠园 电梯").phrases
    ('翠园', '电梯')
    """
    runs = groupby(fold(query), key=lambda char: _kind(char) is _Kind.BETWEEN)
    phrases = dict.fromkeys("".join(chars) for is_between, chars in runs if not is_between)
    return Wanted(phrases=tuple(phrases), tokens=frozenset().union(*map(_tokens, phrases)))


def found_in(text: str, phrases: tuple[str, ...]) -> list[Span]:
    """Give where the phrases occur in a text, as it is written: from, to; in order and apart from each other.

    >>> found_in("三号楼ＬＩＦＴ坏了", ("lift", "坏了"))
    [(3, 7), (7, 9)]
    """
    parts = [_folded(char) for char in text]
    folded = "".join(parts)
    origin = [place for place, part in enumerate(parts) for _char in part]
    spans: list[Span] = []
    for start, end in sorted(_occurrences(folded, phrases)):
        first, last = origin[start], origin[end - 1] + 1
        if spans and first < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
        else:
            spans.append((first, last))
    return spans


def _occurrences(folded: str, phrases: tuple[str, ...]) -> Iterator[Span]:
    for phrase in phrases:
        start = folded.find(phrase)
        while start >= 0:
            yield start, start + len(phrase)
            start = folded.find(phrase, start + len(phrase))
