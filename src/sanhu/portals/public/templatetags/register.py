"""Filters of the public register: how an admitted task stands, and what kind a letter is of."""

from collections.abc import Iterable

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from sanhu.domains.admission.queries.tasks import RegisterLine
from sanhu.domains.admission.tables import TASK
from sanhu.domains.admission.terms import LetterKind
from sanhu.domains.evidence.models import Letter
from sanhu.domains.subjects.kinds import Sector, SubjectKind, sector_of
from sanhu.portals.look.amounts import person_time, yuan
from sanhu.portals.public.communities import Line

register = template.Library()

_COLUMNS = (
    gettext_noop("社区"),
    gettext_noop("项数"),
    gettext_noop("提出部门"),
    gettext_noop("工作时间"),
    gettext_noop("经费"),
)
_SUSPENDED_FOR = {"payment": _("已中止：经费没有按时到账"), "power": _("已中止：授权到期")}


@register.simple_tag
def community_rows(lines: Iterable[Line]) -> SafeString:
    """Write the rows of communities.

    A district has hundreds of them, and a template would take most of the page's time for the same cells.
    """
    row = _row()
    return mark_safe("".join(row % _cells(line) for line in lines))  # noqa: S308 - names are escaped, the rest is ours


def _row() -> str:
    """Give the mark-up of a row with the columns' names in it, for a table that becomes cards on a phone."""
    names = (gettext(name).replace("%", "%%") for name in _COLUMNS)
    first, *others = (f'data-label="{escape(name)}"' for name in names)
    numbers = "".join(f'<td class="num" {label}>%s</td>' for label in others)
    return f'<tr><td {first}><a href="%s/">%s</a></td>{numbers}</tr>\n'


def _cells(line: Line) -> tuple[str | int, ...]:
    return (
        escape(line.code),
        escape(line.name),
        line.tasks,
        line.organs,
        person_time(line.minutes),
        yuan(line.amount_fen),
    )


@register.filter
def task_state(line: RegisterLine) -> str:
    """Say how a task stands; of a suspended one also why."""
    if line.suspended_for:
        return str(_SUSPENDED_FOR[line.suspended_for])
    return gettext(TASK.state(line.state).public_label)


@register.filter
def organ_sector(line: RegisterLine) -> str:
    """Give the sector of the organ that asks."""
    return sector_of(SubjectKind(line.organ_kind)).value


@register.filter
def sector_words(sector: str) -> str:
    """Name a sector."""
    return str(Sector(sector).label)


@register.filter
def letter_kind(letter: Letter) -> str:
    """Name the kind of a letter; one that no room here writes stands by its code."""
    return str(LetterKind(letter.kind).label) if letter.kind in LetterKind else letter.kind
