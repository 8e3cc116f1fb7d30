"""What the record says happened to matters, with the words a page shows."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MatterEvent(TextChoices):
    """The events this room writes into the record; each move of the state table names one of them."""

    REGISTERED = "matter.registered", _("登记反映")
    ACCEPTED = "matter.accepted", _("受理办件")
    DECLINED = "matter.declined", _("不予受理办件")
    ASSIGNED = "matter.assigned", _("交办办件")
    RECLASSIFIED = "matter.reclassified", _("办件改归另一项")
    RULED = "matter.ruled", _("裁定办件的主责单位")
    SIGNED = "matter.signed", _("签收办件")
    RETURNED = "matter.returned", _("退回办件")
    DEEMED_SIGNED = "matter.deemed_signed", _("逾期未签收，视为签收")
    DEEMED_RETURNED = "matter.deemed_returned", _("逾期未签收，视为退回")
    STARTED = "matter.started", _("开始办理办件")
    FINISHED = "matter.finished", _("办件办理完毕")
    VERIFIED = "matter.verified", _("办件核查通过")
    REWORKED = "matter.reworked", _("办件核查不通过")
    CLOSED = "matter.closed", _("办结办件")
    EXTENSION_ASKED = "matter.extension_asked", _("申请延期")
    EXTENSION_GRANTED = "matter.extension_granted", _("批准延期")
    EXTENSION_REFUSED = "matter.extension_refused", _("不同意延期")
    SUSPENSION_ASKED = "matter.suspension_asked", _("申请挂账")
    SUSPENDED = "matter.suspended", _("办件挂账")
    SUSPENSION_REFUSED = "matter.suspension_refused", _("不同意挂账")
    KEPT_SUSPENDED = "matter.kept_suspended", _("继续挂账")
    RESUMED = "matter.resumed", _("恢复办理办件")
    CALLED_UP = "matter.called_up", _("通知恢复办理办件")
    MERGED = "matter.merged", _("办件并案")
    REOPENED = "matter.reopened", _("重新办理办件")
    URGED = "matter.urged", _("催办办件")
    URGED_BY_REPORTER = "matter.urged_by_reporter", _("反映人催办")
    SUPERVISED = "matter.supervised", _("督办办件")
    SUPERVISION_ANSWERED = "matter.supervision_answered", _("答复督办")
    COSIGNING_ASKED = "matter.cosigning_asked", _("请其他单位会签")
    COSIGNING_ANSWERED = "matter.cosigning_answered", _("答复会签")
    COSIGNING_WITHDRAWN = "matter.cosigning_withdrawn", _("撤回会签")
    PUBLICATION_DECIDED = "matter.publication_decided", _("审看公开内容")
    RATED = "matter.rated", _("评价办件")
    CLOCK_NEAR = "clock.near", _("期限临近")
    CLOCK_OVERDUE = "clock.overdue", _("期限已过")
    CLOCK_RECOMPUTED = "clock.recomputed", _("期限因放假安排变动")
    PROCEDURE_STEP_DONE = "matter.procedure_step_done", _("办好一步程序")
    SUPPLEMENTED = "matter.supplemented", _("补充材料")
    JOINED = "joining.joined", _("加入已有的办件")
    JOINING_LEFT = "joining.left", _("不再跟进加入的办件")
    JOINING_ERASED = "joining.erased", _("删除加入者的联系方式")
    CONTACT_GIVEN = "contact.given", _("留下联系方式")
    CONTACT_CHANGED = "contact.changed", _("更改联系方式")
    CONTACT_ERASED = "contact.erased", _("删除联系方式")


class ReplyTemplateEvent(TextChoices):
    """What happened to a body's templates."""

    ADDED = "reply_template.added", _("新建常用答复")
    CHANGED = "reply_template.changed", _("修改常用答复")
    RETIRED = "reply_template.retired", _("停用常用答复")


class RouterEvent(TextChoices):
    """What happened to a district's router."""

    ASKED = "router.training_asked", _("要求重新训练自动归类")
    REPLACED = "router.replaced", _("启用新训练的自动归类")
    KEPT_AS_IT_WAS = "router.kept_as_it_was", _("新训练的自动归类没有更好，保留原来的")
