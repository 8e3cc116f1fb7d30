"""What one says when taking a list away, and when subscribing to a digest."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sanhu.domains.subjects.rules.digests import MOST_ADDRESS
from sanhu.domains.subjects.services.digests import DIGEST_CHANNELS
from sanhu.portals.desk.submitting import OnceForm

FORMATS = (("xlsx", _("Excel 表格")), ("csv", _("CSV 文件")))
USUAL_HOUR = 8


class ExportForm(OnceForm):
    """In which form."""

    format = forms.ChoiceField(label=_("文件格式"), choices=FORMATS, widget=forms.RadioSelect, initial="xlsx")


class CancelForm(OnceForm):
    """Nothing but the wish itself."""


class DigestForm(OnceForm):
    """How, where and when."""

    channel = forms.ChoiceField(
        label=_("发送方式"),
        choices=[(channel.value, channel.label) for channel in DIGEST_CHANNELS],
        widget=forms.RadioSelect,
    )
    address = forms.CharField(
        label=_("发到哪里"),
        help_text=_("邮箱地址；或者在群里添加机器人以后得到的完整地址，以 https:// 开头。保存以后不再完整显示。"),
        max_length=MOST_ADDRESS,
    )
    hour = forms.TypedChoiceField(label=_("每个工作日几点"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hour = self.fields["hour"]
        assert isinstance(hour, forms.ChoiceField), "declared above"
        hour.choices = [(str(number), f"{number:02}:00") for number in range(24)]
        self.initial.setdefault("hour", USUAL_HOUR)
