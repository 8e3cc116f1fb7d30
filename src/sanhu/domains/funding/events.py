"""What the record says happened to money, with the words a page shows."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FundingEvent(TextChoices):
    """The events of this room."""

    ACCOUNT_OPENED = "ledger_account.opened", _("开立经费账户")
    RESERVED = "funds.reserved", _("预留经费")
    RELEASED = "funds.released", _("释放预留的经费")
    VOUCHER_ASKED = "voucher.asked", _("提交凭证，待第二人签批")
    VOUCHER_POSTED = "voucher.posted", _("凭证记账")
    VOUCHER_REJECTED = "voucher.rejected", _("凭证未获签批")
    STATEMENT_IMPORTED = "statement.imported", _("导入对账单")
    STATEMENT_CONTINUED = "statement.continued", _("导入对账单（续）")
    STATEMENT_MATCHED = "statement.matched", _("对账单重新核对")
    DIFFERENCE_EXPLAINED = "clearing.proposed", _("说明对账差异，待第二人签认")
    DIFFERENCE_CLEARED = "clearing.signed", _("对账差异已签认")
    DIFFERENCE_KEPT = "clearing.refused", _("对账差异的说明未获签认")
    ACCOUNT_DISCLOSED = "account.disclosed", _("公布社区账目")
    YEAR_CLOSED = "year.closed", _("年度结账")
