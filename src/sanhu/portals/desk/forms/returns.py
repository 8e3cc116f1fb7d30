"""Forms of going back: what is to leave whom for whom, and what each move asks for."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.admission.models import ReturnProposal, Task
from sanhu.domains.admission.queries import returns as queries
from sanhu.domains.admission.queries.tasks import visible_to as visible_tasks
from sanhu.domains.admission.rules.demands import is_statutory
from sanhu.domains.admission.rules.returns import MOST_CITED, MOST_FIGURES, MOST_REASON
from sanhu.domains.admission.services.return_moves import MOST_ANSWER, ReturnMove
from sanhu.domains.admission.services.returns import ReturnWish
from sanhu.domains.admission.terms import Contradiction, ReturnOutcome
from sanhu.domains.catalogue.queries import current_version, items
from sanhu.domains.catalogue.rules import AffairClass
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.queries import active_organisations
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workflow import Move
from sanhu.portals.desk.forms.application_committees import committee_groups
from sanhu.portals.desk.forms.dates import DayField
from sanhu.portals.desk.forms.demands import task_words
from sanhu.portals.desk.forms.money import YuanField
from sanhu.portals.desk.forms.task_documents import DocumentField
from sanhu.portals.desk.moving import GateMoveForm
from sanhu.portals.desk.sending import SentForm
from sanhu.portals.look.templatetags.affairs import item_name

YES, NO = "yes", "no"
_NEVER = (SubjectKind.RESIDENTS, SubjectKind.DISTRICT_COORDINATION_BODY)
_COMMITTEE = SubjectKind.RESIDENTS_COMMITTEE


class ReturnForm(SentForm):
    """What is to leave the committee, for whom, why, and what goes along."""

    named = {
        "协助任务": "task",
        "清单事项": "item",
        "居民委员会": "committee",
        "承担单位": "bearer",
        "矛盾": "contradictions",
        "负担数据": "figures",
        "理由": "reason",
        "依据": "article",
        "权力": "power_words",
        "经费": "money_words",
    }

    task = forms.ChoiceField(label=_("哪一项协助任务"), required=False)
    with_item = forms.BooleanField(
        label=_("同时修改清单：这一项不再由居民委员会主责或者协助"),
        help_text=_("清单由另一人批准、新版本施行以后，才移交任务。"),
        required=False,
    )
    item = forms.ChoiceField(
        label=_("没有具体任务的，哪一个清单事项"),
        help_text=_("只列居民委员会主责或者协助、又不是法律规定必须协助的事项。"),
        required=False,
    )
    committee = forms.TypedChoiceField(
        label=_("由哪个居民委员会以后说明成效"), coerce=int, required=False, empty_value=None
    )
    bearer = forms.TypedChoiceField(
        label=_("应当由哪个单位承担"), help_text=_("清单上的主责单位，或者委托部门。"), coerce=int
    )
    reason = forms.CharField(label=_("为什么"), max_length=MOST_REASON, widget=forms.Textarea(attrs={"rows": 4}))
    contradictions = forms.MultipleChoiceField(
        label=_("反映哪一对矛盾"), choices=Contradiction.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    figures = forms.CharField(
        label=_("引用的负担数据"),
        help_text=_("例如：10 月占工作时间 21%，没有经费。"),
        max_length=MOST_FIGURES,
        required=False,
    )
    article = forms.CharField(label=_("依据的条款"), max_length=MOST_CITED)
    power_words = forms.CharField(label=_("权力怎样移交"), max_length=MOST_CITED)
    money_words = forms.CharField(label=_("经费怎样随事划转"), max_length=MOST_CITED)

    def __init__(self, *args: Any, actor: Actor, is_committee: bool, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("power_words", gettext("授权、委托随任务收回，资料一并移交。"))
        self.initial.setdefault("money_words", gettext("没有拨付的预留和没有用完的经费随事划转。"))
        offered = {
            "task": _task_choices(actor, is_committee=is_committee),
            "item": _item_choices(actor.district, at=at),
            "bearer": _bearer_choices(actor, at=at),
        }
        if is_committee:
            del self.fields["committee"]
        else:
            offered["committee"] = [("", _("有任务的不选")), *committee_groups(actor.district, at=at)]
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField), "declared above"
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        """One thing goes back at a time: a task, with its item or without, or an item alone."""
        cleaned = super().clean() or {}
        task, item = cleaned.get("task"), cleaned.get("item")
        if not task and not item:
            self.add_error("task", _("请选择一项协助任务，或者一个清单事项。"))
        elif task and item:
            self.add_error("item", _("选了任务就不再选清单事项；要同时修改清单的，勾选上面一项。"))
        return cleaned

    def wish(self, *, follows: str) -> ReturnWish:
        """What is proposed."""
        said = self.cleaned_data
        return ReturnWish(
            task_number=said["task"],
            with_item=bool(said["task"]) and said["with_item"],
            item_code=said["item"],
            committee_id=said.get("committee"),
            bearer_id=said["bearer"],
            reason=said["reason"],
            contradictions=tuple(said["contradictions"]),
            figures=said["figures"],
            article=said["article"],
            power_words=said["power_words"],
            money_words=said["money_words"],
            follows=follows,
        )


def _task_choices(actor: Actor, *, is_committee: bool) -> list[tuple[str, Any]]:
    """Offer the open tasks one may propose for, by number."""
    found = visible_tasks(actor).filter(is_open=True).select_related("application__organ", "committee")
    if is_committee:
        found = found.filter(committee_id=actor.organisation_id)
    label = task_words if is_committee else _task_of_committee
    return [("", _("没有具体任务")), *((task.number, label(task)) for task in found.order_by("number"))]


def _task_of_committee(task: Task) -> str:
    said = {"number": task.number, "committee": task.committee.name, "name": task.application.name}
    return gettext("%(number)s %(committee)s：%(name)s") % said


def _item_choices(district: str, *, at: datetime) -> list[tuple[str, Any]]:
    """Offer the items in which committees have a part that a decision may take from them, by class and code."""
    version = current_version(district, legal_day(at))
    groups: dict[str, list[tuple[str, str]]] = {}
    for item in items(version) if version else ():
        takes_part = any(
            duty.lead_kind == _COMMITTEE or _helps(duty.assist) or _may_lead(duty.alternatives)
            for duty in item.duties.all()
        )
        if takes_part and is_statutory(item.code) is None:
            groups.setdefault(item.affair_class, []).append((item.code, f"{item.code} {item_name(item)}"))
    grouped = [(f"{code} {AffairClass(code).label}", choices) for code, choices in groups.items()]
    return [("", _("不单独改清单")), *grouped]


def _helps(assist: list[dict[str, Any]]) -> bool:
    return any(one["kind"] == _COMMITTEE for one in assist)


def _may_lead(alternatives: list[dict[str, str]]) -> bool:
    return any(one["kind"] == _COMMITTEE for one in alternatives)


def _bearer_choices(actor: Actor, *, at: datetime) -> list[tuple[Any, Any]]:
    """Offer the bodies of the district but for one's own committee and whoever decides; committees come last."""
    bodies = active_organisations(at).filter(district=actor.district).exclude(kind__in=_NEVER)
    found = [body for body in bodies.order_by("name", "id") if not _is_own_committee(body.pk, body.kind, actor)]
    rest = [(body.pk, body.name) for body in found if body.kind != _COMMITTEE]
    committees = [(body.pk, body.name) for body in found if body.kind == _COMMITTEE]
    grouped: list[tuple[Any, Any]] = [("", _("请选择一个单位")), *rest]
    return [*grouped, (gettext("居民委员会"), committees)] if committees else grouped


def _is_own_committee(key: int, kind: str, actor: Actor) -> bool:
    return kind == _COMMITTEE and key == actor.organisation_id


# --- moves


def _yes_no(label: Any, yes: Any, no: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[(YES, yes), (NO, no)],
        coerce=lambda value: value == YES,
        empty_value=None,
        widget=forms.RadioSelect,
    )


class AnswerForm(GateMoveForm):
    """Whether a body agrees, and why."""

    named = {**GateMoveForm.named, "意见": "agrees"}

    agrees = _yes_no(_("意见"), _("同意"), _("不同意"))
    reason = forms.CharField(label=_("理由"), max_length=MOST_ANSWER, widget=forms.Textarea(attrs={"rows": 3}))
    field_order = ("agrees", "reason")


class RejectForm(GateMoveForm):
    """The number of the decision, and why."""

    named = {**GateMoveForm.named, "决定文号": "document_number"}

    document_number = DocumentField(label=_("决定文号"), help_text=_("联席会议纪要或者决定的文号。"))
    field_order: tuple[str, ...] = ("document_number", "reason")

    def prepare(self) -> None:
        """A decision has a number."""
        self.fields["document_number"].required = True


class AgreeForm(RejectForm):
    """The number of the decision, from which day it is carried out, and why."""

    named = {**RejectForm.named, "移交日期": "transfers_on"}

    transfers_on = DayField(label=_("从哪一天起移交"), help_text=_("要改清单的，还须等新版本由另一人批准并施行。"))
    field_order = ("document_number", "transfers_on", "reason")


class TransferForm(GateMoveForm):
    """What of the money paid is left, the paper for another committee, and what was handed over."""

    named = {**GateMoveForm.named, "未用余额": "unspent_fen", "授权文书号": "power_document"}

    unspent_fen = YuanField(
        label=_("已拨付还没有用完的经费（元）"),
        help_text=_("随事划转给承担单位。没有的不填。没有拨付的，自动释放或者改为承担单位的预留。"),
        required=False,
    )
    power_document = DocumentField(label=_("新的授权文书号"), help_text=_("给接手的居民委员会的授权或者委托文书。"))
    field_order = ("unspent_fen", "power_document", "reason")

    def prepare(self) -> None:
        """Only a task has money to move, and only another committee is given a power anew."""
        proposal = _proposal(self)
        self.fields["reason"].label = _("移交情况")
        if proposal.task is None or not proposal.task.is_open:
            del self.fields["unspent_fen"]
        if proposal.task is None or proposal.bearer.kind != _COMMITTEE:
            del self.fields["power_document"]


class StateForm(GateMoveForm):
    """Whether the committee still does the work."""

    named = {**GateMoveForm.named, "是否还在做": "still_does", "成效": "still_does"}

    still_does = _yes_no(_("居民委员会是否还在做"), _("还在做，或者又要求做"), _("没有再做"))
    field_order = ("still_does", "reason")

    def prepare(self) -> None:
        """Say in one's own words how it is."""
        self.fields["reason"].label = _("情况")


class VerifyForm(GateMoveForm):
    """What came of it; where it came back, by which demand."""

    named = {**GateMoveForm.named, "成效": "outcome", "下派登记": "demand"}

    outcome = forms.ChoiceField(label=_("成效"), choices=ReturnOutcome.choices, widget=forms.RadioSelect)
    demand = forms.ChoiceField(
        label=_("又落回来的那件下派"), help_text=_("移交以后登记的下派。没有的不选。"), required=False
    )
    field_order = ("outcome", "demand", "reason")

    def prepare(self) -> None:
        """Offer what was taken down since."""
        demand = self.fields["demand"]
        assert isinstance(demand, forms.ChoiceField), "declared above"
        found = queries.demands_since(_proposal(self))[:100]
        demand.choices = [("", _("没有")), *((one.number, f"{one.number} {one.name}") for one in found)]
        self.fields["reason"].label = _("怎样核验的")


def _proposal(form: GateMoveForm) -> ReturnProposal:
    assert isinstance(form.row, ReturnProposal), "of a return"
    return form.row


FORMS: dict[str, type[GateMoveForm]] = {
    "answer": AnswerForm,
    "answer_last": AnswerForm,
    "agree": AgreeForm,
    "reject": RejectForm,
    "transfer": TransferForm,
    "state_outcome": StateForm,
    "verify": VerifyForm,
}


def form_of(move: Move) -> type[GateMoveForm]:
    """Give the form a move declares, or the plain one."""
    return FORMS.get(move.code, GateMoveForm)


def asked_of(form: GateMoveForm) -> ReturnMove:
    """What a valid form asks for."""
    said = form.cleaned_data
    return ReturnMove(
        move=form.move.code,
        revision=said["revision"],
        reason=said.get("reason", ""),
        article=said.get("article", ""),
        agrees=said.get("agrees"),
        document_number=said.get("document_number", ""),
        transfers_on=said.get("transfers_on"),
        unspent_fen=said.get("unspent_fen") or 0,
        power_document=said.get("power_document", ""),
        still_does=said.get("still_does"),
        outcome=said.get("outcome", ""),
        demand_number=said.get("demand", ""),
    )
