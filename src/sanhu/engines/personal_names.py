"""Names of people in running Chinese text; and what points at children, who are never named.

A name has no mark of its own in Chinese. It is certain where the text says that one follows (我叫, 姓名, 联系人), and
uncertain where a person is only spoken of (业主, 邻居 before it; 先生, 阿姨 after it). Characters of names are all of
GB 18030: the basic block, Extension A and everything beyond the basic plane (㛃, 𬭎, 䶮).
"""

import re
from collections.abc import Iterator

from sanhu.engines.personal_numbers import Finding, MarkKind
from sanhu.engines.surnames import COMPOUND, NO_NAMES, OFTEN_WORDS, SINGLE

_RARE = "\u3400-\u4dbf\U00020000-\U0003ffff"
_HAN = rf"\u4e00-\u9fff\u3007\uf900-\ufaff{_RARE}"
_SEPARATOR = "·•‧・"

_COMPOUNDS = "|".join(sorted(COMPOUND))
_ANY_SURNAME = rf"(?:{_COMPOUNDS}|[{''.join(sorted(SINGLE))}])"
_SURNAME = rf"(?:{_COMPOUNDS}|[{''.join(sorted(SINGLE - OFTEN_WORDS))}])"

_TITLES = "先生|女士|小姐|阿姨|大爷|大妈|大娘|老师|师傅|同志|叔叔|奶奶|爷爷|医生|老人"
# What ends a name: no character of a name at all, or a word that follows one.
_WORDS_AFTER = (
    "的|家|说|住|在|和|与|跟|及|是|把|被|也|又|已|不|没|昨|今|每|经常|反映|投诉|电话|手机|身份证|微信|本人|一家"
    "|夫妇|等人"
)
_AFTER = rf"(?=[^{_HAN}*]|$|{_TITLES}|{_WORDS_AFTER})"
# Characters that hardly ever stand in a given name, and so end what may be one.
_NOT_GIVEN = "的了在是我你他她它们这那有没不就也还又都把被让给请和与及或但说住家去来到从向对为于着过个位户"
_GIVEN = rf"(?:(?![{_NOT_GIVEN}]|{_TITLES})[{_HAN}])"
_NAME = rf"{_ANY_SURNAME}{_GIVEN}{{1,2}}?{_AFTER}"
_MAY_BE_NAME = rf"{_SURNAME}{_GIVEN}{{1,2}}?{_AFTER}"
_DOTTED = rf"(?![我叫是找姓位])[{_HAN}]{{1,8}}[{_SEPARATOR}][{_HAN}]{{1,10}}(?:[{_SEPARATOR}][{_HAN}]{{1,10}})?"

_SAYS = "(?:我叫|名叫|叫做|叫作|姓名|名字是|名字叫|联系人|反映人|经办人|报料人|举报人|投诉人)"
_CERTAIN = re.compile(rf"{_SAYS}[:是为叫\s]*(?P<name>{_NAME}|{_DOTTED})")
_SURNAMED = re.compile(rf"姓{_ANY_SURNAME}[,\s]*名(?:叫|是)?(?P<name>[{_HAN}]{{1,2}}){_AFTER}")
_BEFORE = (
    "(?:业主|住户|邻居|租户|租客|房东|户主|车主|店主|老板|居民|村民|老人|本人|我是|叫|找|问|联系"
    "|丈夫|妻子|爱人|父亲|母亲|老伴)"
)
# Where nothing tells where the name ends, it is taken to have three characters: rather one too many.
_SPOKEN_OF = re.compile(rf"{_BEFORE}[:\s]?(?P<name>{_MAY_BE_NAME}|{_SURNAME}{_GIVEN}{{1,2}})")
_TITLED = re.compile(rf"(?P<name>{_SURNAME}{_GIVEN}{{1,2}}?)(?={_TITLES})")
_BELONGING = re.compile(
    rf"(?<![{_HAN}])(?P<name>{_SURNAME}{_GIVEN}{{1,2}}?)"
    "(?=家的|家里|一家|住在|的电话|的手机|的身份证|的儿子|的女儿|的车)"
)
_RARE_NAME = re.compile(rf"(?P<name>{_ANY_SURNAME}(?:[{_RARE}](?:{_GIVEN}{_AFTER})?|{_GIVEN}[{_RARE}]))")
_ANY_DOTTED = re.compile(rf"(?:(?<=[叫是找姓位])|(?<![{_HAN}{_SEPARATOR}]))(?P<name>{_DOTTED})(?![{_HAN}{_SEPARATOR}])")


def names_in(text: str) -> Iterator[Finding]:
    """Find names: certain where the text says so, uncertain where a person is spoken of. `text` is plain already."""
    for found in _CERTAIN.finditer(text):
        yield _name(found, is_certain=True)
    for found in _SURNAMED.finditer(text):
        yield Finding(*found.span("name"), MarkKind.NAME, is_certain=True)
    for pattern in (_SPOKEN_OF, _TITLED, _BELONGING, _RARE_NAME, _ANY_DOTTED):
        for found in _everywhere(pattern, text):
            if not _is_a_word(found["name"]):
                yield _name(found, is_certain=False)


def _everywhere(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Find matches that begin at every place: what looks like one name must not swallow the next."""
    place = 0
    while (found := pattern.search(text, place)) is not None:
        yield found
        place = found.start() + 1


def _is_a_word(name: str) -> bool:
    return name[:2] in NO_NAMES or name[1:3] in NO_NAMES


def _name(found: re.Match[str], *, is_certain: bool) -> Finding:
    kept = 2 if found["name"][:2] in COMPOUND else 1
    return Finding(*found.span("name"), MarkKind.NAME, is_certain, kept=kept)


_CHILD = "儿子|女儿|孙子|孙女|外孙女|外孙|孩子|小孩|男孩|女孩|儿童|小朋友|娃娃|宝宝|学生"
_CLASS = r"(?:[小初高大中]?[一二三四五六七八九1-9]年?级?|[大中小]|学前|预备)\(?[一二三四五六七八九十0-9]{0,2}\)?班"
_SCHOOL = "小学|中学|幼儿园|附小|附中|学校|一中|二中"
# A school's name ends before what is said of who goes there.
_OF_SCHOOL = rf"(?:(?![在的岁读上是从于到和与])[{_HAN}]){{1,10}}?"
_SCHOOL_CLASS = re.compile(rf"{_OF_SCHOOL}(?:{_SCHOOL})[的里]?\s?{_CLASS}(?:的?[{_HAN}]{{2,3}}(?=同学|[^{_HAN}]|$))?")
_CLASS_ALONE = re.compile(r"(?P<it>[一二三四五六七八九1-9]年级\(?[一二三四五六七八九十0-9]{1,2}\)?)班")
_YEARS = "1[0-7]|[1-9]|十[一二三四五六七]?|(?<!十)[一二三四五六七八九]"
_AGE = re.compile(rf"(?<![0-9第])(?P<it>{_YEARS})(?:周|多|个半)?岁半?多?大?的?小?(?:{_CHILD}|孩|娃)")
_CHILD_CALLED = re.compile(rf"(?:{_CHILD})(?:的?名字)?(?:叫做|叫|名叫|姓名[:是])(?P<name>[{_HAN}]{{2,4}}?){_AFTER}")
_CHILD_NAMED = re.compile(rf"(?:{_CHILD})[,:]?(?P<name>{_MAY_BE_NAME})")


def minors_in(text: str) -> Iterator[Finding]:
    """Find what points at a child: school with class, an age, a name. Nothing of it may stay to be read."""
    for found in _SCHOOL_CLASS.finditer(text):
        yield Finding(*found.span(), MarkKind.MINOR, is_certain=True)
    for found in _CHILD_CALLED.finditer(text):
        yield Finding(*found.span("name"), MarkKind.MINOR, is_certain=True)
    for found in _CHILD_NAMED.finditer(text):
        if not _is_a_word(found["name"]):
            yield Finding(*found.span("name"), MarkKind.MINOR, is_certain=False)
    for pattern in (_AGE, _CLASS_ALONE):
        for found in pattern.finditer(text):
            yield Finding(*found.span("it"), MarkKind.MINOR, is_certain=False)
