"""The end of a year in words: what becomes of what is left, and how a settlement of a year stands."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class YearEndAction(TextChoices):
    """What becomes of money that is left: it goes over into the next year, or back to where it came from."""

    CARRY = "carry", _("结转下年")
    RETURN = "return", _("交回")


class SettlementState(TextChoices):
    """A settlement waits until another person signs or refuses it."""

    WAITING = "waiting", pgettext_lazy("settlement", "待第二人签批")
    SIGNED = "signed", pgettext_lazy("settlement", "已签批")
    REFUSED = "refused", pgettext_lazy("settlement", "未通过")


class YearEndEvent(TextChoices):
    """What the record says happened at the end of a year."""

    CONSENTED = "carry_consent.given", _("预算部门同意结转")
    CONSENT_ENDED = "carry_consent.withdrawn", _("收回结转的同意")
    PROPOSED = "year_settlement.proposed", _("提出年度结算，待第二人签批")
    SIGNED = "year_settlement.signed", _("年度结算已签批")
    CONTINUED = "year_settlement.continued", _("年度结算（续）")
    REFUSED = "year_settlement.refused", _("年度结算未获签批")
    VOUCHER_POSTED = "voucher.settled", _("年度结算记账")
