"""The report form, which residents fill in on their own and clerks for whoever stands at the window."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.places.models import AreaLevel
from sanhu.domains.places.queries import within
from sanhu.portals.look.forms import LookForm

MOST_WORDS = 2000
# What of the form goes along while its writer decides; photos are kept with the form's own number.
CARRIED = ("words", "area", "address", "tell", "contact", "cell", "lon", "lat", "client_id")


class PhotosInput(forms.ClearableFileInput):
    """A file input that takes several photos at once."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Up to three photos. What is in them is checked where they are kept."""

    widget = PhotosInput(attrs={"accept": "image/jpeg,image/png,image/webp"})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Give the uploaded files, however many."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(PhotosField, self).clean(file, initial) for file in files]


Choices = Callable[[], list[tuple[str, Any]]]


def community_choices(district: str, on: date) -> Choices:
    """The district's communities, grouped by subdistrict: asked for in one query, once they are drawn."""
    return lambda: _communities(district, on)


def _communities(district: str, on: date) -> list[tuple[str, Any]]:
    groups: list[tuple[str, Any]] = [("", _("请选择社区"))]
    inside: list[tuple[str, str]] = []
    for code, name, level in within(district, on).values_list("code", "name", "level"):
        if level == AreaLevel.SUBDISTRICT:
            inside = []
            groups.append((name, inside))
        elif level == AreaLevel.COMMUNITY:
            inside.append((code, name))
    return [group for group in groups if group[1]]


class CommunityField(forms.ChoiceField):
    """One of the district's communities. Whether there is such a one the intake says, and is not asked twice."""

    def valid_value(self, value: Any) -> bool:
        """Leave it to the intake, which refuses an unknown code."""
        del value
        return True


def telling_field() -> forms.ChoiceField:
    """Ask by what way somebody wants to be told of progress, or that they do not."""
    return forms.ChoiceField(
        label=_("要不要告诉您进展"),
        choices=[
            ("", _("只要回执码")),
            (Channel.SMS.value, _("发短信")),
            (Channel.EMAIL.value, _("发邮件")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )


class ReportForm(LookForm):
    """Words, place, photos, and whether to be told."""

    words = forms.CharField(
        label=_("发生了什么"),
        help_text=_("例如：三号楼电梯一周停了四次。不用写姓名和证件号。"),
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    area = CommunityField(label=_("在哪个社区"), help_text=_("选社区，或者点下面的地图。"))
    address = forms.CharField(
        label=_("具体位置"), help_text=_("例如：翠园小区三号楼西侧。"), max_length=200, required=False
    )
    photos = PhotosField(
        label=_("照片"),
        help_text=_("最多三张，JPEG、PNG 或 WebP，每张不超过 10 MB。拍摄位置等信息会自动去掉。"),
        required=False,
    )
    tell = telling_field()
    contact = forms.CharField(
        label=_("手机号或邮箱"),
        help_text=_("只用于回访和告知这件事的进展，办结 30 天后自动删除。"),
        max_length=100,
        required=False,
    )
    cell = forms.CharField(widget=forms.HiddenInput, required=False, max_length=15)
    lon = forms.FloatField(widget=forms.HiddenInput, required=False)
    lat = forms.FloatField(widget=forms.HiddenInput, required=False)
    client_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, communities: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = self.fields["area"]
        assert isinstance(area, forms.ChoiceField), "declared above"
        area.choices = communities
        if not self.is_bound:
            self.initial.setdefault("client_id", uuid.uuid4())

    def clean(self) -> dict[str, Any]:
        """A way of being told needs an address of that kind."""
        return address_checked(self, super().clean() or {})


def carried(posted: QueryDict) -> list[tuple[str, str]]:
    """Give what somebody wrote, to stand in a form unseen, so that nothing of it is lost on the way."""
    return [(name, str(posted[name])) for name in CARRIED if posted.get(name)] if posted.get("words") else []


def joining_id(client_id: UUID, number: str) -> UUID:
    """Give the number of the form by which a matter is joined: another one than the report's, the same each time."""
    return uuid5(NAMESPACE_OID, f"{client_id}:join:{number}")


def address_checked(form: forms.Form, cleaned: dict[str, Any]) -> dict[str, Any]:
    """Hold the address to the way of being told that was chosen; without one, forget it."""
    tell, contact = cleaned.get("tell"), cleaned.get("contact", "").strip()
    is_phone = contact.isascii() and contact.isdigit() and len(contact) == 11 and contact[0] == "1"
    if tell == Channel.SMS and not is_phone:
        form.add_error("contact", _("“手机号或邮箱”：发短信需要 11 位手机号。"))
    if tell == Channel.EMAIL:
        try:
            forms.EmailField().clean(contact)
        except forms.ValidationError:
            form.add_error("contact", _("“手机号或邮箱”：发邮件需要完整的邮箱地址。"))
    cleaned["contact"] = contact if tell else ""
    return cleaned
