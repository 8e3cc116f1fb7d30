"""Filters and tags of every page: times, numbers and names in words, and the blocks an include cannot make."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django import template
from django.forms import BaseForm, BoundField
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from sanhu.domains.evidence import fields
from sanhu.engines.deadlines import DayLine, DayReason, Unit
from sanhu.engines.legal_time import SHANGHAI, legal_day
from sanhu.portals import clock
from sanhu.portals.look import moments
from sanhu.portals.look.forms import NAMES_ITSELF, in_errors

register = template.Library()

_CASE_NUMBER = re.compile(r"(\d{6})-?(\d{8})-?(\d{6})")


def _today(given: date | None = None) -> date:
    return given or legal_day(clock.now())


@register.simple_tag
def rendered_once(name: str, **given: str | int | None) -> SafeString:
    """Render a component whose look depends on a few plain values alone; asked again, it is given as it was.

    For rows of lists: rendered fifty times, a component takes longer than the database does.
    """
    return _rendered(name, get_language(), tuple(given.items()))


@lru_cache(maxsize=2048)
def _rendered(name: str, language: str | None, given: tuple[tuple[str, str | int | None], ...]) -> SafeString:
    del language  # each has its own words
    return render_to_string(name, dict(given))


@register.filter
def moment(value: datetime | None, today: date | None = None) -> str:
    """Write a moment in Asia/Shanghai: 11月9日 08:12."""
    return moments.moment_words(value, today=_today(today)) if value else ""


@register.filter
def day(value: date | datetime | None, today: date | None = None) -> str:
    """Write a day in Asia/Shanghai: 11月23日."""
    return moments.day_words(value, today=_today(today)) if value else ""


@register.filter
def full_day(value: date | datetime | None) -> str:
    """Write a day with its year, as a letter does: 2026年11月23日."""
    return moments.full_day_words(value) if value else ""


@register.filter
def day_of_month(value: date) -> str:
    """Write the day in its square, with its month: 11/9."""
    return moments.short_day_words(value)


@register.filter
def weekday(value: date | datetime | None) -> str:
    """Name the weekday: 星期六."""
    return moments.weekday_words(value) if value else ""


@register.filter
def weekday_short(value: date | datetime | None) -> str:
    """Name the weekday by one character: 六."""
    return moments.weekday_words(value, short=True) if value else ""


@register.filter
def day_class(line: DayLine, today: date | None = None) -> str:
    """Give the classes of a day's square: whether it counts, whether it is still ahead, and its weekday's column."""
    now = _today(today)
    classes = ["day", f"w{line.day.isoweekday()}"]
    classes += ["off"] if not line.counts else ["ahead"] if line.day > now else []
    return " ".join([*classes, "today"] if line.day == now else classes)


@register.filter
def why(reason: DayReason) -> str:
    """Say in full why a day counts or does not."""
    return moments.reason_words(reason)


@register.filter
def why_mark(line: DayLine) -> str:
    """Write what stands under a day: its number, its hours, or why it does not count."""
    mark = moments.reason_mark(line.why)
    if line.used:
        return moments.hours_mark(round(line.used.total_seconds() / 3600))
    return f"{line.ordinal}{mark}" if line.ordinal else mark


@register.filter
def marks(lines: Sequence[DayLine]) -> list[tuple[str, str]]:
    """List the marks that occur under the days, each with its meaning."""
    reasons = dict.fromkeys(line.why for line in lines)
    return [(moments.reason_mark(why), moments.reason_words(why)) for why in reasons if moments.reason_mark(why)]


@register.filter
def left(count: int | None, unit: str = "working_day") -> str:
    """Write what is left of a clock: 还剩 1 个工作日, 今天到期, 超 2 个工作日."""
    return "" if count is None else moments.left_words(count, Unit(unit))


@register.filter
def amount(count: int | None, unit: str = "working_day") -> str:
    """Write an amount of time: 10 个工作日."""
    return "" if count is None else moments.amount_words(count, Unit(unit))


@register.filter
def case_number(value: str) -> str:
    """Write a case number in its three groups: 990101-20261109-000217."""
    found = _CASE_NUMBER.fullmatch(str(value))
    return "-".join(found.groups()) if found else str(value)


@register.filter
def mask_name(value: str | None) -> str:
    """Show the first character of a name alone (H.2)."""
    return fields.mask_name(value or "")


@register.filter
def as_list(value: object) -> list[object]:
    """Give the one or the many values of a fact alike."""
    return list(value) if isinstance(value, list | tuple) else [value]


@register.filter
def iso(value: date | datetime) -> str:
    """Give the value of a <time> element's datetime attribute."""
    return (
        value.astimezone(SHANGHAI).isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()
    )


@register.simple_tag
def stamp(value: datetime | None, today: date | None = None) -> SafeString:
    """Write a moment as a <time> element."""
    if value is None:
        return SafeString()
    return format_html('<time datetime="{}">{}</time>', iso(value), moment(value, today))


@register.simple_block_tag
def scroller(content: str, label: str) -> SafeString:
    """Wrap what may be wider than the page, so that it scrolls alone and by keyboard."""
    return format_html('<div class="scroll" role="region" aria-label="{}" tabindex="0">{}</div>', label, content)


@dataclass(frozen=True)
class Fault:
    """A line of the error summary: what is wrong, and the id of the field to go to (empty for the whole form)."""

    target: str
    text: str


@register.filter
def faults(form: BaseForm) -> list[Fault]:
    """List what a bound form got wrong, in the order of its fields."""
    found = [Fault(target="", text=str(text)) for text in form.non_field_errors()]
    for field in form:
        target = "" if field.is_hidden else input_id(field)
        found += [
            Fault(target=target, text=str(text) if error.code == NAMES_ITSELF else _named(field, str(text)))
            for text, error in zip(field.errors, field.errors.as_data(), strict=True)
        ]
    return found


@register.filter
def input_id(field: BoundField) -> str:
    """Give the id of what takes the focus: of a group of choices, the first."""
    if not field.use_fieldset:
        return str(field.id_for_label)
    return next((widget.id_for_label for widget in field.subwidgets if widget.id_for_label), str(field.auto_id))


def _named(field: BoundField, text: str) -> str:
    label = in_errors(str(field.label))
    return text if label in text else gettext("%(label)s：%(text)s") % {"label": label, "text": text}
