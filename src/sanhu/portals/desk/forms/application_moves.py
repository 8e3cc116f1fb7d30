"""What a move of an application asks for beyond the state table: opinions, votes, a day, an account, a document."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.admission.models import Application
from sanhu.domains.admission.services.application_moves import ApplicationMove
from sanhu.domains.admission.services.opinions import MOST_WORDS, fitting_accounts
from sanhu.domains.admission.terms import Choice, GrantKind
from sanhu.engines.workflow import Move
from sanhu.portals.desk.forms.dates import DayField
from sanhu.portals.desk.forms.task_documents import DocumentField
from sanhu.portals.desk.moving import GateMoveForm
from sanhu.portals.look.amounts import yuan

AGREE, DISAGREE = "yes", "no"


class OpinionForm(GateMoveForm):
    """Whether somebody agrees, and why."""

    named = {**GateMoveForm.named, "意见": "agrees"}

    agrees = forms.TypedChoiceField(
        label=_("意见"),
        choices=[(AGREE, _("同意")), (DISAGREE, _("不同意"))],
        coerce=lambda value: value == AGREE,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    field_order = ("agrees", "reason", "article")

    def prepare(self) -> None:
        """An opinion is shorter than a report."""
        self.fields["reason"] = forms.CharField(
            label=_("理由"), max_length=MOST_WORDS, widget=forms.Textarea(attrs={"rows": 3})
        )


class LegalityOpinionForm(OpinionForm):
    """Whoever reviews the law may say on which article."""

    may_cite = True


class FundingOpinionForm(OpinionForm):
    """Whoever says the money is there says on which account."""

    named = {**OpinionForm.named, "经费账户": "account"}

    account = forms.TypedChoiceField(label=_("从哪个账户出"), coerce=int, empty_value=None)
    field_order = ("agrees", "account", "reason")

    def prepare(self) -> None:
        """Offer the accounts the money may come from, each with what is still free on it; agreeing names one."""
        super().prepare()
        application = self.row
        assert isinstance(application, Application), "of an application"
        account = self.fields["account"]
        assert isinstance(account, forms.TypedChoiceField), "declared above"
        fitting = fitting_accounts(application)
        account.required = self.data.get("agrees") != DISAGREE
        account.choices = [("", _("请选择账户")), *((one.pk, _account_words(one)) for one in fitting)]
        account.help_text = (
            _("同意的必须选。只列申请部门在协助开始年度的同一来源、同一科目的账户。")
            if fitting
            else _("申请部门在协助开始年度没有这种来源、这个科目的账户，经费没有落实。")
        )


def _account_words(account: Any) -> str:
    return gettext("%(year)d年 %(line)s，可用 %(available)s") % {
        "year": account.year,
        "line": account.get_line_display(),
        "available": yuan(account.available_fen),
    }


class ConveneForm(GateMoveForm):
    """On which day the joint meeting sits."""

    named = {**GateMoveForm.named, "会议日期": "meets_on"}

    meets_on = DayField(label=_("联席会议日期"), help_text=_("当天起成员可以表决。"))
    field_order = ("meets_on", "reason")


class VoteForm(GateMoveForm):
    """What a member says; who has to stay out of it says so."""

    named = {**GateMoveForm.named, "表决": "choice"}

    choice = forms.ChoiceField(label=_("您的表决"), choices=Choice.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("说明"),
        help_text=_("主动回避的须写明理由。"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ("choice", "reason")


class InForceForm(GateMoveForm):
    """The paper that gives the power, and from when to when it holds."""

    named = {**GateMoveForm.named, "授权文书号": "document_number", "授权期限": "power_to"}

    document_number = DocumentField(label=_("授权文书号"), help_text=_("法定职权的不填。"))
    power_from = DayField(label=_("授权开始日期"), required=False)
    power_to = DayField(
        label=_("授权结束日期"), required=False, help_text=_("照文书填写；不能覆盖协助全部期限的，不能生效。")
    )
    field_order = ("document_number", "power_from", "power_to", "reason")

    def prepare(self) -> None:
        """What the law gives needs no paper; what a paper gives, it gives for the whole period."""
        application = self.row
        assert isinstance(application, Application), "of an application"
        if application.power_kind == GrantKind.STATUTORY:
            del self.fields["power_from"], self.fields["power_to"]
            self.fields["document_number"].required = False
            return
        self.fields["document_number"].required = True
        self.initial.setdefault("power_from", application.starts_on)
        self.initial.setdefault("power_to", application.ends_on)


class ReturnForm(GateMoveForm):
    """All faults at once: there is no second return."""

    def prepare(self) -> None:
        """Say so."""
        self.fields["reason"].label = _("要补正的全部问题")
        self.fields["reason"].help_text = _("只能退回一次，一次写全；逐条写明哪一项、为什么、怎样补正。")


FORMS: dict[str, type[GateMoveForm]] = {
    "return": ReturnForm,
    "return_by_legality": ReturnForm,
    "check_legality": LegalityOpinionForm,
    "check_funding": FundingOpinionForm,
    "hear": OpinionForm,
    "convene": ConveneForm,
    "vote": VoteForm,
    "put_in_force": InForceForm,
}


def application_form_of(move: Move) -> type[GateMoveForm]:
    """Give the form a move declares, or the plain one."""
    return FORMS.get(move.code, GateMoveForm)


def asked_of(form: GateMoveForm) -> ApplicationMove:
    """Give what a valid form asks for."""
    said = form.cleaned_data
    return ApplicationMove(
        move=form.move.code,
        revision=said["revision"],
        reason=said.get("reason", ""),
        article=said.get("article", ""),
        agrees=said.get("agrees"),
        account_id=said.get("account") if said.get("agrees") else None,
        meets_on=said.get("meets_on"),
        choice=said.get("choice", ""),
        document_number=said.get("document_number", ""),
        power_from=said.get("power_from"),
        power_to=said.get("power_to"),
    )
