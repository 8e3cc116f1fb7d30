"""The forms in which a post's powers are lent to a deputy and taken back."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from sanhu.domains.subjects.models import Post
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import held
from sanhu.domains.subjects.rules.delegating import ABSENCE_LABELS, lendable
from sanhu.portals.desk.forms.dates import DayField
from sanhu.portals.desk.sending import SentForm
from sanhu.portals.desk.wording import PERMISSIONS


class DelegationForm(SentForm):
    """Who stands in, from when to when, why, and with which of the post's powers: all unless one is unticked."""

    deputy_staff_number = forms.CharField(
        label=_("代办人工号"), help_text=_("同一区的人员，有在任的岗位。"), max_length=20
    )
    starts_on = DayField(label=_("从哪天起"))
    ends_on = DayField(label=_("到哪天止"), help_text=_("当天包括在内，过后自动结束。"))
    reason = forms.ChoiceField(label=_("事由"), widget=forms.RadioSelect)
    permissions = forms.MultipleChoiceField(label=_("代办权限"), widget=forms.CheckboxSelectMultiple)
    named = {
        gettext_noop("代办人"): "deputy_staff_number",
        gettext_noop("从哪天起"): "starts_on",
        gettext_noop("到哪天止"): "ends_on",
        gettext_noop("事由"): "reason",
        gettext_noop("代办权限"): "permissions",
    }

    def __init__(self, *args: Any, post: Post, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lent = lendable(held(post))
        for name, choices in (
            ("reason", [(one.value, _(label)) for one, label in ABSENCE_LABELS.items()]),
            ("permissions", [(one, PERMISSIONS[Permission(one)]) for one in lent]),
        ):
            chosen = self.fields[name]
            assert isinstance(chosen, forms.ChoiceField), "declared above"
            chosen.choices = choices
        self.initial.update({"permissions": list(lent), "starts_on": today})


class DelegationEndForm(SentForm):
    """Nothing but the form's own number."""
