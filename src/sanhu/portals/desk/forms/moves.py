"""The form of a move: drawn from the state table, with what a move declares beyond it."""

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.routing import Route, may_lead, route
from sanhu.domains.casework.services.moves import MoveRequest
from sanhu.domains.catalogue.models import Duty
from sanhu.domains.catalogue.queries import current_version
from sanhu.domains.catalogue.rules import AffairClass
from sanhu.domains.catalogue.terms import ItemStatus
from sanhu.domains.subjects.queries import active_organisations
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workflow import Move
from sanhu.portals.look.forms import LookForm
from sanhu.portals.look.templatetags.affairs import item_name, part_name

MOST_WORDS = 2000


class MoveForm(LookForm):
    """Reason, article and what the reporter is told."""

    reason = forms.CharField(
        label=_("理由"), max_length=MOST_WORDS, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    article = forms.CharField(
        label=_("依据的条款"), help_text=_("例如：物业管理条例第四十六条。"), max_length=200, required=False
    )
    reply = forms.CharField(
        label=_("告诉反映人的话"),
        help_text=_("反映人凭回执码能看到。不要写他人的姓名、电话和证件号。"),
        max_length=MOST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, matter: Matter, move: Move, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.matter, self.move, self.at = matter, move, at
        self.initial.setdefault("client_id", uuid.uuid4())
        self.initial.setdefault("revision", matter.revision)
        self.fields["reason"].required = move.needs_reason
        self.fields["article"].required = move.needs_article
        if move.code == "finish":
            self.fields["reason"].label = _("办理结果")
        self.prepare()

    def prepare(self) -> None:
        """Add what this move declares. The plain form has nothing to add."""

    def request(self) -> MoveRequest:
        """What is asked for, once the form is valid."""
        cleaned = self.cleaned_data
        return MoveRequest(
            move=self.move.code,
            revision=cleaned["revision"],
            reason=cleaned["reason"],
            article=cleaned["article"],
            reply=cleaned["reply"],
            duty_id=cleaned.get("duty"),
            lead_id=cleaned.get("lead"),
            public_title=cleaned.get("public_title", ""),
        )


class AcceptForm(MoveForm):
    """Acceptance names the duty, and the title the public may see."""

    duty = forms.TypedChoiceField(label=_("归入哪一项"), coerce=int)
    public_title = forms.CharField(
        label=_("公开标题"),
        help_text=_("公开页面上显示的一句话，不含姓名、电话、证件号、车牌、门牌。不写就只显示事项名称。"),
        max_length=60,
        required=False,
    )
    field_order = ("duty", "public_title", "reply")

    def prepare(self) -> None:
        """Offer the duties of the catalogue in force, by class."""
        duty = self.fields["duty"]
        assert isinstance(duty, forms.TypedChoiceField), "declared above"
        duty.choices = duty_choices(self.matter.district, at=self.at)
        del self.fields["reason"], self.fields["article"]

    def request(self) -> MoveRequest:
        """Acceptance needs no reason and rests on the article of the table."""
        self.cleaned_data |= {"reason": "", "article": ""}
        return super().request()


class AssignForm(MoveForm):
    """Assignment names the one responsible body: proposed where exactly one fits, asked for otherwise."""

    lead = forms.TypedChoiceField(label=_("主责单位"), coerce=int)
    field_order = ("lead", "reason", "article", "reply")
    route: Route

    def prepare(self) -> None:
        """Propose the body that follows from kind × area; offer every body the matrix allows."""
        self.route = route(self.matter, at=self.at)
        lead = self.fields["lead"]
        assert isinstance(lead, forms.TypedChoiceField), "declared above"
        lead.choices = lead_choices(self.matter, self.route, at=self.at)
        if self.route.only:
            self.initial["lead"] = self.route.only.pk
        del self.fields["article"]

    def request(self) -> MoveRequest:
        """Assignment rests on the article of the table."""
        self.cleaned_data |= {"article": ""}
        return super().request()


FORMS: dict[str, type[MoveForm]] = {"accept": AcceptForm, "assign": AssignForm}


def form_of(move: Move) -> type[MoveForm]:
    """Give the form a move declares, or the plain one."""
    return FORMS.get(move.code, MoveForm)


def duty_choices(district: str, *, at: datetime) -> list[tuple[str, Any]]:
    """The usable duties of the catalogue in force, grouped by class."""
    version = current_version(district, legal_day(at))
    if version is None:
        return []
    duties = (
        Duty.objects.filter(item__version=version, item__status=ItemStatus.EFFECTIVE)
        .select_related("item")
        .order_by("item__code", "position")
    )
    groups: dict[str, list[tuple[int, str]]] = {}
    for duty in duties:
        name = item_name(duty.item)
        if duty.part != duty.item.name:
            name = gettext("%(label)s：%(text)s") % {"label": name, "text": part_name(duty)}
        groups.setdefault(duty.item.affair_class, []).append((duty.pk, f"{duty.item.code} {name}"))
    grouped = [(f"{code} {AffairClass(code).label}", choices) for code, choices in groups.items()]
    return [("", _("请选择事项")), *grouped]


def lead_choices(matter: Matter, found: Route, *, at: datetime) -> list[tuple[str, Any]]:
    """Bodies that fit by kind and area first, then every other body the class allows."""
    duty = matter.duty
    assert duty is not None, "only an accepted matter is assigned"
    fitting = {body.pk for body in found.bodies}
    others = active_organisations(at).filter(district=matter.district).exclude(pk__in=fitting).order_by("name")
    allowed = [(body.pk, body.name) for body in others if may_lead(duty=duty, body=body)]
    groups: list[tuple[str, Any]] = [("", _("请选择一个单位"))]
    if found.bodies:
        groups.append((gettext("按清单和服务区域"), [(body.pk, body.name) for body in found.bodies]))
    return [*groups, (gettext("其他可以主责的单位"), allowed)]
