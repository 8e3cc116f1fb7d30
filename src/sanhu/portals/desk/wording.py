"""Words for what pages of administration list: powers, and what the record says happened."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from sanhu.domains.admission.events import AdmissionEvent
from sanhu.domains.casework.events import MatterEvent, ReplyTemplateEvent, RouterEvent
from sanhu.domains.catalogue.events import CatalogueEvent
from sanhu.domains.evidence.events import PersonalDataEvent, RecordEvent
from sanhu.domains.funding.budget_terms import BudgetEvent
from sanhu.domains.funding.donation_terms import DonationEvent
from sanhu.domains.funding.earmark_terms import EarmarkEvent
from sanhu.domains.funding.events import FundingEvent
from sanhu.domains.funding.lottery_terms import LotteryEvent
from sanhu.domains.funding.performance_terms import PerformanceEvent
from sanhu.domains.funding.spending_terms import SpendingEvent
from sanhu.domains.places.events import PlacesEvent
from sanhu.domains.subjects.events import SubjectEvent
from sanhu.domains.subjects.models import Role
from sanhu.domains.subjects.permissions import Permission

PERMISSIONS: Mapping[Permission, Promise] = {
    Permission.MATTER_VIEW: _("查看辖区内的办件"),
    Permission.MATTER_REGISTER: _("登记反映"),
    Permission.MATTER_ACCEPT: _("受理或不予受理"),
    Permission.MATTER_ASSIGN: _("交办"),
    Permission.MATTER_SIGN: _("签收或退回"),
    Permission.MATTER_HANDLE: _("办理"),
    Permission.MATTER_VERIFY: _("核查"),
    Permission.MATTER_CLOSE: _("办结"),
    Permission.MATTER_EXTEND: _("批准延期"),
    Permission.MATTER_SUSPEND: _("批准挂账"),
    Permission.MATTER_MERGE: _("并案"),
    Permission.MATTER_URGE: _("催办"),
    Permission.MATTER_SUPERVISE: _("督办"),
    Permission.MATTER_RULE: _("裁定多次转手的办件由谁主责"),
    Permission.MATTER_PUBLISH: _("审看文字和照片，决定是否公开"),
    Permission.CATALOGUE_AMEND: _("修改清单"),
    Permission.CATALOGUE_APPROVE: _("批准清单的修改"),
    Permission.CALENDAR_IMPORT: _("导入工作日历"),
    Permission.PLACES_IMPORT: _("导入区划"),
    Permission.SUBJECTS_VIEW: _("查看单位和岗位"),
    Permission.SUBJECTS_MANAGE: _("管理单位、人员和岗位"),
    Permission.ACCOUNT_MANAGE: _("开立和停用账号"),
    Permission.ACCOUNT_UNLOCK: _("解除登录锁定"),
    Permission.TOKEN_MANAGE: _("给系统发放令牌、撤销令牌"),
    Permission.ROLE_MANAGE: _("更改角色的权限、任免管理员"),
    Permission.RECORD_VIEW: _("查看记录"),
    Permission.HEALTH_VIEW: _("查看系统状态"),
    Permission.PERSONAL_DATA_UNMASK: _("写明理由后查看办件里被遮住的个人信息"),
    Permission.PERSONAL_DATA_ERASE: _("决定删除个人信息"),
    Permission.PERSONAL_DATA_OVERSEE: _("查看个人信息的查看记录和保存期限"),
    Permission.ADMISSION_VIEW: _("查看准入申请和协助任务"),
    Permission.ADMISSION_APPLY: _("起草和提交准入申请"),
    Permission.ADMISSION_EXAMINE: _("受理准入申请、提交联席会议、办理生效"),
    Permission.ADMISSION_CHECK_LEGALITY: _("出具合法性审查意见"),
    Permission.ADMISSION_CHECK_FUNDING: _("出具经费审核意见"),
    Permission.ADMISSION_HEAR: _("代表居民委员会发表意见"),
    Permission.ADMISSION_VOTE: _("在联席会议上表决"),
    Permission.ADMISSION_DECIDE: _("核准、不予核准或撤销准入"),
    Permission.TASK_SUSPEND: _("中止和恢复协助任务"),
    Permission.TASK_HAND_OVER: _("移交协助任务"),
    Permission.POWER_GRANT: _("提前收回授予居民委员会的权限"),
    Permission.DEMAND_RECORD: _("登记下派要求"),
    Permission.DEMAND_ANSWER: _("答复下派告知单"),
    Permission.DEMAND_SETTLE: _("处理下派、登记拒绝承接的依据"),
    Permission.FUNDING_VIEW: _("查看本单位的经费账户"),
    Permission.FUNDING_OVERSEE: _("查看全区的经费账户"),
    Permission.FUNDING_BUDGET: _("编制预算、拨入经费、导入对账单"),
    Permission.FUNDING_PAY: _("拨付本单位的经费"),
    Permission.FUNDING_SIGN: _("作为第二人签批凭证"),
    Permission.FUNDING_CLOSE: _("批准预算、年度结账"),
    Permission.FUNDING_DISCLOSE: _("公布社区账目"),
}

EVENTS: Mapping[str, str | Promise] = {
    **{str(value): label for value, label in SubjectEvent.choices},
    **{str(value): label for value, label in PlacesEvent.choices},
    **{str(value): label for value, label in MatterEvent.choices},
    **{str(value): label for value, label in ReplyTemplateEvent.choices},
    **{str(value): label for value, label in RouterEvent.choices},
    **{str(value): label for value, label in CatalogueEvent.choices},
    **{str(value): label for value, label in PersonalDataEvent.choices},
    **{str(value): label for value, label in RecordEvent.choices},
    **{str(value): label for value, label in AdmissionEvent.choices},
    **{str(value): label for value, label in FundingEvent.choices},
    **{str(value): label for value, label in BudgetEvent.choices},
    **{str(value): label for value, label in PerformanceEvent.choices},
    **{str(value): label for value, label in EarmarkEvent.choices},
    **{str(value): label for value, label in SpendingEvent.choices},
    **{str(value): label for value, label in LotteryEvent.choices},
    **{str(value): label for value, label in DonationEvent.choices},
    "account.marked_demonstration": _("标为演示账号"),
    "calendar.imported": _("导入工作日历"),
}


# The roles every district begins with, as subjects' data file names them; a name of a district's own stands as it is.
SHIPPED_ROLES = (
    gettext_noop("街道窗口受理员"),
    gettext_noop("街道派遣员"),
    gettext_noop("综合窗口工作人员"),
    gettext_noop("部门负责人"),
    gettext_noop("部门经办人"),
    gettext_noop("承接单位经办人"),
    gettext_noop("社区组织负责人"),
    gettext_noop("居委会成员"),
    gettext_noop("社区工作者"),
    gettext_noop("区社区建设协调机构工作人员"),
    gettext_noop("区社区建设协调机构负责人"),
    gettext_noop("联席会议成员"),
    gettext_noop("合法性审查人员"),
    gettext_noop("财政经办人"),
    gettext_noop("财政负责人"),
    gettext_noop("系统管理员"),
    gettext_noop("安全管理员"),
    gettext_noop("审计管理员"),
)


def role_words(role: Role) -> str:
    """Name a role in the reader's language."""
    return gettext(role.name)


def event_words(event: str) -> str:
    """Say what an entry of the record records; an event nobody named stands by its code."""
    return str(EVENTS.get(event, event))


def permission_words(permission: str) -> str:
    """Say what a permission lets one do; one nobody knows any more stands by its code."""
    return str(PERMISSIONS[Permission(permission)]) if permission in set(Permission) else permission
