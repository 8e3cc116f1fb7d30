"""A legal day is a day in Asia/Shanghai, wherever the machine stands."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def legal_day(at: datetime) -> date:
    """Give the legal day of a moment. Raises ValueError for a time without a zone.

    >>> legal_day(datetime(2026, 11, 9, 15, 59, tzinfo=UTC)), legal_day(datetime(2026, 11, 9, 16, 0, tzinfo=UTC))
    (datetime.date(2026, 11, 9), datetime.date(2026, 11, 10))
    """
    if at.tzinfo is None:
        raise ValueError("a legal day is asked of a time with a zone")
    return at.astimezone(SHANGHAI).date()


def day_start(day: date) -> datetime:
    """Give the first instant of a legal day, in UTC."""
    return datetime.combine(day, time(), tzinfo=SHANGHAI).astimezone(UTC)
