"""A cell's text before it is read: stray spaces put right, line breaks and what no text may hold told."""

import re

from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue.workbook.faults import Notes
from sanhu.domains.catalogue.workbook.opening import ErrorValue, Formula
from sanhu.engines.tables import CONTROL_CHARACTER

IS_FORMULA = _("单元格是公式，没有计算；请改成它的值（以 = + - @ 开头的文字，单元格格式设为“文本”）")
IS_ERROR = _("单元格是错误值（例如 #N/A）")
ONE_LINE = _("换行改成了空格")
UNSEEN = _("去掉了看不见的字符")

_SPACES = re.compile("[\t\u00a0\u2000-\u200a\u202f\u205f]")  # the ideographic space within a text is meant
_BREAKS = re.compile("\r\n?|\u2028|\u2029|\x85|\x0b")
_UNSEEN = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_PLAIN = re.compile(r"[!-~\u4e00-\u9fff\u3001-\u301f（）：；，！？]*")


def cleaned(raw: str, notes: Notes, *, is_list: bool) -> str:
    """Put a cell's text right. In a list a line break parts two entries; elsewhere it becomes a space and is told."""
    if isinstance(raw, Formula):
        notes.error(IS_FORMULA)
        return ""
    if isinstance(raw, ErrorValue):
        notes.error(IS_ERROR)
        return ""
    if _PLAIN.fullmatch(raw):
        return raw
    text = _SPACES.sub(" ", _BREAKS.sub("\n", raw))
    seen = _UNSEEN.sub("", text)
    if seen != text and seen.strip():
        notes.warn(UNSEEN)
    text = seen.strip(" \n\u3000")
    if not is_list and "\n" in text:
        notes.warn(ONE_LINE)
        text = " ".join(text.split("\n"))
    if _CONTROL.search(text):
        notes.error(CONTROL_CHARACTER)
    return text
