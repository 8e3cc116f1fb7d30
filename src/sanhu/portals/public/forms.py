"""Forms for residents."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sanhu.domains.casework.rules import SATISFACTION_LABELS
from sanhu.portals.look.forms import LookForm

MOST_WORDS = 2000


class ReceiptForm(LookForm):
    """The code somebody kept."""

    code = forms.CharField(
        label=_("回执码"),
        help_text=_("登记时给您的 13 位字母和数字，大小写和横线都没关系。"),
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
    client_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # gettext_noop marked these; here they meet a reader.
        field = self.fields["satisfaction"]
        assert isinstance(field, forms.ChoiceField), "declared above"
        field.choices = [(value, _(label)) for value, label in SATISFACTION_LABELS.items()]
