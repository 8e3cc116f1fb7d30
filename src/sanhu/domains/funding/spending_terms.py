"""What spending is called: on what it goes, and to whom outside the ledger."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MOST_PAYEE = 60


class ExpenseKind(TextChoices):
    """On what money is spent. The last is nothing one buys: it is named so that it can be refused."""

    WAGES = "wages", _("工资福利")
    OFFICE = "office", _("办公经费")
    UTILITIES = "utilities", _("水电网络费")
    EQUIPMENT = "equipment", _("设备购置")
    MATERIALS = "materials", _("材料物资")
    SERVICES_BOUGHT = "services_bought", _("购买服务")
    ACTIVITY = "activity", _("活动费用")
    MAINTENANCE = "maintenance", _("维修维护")
    CONSTRUCTION = "construction", _("工程建设")
    AID_TO_PERSONS = "aid_to_persons", _("慰问救助")
    TAXES_AND_FEES = "taxes_and_fees", _("税费和手续费")
    BUDGET_BALANCE = "budget_balance", _("平衡财政一般预算")


class PayeeKind(TextChoices):
    """Who is paid outside the ledger. Of a person everybody reads the surname alone."""

    ORGANISATION = "organisation", pgettext_lazy("payee", "单位")
    PERSON = "person", pgettext_lazy("payee", "个人")


class SpendingEvent(TextChoices):
    """What the record says happened to spending beside its voucher."""

    PAYEE_ERASED = "spending.payee_erased", _("删除收款人姓名")
