"""Money and people's time as readers meet them."""

from django.utils.translation import pgettext

from sanhu.engines.money import in_yuan

_HOUR = 60


def yuan(fen: int | None) -> str:
    """Write integer fen as yuan: ¥1,234.56; a negative amount with a minus sign before it."""
    return "" if fen is None else in_yuan(fen)


def person_time(minutes: int | None) -> str:
    """Write person-minutes in hours and minutes: 12 小时 30 分."""
    if minutes is None:
        return ""
    hours, rest = divmod(minutes, _HOUR)
    if not hours:
        return pgettext("person-time", "%(minutes)d 分钟") % {"minutes": rest}
    if not rest:
        return pgettext("person-time", "%(hours)d 小时") % {"hours": hours}
    return pgettext("person-time", "%(hours)d 小时 %(minutes)d 分") % {"hours": hours, "minutes": rest}
