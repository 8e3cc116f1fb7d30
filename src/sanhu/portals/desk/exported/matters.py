"""Matters as a file: what their list shows, in words masked as there; nobody's address or telephone."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sanhu.domains.casework.models import IntakeChannel, Matter
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.codes.case_numbers import display
from sanhu.engines.deadlines import Unit
from sanhu.engines.legal_time import legal_day
from sanhu.portals.desk.flags import beside_matters
from sanhu.portals.desk.forms.matter_list import USUAL_COLUMNS
from sanhu.portals.desk.matter_rows import Row, rows_of
from sanhu.portals.desk.views import matter_list
from sanhu.portals.exports.listed import Cell, Column, Listed
from sanhu.portals.look.moments import left_words
from sanhu.portals.look.templatetags.affairs import desk_state, item_name


def _read(found: "QuerySet[Matter]") -> "QuerySet[Matter]":
    """Read each item and lead once for many matters: an item is a long row of lists."""
    return found.select_related(None).prefetch_related("item", "lead", *beside_matters())


def _lines(found: Sequence[Matter], actor: Actor, at: datetime) -> list[Row]:
    return rows_of(list(found), actor.district, at=at)


def _due_on(row: Row) -> Cell:
    """The last day in time, of an instant that is the first one too late."""
    due_at = row.matter.due_at
    return legal_day(due_at - timedelta(microseconds=1)) if row.state and due_at else None


def _left(row: Row) -> str:
    return "" if row.left is None else left_words(row.left, Unit(row.unit))


# What each column of the page is in a file; number and words are always there.
_FILED = {
    "due": ("due_on", "left", "closed_at"),
    "state": ("state", "flags"),
    "item": ("item_code", "item"),
    "lead": ("lead",),
    "place": ("place", "area_code"),
    "reported": ("reported_at",),
    "channel": ("channel",),
}


def _offered(filters: QueryDict) -> list[str]:
    """Give the columns that the page shows with these filters."""
    shown = filters.getlist("cols") or USUAL_COLUMNS
    return ["number", "words", *(code for name, codes in _FILED.items() if name in shown for code in codes)]


MATTERS = Listed(
    code="matters",
    title=_("办件"),
    page="desk:matters",
    permissions=frozenset({Permission.MATTER_VIEW}),
    chosen=matter_list.chosen,
    lines=_lines,
    columns=(
        Column("number", _("编号"), lambda row: display(row.matter.number), 24),
        Column("words", pgettext_lazy("matter", "事项"), lambda row: row.words, 40),
        Column("state", _("状态"), lambda row: desk_state(row.matter), 12),
        Column("flags", _("提示"), lambda row: gettext("；").join(row.flags), 24),
        Column("due_on", _("期限"), _due_on, 12),
        Column("left", _("还剩"), _left, 16),
        Column("item_code", _("类别"), lambda row: row.matter.item.code if row.matter.item else "", 10),
        Column("item", _("清单事项"), lambda row: item_name(row.matter.item) if row.matter.item else "", 24),
        Column("lead", _("主责"), lambda row: row.matter.lead.name if row.matter.lead else "", 24),
        Column("place", _("地点"), lambda row: row.place, 16),
        Column("area_code", _("社区代码"), lambda row: row.matter.area_code),
        Column("channel", _("来源"), lambda row: str(IntakeChannel(row.matter.channel).label), 10),
        Column("reported_at", _("反映时间"), lambda row: row.matter.reported_at, 18),
        Column("closed_at", _("办结时间"), lambda row: row.matter.closed_at, 18),
    ),
    offered=_offered,
    read=_read,
)
