"""The official calendar: the State Council's days off and make-up weekends, from the maintained data package.

This is data that happens to be shipped as Python; nothing is read from disk or network beyond the import.
"""

from datetime import date
from functools import lru_cache

from chinese_calendar.constants import Holiday, holidays, workdays

from sanhu.engines.workdays import WorkCalendar

# The three festivals every announcement has named in every year; a year where one is missing is not fully announced.
_ALWAYS_NAMED = {Holiday.spring_festival.value, Holiday.labour_day.value, Holiday.national_day.value}


@lru_cache(maxsize=1)
def official_calendar() -> WorkCalendar:
    """Give the calendar of all years the package holds completely, without a gap."""
    first_year = min(holidays).year
    last_year = first_year
    while _is_complete(last_year + 1):
        last_year += 1
    first, last = date(first_year, 1, 1), date(last_year, 12, 31)
    return WorkCalendar.from_rest_and_work(
        first=first,
        last=last,
        rest=(day for day in holidays if day <= last),
        work=(day for day in workdays if day <= last),
    )


def _is_complete(year: int) -> bool:
    return {name for day, name in holidays.items() if day.year == year} >= _ALWAYS_NAMED
