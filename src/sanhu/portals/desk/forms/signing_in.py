"""Signing in, and changing the ways in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sanhu.portals.look.forms import LookForm


class SignInForm(LookForm):
    """Account and password."""

    username = forms.CharField(
        label=_("账号"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ChangePasswordForm(LookForm):
    """The old password once, the new one twice."""

    old = forms.CharField(
        label=_("现在的密码"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("新密码"),
        help_text=_("至少 10 个字符，不能只有数字，不能是常见密码。"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再写一遍新密码"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """The new one is the same twice; whether it is good, the service says."""
        cleaned = super().clean() or {}
        if cleaned.get("new") and cleaned.get("again") and cleaned["new"] != cleaned["again"]:
            self.add_error("again", _("两遍“新密码”不一样。"))
        return cleaned


class SecondStepForm(LookForm):
    """One code: an app's, or one from paper."""

    code = forms.CharField(
        label=_("验证码"),
        help_text=_("验证器上现在显示的 6 位数字；手边没有验证器，可以写一个恢复码。"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}),
    )


class AppForm(LookForm):
    """The first code of an app that was just told the secret."""

    code = forms.CharField(
        label=_("验证器上显示的 6 位验证码"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class PasskeyForm(LookForm):
    """A name for a new passkey."""

    name = forms.CharField(
        label=_("给它取个名字"), help_text=_("以后凭这个名字认出它，例如“办公室电脑”。"), max_length=60
    )
