"""Times, days and amounts of time in the words a resident reads. A legal day is a day in Asia/Shanghai."""

from datetime import date, datetime

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext, gettext_noop, ngettext, pgettext

from sanhu.engines.deadlines import DayReason, Unit
from sanhu.engines.legal_time import SHANGHAI, legal_day

# Formats are messages too: a translation may put the month first.
_DAY = gettext_noop("n月j日")
_DAY_OF_ANOTHER_YEAR = gettext_noop("Y年n月j日")
_DAY_SHORT = gettext_noop("n/j")
_MOMENT = gettext_noop("n月j日 H:i")
_MOMENT_OF_ANOTHER_YEAR = gettext_noop("Y年n月j日 H:i")

_WEEKDAYS = (
    gettext_noop("星期一"),
    gettext_noop("星期二"),
    gettext_noop("星期三"),
    gettext_noop("星期四"),
    gettext_noop("星期五"),
    gettext_noop("星期六"),
    gettext_noop("星期日"),
)
_WEEKDAYS_SHORT = (
    gettext_noop("一"),
    gettext_noop("二"),
    gettext_noop("三"),
    gettext_noop("四"),
    gettext_noop("五"),
    gettext_noop("六"),
    gettext_noop("日"),
)


def day_of(value: date | datetime) -> date:
    """Give the legal day of a moment, and a day as it is."""
    return legal_day(value) if isinstance(value, datetime) else value


def day_of_year_words(value: date | datetime) -> str:
    """Write a day without its year."""
    return date_format(day_of(value), gettext(_DAY))


def day_words(value: date | datetime, *, today: date) -> str:
    """Write a day, with its year when that is not today's."""
    day = day_of(value)
    return date_format(day, gettext(_DAY if day.year == today.year else _DAY_OF_ANOTHER_YEAR))


def full_day_words(value: date | datetime) -> str:
    """Write a day with its year."""
    return date_format(day_of(value), gettext(_DAY_OF_ANOTHER_YEAR))


def short_day_words(value: date | datetime) -> str:
    """Write a day so that it fits the square of a day: 11/9."""
    return date_format(day_of(value), gettext(_DAY_SHORT))


def moment_words(value: datetime, *, today: date) -> str:
    """Write a moment to the minute, with its year when that is not today's."""
    local = value.astimezone(SHANGHAI)
    return date_format(local, gettext(_MOMENT if local.year == today.year else _MOMENT_OF_ANOTHER_YEAR))


def weekday_words(value: date | datetime, *, short: bool = False) -> str:
    """Name the weekday, in full or by its one character."""
    return gettext((_WEEKDAYS_SHORT if short else _WEEKDAYS)[day_of(value).weekday()])


def amount_words(count: int, unit: Unit) -> str:
    """Write an amount of time: 10 个工作日."""
    match unit:
        case Unit.WORKING_DAY:
            words = ngettext("%(count)d 个工作日", "%(count)d 个工作日", count)
        case Unit.NATURAL_DAY:
            words = ngettext("%(count)d 天", "%(count)d 天", count)
        case Unit.WORKING_HOUR:
            words = ngettext("%(count)d 个工作小时", "%(count)d 个工作小时", count)
        case Unit.CLOCK_HOUR:
            words = ngettext("%(count)d 小时", "%(count)d 小时", count)
        case Unit.MONTH:
            words = ngettext("%(count)d 个月", "%(count)d 个月", count)
    return words % {"count": count}


def left_words(count: int, unit: Unit) -> str:
    """Write what is left of a clock: 还剩 1 个工作日, 今天到期, 超 2 个工作日."""
    if count == 0:
        return gettext("一小时内到期") if unit.is_hours else gettext("今天到期")
    if count < 0:
        return gettext("超 %(amount)s") % {"amount": amount_words(-count, unit)}
    return gettext("还剩 %(amount)s") % {"amount": amount_words(count, unit)}


# Why a day counts or does not: in full for who asks, and by one character for the day's square.
_REASONS = {
    DayReason.START_DAY: (gettext_noop("开始的当日，不计入"), gettext_noop("起")),
    DayReason.COUNTED: (gettext_noop("计入"), ""),
    DayReason.MAKE_UP: (gettext_noop("调休上班，计入"), gettext_noop("班")),
    DayReason.WEEKEND: (gettext_noop("周末，不计入"), gettext_noop("休")),
    DayReason.HOLIDAY: (gettext_noop("节假日，不计入"), gettext_noop("假")),
    DayReason.PAUSED: (gettext_noop("暂停计时，不计入"), gettext_noop("停")),
    DayReason.ROLLED: (gettext_noop("最后一日休息，顺延到这一日"), gettext_noop("顺")),
}


def hours_mark(count: int) -> str:
    """Write hours so that they fit the square of a day."""
    return pgettext("mark", "%(count)d 小时") % {"count": count}


def reason_words(reason: DayReason) -> str:
    """Say in full why a day counts or does not."""
    return gettext(_REASONS[reason][0])


def reason_mark(reason: DayReason) -> str:
    """Say by one character why a day counts or does not; nothing for a day that simply counts."""
    mark = _REASONS[reason][1]
    return gettext(mark) if mark else ""
