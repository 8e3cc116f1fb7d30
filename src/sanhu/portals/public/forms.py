"""Forms for residents."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.casework.rules import SATISFACTION_LABELS, UNHAPPY
from sanhu.domains.evidence.models.notice import Channel
from sanhu.portals.look.forms import LookForm
from sanhu.portals.look.moments import day_of_year_words
from sanhu.portals.reporting import PhotosField, address_checked, telling_field

MOST_WORDS = 2000


class ReceiptForm(LookForm):
    """The code somebody kept."""

    code = forms.CharField(
        label=_("回执码"),
        help_text=_("登记时给您的 13 位字母和数字，大小写和横线都没关系。"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class LetterCheckForm(LookForm):
    """The check code printed on a letter."""

    code = forms.CharField(
        label=_("校验码"),
        help_text=_("印在文书末尾，大小写、空格和横线都没关系；不用填发文字号。"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class DonorKeyForm(LookForm):
    """What stands on a donor's receipt: the number and the key."""

    number = forms.CharField(
        label=_("捐赠登记编号"),
        help_text=_("印在捐赠收据上，例如 990101-2026-D0001。"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    key = forms.CharField(
        label=_("查询码"),
        help_text=_("13 位字母和数字，大小写和横线都没关系。"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class RatingForm(LookForm):
    """One rating, with words if wanted."""

    satisfaction = forms.ChoiceField(
        label=_("您对办理结果满意吗"), choices=list(SATISFACTION_LABELS.items()), widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("想补充的话"), max_length=MOST_WORDS, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    reopen = forms.BooleanField(label=_("要求重新办理"), required=False)
    client_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, reopen_until: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if reopen_until is None:
            # What was ticked on an older page is still asked for, and answered by the rules.
            if "reopen" not in self.data:
                del self.fields["reopen"]
        else:
            self.fields["reopen"].help_text = gettext("评价为不满意或很不满意的，%(day)s以前可以要求重新办理一次。") % {
                "day": day_of_year_words(reopen_until)
            }
        # gettext_noop marked these; here they meet a reader.
        field = self.fields["satisfaction"]
        assert isinstance(field, forms.ChoiceField), "declared above"
        field.choices = [(value, _(label)) for value, label in SATISFACTION_LABELS.items()]

    def clean_reopen(self) -> bool:
        """Only an unhappy rating opens the matter again."""
        wanted = bool(self.cleaned_data["reopen"])
        if wanted and self.cleaned_data.get("satisfaction") not in UNHAPPY:
            raise forms.ValidationError(_("“要求重新办理”：评价为不满意或很不满意的，才能要求。"))
        return wanted


class SupplementForm(LookForm):
    """Further words and photos; one of both is enough."""

    words = forms.CharField(
        label=_("补充的内容"),
        help_text=_("例如：今天下午又倒了一车。不用写姓名和证件号。"),
        max_length=MOST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    photos = PhotosField(
        label=_("照片"),
        help_text=_("最多三张，JPEG、PNG 或 WebP，每张不超过 10 MB。拍摄位置等信息会自动去掉。"),
        required=False,
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput)


class ContactForm(LookForm):
    """Which way to be told, and where."""

    tell = forms.ChoiceField(
        label=_("怎样告诉您"),
        choices=[(Channel.SMS.value, _("发短信")), (Channel.EMAIL.value, _("发邮件"))],
        widget=forms.RadioSelect,
    )
    contact = forms.CharField(
        label=_("手机号或邮箱"),
        help_text=_("只用于回访和告知这件事的进展，办结 30 天后自动删除。"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_withdrawal: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("tell", "contact"):
            self.fields[name].required = not is_withdrawal

    def clean(self) -> dict[str, Any]:
        """A way of being told needs an address of that kind."""
        return address_checked(self, super().clean() or {})


class JoinForm(LookForm):
    """Whether whoever joins a matter wants to be told of it, and where."""

    tell = telling_field()
    contact = forms.CharField(
        label=_("手机号或邮箱"),
        help_text=_("只用于告知这件事的进展，办结 30 天后自动删除；别人看不到。"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """A way of being told needs an address of that kind."""
        return address_checked(self, super().clean() or {})


class UrgeForm(forms.Form):
    """A press of the button; sent twice, it counts once."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
