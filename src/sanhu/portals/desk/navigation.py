"""The desk's navigation: only where the post may go."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sanhu.domains.casework.reply_templates import KEEPING
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor


@dataclass(frozen=True)
class NavItem:
    """One way to go."""

    url: str
    label: str | Promise
    is_current: bool
    count: int | None = None


_WAYS: tuple[tuple[str, str | Promise, frozenset[Permission]], ...] = (
    ("desk:inbox", _("待办"), frozenset({Permission.MATTER_VIEW})),
    ("desk:matters", _("办件"), frozenset({Permission.MATTER_VIEW})),
    (
        "desk:hot_issues",
        _("热点"),
        frozenset({Permission.MATTER_ASSIGN, Permission.MATTER_SUPERVISE, Permission.MATTER_RULE}),
    ),
    ("desk:reply_templates", _("常用答复"), frozenset(KEEPING)),
    ("desk:register", _("登记"), frozenset({Permission.MATTER_REGISTER})),
    ("desk:publications", _("公开审看"), frozenset({Permission.MATTER_PUBLISH})),
    ("desk:digest", _("每日提醒"), frozenset({Permission.MATTER_VIEW})),
    (
        "desk:demands",
        _("下派登记"),
        frozenset({Permission.DEMAND_RECORD, Permission.DEMAND_ANSWER, Permission.DEMAND_SETTLE}),
    ),
    ("desk:inflows", _("下派情况"), frozenset({Permission.DEMAND_SETTLE})),
    ("desk:burden", _("居委会负担"), frozenset({Permission.DEMAND_SETTLE, Permission.DEMAND_RECORD})),
    ("desk:accounts", _("经费"), frozenset({Permission.FUNDING_VIEW, Permission.FUNDING_OVERSEE})),
    ("desk:applications", _("准入"), frozenset({Permission.ADMISSION_VIEW})),
    ("desk:tasks", _("协助任务"), frozenset({Permission.ADMISSION_VIEW})),
    ("desk:returns", _("任务回归"), frozenset({Permission.ADMISSION_VIEW})),
    ("desk:duties", _("清单"), frozenset({Permission.MATTER_VIEW, Permission.CATALOGUE_AMEND})),
    ("desk:proposals", _("清单修改"), frozenset({Permission.CATALOGUE_AMEND, Permission.CATALOGUE_APPROVE})),
    ("desk:gaps", _("责任空缺"), frozenset({Permission.MATTER_ASSIGN, Permission.CATALOGUE_AMEND})),
    ("desk:organisations", _("单位"), frozenset({Permission.SUBJECTS_VIEW})),
    ("desk:people", _("人员岗位"), frozenset({Permission.SUBJECTS_MANAGE, Permission.ACCOUNT_UNLOCK})),
    ("desk:roles", _("角色权限"), frozenset({Permission.ROLE_MANAGE})),
    ("desk:tokens", _("令牌"), frozenset({Permission.TOKEN_MANAGE})),
    (
        "desk:imports",
        _("导入"),
        frozenset({Permission.SUBJECTS_MANAGE, Permission.PLACES_IMPORT, Permission.CALENDAR_IMPORT}),
    ),
    ("desk:record", _("记录"), frozenset({Permission.RECORD_VIEW})),
    ("desk:health", _("系统状态"), frozenset({Permission.HEALTH_VIEW})),
    ("desk:retention", _("个人信息"), frozenset({Permission.PERSONAL_DATA_OVERSEE, Permission.RECORD_VIEW})),
)

# Pages that have no way of their own belong to one of these.
_WITH: Mapping[str, tuple[str, ...]] = {
    "desk:demands": ("desk:rights",),
    "desk:duties": (
        *("desk:catalogue_import", "desk:duty_table", "desk:coverage", "desk:post_cards", "desk:routing"),
        *("desk:instruments", "desk:item_reviews"),
    ),
    "desk:accounts": (
        *("desk:budgets", "desk:vouchers", "desk:statements", "desk:donations", "desk:disclosures"),
        "desk:earmarks",
        "desk:years",
        "desk:sources",
        "desk:year_close",
    ),
}


def nav_items(request: HttpRequest, actor: Actor, *, waiting: Mapping[str, int]) -> list[NavItem]:
    """The ways a post may go, the present one marked, and beside some how much waits there."""
    home = reverse("desk:inbox")
    ways = []
    for name, label, permissions in _WAYS:
        if not any(actor.may(permission) for permission in permissions):
            continue
        url = reverse(name)
        places = tuple(reverse(place) for place in (name, *_WITH.get(name, ())))
        here = request.path == home if url == home else request.path.startswith(places)
        ways.append(NavItem(url=url, label=label, is_current=here, count=waiting.get(name)))
    return ways
