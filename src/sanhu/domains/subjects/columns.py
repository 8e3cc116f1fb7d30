"""The columns of the tables of bodies, people and posts, and how their cells are read.

Choices are understood as they are stored and as pages show them; dates as 2026-01-31 and as spreadsheets rewrite them.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import cache

from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext_noop as _

from sanhu.domains.subjects.appointments import Appointment
from sanhu.domains.subjects.kinds import Specialty, SubjectKind
from sanhu.engines.tables import Column, Wrong

NO_DATE = _("日期应写作 2026-01-31")
UNKNOWN_KIND = _("没有这种机构类型")
UNKNOWN_SPECIALTY = _("没有这种专业领域")
UNKNOWN_APPOINTMENT = _("任职方式应为选举产生、合同聘用或者任命")

_DATE = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_AREA_MARKS = re.compile(r"[;；、,，\s]+")


def _date(cell: str) -> str | Wrong:
    found = _DATE.fullmatch(cell)
    try:
        return date(int(found[1]), int(found[3]), int(found[4])).isoformat() if found else Wrong(NO_DATE)
    except ValueError:
        return Wrong(NO_DATE)


def _one_of(choices: type[TextChoices], reason: str) -> Callable[[str], str | Wrong]:
    @cache
    def labels(language: str | None) -> dict[str, str]:
        with translation.override(language):
            return {str(label): str(value) for value, label in choices.choices}

    def check(cell: str) -> str | Wrong:
        if cell in choices.values:
            return cell
        # The label as the reader sees it, and as it is written here: a file in Chinese is one in either language.
        return labels(translation.get_language()).get(cell) or labels(None).get(cell) or Wrong(reason)

    return check


ORGANISATIONS = (
    Column("name", _("名称"), required=True),
    Column("kind", _("机构类型"), required=True, check=_one_of(SubjectKind, UNKNOWN_KIND)),
    Column("specialty", _("专业领域"), check=_one_of(Specialty, UNKNOWN_SPECIALTY)),
    Column("uscc", _("统一社会信用代码")),
    Column("areas", _("服务区域"), required=True),
    Column("parent", _("上级机构")),
    Column("active_from", _("设立日期"), check=_date),
    Column("active_to", _("撤销日期"), check=_date),
)
PEOPLE = (
    Column("staff_number", _("工号"), required=True),
    Column("name", _("姓名"), required=True),
    Column("phone", _("电话")),
)
POSTS = (
    Column("staff_number", _("工号"), required=True),
    Column("organisation", _("机构"), required=True),
    Column("role", _("角色"), required=True),
    Column("title", _("职务"), required=True),
    Column("appointment", _("任职方式"), required=True, check=_one_of(Appointment, UNKNOWN_APPOINTMENT)),
    Column("starts_on", _("起始日期"), required=True, check=_date),
    Column("term_ends_on", _("任期届满日期"), check=_date),
    Column("contract_number", _("合同编号")),
    Column("contract_ends_on", _("合同到期日期"), check=_date),
    Column("employer", _("用人单位")),
    Column("dual_post_basis", _("兼任依据")),
)


def day_of(cell: str) -> date | None:
    """Give the day in a checked cell; None for an empty one."""
    return date.fromisoformat(cell) if cell else None


def areas_of(cell: str) -> list[str]:
    """Give the codes in a cell, separated by semicolons (or what people write instead)."""
    return [code for code in _AREA_MARKS.split(cell) if code]
