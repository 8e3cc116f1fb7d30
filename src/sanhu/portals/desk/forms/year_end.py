"""Forms of the end of a year: what becomes of what is left, the second person's yes or no, what may go over."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sanhu.domains.funding.rules import MOST_BASIS, MOST_REASON
from sanhu.portals.desk.scans import ScansForm
from sanhu.portals.desk.sending import SentForm

_NAMED = {"依据": "basis", "理由": "reason", "凭证扫描件": "scans"}


class SettlementForm(ScansForm, SentForm):
    """On what paper all that is left goes over or back, and why."""

    named = _NAMED

    basis = forms.CharField(label=_("依据文件的文号"), help_text=_("例如：示财库〔2027〕1号。"), max_length=MOST_BASIS)
    reason = forms.CharField(label=_("说明"), max_length=MOST_REASON, widget=forms.Textarea(attrs={"rows": 3}))
    field_order = ("basis", "reason", "scans")


class SettlementSignForm(SentForm):
    """Yes, as the second person."""

    is_sure = forms.BooleanField(label=_("我核对过各来源的结转、交回金额和依据文件，同意结算"))


class SettlementRefuseForm(SentForm):
    """No, as the second person, and why."""

    named = {"理由": "reason"}

    reason = forms.CharField(label=_("为什么不同意"), max_length=MOST_REASON, widget=forms.Textarea(attrs={"rows": 3}))


class ConsentForm(SentForm):
    """The budget office's paper by which what is left goes over, and why."""

    named = _NAMED

    basis = forms.CharField(
        label=_("预算部门同意结转的文号"), help_text=_("例如：示财预〔2026〕88号。"), max_length=MOST_BASIS
    )
    reason = forms.CharField(label=_("为什么结转"), max_length=MOST_REASON, widget=forms.Textarea(attrs={"rows": 3}))


class ConsentEndForm(SentForm):
    """The consent is taken back."""

    is_sure = forms.BooleanField(label=_("确认收回，这笔余额年末交回"))
