"""Whose move it can be at the gate, and the articles the moves rest on."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext_noop as _


class Party(StrEnum):
    """Whose move it can be."""

    ORGAN = "organ"
    EXAMINER = "examiner"
    LEGALITY = "legality"
    FUNDING = "funding"
    COMMITTEE = "committee"
    MEMBER = "member"
    CHAIR = "chair"
    SYSTEM = "system"
    PROPOSER = "proposer"
    BEARER = "bearer"


PARTY_LABELS: Mapping[str, str] = {
    Party.ORGAN: _("申请部门"),
    Party.EXAMINER: _("区社区建设协调管理机构"),
    Party.LEGALITY: _("合法性审查部门"),
    Party.FUNDING: _("财政部门"),
    Party.COMMITTEE: _("居民委员会"),
    Party.MEMBER: _("联席会议成员"),
    Party.CHAIR: _("区社区建设协调管理机构负责人"),
    Party.SYSTEM: _("系统计时"),
    Party.PROPOSER: _("提出单位"),
    Party.BEARER: _("被征求意见的单位"),
    "": _("无人"),
}

ADMISSION_ARTICLE = _("分类管理办法第二十一条")
NOTICE_ARTICLE = _("分类管理办法第二十二条")
POWER_ARTICLE = _("分类管理办法第十九条")
MONEY_ARTICLE = _("分类管理办法第二十条")
RETURN_ARTICLE = _("分类管理办法第四条、第七条")
LIST_ARTICLE = _("分类管理办法第十八条")
END_ARTICLE = _("分类管理办法第二十三条")
COMMITTEE_LAW_43 = _("城市居民委员会组织法第四十三条")
COMMITTEE_LAW_10 = _("城市居民委员会组织法第十条")
EMERGENCY_ARTICLE = _("突发事件应对法第二十二条、第七十七条")
