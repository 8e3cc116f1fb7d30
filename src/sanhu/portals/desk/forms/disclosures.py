"""The form with which an account is published."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sanhu.portals.desk.sending import SentForm


class DiscloseForm(SentForm):
    """Yes, this is what is published."""

    is_sure = forms.BooleanField(label=_("我核对过这一期的收支，同意向居民公布"))
