"""The columns of a statement, and what each cell may hold: whatever width its digits are written in."""

import re
import unicodedata
from datetime import date

from django.utils.translation import gettext_noop as _

from sanhu.domains.funding.terms import MOST_FEN
from sanhu.engines.tables import Column, Wrong

_DAY = re.compile(r"([0-9]{4})([-/.]?)([0-9]{1,2})\2([0-9]{1,2})")
_YUAN = re.compile(r"[¥￥]?((?:[0-9]{1,3}(?:,[0-9]{3})+)|[0-9]{1,13})(?:\.([0-9]{1,2}))?")
_MOST_REFERENCE, _MOST_NUMBER = 60, 20


def plain(cell: str) -> str:
    """Give a cell with full-width digits and marks as the narrow ones they stand for."""
    return unicodedata.normalize("NFKC", cell).strip()


def _reference(cell: str) -> str | Wrong:
    found = plain(cell)
    return found if len(found) <= _MOST_REFERENCE else Wrong(_("不超过 60 个字"))


def _day(cell: str) -> str | Wrong:
    found = _DAY.fullmatch(plain(cell))
    try:
        day = date(int(found[1]), int(found[3]), int(found[4])) if found else None
    except ValueError:
        day = None
    return day.isoformat() if day else Wrong(_("日期应写作 2026-01-31"))


def _fen(cell: str) -> str | Wrong:
    found = _YUAN.fullmatch(plain(cell))
    if not found:
        return Wrong(_("金额应写作元，至多两位小数，不能是负数"))
    fen = int(found[1].replace(",", "")) * 100 + int((found[2] or "").ljust(2, "0"))
    if not 0 < fen <= MOST_FEN:
        return Wrong(_("必须大于 0，也不能超过上限"))
    return str(fen)


def _number(cell: str) -> str | Wrong:
    found = plain(cell).upper()
    return found if len(found) <= _MOST_NUMBER else Wrong(_("不超过 20 个字"))


COLUMNS = (
    Column("reference", _("流水号"), required=True, check=_reference),
    Column("booked_on", _("记账日期"), required=True, check=_day),
    Column("amount", _("金额"), required=True, check=_fen),
    Column("voucher_number", _("凭证编号"), check=_number),
)
