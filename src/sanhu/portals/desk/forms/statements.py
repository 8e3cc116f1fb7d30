"""The forms of statements: a file and whose it is; what a difference is; the second person's yes or no."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sanhu.domains.funding.clearing_rules import MOST_REASON
from sanhu.domains.funding.statement_terms import ClearingKind, StatementOrigin
from sanhu.portals.desk.forms.imports import TableField
from sanhu.portals.desk.sending import SentForm
from sanhu.portals.desk.submitting import OnceForm

_MOST_NAME = 100


class StatementForm(OnceForm):
    """A statement of the bank or the finance system."""

    name = forms.CharField(label=_("对账单名称"), help_text=_("例如：国库集中支付 2026年11月。"), max_length=_MOST_NAME)
    origin = forms.ChoiceField(
        label=_("谁的对账单"), choices=StatementOrigin.choices, initial=StatementOrigin.BANK, widget=forms.RadioSelect
    )
    file = TableField(
        label=_("CSV 或者 Excel 文件"),
        help_text=_(
            "CSV 用 UTF-8 或者 GB18030 编码；Excel 用 .xlsx，表头上面可以有标题。最多 5000 行，有一行不对，整份都不收。"
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
    )


class ExplainForm(SentForm):
    """What a difference is, and why."""

    named = {"性质": "kind", "理由": "reason"}

    kind = forms.ChoiceField(label=_("性质"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("理由"), max_length=MOST_REASON, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, kinds: Collection[ClearingKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField), "declared above"
        kind.choices = [(one.value, one.label) for one in ClearingKind if one in kinds]


class SignClearingForm(SentForm):
    """Yes, as the second person."""

    is_sure = forms.BooleanField(label=_("我核对过回单和凭证，同意这个说明"))


class RefuseClearingForm(SentForm):
    """No, as the second person, and why."""

    named = {"理由": "reason"}

    reason = forms.CharField(label=_("为什么不同意"), max_length=MOST_REASON, widget=forms.Textarea(attrs={"rows": 3}))
