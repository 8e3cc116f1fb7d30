"""What budgets are made of: for whom they are, the natures of spending (R52), and how an adjustment stands."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MOST_TITLE, MOST_NUMBER, MOST_WORDS, MOST_SOURCE, MOST_REASON = 100, 60, 1000, 200, 200
YEARS = range(2000, 2200)
# A thousand per cent either way: no reference for what a budget should grow by lies beyond.
MOST_RATE_BP = 100_000


class BudgetLevel(TextChoices):
    """For whom a budget is."""

    DISTRICT = "district", pgettext_lazy("budget", "区本级")
    SUBDISTRICT_OFFICE = "subdistrict_office", pgettext_lazy("budget", "街道")


class SpendingNature(TextChoices):
    """The natures of spending: the first three are what R52 asks to grow."""

    PUBLIC_BENEFIT = "public_benefit", _("公益性支出")
    SOCIAL = "social", _("社会性支出")
    SERVICE = "service", _("服务性支出")
    ADMINISTRATIVE = "administrative", _("行政性支出")
    CAPITAL = "capital", _("建设性支出")


# What R52 asks to grow.
TO_GROW = (SpendingNature.PUBLIC_BENEFIT, SpendingNature.SOCIAL, SpendingNature.SERVICE)


class AdjustmentState(TextChoices):
    """An adjustment waits for another person, who approves it or not."""

    ASKED = "asked", pgettext_lazy("adjustment", "待批准")
    APPROVED = "approved", pgettext_lazy("adjustment", "已批准")
    REJECTED = "rejected", pgettext_lazy("adjustment", "不予批准")


class BudgetEvent(TextChoices):
    """What the record says happened to budgets, plans and reference rates."""

    OPENED = "budget.opened", _("新建预算")
    EDITED = "budget.edited", _("改动预算草案")
    SUBMITTED = "budget.submitted", _("提交预算")
    WITHDRAWN = "budget.withdrawn", _("收回预算再改")
    REJECTED = "budget.rejected", _("退回预算")
    LOCKED = "budget.locked", _("批准并锁定预算")
    ADJUSTMENT_ASKED = "budget.adjustment_asked", _("申请调整预算")
    ADJUSTMENT_APPROVED = "budget.adjustment_approved", _("批准调整预算")
    ADJUSTMENT_REJECTED = "budget.adjustment_rejected", _("不予批准调整预算")
    PLAN_RECORDED = "development_plan.recorded", _("登记中长期规划")
    PLAN_CORRECTED = "development_plan.corrected", _("更正中长期规划的登记")
    RATE_RECORDED = "reference_rate.recorded", _("登记参照增长率")
