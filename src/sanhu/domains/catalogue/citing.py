"""Articles of a district's own instrument: read from its text, and found where a row cites them (R31)."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sanhu.domains.catalogue.rows import DutyRow, ItemRow

_NUMERALS = "〇零一二三四五六七八九十百"
_DIGITS = "零一二三四五六七八九"
_NUMBER = rf"第(?:[{_NUMERALS}]+|\d{{1,3}})条(?:之[{_NUMERALS}]+)?"
_BEGINS = re.compile(rf"\s*({_NUMBER})[\s　:：]*(.*)", re.DOTALL)
# The name of a law, in its marks or bare, and the articles cited of it: “条例第八十条、第八十一条”.
_CITED = re.compile(
    rf"(?:《(?P<marked>[^《》]+)》|(?P<bare>[\w（）()]*?))(?P<all>{_NUMBER}(?:第\w款|第\w项|[、和及]|{_NUMBER})*)"
)
_ARTICLE = re.compile(_NUMBER)
_ITSELF = frozenset({"本办法", "本条例", "本规定", "本规则"})
_LEADING = ("依照", "按照", "根据", "依据", "参照", "适用", "见", "和", "及")
_TRIAL = re.compile(r"[（(](?:试行|暂行|草案)[）)]$")
# A shorter end of a title, such as 管理办法, is the end of many others.
_SHORTEST_NAME = 6


@dataclass(frozen=True)
class ArticleText:
    """One article as it is written: 第五条 and what it says."""

    number: str
    text: str


@dataclass(frozen=True)
class UnreadableLine:
    """A line, counted from 1, that belongs to no article."""

    line: int


@dataclass(frozen=True)
class OwnLaw:
    """The instrument a version rests on, as rows may cite it."""

    title: str
    numbers: frozenset[str]


class Place(StrEnum):
    """Where in a row an article is cited."""

    ITEM = "item"
    BASIS = "basis"
    CLOCK = "clock"


@dataclass(frozen=True)
class Citation:
    """An article of the own instrument cited by an item, in a duty's basis, or for its time limit."""

    number: str
    code: str
    part: str
    place: Place


def read_articles(text: str) -> list[ArticleText] | UnreadableLine:
    """Read the articles of an instrument: each begins a line with its number, further lines belong to it.

    >>> read_articles("第1条 为了……\\n第二条　本办法所称\\n社区事务")
    [ArticleText(number='第一条', text='为了……'), ArticleText(number='第二条', text='本办法所称\\n社区事务')]
    >>> read_articles("总则\\n第一条 为了……")
    UnreadableLine(line=1)
    """
    found: list[ArticleText] = []
    for line, words in enumerate(text.splitlines(), start=1):
        if begins := _BEGINS.fullmatch(words):
            found.append(ArticleText(in_numerals(begins[1]), begins[2].strip()))
        elif words.strip() and not found:
            return UnreadableLine(line)
        elif words.strip():
            found[-1] = ArticleText(found[-1].number, f"{found[-1].text}\n{words.strip()}".strip())
    return found


def in_numerals(number: str) -> str:
    """Give an article's number in numerals, as instruments number their articles.

    >>> in_numerals("第25条"), in_numerals("第十条之一"), in_numerals("第110条")
    ('第二十五条', '第十条之一', '第一百一十条')
    """
    return re.sub(r"\d+", lambda digits: _numeral(int(digits[0])), number)


def own_articles(text: str, *, title: str) -> tuple[str, ...]:
    """Give the articles of the instrument of that title which a text cites, in order, each once.

    >>> own_articles("分类管理办法第九条、第十条；社会救助法第五条", title="示范区社区事务分类管理办法（试行）")
    ('第九条', '第十条')
    """
    found = (cited for cited in _CITED.finditer(text) if _names(cited["marked"] or cited["bare"] or "", title))
    return tuple(dict.fromkeys(in_numerals(one) for cited in found for one in _ARTICLE.findall(cited["all"])))


def citations(rows: Iterable[ItemRow], *, title: str) -> Iterator[Citation]:
    """Give every citation of an instrument's articles in the rows of a catalogue."""
    for row in rows:
        yield from _each(row, "", Place.ITEM, row.legal_basis, title)
        for duty in row.duties:
            yield from _each(row, duty.part, Place.BASIS, [basis.text for basis in duty.bases], title)
            yield from _each(row, duty.part, Place.CLOCK, [duty.clock.citation], title)


def cited_by_duty(duty: DutyRow, *, title: str) -> tuple[str, ...]:
    """Give the articles of an instrument that a duty cites, for its bases or its time limit."""
    return own_articles("；".join([*(basis.text for basis in duty.bases), duty.clock.citation]), title=title)


def unknown(texts: Sequence[str], law: OwnLaw) -> tuple[str, ...]:
    """Give the articles that are cited of an instrument and are not in it."""
    cited = (number for text in texts for number in own_articles(text, title=law.title))
    return tuple(dict.fromkeys(number for number in cited if number not in law.numbers))


def _each(row: ItemRow, part: str, place: Place, texts: Collection[str], title: str) -> Iterator[Citation]:
    numbers = dict.fromkeys(number for text in texts for number in own_articles(text, title=title))
    yield from (Citation(number, row.code, part, place) for number in numbers)


def _names(name: str, title: str) -> bool:
    """Tell whether a law's name is the instrument's: itself, its title, or an end of its title that is its own."""
    name = _TRIAL.sub("", name)
    for word in _LEADING:
        name = name.removeprefix(word)
    if name in _ITSELF:
        return bool(title)
    return bool(title) and len(name) >= _SHORTEST_NAME and _TRIAL.sub("", title).endswith(name)


def _numeral(number: int) -> str:
    """Write 1 to 999 in numerals: 10 is 十, 110 一百一十, 105 一百零五."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    said = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        said += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        said += "零"
    return said + (_DIGITS[ones] if ones else "")
