"""Filters of the pages of administration."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django import template

from sanhu.engines.legal_time import legal_day

register = template.Library()


@register.filter
def area_words(code: str, names: Mapping[str, str]) -> str:
    """An area by name; its code where no area of that code is in force."""
    return names.get(code, code)


@register.filter
def due_day(due_at: datetime | None) -> str:
    """The last day in time, of the first instant that is too late."""
    return legal_day(due_at - timedelta(microseconds=1)).isoformat() if due_at else "—"
