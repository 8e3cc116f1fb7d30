"""The forms in which tokens are made: one's own, and a system's for a post that answers for it."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.subjects.models import Post
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.rules.tokens import MOST_DAYS, MOST_NAME
from sanhu.portals.desk.forms.dates import DayField
from sanhu.portals.desk.submitting import OnceForm
from sanhu.portals.desk.wording import PERMISSIONS

_PROPOSED_DAYS = 90


class TokenForm(OnceForm):
    """What the token is for, what it may do, and until when."""

    name = forms.CharField(
        label=_("名称"), help_text=_("做什么用的，例如：每天导出到统计表。不要写个人信息。"), max_length=MOST_NAME
    )
    scopes = forms.MultipleChoiceField(
        label=_("令牌的权限"),
        help_text=_("只给用得着的。只看辖区的办件，也要选一项在辖区里办事的权限，没有的只看到本单位主责的。"),
        widget=forms.CheckboxSelectMultiple,
    )
    expires_on = DayField(label=_("有效期到"), help_text=_("那一天仍然有效，最长 366 天。到期以后要重新生成。"))

    def __init__(self, *args: Any, scopes: Iterable[Permission], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = self.fields["scopes"]
        assert isinstance(offered, forms.MultipleChoiceField), "declared above"
        offered.choices = [(scope.value, PERMISSIONS[scope]) for scope in scopes]
        self.initial.setdefault("expires_on", today + timedelta(days=min(_PROPOSED_DAYS, MOST_DAYS)))


class SystemTokenForm(TokenForm):
    """Beside that, the post whose holder answers for the program."""

    post = forms.TypedChoiceField(
        label=_("由哪个岗位负责"),
        help_text=_("程序以这个岗位的名义办事，权限不超过这个岗位的；离任或者停用账号，令牌随即失效。"),
        coerce=int,
    )
    field_order = ("name", "post", "scopes", "expires_on")

    def __init__(self, *args: Any, posts: Sequence[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        post = self.fields["post"]
        assert isinstance(post, forms.TypedChoiceField), "declared above"
        post.choices = [("", _("请选择岗位")), *((one.pk, _words(one)) for one in posts)]


def _words(post: Post) -> str:
    return gettext("%(body)s %(title)s（工号 %(number)s）") % {
        "body": post.organisation.name,
        "title": post.title,
        "number": post.person.staff_number,
    }
