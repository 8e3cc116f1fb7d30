"""What part of the record is looked at."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sanhu.portals.look.forms import LookForm


class RecordFilter(LookForm):
    """One subject of the record, by its reference."""

    subject = forms.CharField(
        label=_("对象"), help_text=_("例如 person:12、role:window_clerk。"), max_length=80, required=False
    )
