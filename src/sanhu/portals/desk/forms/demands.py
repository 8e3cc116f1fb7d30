"""Forms of demands: what an organ wants, taken down while it is still on the phone; the moves; the right to refuse."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.admission.models import Task
from sanhu.domains.admission.rules.demands import MOST_CITED, MOST_MINUTES, MOST_NAME, MOST_WORDS, may_demand
from sanhu.domains.admission.services.demand_moves import DemandMove
from sanhu.domains.admission.services.demands import DemandWords
from sanhu.domains.admission.terms import DemandChannel
from sanhu.domains.catalogue.models import Article
from sanhu.domains.catalogue.queries import current_version, items
from sanhu.domains.catalogue.rules import AffairClass
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.queries import active_organisations
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import SHANGHAI, legal_day
from sanhu.portals.desk.forms.dates import DayField
from sanhu.portals.desk.forms.money import YuanField
from sanhu.portals.desk.moving import GateMoveForm
from sanhu.portals.desk.sending import SentForm
from sanhu.portals.look.forms import LookForm
from sanhu.portals.look.templatetags.affairs import instrument_title, item_name

_MOMENT = "%Y-%m-%dT%H:%M"


class MomentField(forms.DateTimeField):
    """A moment by the clock on the wall, chosen in the browser's own calendar or written 2026-11-23T09:40."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT)

    def __init__(self, **kwargs: Any) -> None:
        wrong = {"invalid": _("要写成 2026-11-23 09:40 这样的时间。")}
        super().__init__(input_formats=[_MOMENT, "%Y-%m-%d %H:%M"], error_messages=wrong, **kwargs)


class DemandForm(SentForm):
    """What an organ wants of the committee, in the order in which a caller says it."""

    named = {
        "单位": "organ",
        "怎样提出的": "channel",
        "收到时间": "received_at",
        "要做什么": "name",
        "原话": "words",
        "清单事项": "item",
        "协助任务": "task",
        "工作量": "minutes",
        "随附经费": "money",
        "应急依据": "emergency_basis",
    }

    organ = forms.TypedChoiceField(label=_("哪个单位提出的"), coerce=int)
    channel = forms.ChoiceField(label=_("怎样提出的"), choices=DemandChannel.choices, widget=forms.RadioSelect)
    received_at = MomentField(label=_("什么时候收到"))
    name = forms.CharField(label=_("要做什么，一句话"), help_text=_("例如：上门登记养犬情况。"), max_length=MOST_NAME)
    words = forms.CharField(
        label=_("原话"),
        help_text=_("对方怎样说的，要什么、什么时候要。不写居民的姓名、电话和证件号。"),
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    item = forms.ChoiceField(label=_("对应清单上的哪一项"), help_text=_("不清楚的不选。"), required=False)
    task = forms.ChoiceField(
        label=_("属于哪一项协助任务"), help_text=_("对方说是已经准入的，选那一项。"), required=False
    )
    minutes = forms.IntegerField(
        label=_("估计要花多少分钟"),
        help_text=_("所有人加起来。例如 3 个人各 2 小时，写 360。"),
        min_value=1,
        max_value=MOST_MINUTES,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    has_power = forms.BooleanField(label=_("随着给了授权或者委托文书"), required=False)
    money = YuanField(label=_("随着给了多少经费（元）"), help_text=_("没有给的不填。"), required=False)
    has_staff = forms.BooleanField(label=_("随着派了人手"), required=False)
    is_emergency = forms.BooleanField(label=_("对方说这是突发事件应急"), required=False)
    emergency_basis = forms.CharField(
        label=_("谁、以什么文件宣布的应急"),
        help_text=_("只有应急的填。例如：区防汛指挥部 Ⅲ 级应急响应，示汛〔2026〕3号。"),
        max_length=MOST_CITED,
        required=False,
    )

    def __init__(self, *args: Any, actor: Actor, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("received_at", at.astimezone(SHANGHAI))
        offered = {
            "organ": organ_choices(actor.district, at=at),
            "item": item_choices(actor.district, on=legal_day(at)),
            "task": task_choices(actor),
        }
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField), "declared above"
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        """An emergency names who declared it; nothing is half an emergency."""
        cleaned = super().clean() or {}
        if cleaned.get("is_emergency") and not cleaned.get("emergency_basis"):
            self.add_error("emergency_basis", _("应急的，请写明谁、以什么文件宣布的。"))
        if cleaned.get("money") is not None and cleaned["money"] < 0:
            self.add_error("money", _("金额：不能小于 0。"))
        return cleaned

    def wish(self) -> DemandWords:
        """What was taken down."""
        said = self.cleaned_data
        return DemandWords(
            organ_id=said["organ"],
            channel=said["channel"],
            received_at=said["received_at"],
            name=said["name"],
            words=said["words"],
            item_code=said["item"],
            task_number=said["task"],
            minutes=said["minutes"],
            has_power=said["has_power"],
            money_fen=said["money"] or 0,
            has_staff=said["has_staff"],
            is_emergency=said["is_emergency"],
            emergency_basis=said["emergency_basis"] if said["is_emergency"] else "",
        )


class DemandMoveForm(GateMoveForm):
    """A move asks for its reason in its own words; one that needs none does not ask."""

    def prepare(self) -> None:
        """Name the reason."""
        if self.move.needs_reason:
            self.fields["reason"].label = REASONS.get(self.move.code, _("理由"))
        else:
            del self.fields["reason"]


def asked_of(form: GateMoveForm) -> DemandMove:
    """What a valid form asks for."""
    said = form.cleaned_data
    return DemandMove(
        move=form.move.code,
        revision=said["revision"],
        reason=said.get("reason", ""),
        article=said.get("article", ""),
    )


REASONS = {
    "record_afterwards": _("应急的经过和请居民委员会做了什么"),
    "withdraw": _("为什么收回，后续由谁办"),
    "escalate": _("为什么报请处理"),
    "rule": _("处理意见"),
}


class PeriodForm(LookForm):
    """From which day to which day, both included."""

    since = DayField(label=_("从哪一天"))
    until = DayField(label=_("到哪一天"))

    def clean(self) -> dict[str, Any]:
        """A period ends after it begins."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if isinstance(since, date) and isinstance(until, date) and until < since:
            self.add_error("until", _("“到哪一天”不能早于“从哪一天”。"))
        return cleaned


class RightForm(SentForm):
    """The article of a local instrument that lets a committee refuse."""

    named = {"条款": "article"}

    article = forms.TypedChoiceField(label=_("哪一条"), coerce=int)

    def __init__(self, *args: Any, district: str, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        article = self.fields["article"]
        assert isinstance(article, forms.TypedChoiceField), "declared above"
        article.choices = article_choices(district, on=on)


class RightEndForm(SentForm):
    """Yes, the right ends now."""

    is_sure = forms.BooleanField(label=_("确认从现在起，告知单不再写“拒绝”，只请对方按准入程序申请"))


def organ_choices(district: str, *, at: datetime) -> list[tuple[Any, Any]]:
    """Every body whose demands are held against the list."""
    bodies = active_organisations(at).filter(district=district).order_by("name", "id")
    asking = [body for body in bodies if may_demand(SubjectKind(body.kind))]
    return [("", _("请选择一个单位")), *((body.pk, body.name) for body in asking)]


def task_choices(actor: Actor) -> list[tuple[str, Any]]:
    """The tasks the committee bears, in the order of their numbers."""
    borne = Task.objects.filter(committee_id=actor.organisation_id, is_open=True).select_related("application__organ")
    labels = [(task.number, task_words(task)) for task in borne.order_by("number")]
    return [("", _("不属于")), *labels]


def task_words(task: Task) -> str:
    """Name a task by its number, whose it is and what it is."""
    said = {"number": task.number, "organ": task.application.organ.name, "name": task.application.name}
    return gettext("%(number)s %(organ)s：%(name)s") % said


def item_choices(district: str, *, on: date) -> list[tuple[str, Any]]:
    """The items of the catalogue in force, by class."""
    version = current_version(district, on)
    groups: dict[str, list[tuple[str, str]]] = {}
    for item in items(version) if version else ():
        groups.setdefault(item.affair_class, []).append((item.code, f"{item.code} {item_name(item)}"))
    grouped = [(f"{code} {AffairClass(code).label}", choices) for code, choices in groups.items()]
    return [("", _("不清楚")), *grouped]


def article_choices(district: str, *, on: date) -> list[tuple[Any, Any]]:
    """The articles of the district's instruments that are not over, by instrument, in the order of their text."""
    made = Article.objects.filter(instrument__district=district, instrument__in_force_from__isnull=False)
    articles = made.select_related("instrument").order_by("pk")
    groups: dict[str, list[tuple[int, str]]] = {}
    for article in articles:
        if article.instrument.in_force_to is None or article.instrument.in_force_to >= on:
            text = article.text if len(article.text) <= 40 else f"{article.text[:40]}…"
            label = gettext("%(label)s：%(text)s") % {"label": article.number, "text": text}
            groups.setdefault(instrument_title(article.instrument), []).append((article.pk, label))
    return [("", _("请选择一条")), *groups.items()]
