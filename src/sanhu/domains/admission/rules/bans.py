"""What may not be asked of a committee (B.8): acts under a ban, data that is on record, words that hint at either."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.acts import BAN_LABELS, HOLDER_LABELS, Act, HeldField
from sanhu.domains.admission.rules.findings import CheckFinding

HELD_ARTICLE = _("社会救助法第六十二条、整治形式主义为基层减负若干规定")
HELD_CODE = "X-15"


def plain_name(text: str) -> str:
    """Write a name so that two ways of writing it are equal: no spaces, no punctuation, one width, one case.

    >>> plain_name("A B：养犬（登记）") == plain_name("ab养犬登记")
    True
    """
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def find_banned(acts: Iterable[Act]) -> Iterator[CheckFinding]:
    """Find the acts a committee may not be asked for, each with its article: what was declared is refused."""
    for act in acts:
        if act.ban:
            figures = {"act": act.label, "ban": BAN_LABELS[act.ban]}
            reason = _("协助行为：“%(act)s”属于不得交给居民委员会的一类（%(ban)s）")
            yield CheckFinding("acts", reason, citation=act.article, code=act.refusal, figures=figures)


def find_words(texts: Mapping[str, str], words: Mapping[str, Iterable[str]]) -> Iterator[CheckFinding]:
    """Find words that may hint at a ban. A word proves nothing (it may be denied), so it is shown and stops nothing."""
    for field, text in texts.items():
        for ban, hints in words.items():
            for word in hints:
                if word in text:
                    figures = {"word": word, "ban": BAN_LABELS[ban]}
                    reason = _("出现“%(word)s”一词，请核对是否涉及：%(ban)s")
                    yield CheckFinding(field, reason, is_refusal=False, figures=figures)


def find_held(names: Iterable[str], held: Iterable[HeldField]) -> Iterator[CheckFinding]:
    """Find the data a committee is to collect though somebody holds it or can check it (X-15)."""
    known = tuple(held)
    for name in names:
        wanted = plain_name(name)
        holder = next((row.holder for row in known if any(plain_name(word) in wanted for word in row.synonyms)), "")
        if holder:
            figures = {"name": name, "holder": HOLDER_LABELS[holder]}
            reason = _("数据项“%(name)s”：%(holder)s已经掌握或者可以核验，不得再让居民委员会采集、填报")
            yield CheckFinding("data_fields", reason, citation=HELD_ARTICLE, code=HELD_CODE, figures=figures)
