"""What money is called: five sources (R63), the lines of a district's budget (R56), and what a voucher does."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# A hundred billion yuan: beyond any district's budget, and far below what the column holds.
MOST_FEN = 10_000_000_000_000


class FundSource(TextChoices):
    """Where money comes from; there is one ledger for each, and nothing passes between them."""

    FISCAL = "fiscal", _("财政支持")
    FEE_FOLLOWS_AFFAIR = "fee_follows_affair", _("费随事转")
    LOTTERY = "lottery", _("彩票资助")
    PAID_SERVICE = "paid_service", _("有偿服务")
    SOCIAL_DONATION = "social_donation", _("社会赞助")


class BudgetLine(TextChoices):
    """The lines of F.3; L1 to L6b are the article's own list."""

    L1 = "L1", _("L1 社区党组织工作经费")
    L2 = "L2", _("L2 居委会工作经费")
    L3 = "L3", _("L3 社区工作站工作经费")
    L4 = "L4", _("L4 社区工作人员工资福利")
    L5A = "L5a", _("L5a 服务设施建设经费")
    L5B = "L5b", _("L5b 服务设施管理维护经费")
    L6A = "L6a", _("L6a 信息网络建设经费")
    L6B = "L6b", _("L6b 信息网络维护经费")
    L7 = "L7", _("L7 为民服务专项经费")
    L8 = "L8", _("L8 政府购买社区服务经费")
    L9 = "L9", _("L9 协助事项经费（费随事转）")
    L10 = "L10", _("L10 彩票公益金项目经费")


class VoucherKind(TextChoices):
    """What a voucher does: money comes in, is paid on what was reserved, moves with its task, or is taken back.

    What a body spends leaves the ledger for a payee outside. At the end of a year what is left goes over into the next
    one, or back to where it came from.
    """

    APPROPRIATION = "appropriation", _("拨入")
    PAYMENT = "payment", _("拨付")
    TRANSFER = "transfer", _("随事划转")
    SPENDING = "spending", _("支出")
    CARRY_OVER = "carry_over", _("结转下年")
    RETURN = "return", _("结余交回")
    REVERSAL = "reversal", _("冲销")


# What a bank pays, and what no bank sees: a balance that goes with its task, or over into the next year.
PAID_BY_A_BANK = frozenset({VoucherKind.PAYMENT, VoucherKind.SPENDING, VoucherKind.RETURN})
IN_THE_BOOKS_ALONE = frozenset({VoucherKind.TRANSFER, VoucherKind.CARRY_OVER})


class VoucherState(TextChoices):
    """A voucher waits where a second person has to sign; what is posted stays posted."""

    WAITING = "waiting", pgettext_lazy("voucher", "待第二人签批")
    POSTED = "posted", pgettext_lazy("voucher", "已记账")
    REJECTED = "rejected", pgettext_lazy("voucher", "未通过")


class Side(TextChoices):
    """Which side of an account a posting counts on: what came in makes the cap, what went out uses it up.

    A reversal counts on the side of what it takes back, with the opposite sign.
    """

    IN = "in", _("收")
    OUT = "out", _("支")
