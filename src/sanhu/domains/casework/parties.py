"""Whose move it can be, and the articles of the Measure the moves rest on."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext_noop as _


class Party(StrEnum):
    """Whose move it can be."""

    WINDOW = "window"
    DISPATCH = "dispatch"
    LEAD = "lead"
    APPROVER = "approver"
    VERIFIER = "verifier"
    CLOSER = "closer"
    SUPERVISOR = "supervisor"
    COORDINATOR = "coordinator"
    REPORTER = "reporter"
    SYSTEM = "system"


PARTY_LABELS: Mapping[str, str] = {
    Party.WINDOW: _("受理窗口"),
    Party.DISPATCH: _("派遣员"),
    Party.LEAD: _("主责单位"),
    Party.APPROVER: _("批准人"),
    Party.VERIFIER: _("核查人"),
    Party.CLOSER: _("结案人"),
    Party.SUPERVISOR: _("督办人"),
    Party.COORDINATOR: _("区社区建设协调管理机构"),
    Party.REPORTER: _("反映人"),
    Party.SYSTEM: _("系统计时"),
    "": _("无人"),
}

# Who moves without a post: a step of theirs names no person.
NAMELESS = frozenset({Party.REPORTER, Party.SYSTEM})

ACCEPT_ARTICLE = _("分类管理办法第八条")
ASSIGN_ARTICLE = _("分类管理办法第九条")
SIGN_ARTICLE = _("分类管理办法第十条")
HANDLE_ARTICLE = _("分类管理办法第十一条")
VERIFY_ARTICLE = _("分类管理办法第十三条")
RATING_ARTICLE = _("分类管理办法第十五条")
EXTEND_ARTICLE = _("分类管理办法第二十四条")
SUSPEND_ARTICLE = _("分类管理办法第二十五条")
MERGE_ARTICLE = _("分类管理办法第二十六条")
URGE_ARTICLE = _("分类管理办法第二十七条")
RULING_ARTICLE = _("分类管理办法第二十七条")
REOPEN_ARTICLE = _("分类管理办法第二十八条")
