"""What of a resident's words and photos may be public (PIPL 25): nothing sure of a person, nothing put in a mouth."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext_noop as _

from sanhu.engines.blackening import Box
from sanhu.engines.decisions import ALLOWED, Decision, refuse
from sanhu.engines.personal_marks import find
from sanhu.engines.personal_numbers import MASK

PUBLISH_ARTICLE = _("个人信息保护法第二十五条")
MOST_REASON = 200
MOST_BOXES = 8

_HIDDEN = re.compile(rf"{re.escape(MASK)}+")


def may_pass_words(words: str) -> Decision:
    """May words be public as they are? Not while something certain of a person stands in them."""
    if any(mark.is_certain for mark in find(words)):
        return refuse(_("原话里还有号码、门牌或者姓名，不能原样公开：请遮盖，或者不公开"), citations=(PUBLISH_ARTICLE,))
    return ALLOWED


def may_mask_words(words: str, shown: str) -> Decision:
    """May these words stand for those? Only with more of them hidden: nothing added, moved or left out unmarked."""
    words, shown = as_compared(words), as_compared(shown)
    faults = (
        (not _HIDDEN.sub("", shown).strip(), _("公开的文字：什么也没有剩下，请选“不公开”")),
        (shown == words, _("公开的文字：没有遮盖任何内容，请选“原样公开”")),
        (not only_hides(words, shown), _("公开的文字：只能用 * 遮盖原话，不能增加、改动或者删去别的字")),
        (any(mark.is_certain for mark in find(shown)), _("公开的文字：还有号码、门牌或者姓名没有遮盖")),
    )
    reasons = [reason for is_faulty, reason in faults if is_faulty]
    return refuse(*reasons, citations=(PUBLISH_ARTICLE,)) if reasons else ALLOWED


def as_compared(words: str) -> str:
    """Write words as they are compared: a form sends its own line ends, and blanks around are nobody's words."""
    return words.replace("\r\n", "\n").replace("\r", "\n").strip()


def only_hides(words: str, shown: str) -> bool:
    """Tell whether every part between the masks stands in the words, in order, and each mask hides something.

    >>> only_hides("我叫张三，楼道堵了", "我叫**，楼道堵了"), only_hides("楼道堵了", "楼道没堵")
    (True, False)
    >>> only_hides("我不同意", "我同意"), only_hides("我不同意", "我*同意"), only_hides("同意", "不*意")
    (False, True, False)
    """
    first, *others = _HIDDEN.split(shown)
    if not others:
        return shown == words
    if not words.startswith(first):
        return False
    *between, last = others
    place = len(first)
    for part in between:
        # At least one character lies under each mask.
        place = words.find(part, place + 1)
        if place < 0:
            return False
        place += len(part)
    return words.endswith(last) and len(words) - len(last) > place


def may_blacken(boxes: Sequence[Box]) -> Decision:
    """May a photo be public with these places black?"""
    faults = (
        (not boxes, _("遮盖的位置：至少画一个框，不用遮盖的请选“原样公开”")),
        (len(boxes) > MOST_BOXES, _("遮盖的位置：最多 8 个框")),
        (any(not box.is_on_the_picture for box in boxes), _("遮盖的位置：框要在照片上，宽和高要大于 0")),
    )
    reasons = [reason for is_faulty, reason in faults if is_faulty]
    return refuse(*reasons) if reasons else ALLOWED


def may_say(reason: str, *, is_needed: bool) -> Decision:
    """Is the reason there where it must be, and short enough?"""
    if is_needed and not reason.strip():
        return refuse(_("理由：不公开，或者改变先前的决定，须写明理由"), citations=(PUBLISH_ARTICLE,))
    if len(reason) > MOST_REASON:
        return refuse(_("理由：不超过 200 个字"))
    return ALLOWED
