"""The gate's vocabulary: how demands come in, what came of holding them against the list, and who has what say."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OpinionKind(TextChoices):
    """The three checks that run side by side."""

    LEGALITY = "legality", _("合法性审查")
    FUNDING = "funding", _("经费审核")
    HEARING = "hearing", _("居民委员会意见")


class Choice(TextChoices):
    """What a member of the joint meeting says."""

    APPROVE = "approve", pgettext_lazy("vote", "同意")
    REJECT = "reject", pgettext_lazy("vote", "不同意")
    RECUSE = "recuse", pgettext_lazy("vote", "回避")


class GrantKind(TextChoices):
    """How the power to act comes to whoever has the duty (R33)."""

    DELEGATION = "delegation", _("授权")
    COMMISSION = "commission", _("委托")
    STATUTORY = "statutory", _("法定职权")


class DemandChannel(TextChoices):
    """How a demand reached the committee."""

    PHONE = "phone", _("电话")
    PAPER = "paper", _("纸质文件")
    GROUP_CHAT = "group_chat", _("工作群")
    FORM = "form", _("表格、系统填报")
    MEETING = "meeting", _("会议布置")


class Ground(TextChoices):
    """What a demand was found to be when it was held against the assist list in force."""

    ADMITTED = "admitted", _("已准入的协助事项")
    STATUTORY = "statutory", _("法定协助")
    EMERGENCY = "emergency", _("突发事件应急")
    UNADMITTED = "unadmitted", _("未经准入")


class LetterKind(TextChoices):
    """The letters this room writes."""

    REFUSAL = "refusal_notice", _("拒绝承接告知单")
    ADMISSION_LETTER = "admission_letter", _("请按准入程序申请的告知函")
    SUSPENSION = "suspension_notice", _("中止协助告知单")
    RETURN_DECISION = "return_decision", _("任务回归决定书")
    RETURN_REJECTION = "return_rejection", _("不予任务回归决定书")


class Contradiction(TextChoices):
    """The four contradictions (R12), one of which a return may answer."""

    C1 = "C1", _("功能拓展与权责不对等")
    C2 = "C2", _("需求增长与公共服务及设施短缺")
    C3 = "C3", _("弱势群体比例较大与救助能力不足")
    C4 = "C4", _("管理体制改革滞后与社区内外关系不顺")


class ReturnOutcome(TextChoices):
    """What became of a task that went back."""

    HELD = "held", _("没有再落到居民委员会")
    CAME_BACK = "came_back", _("又回到居民委员会")


class AssistRole(TextChoices):
    """What a committee may do for a government affair (R21): it assists, it never leads."""

    PUBLICISE = "publicise", _("宣传")
    REPORT = "report", _("报告")
    DISSUADE = "dissuade", _("劝阻")
    MEDIATE = "mediate", _("调解")
    ASSIST = "assist", _("协助")
    ORGANISE = "organise", _("组织")
