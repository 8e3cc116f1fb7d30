"""Forms of the catalogue's import: the workbook to be tried, and why, from when and on what it is to be proposed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sanhu.domains.catalogue.models import Instrument
from sanhu.portals.desk.forms.dates import DayField
from sanhu.portals.desk.forms.duties import REASON_LENGTH
from sanhu.portals.desk.forms.imports import TableField
from sanhu.portals.desk.sending import SentForm
from sanhu.portals.look.forms import LookForm

MOST_BYTES = 8 * 1024 * 1024


class WorkbookField(TableField):
    """A workbook small enough to be tried on the page."""

    most_bytes = MOST_BYTES
    too_large = _("文件太大，页面一次最多收 8 MB；请用下面的命令导入。")


class WorkbookForm(LookForm):
    """A workbook to be tried."""

    file = WorkbookField(
        label=_("Excel 或 CSV 文件"),
        help_text=_("xlsx，或者 UTF-8、GB18030 编码的 CSV；最多 5000 行。"),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".xlsx,.csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,text/csv"}
        ),
    )
    is_whole_list = forms.BooleanField(
        label=_("这是完整的清单"),
        help_text=_("勾选的，文件里没有写到的事项一并取消；不勾选的，没有写到的事项不变。"),
        required=False,
    )

    def said(self) -> dict[str, Any]:
        """What was said beside the file, once the form is valid."""
        return {"is_whole_list": self.cleaned_data["is_whole_list"]}


class ProposeForm(SentForm):
    """The workbook that was tried, sealed, and what goes with the proposal it becomes."""

    named = {"理由": "reason", "施行日期": "in_force_from"}

    kept = forms.CharField(label=_("试运行过的文件"), widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("理由"),
        help_text=_("随新版本公开。"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    in_force_from = DayField(label=_("施行日期"), help_text=_("不填的，从批准当天起，不早于上一版本。"), required=False)
    instrument = forms.ModelChoiceField(
        label=_("依据的文件"),
        help_text=_("不选的，和上一版本一样。"),
        queryset=Instrument.objects.none(),
        required=False,
        empty_label=_("和上一版本一样"),
    )

    def __init__(self, *args: Any, district: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["instrument"]
        assert isinstance(field, forms.ModelChoiceField), "declared above"
        field.queryset = Instrument.objects.filter(district=district).order_by("-adopted_on", "-pk")
        field.label_from_instance = _named  # type: ignore[method-assign]


def _named(obj: Instrument) -> str:
    return f"{obj.title} {obj.number}"
