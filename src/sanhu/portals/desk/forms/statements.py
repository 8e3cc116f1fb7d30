"""The form of a statement: what it is called, and its file."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sanhu.portals.desk.forms.imports import TableField
from sanhu.portals.desk.submitting import OnceForm

_MOST_NAME = 100


class StatementForm(OnceForm):
    """A statement of the bank or the finance system."""

    name = forms.CharField(label=_("对账单名称"), help_text=_("例如：国库集中支付 2026年11月。"), max_length=_MOST_NAME)
    file = TableField(
        label=_("CSV 文件"),
        help_text=_("UTF-8 或者 GB18030 编码，第一行是表头，最多 5000 行。有一行不对，整份都不收。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
