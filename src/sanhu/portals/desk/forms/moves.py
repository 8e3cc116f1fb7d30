"""The form of a move: drawn from the state table, with what a move declares beyond it."""

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.casework.deferring import CAUSE_LABELS
from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.queries import pending_deferral, running_clock
from sanhu.domains.casework.routing import Route, may_lead, route
from sanhu.domains.casework.services.deferrals import MOST_PUBLIC_WORDS, most_extension
from sanhu.domains.casework.services.moves import MoveRequest
from sanhu.domains.casework.suggesting import Suggestion, suggestion_for
from sanhu.domains.catalogue.models import CatalogueVersion, Duty
from sanhu.domains.catalogue.queries import current_version
from sanhu.domains.catalogue.rules import AffairClass
from sanhu.domains.catalogue.terms import ItemStatus
from sanhu.domains.subjects.queries import active_organisations
from sanhu.engines.deadlines import ClockKind, Unit
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workflow import Move
from sanhu.portals.look.forms import LookForm
from sanhu.portals.look.moments import amount_words
from sanhu.portals.look.templatetags.affairs import item_name, part_name

MOST_WORDS = 2000


class MoveForm(LookForm):
    """Reason, article and what the reporter is told."""

    may_cite = False  # keeps the article although the move does not always need one
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
        if label := REASONS.get(move.code):
            self.fields["reason"].label = label
        if move.stays:  # the reporter is told of it in the house's own words, or not at all
            del self.fields["reply"]
            if not (move.needs_article or self.may_cite):
                del self.fields["article"]
        self.prepare()

    def prepare(self) -> None:
        """Add what this move declares. The plain form has nothing to add."""

    def request(self) -> MoveRequest:
        """What is asked for, once the form is valid."""
        cleaned = self.cleaned_data
        return MoveRequest(
            move=self.move.code,
            revision=cleaned["revision"],
            reason=cleaned.get("reason", ""),
            article=cleaned.get("article", ""),
            reply=cleaned.get("reply", ""),
            duty_id=cleaned.get("duty"),
            lead_id=cleaned.get("lead"),
            public_title=cleaned.get("public_title", ""),
            amount=cleaned.get("amount"),
            cause=cleaned.get("cause", ""),
            public_words=cleaned.get("public_words", ""),
            into=cleaned.get("into", ""),
            is_precedent=cleaned.get("is_precedent", False),
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
    suggestion: Suggestion | None

    def prepare(self) -> None:
        """Offer the duties of the catalogue in force, by class."""
        duty = self.fields["duty"]
        assert isinstance(duty, forms.TypedChoiceField), "declared above"
        duty.choices = duty_choices(self.matter.district, at=self.at)
        self.suggestion = suggestion_for(str(self.matter.words), district=self.matter.district, at=self.at)
        if self.suggestion is not None and (proposed := self.suggestion.only_duty) is not None:
            self.initial.setdefault("duty", proposed.pk)
        # Acceptance needs no reason and rests on the article of the table.
        del self.fields["reason"], self.fields["article"]


class ReclassifyForm(MoveForm):
    """Another duty of the catalogue the matter came under, and why."""

    duty = forms.TypedChoiceField(label=_("改归哪一项"), coerce=int)
    field_order = ("duty", "reason")

    def prepare(self) -> None:
        """Offer the duties of the version the matter is under."""
        duty = self.fields["duty"]
        assert isinstance(duty, forms.TypedChoiceField), "declared above"
        assert self.matter.item is not None, "an accepted matter has its item"
        duty.choices = duty_choices_of(self.matter.item.version)


class RuleForm(MoveForm):
    """What the matter is, which body answers for it, why, on which article, and whether it guides later ones."""

    duty = forms.TypedChoiceField(label=_("归入哪一项"), coerce=int)
    lead = forms.TypedChoiceField(label=_("裁定的主责单位"), coerce=int)
    is_precedent = forms.BooleanField(
        label=_("作为先例"),
        help_text=_("以后受理相似的事项时，全区工作人员会看到这份裁定的编号和理由；理由里不要写个人情况。"),
        required=False,
    )
    field_order = ("duty", "lead", "article", "reason", "is_precedent", "reply")

    def prepare(self) -> None:
        """Offer the duties of the version the matter is under, and every body that may lead the one it has."""
        duty, lead = self.fields["duty"], self.fields["lead"]
        assert isinstance(duty, forms.TypedChoiceField), "declared above"
        assert isinstance(lead, forms.TypedChoiceField), "declared above"
        assert self.matter.item is not None, "an accepted matter has its item"
        duty.choices = duty_choices_of(self.matter.item.version)
        self.initial.setdefault("duty", self.matter.duty_id)
        bodies = active_organisations(self.at).filter(district=self.matter.district).order_by("name")
        lead.choices = [("", _("请选择一个单位")), *bodies.values_list("pk", "name")]


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
        # Assignment rests on the article of the table.
        del self.fields["article"]


class _PublicWords(forms.CharField):
    """The cause in one line the public may read."""

    def __init__(self) -> None:
        super().__init__(
            label=_("公开说明"),
            help_text=_("公开页面会写“因……”。一句话，不含姓名、电话、证件号、车牌、门牌。"),
            max_length=MOST_PUBLIC_WORDS,
        )


class AskExtensionForm(MoveForm):
    """How much more time, why, on what article, and what the public may read of it."""

    amount = forms.IntegerField(label=_("延长多少"), min_value=1, widget=forms.NumberInput(attrs={"class": "short"}))
    public_words = _PublicWords()
    field_order = ("amount", "public_words", "reason", "article")

    def prepare(self) -> None:
        """Say in which unit, how much at most, and what a statutory clock takes."""
        clock = running_clock(self.matter)
        if clock is None:
            return
        amount = self.fields["amount"]
        most = most_extension(clock)
        amount.help_text = gettext("按%(unit)s算，最多 %(most)s。") % {
            "unit": UNITS[Unit(clock.unit)],
            "most": amount_words(most, Unit(clock.unit)),
        }
        if clock.kind == ClockKind.STATUTORY:
            self.fields["article"].help_text = _("这是法定期限：只有法律、法规允许延长的才能延，请写明那一条。")


class GrantExtensionForm(MoveForm):
    """Whoever grants passes the words for the public; a statutory clock takes the article once more."""

    may_cite = True
    public_words = _PublicWords()
    article = forms.CharField(label=_("依据的条款"), max_length=200, required=False)
    field_order = ("public_words", "article", "reason")

    def prepare(self) -> None:
        """Fill in what was asked for."""
        asked = pending_deferral(self.matter)
        if asked is not None:
            self.initial.setdefault("public_words", asked.public_words)
        clock = running_clock(self.matter)
        if clock is not None and clock.kind == ClockKind.STATUTORY:
            self.fields["article"].required = True
            self.fields["article"].help_text = _("这是法定期限：请核对并写明允许延长的那一条。")
        else:
            del self.fields["article"]


class AskSuspensionForm(MoveForm):
    """The cause, and what the public may read of it."""

    cause = forms.ChoiceField(label=_("现在不能办的原因"), widget=forms.RadioSelect)
    public_words = _PublicWords()
    field_order = ("cause", "public_words", "reason")

    def prepare(self) -> None:
        """Offer the three causes there are."""
        cause = self.fields["cause"]
        assert isinstance(cause, forms.ChoiceField), "declared above"
        cause.choices = [(code, gettext(label)) for code, label in CAUSE_LABELS.items()]


class GrantSuspensionForm(MoveForm):
    """Whoever grants passes the words for the public."""

    public_words = _PublicWords()
    field_order = ("public_words", "reason", "reply")

    def prepare(self) -> None:
        """Fill in what was asked for; the suspension rests on the article of the table."""
        asked = pending_deferral(self.matter)
        if asked is not None:
            self.initial.setdefault("public_words", asked.public_words)
        del self.fields["article"]


class MergeForm(MoveForm):
    """The number of the matter that goes on."""

    into = forms.CharField(
        label=_("并入哪一件"),
        help_text=_("继续办理的那一件的编号。这一件并入后不再单独办理，随那一件办结。"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    field_order = ("into", "reason", "reply")

    def prepare(self) -> None:
        """Merging rests on the article of the table."""
        del self.fields["article"]


class SuperviseForm(MoveForm):
    """Why, and by when the lead answers in writing."""

    amount = forms.IntegerField(
        label=_("几个工作日内答复"), min_value=1, initial=3, widget=forms.NumberInput(attrs={"class": "short"})
    )
    field_order = ("amount", "reason")

    def prepare(self) -> None:
        """Say how long at most."""
        amount = self.fields["amount"]
        assert isinstance(amount, forms.IntegerField), "declared above"
        most = settings.SANHU_SUPERVISION_MOST_WORKING_DAYS
        amount.help_text = gettext("最多 %(most)s。") % {"most": amount_words(most, Unit.WORKING_DAY)}


FORMS: dict[str, type[MoveForm]] = {
    "accept": AcceptForm,
    "assign": AssignForm,
    "reclassify": ReclassifyForm,
    "rule": RuleForm,
    "ask_extension": AskExtensionForm,
    "grant_extension": GrantExtensionForm,
    "ask_suspension": AskSuspensionForm,
    "grant_suspension": GrantSuspensionForm,
    "merge": MergeForm,
    "supervise": SuperviseForm,
}
REASONS = {
    "finish": _("办理结果"),
    "supervise": _("督办的理由和要求"),
    "answer_supervision": _("书面答复"),
    "merge": _("为什么是同一件事"),
    "reclassify": _("为什么改归"),
    "rule": _("裁定的理由"),
}
UNITS = {
    Unit.WORKING_DAY: _("工作日"),
    Unit.NATURAL_DAY: _("自然日"),
    Unit.WORKING_HOUR: _("工作小时"),
    Unit.CLOCK_HOUR: _("小时"),
    Unit.MONTH: _("月"),
}


def form_of(move: Move) -> type[MoveForm]:
    """Give the form a move declares, or the plain one."""
    return FORMS.get(move.code, MoveForm)


def duty_choices(district: str, *, at: datetime) -> list[tuple[str, Any]]:
    """The usable duties of the catalogue in force, grouped by class."""
    version = current_version(district, legal_day(at))
    return duty_choices_of(version) if version else []


def duty_choices_of(version: CatalogueVersion) -> list[tuple[str, Any]]:
    """The usable duties of a version, grouped by class."""
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
