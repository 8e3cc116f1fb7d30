"""What a body may spend its money on, and for whom a payee's name is shown. No models are imported here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_noop as _

from sanhu.domains.funding.budget_terms import SpendingNature
from sanhu.domains.funding.disclosure_rules import shown_words
from sanhu.domains.funding.rules import MONEY_ARTICLE, NO_MONEY, NO_SUCH_USE, NOT_PERMITTED, check_source
from sanhu.domains.funding.source_rules import EARMARK, TASK, names_rule, source_rules
from sanhu.domains.funding.spending_terms import MOST_PAYEE, ExpenseKind, PayeeKind
from sanhu.domains.funding.terms import FundSource
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, refuse

ONLY_OWN_BODY = _("只有账户所属的单位可以支出")
NOT_THIS_PURPOSE = _("用途：这件事不是本单位的，或者不用这个账户的经费")
TOO_LITTLE_FOR_IT = _("金额：超过了这项用途剩下的、也没有在等签批的经费")
NAME_ERASED = _("（已删除）")
DONATIONS_HAVE_THEIR_OWN_WAY = _("用途：捐赠款的支出须写明怎样符合捐赠人的用途，请从这笔捐赠办理")

_NO_SUCH_EXPENSE: Mapping[str, str] = {
    FundSource.FISCAL: _("支出类别：财政经费没有这种支出"),
    FundSource.FEE_FOLLOWS_AFFAIR: _("支出类别：费随事转的经费只用于所协助的事项，不能用于这类支出"),
    FundSource.LOTTERY: _("支出类别：彩票公益金只用于所批准的公益项目，不得用于工资福利、办公经费或者平衡财政一般预算"),
    FundSource.PAID_SERVICE: _("支出类别：有偿服务的收入只用于这项服务的成本，不能用于这类支出"),
    FundSource.SOCIAL_DONATION: _("支出类别：捐赠只用于捐赠人指定的用途，不能用于这类支出"),
}
_NOT_BY_ORGANS = _("支出类别：这种来源的经费不得用于机关自己的工资福利和办公")
_NAME_IT: Mapping[str, str] = {
    FundSource.FEE_FOLLOWS_AFFAIR: _("用途：费随事转的经费只用于准入的事项，须写明是哪一项协助任务"),
    FundSource.LOTTERY: _("用途：彩票公益金只用于所批准的项目，须写明是哪一个项目"),
    FundSource.SOCIAL_DONATION: _("用途：捐赠只用于捐赠人指定的用途，须写明是哪一笔捐赠"),
}
_PREFIXES = (TASK, EARMARK)


@dataclass(frozen=True)
class Use:
    """What money of an account is to go on: its source and line, the kind of expense, what it is for, who spends.

    `agreed` are kinds of expense to which whoever gave the money agreed in writing.
    """

    source: str
    line: str
    expense: str
    purpose_ref: str
    by_organ: bool
    agreed: frozenset[str] = frozenset()


def check_expense(*, source: str, expense: str, by_organ: bool) -> Decision:
    """May money of this source go on this kind of expense?"""
    if expense not in set(ExpenseKind):
        return refuse(_("支出类别：没有这种类别"))
    rule = source_rules()[source]
    if expense not in rule.expenses:
        return refuse(_NO_SUCH_EXPENSE[source], citations=(rule.article,), code=NO_SUCH_USE)
    if by_organ and expense in rule.not_by_organs:
        return refuse(_NOT_BY_ORGANS, citations=(rule.article,), code=NO_SUCH_USE)
    return ALLOWED


def check_named(*, source: str, purpose_ref: str) -> Decision:
    """Is it named what the money is for, where its source asks for that?"""
    kind, _colon, number = purpose_ref.partition(":")
    if purpose_ref and (kind not in _PREFIXES or not number):
        return refuse(_("用途：须是一项协助任务、一笔专款，或者不填"))
    rule = source_rules()[source]
    if rule.must_name and kind != rule.must_name:
        return refuse(_NAME_IT[source], citations=(rule.article,), code=NO_SUCH_USE)
    return ALLOWED


def check_use(use: Use) -> Mapping[str, Decision]:
    """Give what speaks against a use, by the field it speaks of. A task is what the law makes a government's own."""
    is_duty = use.purpose_ref.startswith(f"{TASK}:")
    expense = check_expense(source=use.source, expense=use.expense, by_organ=use.by_organ)
    found = {
        "source": check_source(source=use.source, line=use.line, is_government_duty=is_duty),
        "expense": ALLOWED if use.expense in use.agreed else expense,
        "purpose_ref": check_named(source=use.source, purpose_ref=use.purpose_ref),
    }
    return {field: decision for field, decision in found.items() if not decision}


def check_payee(*, kind: str, name: str, nature: str) -> Mapping[str, Decision]:
    """Give what speaks against a payee and a nature of spending, by the field it speaks of."""
    faults = (
        ("nature", nature not in set(SpendingNature), _("支出性质：须选一种")),
        ("payee_kind", kind not in set(PayeeKind), _("收款方：须选单位或者个人")),
        ("payee_name", not name.strip(), _("收款方名称：须写明付给谁")),
        ("payee_name", len(name.strip()) > MOST_PAYEE, _("收款方名称：不超过 60 个字")),
    )
    return {field: refuse(reason) for field, is_faulty, reason in reversed(faults) if is_faulty}


def check_left(*, left_fen: int, waiting_fen: int, amount_fen: int) -> Decision:
    """Is so much left of what came in for a purpose, beside what waits for a second person?"""
    if amount_fen <= left_fen - waiting_fen:
        return ALLOWED
    return refuse(TOO_LITTLE_FOR_IT, citations=(MONEY_ARTICLE,), code=NO_MONEY)


def may_spend(*, district: str, body_id: int | None, actor: Actor) -> Decision:
    """May this person spend money of an account, by whose it is?"""
    is_here = actor.kind is ActorKind.POST and actor.district == district
    if not is_here or not actor.may(Permission.FUNDING_PAY):
        return refuse(NOT_PERMITTED, citations=(MONEY_ARTICLE,))
    if body_id is None or actor.organisation_id != body_id:
        return refuse(ONLY_OWN_BODY, citations=(MONEY_ARTICLE,))
    return ALLOWED


# --- the payee's name


def shown_outsider(name: str, kind: str) -> str:
    """Name whoever was paid outside the ledger as everybody reads it: of a person the surname alone (H.2).

    >>> shown_outsider("江城老伙伴餐饮有限公司", "organisation"), shown_outsider("张三", "person")
    ('江城老伙伴餐饮有限公司', '张*')
    """
    if not name:
        return NAME_ERASED
    return f"{name[:1]}*" if kind == PayeeKind.PERSON else shown_words(name)


def kept_until(paid_on: date) -> date:
    """Give the day on which the period for keeping a payee's name is over: vouchers are kept from the year's end."""
    return date(paid_on.year + names_rule().kept_years + 1, 1, 1)


def may_erase_payee(*, kind: str, name: str, paid_on: date, today: date) -> Decision:
    """May the name of a person who was paid go? Not before the voucher's period is over."""
    if kind != PayeeKind.PERSON:
        return refuse(_("收款方是单位，名称不是个人信息"))
    if not name:
        return refuse(_("收款人的姓名已经删除"))
    if today < kept_until(paid_on):
        return refuse(_("会计凭证的保管期限还没有届满"), citations=(names_rule().article,))
    return ALLOWED
