"""What may not be asked of a committee (B.8): acts under a ban, data that is on record, words that hint at either."""

from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.rules.findings import CheckFinding
from sanhu.domains.catalogue.acts import BAN_LABELS, HELD_ARTICLE, HOLDER_LABELS, Act, HeldField, holder_of

HELD_CODE = "X-15"


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
        if holder := holder_of(name, known):
            figures = {"name": name, "holder": HOLDER_LABELS[holder]}
            reason = _("数据项“%(name)s”：%(holder)s已经掌握或者可以核验，不得再让居民委员会采集、填报")
            yield CheckFinding("data_fields", reason, citation=HELD_ARTICLE, code=HELD_CODE, figures=figures)
