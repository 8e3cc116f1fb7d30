"""Forms of spending and of lottery projects: what is paid to whom, what was approved, what came in, what was done."""

from datetime import datetime
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.funding.budget_terms import SpendingNature
from sanhu.domains.funding.earmark_queries import left_in
from sanhu.domains.funding.earmark_terms import MOST_PURPOSE, EarmarkKind
from sanhu.domains.funding.lottery_rules import ProjectWish
from sanhu.domains.funding.lottery_terms import MOST_DOCUMENT, MOST_DONE, LotteryField, LotteryOrgan
from sanhu.domains.funding.models import Earmark, LedgerAccount
from sanhu.domains.funding.rules import MOST_BASIS, MOST_REASON
from sanhu.domains.funding.services.lottery import Grant
from sanhu.domains.funding.services.spending import Expenditure
from sanhu.domains.funding.spending_queries import tasks_of
from sanhu.domains.funding.spending_terms import MOST_PAYEE, ExpenseKind, PayeeKind
from sanhu.domains.subjects.queries import active_organisations
from sanhu.engines.legal_time import legal_day
from sanhu.portals.desk.forms.dates import DayField
from sanhu.portals.desk.forms.money import YuanField
from sanhu.portals.desk.scans import ScansForm
from sanhu.portals.desk.sending import SentForm
from sanhu.portals.look.amounts import yuan

_PLAN = "plan_"


class SpendForm(ScansForm, SentForm):
    """What a body pays somebody outside the ledger from an account of its own."""

    named = {
        "金额": "amount_fen",
        "经费": "amount_fen",
        "支出类别": "expense",
        "支出性质": "nature",
        "收款方": "payee_kind",
        "收款方名称": "payee_name",
        "用途": "purpose_ref",
        "依据": "basis",
        "理由": "reason",
        "凭证扫描件": "scans",
    }

    amount_fen = YuanField(label=_("金额（元）"))
    expense = forms.ChoiceField(label=_("支出类别"), choices=[("", _("请选择类别")), *ExpenseKind.choices])
    nature = forms.ChoiceField(label=_("支出性质"), choices=[("", _("请选择性质")), *SpendingNature.choices])
    purpose_ref = forms.ChoiceField(label=_("用途"), required=False)
    payee_kind = forms.ChoiceField(label=_("付给"), choices=PayeeKind.choices, widget=forms.RadioSelect)
    payee_name = forms.CharField(
        label=_("收款方名称"), help_text=_("个人的姓名加密保存，对外只公开姓氏。"), max_length=MOST_PAYEE
    )
    basis = forms.CharField(
        label=_("依据文件的文号"), help_text=_("例如：合同、发票、会议纪要的编号。"), max_length=MOST_BASIS
    )
    reason = forms.CharField(label=_("说明"), max_length=MOST_REASON, required=False)
    field_order = (
        *("amount_fen", "expense", "nature", "purpose_ref", "payee_kind", "payee_name", "basis", "reason", "scans"),
    )

    def __init__(self, *args: Any, account: LedgerAccount, wanted: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._account = account
        self.initial.setdefault("purpose_ref", wanted)
        purpose = self.fields["purpose_ref"]
        assert isinstance(purpose, forms.ChoiceField), "declared above"
        purpose.choices = [("", _("不指定")), *_purposes(account)]

    def order(self) -> Expenditure:
        """What is spent, once the form is valid."""
        said = self.cleaned_data
        return Expenditure(
            account_id=self._account.pk,
            amount_fen=said["amount_fen"],
            expense=said["expense"],
            nature=said["nature"],
            payee_kind=said["payee_kind"],
            payee_name=said["payee_name"],
            purpose_ref=said["purpose_ref"],
            basis=said["basis"],
            reason=said["reason"],
            draft_id=said["draft_id"],
        )


def _purposes(account: LedgerAccount) -> list[tuple[str, str]]:
    """Give what an account's money may be for: its tasks and its lottery projects, each with what is left."""
    projects = Earmark.objects.filter(body=account.body_id, line=account.line, kind=EarmarkKind.LOTTERY_PROJECT)
    own = [earmark for earmark in projects.order_by("pk") if earmark.source == account.source]
    words = gettext("%(what)s（还有 %(left)s）")
    tasks = [(ref, words % {"what": ref.partition(":")[2], "left": yuan(fen)}) for ref, fen in tasks_of(account)]
    return tasks + [
        (earmark.ref, words % {"what": earmark.purpose, "left": yuan(left_in(earmark.ref, account))}) for earmark in own
    ]


class ProjectForm(SentForm):
    """A lottery project as it was approved, with its plan: an amount for each kind of expense it names."""

    template_name = "desk/project_fields.html"
    named = {
        "用途": "purpose",
        "审批部门": "organ",
        "批准文号": "document_number",
        "批准日期": "approved_on",
        "使用方向": "field",
        "项目期限": "last_on",
    }

    body_id = forms.TypedChoiceField(label=_("哪个单位使用"), coerce=int)
    purpose = forms.CharField(label=_("项目用途"), help_text=_("对外公开，不写个人信息。"), max_length=MOST_PURPOSE)
    organ = forms.ChoiceField(label=_("审批部门"), choices=LotteryOrgan.choices, widget=forms.RadioSelect)
    field = forms.ChoiceField(label=_("使用方向"), choices=[("", _("请选择方向")), *LotteryField.choices])
    document_number = forms.CharField(label=_("批准文号"), max_length=MOST_DOCUMENT)
    approved_on = DayField(label=_("批准日期"))
    first_on = DayField(label=_("项目第一天"))
    last_on = DayField(label=_("项目最后一天"))

    def __init__(self, *args: Any, district: str, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        body = self.fields["body_id"]
        assert isinstance(body, forms.TypedChoiceField), "declared above"
        bodies = active_organisations(at).filter(district=district).order_by("name", "id")
        body.choices = [("", _("请选择一个单位")), *bodies.values_list("pk", "name")]
        for kind in ExpenseKind:
            field = YuanField(label=gettext("使用计划：%(kind)s（元）") % {"kind": kind.label}, required=False)
            field.widget.attrs["aria-label"] = field.label
            self.fields[f"{_PLAN}{kind.value}"] = field

    def plain_fields(self) -> list[BoundField]:
        """Give the fields that stand outside the table of the plan."""
        return [field for field in self.visible_fields() if not field.name.startswith(_PLAN)]

    def plan_rows(self) -> list[tuple[str, BoundField]]:
        """Give the table of the plan: each kind of expense with its field."""
        return [(str(kind.label), self[f"{_PLAN}{kind.value}"]) for kind in ExpenseKind]

    def wish(self) -> ProjectWish:
        """What was written, once the form is valid; what was left empty is not in the plan."""
        said = self.cleaned_data
        planned = {kind.value: said[f"{_PLAN}{kind.value}"] for kind in ExpenseKind}
        return ProjectWish(
            body_id=said["body_id"],
            purpose=said["purpose"],
            organ=said["organ"],
            document_number=said["document_number"],
            approved_on=said["approved_on"],
            field=said["field"],
            first_on=said["first_on"],
            last_on=said["last_on"],
            plan={kind: fen for kind, fen in planned.items() if fen is not None},
        )


class GrantForm(ScansForm, SentForm):
    """Money that comes in for a project."""

    named = {"金额": "amount_fen", "依据": "basis", "理由": "reason", "年度": "year", "凭证扫描件": "scans"}

    year = forms.IntegerField(
        label=_("年度"), min_value=2000, max_value=2199, widget=forms.NumberInput(attrs={"class": "short"})
    )
    amount_fen = YuanField(label=_("金额（元）"))
    basis = forms.CharField(label=_("依据文件的文号"), help_text=_("例如：示财社〔2026〕21号。"), max_length=MOST_BASIS)
    reason = forms.CharField(label=_("说明"), max_length=MOST_REASON, required=False)
    field_order = ("year", "amount_fen", "basis", "reason", "scans")

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("year", legal_day(at).year)

    def grant(self, number: str) -> Grant:
        """What comes in, once the form is valid."""
        said = self.cleaned_data
        return Grant(
            number=number,
            year=said["year"],
            amount_fen=said["amount_fen"],
            basis=said["basis"],
            reason=said["reason"],
            draft_id=said["draft_id"],
        )


class LotteryNoticeForm(SentForm):
    """What a body did with lottery money in a year."""

    named = {"做了什么": "words"}

    words = forms.CharField(
        label=_("做了什么"),
        help_text=_("项目做了什么、谁受益。对外公开，不写个人信息。"),
        max_length=MOST_DONE,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
