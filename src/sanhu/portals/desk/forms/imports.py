"""Forms of an import: the file to be tried, and the word that it is to be written."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from sanhu.portals.desk.kept_files import MOST_BYTES
from sanhu.portals.desk.submitting import OnceForm
from sanhu.portals.look.forms import LookForm

_TITLE_LENGTH, _NOTICE_LENGTH = 200, 20_000


class TableField(forms.FileField):
    """A file small enough to be tried on the page. What stands in it is for the import to judge."""

    most_bytes = MOST_BYTES
    too_large = _("文件太大，页面一次最多收 1.4 MB（大约 5000 行）；请用下面的命令导入。")

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Refuse what is larger than a page takes."""
        file = super().clean(data, initial)
        if isinstance(file, UploadedFile) and (file.size or 0) > self.most_bytes:
            raise forms.ValidationError(self.too_large)
        return file


class ImportForm(LookForm):
    """A table to be tried."""

    file = TableField(
        label=_("CSV 文件"),
        help_text=_("UTF-8 或者 GB18030 编码，第一行是表头，最多 5000 行。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )


class AnnouncementForm(LookForm):
    """An announcement of days off to be tried."""

    title = forms.CharField(
        label=_("通知名称"),
        help_text=_("例如：国务院办公厅关于 2027 年部分节假日安排的通知。JSON 文件里写了的不用填。"),
        max_length=_TITLE_LENGTH,
        required=False,
    )
    notice = forms.CharField(
        label=_("通知内容或文号"),
        help_text=_("和日历一起保存，以后能看到依据。JSON 文件里写了的不用填。"),
        max_length=_NOTICE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    year = forms.IntegerField(
        label=_("整年的安排"),
        help_text=_("写年份，表示这是那一年的全部安排；只调整个别日子的不填。"),
        min_value=2000,
        max_value=2100,
        required=False,
    )
    file = TableField(
        label=_("CSV 或 JSON 文件"),
        help_text=_("UTF-8 编码。怎样写见“文件格式”。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.json,text/csv,application/json"}),
    )

    def said(self) -> dict[str, Any]:
        """What was said beside the file, once the form is valid."""
        return {name: self.cleaned_data[name] for name in ("title", "notice", "year")}


class ConfirmForm(OnceForm):
    """The file that was tried, sealed, to be written now."""

    kept = forms.CharField(label=_("试运行过的文件"), widget=forms.HiddenInput)
    skip_bad = forms.BooleanField(label=_("跳过有错的行"), widget=forms.HiddenInput, required=False)
