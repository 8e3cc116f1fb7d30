"""The rows of the district's table of burdens, and words its pages have for records."""

from collections.abc import Iterable, Iterator, Sequence

from django import template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_noop

from sanhu.domains.admission.models import Demand
from sanhu.domains.admission.terms import Ground
from sanhu.domains.evaluation.indicators import is_over_ceiling, led_for_government
from sanhu.portals.burden import decimal_words, percent_words
from sanhu.portals.desk.views.burden import Line
from sanhu.portals.look.amounts import person_time

register = template.Library()

# What stands above each column, and where in a community's page its records are.
COLUMNS = (
    (gettext_noop("派来工作的单位"), "organs"),
    (gettext_noop("协助任务"), "tasks"),
    (gettext_noop("主责办件"), "led"),
    (gettext_noop("协助办件"), "assisted"),
    (gettext_noop("用时"), "tasks"),
    (gettext_noop("占工作时间"), "staff"),
    (gettext_noop("无经费用时"), "money"),
    (gettext_noop("无权事项"), "power"),
    (gettext_noop("下派"), "demands"),
    (gettext_noop("未经准入"), "demands"),
    (gettext_noop("有效来源数"), "measured"),
)


@register.simple_tag
def burden_headings() -> list[str]:
    """Give what stands above the columns of figures."""
    return [gettext(label) for label, _anchor in COLUMNS]


@register.simple_tag
def burden_rows(lines: Iterable[Line], month: str) -> SafeString:
    """Write the rows of communities, each figure leading to its records.

    A district has hundreds of them, and a template would take most of the page's time for the same cells.
    """
    code, community = escape(gettext("代码")), escape(gettext("社区"))
    labels = [(escape(gettext(label)), anchor) for label, anchor in COLUMNS]
    # Names are escaped, the rest is ours.
    return mark_safe("".join(_row(line, month, code, community, labels) for line in lines))  # noqa: S308


def _row(line: Line, month: str, code: str, community: str, labels: Sequence[tuple[str, str]]) -> str:
    cells = f'<td data-label="{code}">{escape(line.code)}</td>'
    if not line.committee:
        nobody = escape(gettext("没有登记居民委员会"))
        unknown = f'<td colspan="{len(labels)}" class="muted">{nobody}</td>'
        return f'<tr>{cells}<td data-label="{community}">{escape(line.name)}</td>{unknown}</tr>\n'
    url = f"{reverse('desk:burden_of', args=[line.code])}?month={month}"
    cells += f'<td data-label="{community}"><a href="{url}">{escape(line.name)}</a>{_told(line)}</td>'
    figures = zip(labels, _figures(line), strict=True)
    return f"<tr>{cells}{''.join(_cell(url, label, anchor, said) for (label, anchor), said in figures)}</tr>\n"


def _told(line: Line) -> str:
    """Say what should not be (R4): it leads what government is to lead, or more is asked than the district lets."""
    led = led_for_government(line.burden)
    words = gettext("主责行政事务 %(n)d 件") % {"n": led}
    told = f'<div class="muted">{escape(words)} <span class="seal">X-02</span></div>' if led else ""
    if is_over_ceiling(line.burden):
        told += f'<div class="muted">{escape(gettext("超过工作时间上限"))}</div>'
    return told


def _cell(url: str, label: str, anchor: str, said: str) -> str:
    return f'<td class="num whole" data-label="{label}"><a href="{url}#{anchor}">{escape(said)}</a></td>'


def _figures(line: Line) -> Iterator[str]:
    one, measured = line.burden, line.burden.concentration
    yield from map(str, (len(one.organs), one.tasks, one.matters_led, one.matters_assisted))
    yield person_time(one.minutes)
    yield percent_words(one.share)
    yield person_time(one.minutes_without_money)
    yield from map(str, (one.duties_without_power, one.demands, one.unadmitted))
    yield decimal_words(measured.effective_number, places=1) if measured else gettext("无数据")


@register.filter
def ground_words(demand: Demand) -> str:
    """Say what a demand was found to be."""
    return str(Ground(demand.ground).label)
