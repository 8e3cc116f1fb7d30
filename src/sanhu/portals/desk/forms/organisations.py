"""Forms for bodies: registering one, changing what it is, ending it."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sanhu.domains.subjects.kinds import Sector, Specialty, SubjectKind, sector_of
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.services.organisations import NAME_LENGTH, OrganisationChange
from sanhu.portals.desk.forms.dates import DayField
from sanhu.portals.desk.submitting import OnceForm
from sanhu.portals.look.forms import LookForm

MOST_AREAS = 4000
_BETWEEN_CODES = re.compile(r"[\s,，、;；]+")


def kind_choices() -> list[tuple[Any, Any]]:
    """The kinds of body, grouped by sector."""
    return [
        (sector.label, [(kind.value, kind.label) for kind in SubjectKind if sector_of(kind) is sector])
        for sector in Sector
    ]


def parent_choices(bodies: list[Organisation], *, nothing: Any) -> list[tuple[Any, Any]]:
    """The bodies one may belong to, by name."""
    return [("", nothing), *((str(body.pk), body.name) for body in bodies)]


class AreasField(forms.CharField):
    """Division and grid codes, however they are set apart."""

    widget = forms.Textarea(attrs={"rows": 4, "inputmode": "numeric"})

    def clean(self, value: Any) -> Any:
        """Give the codes in the order they were written, each once."""
        return list(dict.fromkeys(code for code in _BETWEEN_CODES.split(super().clean(value)) if code))


class OrganisationFilter(LookForm):
    """What part of the list is looked at."""

    kind = forms.ChoiceField(label=_("种类"), required=False)
    sector = forms.ChoiceField(label=_("三互主体"), choices=[("", _("全部")), *Sector.choices], required=False)
    closed = forms.BooleanField(label=_("也看已撤销的"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField), "declared above"
        kind.choices = [("", _("全部")), *kind_choices()]


class _Described(OnceForm):
    """What is said of a body, new or known."""

    name = forms.CharField(label=_("名称"), max_length=NAME_LENGTH)
    specialty = forms.ChoiceField(
        label=_("职能领域"), choices=Specialty.choices, help_text=_("区分同一种单位：例如民政、城市管理、供水。")
    )
    uscc = forms.CharField(
        label=_("统一社会信用代码"), help_text=_("18 位；没有的不填。"), max_length=30, required=False
    )
    areas = AreasField(
        label=_("服务区域"),
        help_text=_("区划代码（6、9、12 位）或网格代码（15 位），一行一个。交办按它找责任单位。"),
        max_length=MOST_AREAS,
    )


class OrganisationForm(_Described):
    """A body that is registered."""

    kind = forms.ChoiceField(label=_("种类"), help_text=_("登记以后不能改；属于哪一方由种类决定。"))
    parent = forms.TypedChoiceField(
        label=_("隶属"),
        help_text=_("社会服务工作站须隶属街道社区服务中心。"),
        coerce=int,
        empty_value=None,
        required=False,
    )
    active_from = DayField(label=_("设立日期"))
    field_order = ("name", "kind", "specialty", "uscc", "parent", "areas", "active_from")

    def __init__(self, *args: Any, bodies: list[Organisation], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind, parent = self.fields["kind"], self.fields["parent"]
        assert isinstance(kind, forms.ChoiceField), "declared above"
        assert isinstance(parent, forms.TypedChoiceField), "declared above"
        kind.choices = [("", _("请选择种类")), *kind_choices()]
        parent.choices = parent_choices(bodies, nothing=_("没有上级"))
        self.initial.setdefault("specialty", Specialty.GENERAL)
        self.initial.setdefault("active_from", today)


class OrganisationChangeForm(_Described):
    """A body that is changed; its kind is what it is."""

    parent = forms.TypedChoiceField(label=_("隶属"), coerce=int, empty_value=None, required=False)
    field_order = ("name", "specialty", "uscc", "parent", "areas")

    def __init__(self, *args: Any, body: Organisation, bodies: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent = self.fields["parent"]
        assert isinstance(parent, forms.TypedChoiceField), "declared above"
        others = [other for other in bodies if other.pk != body.pk]
        parent.choices = parent_choices(others, nothing=_("不改"))
        self.initial.update(
            name=body.name,
            specialty=body.specialty,
            uscc=body.uscc,
            parent=body.parent_id or "",
            areas="\n".join(area.code for area in body.served_areas.all() if area.ended_at is None),
        )

    def change(self) -> OrganisationChange:
        """What is asked for, once the form is valid."""
        said = self.cleaned_data
        return OrganisationChange(
            name=said["name"],
            specialty=Specialty(said["specialty"]),
            uscc=said["uscc"],
            areas=said["areas"],
            parent_id=said["parent"],
        )


class OrganisationEndForm(OnceForm):
    """A body that ceases to be."""

    active_to = DayField(label=_("最后一天"), help_text=_("这一天仍然存在；第二天起，它的岗位和责任都停止。"))
    basis = forms.CharField(
        label=_("依据的决定"),
        help_text=_("撤销决定的名称和文号。有当选成员的组织必须写。"),
        max_length=200,
        required=False,
    )
