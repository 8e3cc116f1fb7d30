"""Linking an account to the district's own sign-on, by whoever keeps accounts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sanhu.portals.desk.submitting import OnceForm


class SignOnForm(OnceForm):
    """Who somebody is to the sign-on."""

    subject = forms.CharField(
        label=_("统一身份认证里的标识（sub）"), help_text=_("由统一身份认证的管理单位提供，不是姓名。"), max_length=255
    )
