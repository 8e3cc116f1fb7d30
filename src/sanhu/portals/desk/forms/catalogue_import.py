"""Forms of the catalogue's import: the workbook to be tried, and why, from when and on what it is to be proposed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sanhu.portals.desk.forms.imports import TableField
from sanhu.portals.desk.forms.proposals import ProposalForm
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


class ProposeForm(ProposalForm):
    """The workbook that was tried, sealed, and what goes with the proposal it becomes."""

    kept = forms.CharField(label=_("试运行过的文件"), widget=forms.HiddenInput)
