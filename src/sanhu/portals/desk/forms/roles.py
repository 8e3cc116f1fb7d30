"""The form in which the security administrator says what a role may do."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sanhu.domains.subjects.models import Role
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.rules.powers import ADMINISTRATION, BUSINESS, SHARED
from sanhu.domains.subjects.services.powers import REASON_LENGTH
from sanhu.portals.desk.submitting import OnceForm
from sanhu.portals.desk.wording import PERMISSIONS


class RoleForm(OnceForm):
    """Every permission, those the role carries ticked, and why it changes."""

    permissions = forms.MultipleChoiceField(label=_("权限"), widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(
        label=_("更改的理由"),
        help_text=_("写进记录，审计管理员能看到。不要写个人信息。"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, role: Role, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        permissions = self.fields["permissions"]
        assert isinstance(permissions, forms.MultipleChoiceField), "declared above"
        permissions.choices = [
            (group, [(one.value, PERMISSIONS[one]) for one in Permission if one in members])
            for group, members in ((_("共用"), SHARED), (_("业务"), BUSINESS), (_("管理"), ADMINISTRATION))
        ]
        self.initial["permissions"] = list(role.permissions)
