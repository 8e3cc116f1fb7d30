"""Forms for people and the posts they hold."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sanhu.domains.evidence.fields import mask_phone
from sanhu.domains.subjects.appointments import LAWFUL_GROUNDS, Appointment, LeavingGround
from sanhu.domains.subjects.models import Organisation, Person, Post, Role
from sanhu.domains.subjects.services.people import NAME_LENGTH
from sanhu.domains.subjects.services.posts import TITLE_LENGTH, PostChange, Terms
from sanhu.portals.desk.forms.dates import DayField
from sanhu.portals.desk.submitting import OnceForm
from sanhu.portals.desk.wording import role_words
from sanhu.portals.look.forms import LookForm


class PeopleFilter(LookForm):
    """Whom the list begins with."""

    staff_number = forms.CharField(label=_("工号"), max_length=20, required=False)


class _PersonForm(OnceForm):
    """Name and telephone."""

    name = forms.CharField(label=_("姓名"), max_length=NAME_LENGTH)
    phone = forms.CharField(
        label=_("办公电话或手机"),
        help_text=_("只用于单位内部联系，不公开。不收集证件号。"),
        max_length=30,
        required=False,
    )


class PersonChangeForm(_PersonForm):
    """Name and telephone put right; the present number is masked here as everywhere."""

    forget_phone = forms.BooleanField(label=_("不再保留电话"), required=False)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["name"] = person.name
        if person.phone:
            hint = gettext("现在是 %(phone)s；不改就不填。只用于单位内部联系，不公开。")
            self.fields["phone"].help_text = hint % {"phone": mask_phone(person.phone)}
        else:
            del self.fields["forget_phone"]

    def new_phone(self) -> str | None:
        """The number from now on; None where it stays as it is."""
        if self.cleaned_data.get("forget_phone"):
            return ""
        return self.cleaned_data["phone"] or None


class PersonForm(_PersonForm):
    """Somebody who is registered."""

    staff_number = forms.CharField(
        label=_("工号"), help_text=_("1 至 20 位数字或字母，本区内不重复，登记后不改。"), max_length=30
    )
    field_order = ("staff_number", "name", "phone")


class AppointForm(OnceForm):
    """A post somebody is given: elected, hired and appointed each have their own facts (R48)."""

    organisation = forms.TypedChoiceField(label=pgettext_lazy("one", "单位"), coerce=int)
    role = forms.ChoiceField(label=_("角色"), help_text=_("角色决定岗位有什么权限。"))
    title = forms.CharField(label=_("岗位名称"), help_text=_("例如：窗口受理员。"), max_length=TITLE_LENGTH)
    appointment = forms.ChoiceField(
        label=_("怎样任职"),
        help_text=_("选举产生、合同聘用、任命三种，不能混用。"),
        choices=Appointment.choices,
        widget=forms.RadioSelect,
    )
    starts_on = DayField(label=_("起始日期"))
    term_ends_on = DayField(label=_("任期届满日期"), help_text=_("只有选举产生的填写。"), required=False)
    contract_number = forms.CharField(
        label=_("合同编号"), help_text=_("只有合同聘用的填写。"), max_length=60, required=False
    )
    contract_ends_on = DayField(
        label=_("合同截止日期"), help_text=_("合同聘用的填写；无固定期限的不填。"), required=False
    )
    employer = forms.TypedChoiceField(
        label=_("用人单位"),
        help_text=_("只有合同聘用的填写；居民委员会不能作用人单位。"),
        coerce=int,
        empty_value=None,
        required=False,
    )
    dual_post_basis = forms.CharField(
        label=_("准许兼任的规定"),
        help_text=_("同一人兼任选举产生和聘用的岗位时，写明准许的法律或地方规定。"),
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, bodies: list[Organisation], roles: list[Role], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(body.pk), body.name) for body in bodies]
        self._offer("organisation", [("", _("请选择单位")), *named])
        self._offer("employer", [("", _("没有")), *named])
        self._offer("role", [("", _("请选择角色")), *((role.code, role_words(role)) for role in roles)])
        self.initial.setdefault("starts_on", today)

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField), "declared above"
        field.choices = choices

    def terms(self) -> Terms:
        """On what terms, once the form is valid."""
        said = self.cleaned_data
        return Terms(
            appointment=Appointment(said["appointment"]),
            starts_on=said["starts_on"],
            term_ends_on=said["term_ends_on"],
            contract_number=said["contract_number"],
            contract_ends_on=said["contract_ends_on"],
            employer_id=said["employer"],
            dual_post_basis=said["dual_post_basis"],
        )


class PostChangeForm(OnceForm):
    """A post's title put right, or its contract renewed."""

    title = forms.CharField(label=_("岗位名称"), max_length=TITLE_LENGTH)
    contract_number = forms.CharField(label=_("合同编号"), max_length=60, required=False)
    contract_ends_on = DayField(label=_("合同截止日期"), required=False)
    term_ends_on = DayField(label=_("任期届满日期"), required=False)

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if post.appointment != Appointment.HIRED:
            del self.fields["contract_number"], self.fields["contract_ends_on"]
        if post.appointment != Appointment.ELECTED:
            del self.fields["term_ends_on"]
        self.initial.update({name: getattr(post, name) for name in self.fields if name != "client_id"})

    def change(self) -> PostChange:
        """What is asked for, once the form is valid; an empty answer leaves the value as it is."""
        said = self.cleaned_data
        return PostChange(
            title=said["title"],
            term_ends_on=said.get("term_ends_on"),
            contract_number=said.get("contract_number"),
            contract_ends_on=said.get("contract_ends_on"),
        )


class PostEndForm(OnceForm):
    """How a post ends. Every ground may be asked for: why one does not hold is said in the answer (X-09)."""

    ground = forms.ChoiceField(label=_("离任原因"))
    basis = forms.CharField(
        label=_("依据"),
        help_text=_("决议、裁判、证明或者文件的名称和文号。选举产生的成员必须写。"),
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lawful = LAWFUL_GROUNDS[Appointment(post.appointment)]
        ground = self.fields["ground"]
        assert isinstance(ground, forms.ChoiceField), "declared above"
        ground.choices = [
            ("", _("请选择原因")),
            (_("可以用的"), [(one.value, one.label) for one in LeavingGround if one in lawful]),
            (_("不适用的（会说明为什么）"), [(one.value, one.label) for one in LeavingGround if one not in lawful]),
        ]
