"""Applications and admitted tasks as files."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.admission.models import Application, Task
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.deadlines import Unit
from sanhu.engines.legal_time import legal_day
from sanhu.portals.desk.views import applications, tasks
from sanhu.portals.exports.listed import Column, Listed
from sanhu.portals.look.moments import left_words


def _application_lines(found: Sequence[Application], actor: Actor, at: datetime) -> list[applications.Row]:
    del actor
    return applications.rows_of(found, at=at)


def _left(row: applications.Row) -> str:
    return "" if row.left is None else left_words(row.left, Unit.WORKING_DAY)


APPLICATIONS = Listed(
    code="applications",
    title=_("准入申请"),
    page="desk:applications",
    permissions=frozenset({Permission.ADMISSION_VIEW}),
    chosen=applications.chosen,
    lines=_application_lines,
    columns=(
        Column("number", _("编号"), lambda row: row.application.number, 18),
        Column("name", _("事项名称"), lambda row: row.application.name, 30),
        Column("organ", _("申请部门"), lambda row: row.application.organ.name, 24),
        Column("class", _("类别"), lambda row: row.application.affair_class, 8),
        Column("committees", _("社区数"), lambda row: row.committees, 8),
        Column("minutes", _("每社区工作量（分钟）"), lambda row: row.application.minutes_each),
        Column("amount", _("每社区经费（元）"), lambda row: Decimal(row.application.amount_each_fen).scaleb(-2)),
        Column("starts_on", _("开始日期"), lambda row: row.application.starts_on, 12),
        Column("ends_on", _("结束日期"), lambda row: row.application.ends_on, 12),
        Column("due_on", _("审定期限"), lambda row: row.application.due_on if row.clock else None, 12),
        Column("left", _("还剩"), _left, 16),
        Column("state", _("状态"), lambda row: row.state, 16),
    ),
)


def _task_lines(found: Sequence[Task], actor: Actor, at: datetime) -> list[tasks.Row]:
    del actor
    return tasks.rows_of(found, today=legal_day(at))


def _warnings(row: tasks.Row) -> str:
    said = [gettext("经费逾期")] if row.is_late else []
    if row.ends_early:
        said.append(gettext("授权早于任务的期限"))
    return gettext("；").join(said)


TASKS = Listed(
    code="tasks",
    title=_("协助任务"),
    page="desk:tasks",
    permissions=frozenset({Permission.ADMISSION_VIEW}),
    chosen=tasks.chosen,
    lines=_task_lines,
    columns=(
        Column("number", _("编号"), lambda row: row.task.number, 18),
        Column("area_code", _("社区代码"), lambda row: row.task.area_code),
        Column("community", _("社区"), lambda row: row.community, 16),
        Column("committee", _("居民委员会"), lambda row: row.task.committee.name, 24),
        Column("name", _("任务"), lambda row: row.task.application.name, 30),
        Column("organ", _("申请部门"), lambda row: row.task.application.organ.name, 24),
        Column("starts_on", _("开始日期"), lambda row: row.task.starts_on, 12),
        Column("ends_on", _("结束日期"), lambda row: row.task.ends_on, 12),
        Column("minutes", _("工作量（分钟）"), lambda row: row.task.minutes),
        Column("amount", _("经费（元）"), lambda row: Decimal(row.task.amount_fen).scaleb(-2)),
        Column("state", _("状态"), lambda row: row.state, 12),
        Column("warnings", _("提示"), _warnings, 24),
    ),
)
