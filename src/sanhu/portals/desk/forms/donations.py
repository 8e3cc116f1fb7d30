"""Forms of donations: what was agreed, money that came, what it is spent on, a new key, another purpose."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sanhu.domains.funding.budget_terms import SpendingNature
from sanhu.domains.funding.donation_rules import OUTSIDE_PURPOSE, Donor, by_agreement
from sanhu.domains.funding.donation_terms import (
    MOST_CHECKED,
    MOST_CONTACT,
    MOST_NAME,
    MOST_WORDS,
    AmountSetBy,
    CameBy,
    DonorKind,
    Naming,
)
from sanhu.domains.funding.earmark_terms import MOST_PURPOSE
from sanhu.domains.funding.models import LedgerAccount
from sanhu.domains.funding.rules import MOST_BASIS, MOST_REASON
from sanhu.domains.funding.services.donating import Agreement
from sanhu.domains.funding.services.spending import Expenditure
from sanhu.domains.funding.source_rules import source_rules
from sanhu.domains.funding.spending_terms import MOST_PAYEE, ExpenseKind, PayeeKind
from sanhu.domains.funding.terms import BudgetLine, FundSource
from sanhu.engines.legal_time import legal_day
from sanhu.portals.desk.forms.dates import DayField
from sanhu.portals.desk.forms.money import YuanField
from sanhu.portals.desk.scans import ScansForm
from sanhu.portals.desk.sending import SentForm

_SHORT = {"class": "short"}


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class DonationForm(SentForm):
    """A donation as it was agreed."""

    named = {
        "捐赠人": "donor_name",
        "联系方式": "donor_contact",
        "署名方式": "naming",
        "来由": "came_by",
        "慈善组织": "charity",
        "依据": "agreement",
        "金额": "amount_fen",
        "捐赠人的原话": "donor_words",
        "用途": "purpose",
        "签订日期": "agreed_on",
        "支出种类": "agreed_expenses",
        "事项": "item_code",
        "预算科目": "line",
        "捐赠": "set_by",
    }

    body_id = forms.TypedChoiceField(label=_("收款单位"), coerce=int)
    donor_kind = forms.ChoiceField(label=_("谁捐的"), choices=DonorKind.choices, widget=forms.RadioSelect)
    donor_name = forms.CharField(
        label=_("捐赠人姓名或者名称"),
        help_text=_("加密保存。匿名捐赠不写。"),
        max_length=MOST_NAME,
        required=False,
    )
    donor_contact = forms.CharField(label=_("联系方式"), max_length=MOST_CONTACT, required=False)
    naming = forms.ChoiceField(label=_("公布时怎样署名"), choices=Naming.choices, widget=forms.RadioSelect)
    came_by = forms.ChoiceField(label=_("怎样捐的"), choices=CameBy.choices, widget=forms.RadioSelect)
    charity = forms.CharField(
        label=_("慈善组织"),
        help_text=_("响应公开募捐或者经慈善组织捐赠的，写明是哪一家。"),
        max_length=100,
        required=False,
    )
    set_by = forms.ChoiceField(
        label=_("捐不捐、捐多少，是谁定的"),
        help_text=_("照实写。不是捐赠人自己决定的，不能收。"),
        choices=AmountSetBy.choices,
        widget=forms.RadioSelect,
    )
    agreement = forms.CharField(label=_("捐赠协议的编号"), max_length=MOST_BASIS)
    agreed_on = DayField(label=_("签订日期"))
    amount_fen = YuanField(label=_("协议金额（元）"))
    donor_words = forms.CharField(
        label=_("捐赠人说的用途，照原话"), max_length=MOST_WORDS, widget=_area(), help_text=_("加密保存。")
    )
    are_words_public = forms.BooleanField(label=_("捐赠人同意公开这些话"), required=False)
    purpose = forms.CharField(
        label=_("用途（对所有人公开）"),
        help_text=_("一句话写清用在什么上，不写姓名、电话、门牌。以后每一笔支出都要符合它。"),
        max_length=MOST_PURPOSE,
    )
    item_code = forms.CharField(
        label=_("用于清单中的哪个事项"),
        help_text=_("没有就不写。政府职责范围内的事项由政府投入，不能用捐赠。"),
        max_length=10,
        required=False,
        widget=forms.TextInput(attrs=_SHORT),
    )
    line = forms.ChoiceField(label=_("记在哪个科目"))
    agreed_expenses = forms.MultipleChoiceField(
        label=_("协议书面同意的特殊支出"),
        help_text=_("捐赠一般不用于这些；协议里写明可以的才选。"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, bodies: list[tuple[int, str]], at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("agreed_on", legal_day(at))
        self.initial.setdefault("line", BudgetLine.L7)
        if len(bodies) == 1:
            self.initial.setdefault("body_id", bodies[0][0])
        rule = source_rules()[FundSource.SOCIAL_DONATION]
        _choose(self, "body_id", bodies)
        _choose(self, "line", [(one.value, one.label) for one in BudgetLine if one in rule.lines])
        _choose(self, "agreed_expenses", [(one.value, one.label) for one in ExpenseKind if one in by_agreement()])

    def wish(self) -> Agreement:
        """What was agreed, once the form is valid."""
        said = self.cleaned_data
        donor = Donor(said["donor_kind"], said["donor_name"], said["donor_contact"], said["naming"])
        same = ("body_id", "line", "purpose", "donor_words", "are_words_public", "came_by", "set_by", "agreement")
        return Agreement(
            donor=donor,
            agreed_expenses=tuple(said["agreed_expenses"]),
            **{name: said[name] for name in (*same, "agreed_on", "amount_fen", "charity", "item_code")},
        )


class DonationMoneyForm(ScansForm, SentForm):
    """Money of a donation that came in."""

    named = {"金额": "amount_fen", "依据": "basis", "年度": "year", "凭证扫描件": "scans"}

    amount_fen = YuanField(label=_("到账金额（元）"))
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2199, widget=forms.NumberInput(attrs=_SHORT))
    basis = forms.CharField(label=_("依据文件的文号"), help_text=_("例如银行进账单的编号。"), max_length=MOST_BASIS)
    field_order = ("amount_fen", "year", "basis", "scans")

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("year", legal_day(at).year)


class DonationSpendingForm(ScansForm, SentForm):
    """What money of a donation is spent on, and how that meets what it was given for."""

    named = {
        "金额": "amount_fen",
        "依据": "basis",
        "理由": "reason",
        "凭证扫描件": "scans",
        "支出类别": "expense",
        "支出性质": "nature",
        "收款方": "payee_kind",
        "收款方名称": "payee_name",
        "用途": "meets",
        "经费": "amount_fen",
    }

    account_id = forms.TypedChoiceField(label=_("从哪个账户"), coerce=int)
    amount_fen = YuanField(label=_("金额（元）"))
    expense = forms.ChoiceField(label=_("支出类别"))
    nature = forms.ChoiceField(label=_("支出性质"), choices=SpendingNature.choices)
    payee_kind = forms.ChoiceField(label=_("付给谁"), choices=PayeeKind.choices, widget=forms.RadioSelect)
    payee_name = forms.CharField(label=_("收款方名称"), help_text=_("个人只公开姓。"), max_length=MOST_PAYEE)
    meets = forms.CharField(
        label=_("这笔支出怎样符合捐赠人的用途"),
        help_text=_("捐赠人和所有人都会看到，不写姓名、电话、门牌。"),
        max_length=MOST_CHECKED,
        widget=_area(),
        error_messages={"required": _(OUTSIDE_PURPOSE)},
    )
    basis = forms.CharField(label=_("依据文件的文号"), help_text=_("发票、合同的编号。"), max_length=MOST_BASIS)
    reason = forms.CharField(label=_("说明"), max_length=MOST_REASON, required=False)
    field_order = (
        *("account_id", "amount_fen", "expense", "nature", "payee_kind", "payee_name", "meets", "basis", "reason"),
        "scans",
    )

    def __init__(self, *args: Any, accounts: list[tuple[LedgerAccount, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "account_id", [(account.pk, words) for account, words in accounts])
        kinds = [(one.value, one.label) for one in ExpenseKind if one != ExpenseKind.BUDGET_BALANCE]
        _choose(self, "expense", [("", _("请选择")), *kinds])

    def order(self) -> Expenditure:
        """What is spent, once the form is valid. What it is for, the service says."""
        said = self.cleaned_data
        names = ("account_id", "amount_fen", "expense", "nature", "payee_kind", "payee_name", "basis", "reason")
        return Expenditure(purpose_ref="", draft_id=said["draft_id"], **{name: said[name] for name in names})


class NewKeyForm(SentForm):
    """A new key for a donor who lost theirs."""

    named = {"核对": "checked"}

    checked = forms.CharField(
        label=_("怎样核对了是捐赠人本人"),
        help_text=_("例如：核对了协议原件和身份证。加密保存，不写证件号码。"),
        max_length=MOST_CHECKED,
        widget=_area(),
    )


class PurposeForm(ScansForm, SentForm):
    """Another purpose, as the donor agreed in writing."""

    named = {"用途": "purpose", "书面同意": "consent", "书面同意扫描件": "scans"}

    purpose = forms.CharField(
        label=_("变更后的用途（对所有人公开）"),
        help_text=_("不写姓名、电话、门牌。"),
        max_length=MOST_PURPOSE,
    )
    consent = forms.CharField(label=_("捐赠人书面同意文件的编号"), max_length=MOST_BASIS)
    field_order = ("purpose", "consent", "scans")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scans"].label = _("书面同意扫描件")


class PublishDonationForm(SentForm):
    """Publish what came in and went out."""


class EraseDonorForm(SentForm):
    """Erase who gave."""

    is_sure = forms.BooleanField(label=_("确认删除，以后谁也查不出捐赠人是谁；账目和凭证照旧"))


def _choose(form: forms.Form, name: str, choices: list[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField), "declared above"
    field.choices = choices
