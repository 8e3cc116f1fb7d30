"""Forms of the ledger: what is appropriated, the second person's yes or no, taking back, closing a year."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sanhu.domains.funding.rules import MOST_BASIS, MOST_REASON
from sanhu.domains.funding.services.budgets import Order
from sanhu.domains.funding.terms import BudgetLine, FundSource
from sanhu.domains.subjects.queries import active_organisations
from sanhu.engines.legal_time import legal_day
from sanhu.portals.desk.forms.money import YuanField
from sanhu.portals.desk.scans import ScansForm
from sanhu.portals.desk.sending import SentForm


class _Basis(forms.CharField):
    """The number of the paper a voucher rests on."""

    def __init__(self) -> None:
        super().__init__(label=_("依据文件的文号"), help_text=_("例如：示财预〔2026〕12号。"), max_length=MOST_BASIS)


class AppropriationForm(ScansForm, SentForm):
    """Money for a body: from which source, on which line, in which year, how much, on what paper."""

    named = {"金额": "amount_fen", "依据": "basis", "理由": "reason", "年度": "year", "凭证扫描件": "scans"}

    body_id = forms.TypedChoiceField(label=_("拨给哪个单位"), coerce=int)
    source = forms.ChoiceField(label=_("经费来源"), choices=FundSource.choices, widget=forms.RadioSelect)
    line = forms.ChoiceField(label=_("预算科目"), choices=[("", _("请选择科目")), *BudgetLine.choices])
    year = forms.IntegerField(
        label=_("年度"), min_value=2000, max_value=2199, widget=forms.NumberInput(attrs={"class": "short"})
    )
    amount_fen = YuanField(label=_("金额（元）"))
    basis = _Basis()
    reason = forms.CharField(label=_("说明"), max_length=MOST_REASON, required=False)
    field_order = ("body_id", "source", "line", "year", "amount_fen", "basis", "reason", "scans")

    def __init__(self, *args: Any, district: str, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("year", legal_day(at).year)
        body = self.fields["body_id"]
        assert isinstance(body, forms.TypedChoiceField), "declared above"
        bodies = active_organisations(at).filter(district=district).order_by("name", "id")
        body.choices = [("", _("请选择一个单位")), *bodies.values_list("pk", "name")]

    def order(self) -> Order:
        """What is appropriated, once the form is valid."""
        said = self.cleaned_data
        return Order(
            body_id=said["body_id"],
            source=said["source"],
            line=said["line"],
            year=said["year"],
            amount_fen=said["amount_fen"],
            basis=said["basis"],
            reason=said["reason"],
            draft_id=said["draft_id"],
        )


class SignForm(SentForm):
    """Yes, as the second person."""

    is_sure = forms.BooleanField(label=_("我核对过金额、收款方和依据文件，同意记账"))


class RejectForm(SentForm):
    """No, as the second person, and why."""

    named = {"理由": "reason"}

    reason = forms.CharField(label=_("为什么不同意"), max_length=MOST_REASON, widget=forms.Textarea(attrs={"rows": 3}))


class ReverseForm(ScansForm, SentForm):
    """Why a posted voucher is taken back, and on what paper."""

    named = {"依据": "basis", "理由": "reason", "凭证扫描件": "scans"}

    basis = _Basis()
    reason = forms.CharField(label=_("为什么冲销"), max_length=MOST_REASON, widget=forms.Textarea(attrs={"rows": 3}))
    field_order = ("basis", "reason", "scans")


class YearCloseForm(SentForm):
    """Which year is closed for good."""

    named = {"年度": "year"}

    year = forms.TypedChoiceField(label=_("哪一年"), coerce=int)
    is_sure = forms.BooleanField(label=_("确认结账，以后这一年不能再预留、记账或者冲销"))

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year = self.fields["year"]
        assert isinstance(year, forms.TypedChoiceField), "declared above"
        year.choices = [("", _("请选择年度")), *((one, str(one)) for one in years)]
