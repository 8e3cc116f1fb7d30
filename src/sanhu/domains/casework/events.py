"""What the record says happened to matters, with the words a page shows."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MatterEvent(TextChoices):
    """The events this room writes into the record; each move of the state table names one of them."""

    REGISTERED = "matter.registered", _("登记反映")
    ACCEPTED = "matter.accepted", _("受理办件")
    DECLINED = "matter.declined", _("不予受理办件")
    ASSIGNED = "matter.assigned", _("交办办件")
    SIGNED = "matter.signed", _("签收办件")
    RETURNED = "matter.returned", _("退回办件")
    DEEMED_SIGNED = "matter.deemed_signed", _("逾期未签收，视为签收")
    DEEMED_RETURNED = "matter.deemed_returned", _("逾期未签收，视为退回")
    STARTED = "matter.started", _("开始办理办件")
    FINISHED = "matter.finished", _("办件办理完毕")
    VERIFIED = "matter.verified", _("办件核查通过")
    REWORKED = "matter.reworked", _("办件核查不通过")
    CLOSED = "matter.closed", _("办结办件")
    RATED = "matter.rated", _("评价办件")
    CLOCK_NEAR = "clock.near", _("期限临近")
    CLOCK_OVERDUE = "clock.overdue", _("期限已过")
    CLOCK_RECOMPUTED = "clock.recomputed", _("期限因放假安排变动")
    CONTACT_ERASED = "contact.erased", _("删除联系方式")
