"""In what order what flows into committees may be shown (R7): by code, and in no order that ranks anybody (X-21)."""

from django.utils.translation import gettext_noop as _

from sanhu.engines.decisions import ALLOWED, Decision, refuse

BY_CODE = "code"
NO_RANKING = _("整治形式主义为基层减负若干规定")


def check_order(order: str) -> Decision:
    """May a list of organs or committees be shown in this order?"""
    if order in {"", BY_CODE}:
        return ALLOWED
    return refuse(_("只按代码排列：不给居民委员会和部门排名次"), citations=(NO_RANKING,), code="X-21")
