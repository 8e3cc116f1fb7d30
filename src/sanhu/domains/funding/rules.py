"""What money may be used for, how much of it may move, and whose signatures it takes. No models are imported here."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_noop as _

from sanhu.domains.funding.source_rules import EARMARK, source_rules
from sanhu.domains.funding.terms import MOST_FEN, BudgetLine, FundSource, VoucherState
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, refuse

NO_CHARGING, NO_SUCH_USE, CLOSED_RECORD, NO_MONEY = "X-10", "X-12", "X-18", "X-08"

MONEY_ARTICLE = _("分类管理办法第二十条")
DONATION_ARTICLE = _("慈善法第三十二条")
LOTTERY_ARTICLE = _("彩票管理条例第三十三条")

NOT_PERMITTED = _("您的岗位没有这项权限")
POSTED_STAYS = _("已记账的凭证不能修改或者删除，只能冲销")
OWN_VOUCHER = _("第二人须是另一个人：自己提交的凭证不能自己签批，换岗位也不行")
OVER_LIMIT = _("金额达到须由两人签批的限额")
SPLIT_UP = _("与近期付给同一收款方的金额合计，达到须由两人签批的限额")

SPENT_IN_PARTS = _("与近期从同一账户支出的金额合计，达到须由两人签批的限额")

# --- sources (F.4)

# A government's own duty: why other people's money does not pay for it.
_NOT_FOR_DUTIES: Mapping[str, Decision] = {
    FundSource.LOTTERY: refuse(
        _("经费来源：彩票公益金不得用于政府职责范围内的事项"), citations=(LOTTERY_ARTICLE,), code=NO_SUCH_USE
    ),
    FundSource.PAID_SERVICE: refuse(
        _("经费来源：政府职责范围内的事项由政府投入，不得向居民收费"), citations=(MONEY_ARTICLE,), code=NO_CHARGING
    ),
    FundSource.SOCIAL_DONATION: refuse(
        _("经费来源：政府职责范围内的事项由政府投入，不得摊派或者使用捐赠"),
        citations=(MONEY_ARTICLE, DONATION_ARTICLE),
        code=NO_CHARGING,
    ),
}


def check_source(*, source: str, line: str, is_government_duty: bool) -> Decision:
    """May money of this source be spent on this budget line, for this kind of affair?"""
    rule = source_rules().get(source)
    if rule is None:
        return refuse(_("经费来源：没有这种来源"))
    if line not in set(BudgetLine):
        return refuse(_("预算科目：没有这个科目"))
    if is_government_duty and not rule.pays_government_duties:
        return _NOT_FOR_DUTIES[source]
    if line not in rule.lines:
        reason = _("预算科目：这种来源的经费不能用于这个科目")
        return refuse(reason, citations=(rule.article,), code=NO_SUCH_USE)
    return ALLOWED


def check_comes_by_budget(source: str) -> Decision:
    """May money of this source come in by appropriation alone, with nothing said of what it is for? (F.4)"""
    rule = source_rules()[source]
    if rule.must_name != EARMARK:
        return ALLOWED
    reason = _("经费来源：彩票公益金按批准的项目拨入，捐赠按捐赠协议收取，先登记再入账")
    return refuse(reason, citations=(rule.article,), code=NO_SUCH_USE)


# --- amounts and words

MOST_BASIS, MOST_REASON = 100, 200


def check_amount(amount: object) -> Decision:
    """Is this an amount that can move? Whole fen, more than nothing, and below what any district has."""
    if not isinstance(amount, int) or isinstance(amount, bool):
        return refuse(_("金额：必须是以分为单位的整数"))
    if amount <= 0:
        return refuse(_("金额：必须大于 0"))
    return refuse(_("金额：超过了上限")) if amount > MOST_FEN else ALLOWED


def check_basis(basis: str) -> Decision:
    """Does a voucher say on which paper it rests?"""
    if not basis.strip():
        return refuse(_("依据：须写明凭证所依据文件的文号"))
    return refuse(_("依据：不超过 100 个字")) if len(basis) > MOST_BASIS else ALLOWED


def check_reason(reason: str, *, is_needed: bool) -> Decision:
    """Is a reason there where one is needed, and short enough?"""
    if is_needed and not reason.strip():
        return refuse(_("理由：须写明理由"))
    return refuse(_("理由：不超过 200 个字")) if len(reason) > MOST_REASON else ALLOWED


# --- two persons


def second_reason(*, amount_fen: int, recent_fen: int) -> str:
    """Say why a second person has to sign; empty where none has to.

    `recent_fen` is what the same person moved between the same two accounts shortly before.
    """
    limit: int = settings.SANHU_TWO_PERSONS_FROM_FEN
    if amount_fen >= limit:
        return OVER_LIMIT
    return SPLIT_UP if recent_fen + amount_fen >= limit else ""


def needs_second(*, amount_fen: int, recent_fen: int) -> bool:
    """Must a second person sign?"""
    return bool(second_reason(amount_fen=amount_fen, recent_fen=recent_fen))


@dataclass(frozen=True)
class Signing:
    """A voucher as signing reads it: its state, who asked, and whose money it is (None: the district's own).

    What a deputy asked for, the absent holder of the post has asked for too.
    """

    state: str
    district: str
    asked_by: frozenset[int]
    body_id: int | None


def may_sign(signing: Signing, *, actor: Actor) -> Decision:
    """May this person be the second one, for yes or for no?"""
    if signing.state == VoucherState.POSTED:
        return refuse(POSTED_STAYS, code=CLOSED_RECORD)
    if signing.state == VoucherState.REJECTED:
        return refuse(_("这张凭证没有通过，须重新提交"))
    is_here = actor.kind is ActorKind.POST and actor.district == signing.district
    if not is_here or not actor.may(Permission.FUNDING_SIGN):
        return refuse(NOT_PERMITTED, citations=(MONEY_ARTICLE,))
    if actor.organisation_id != signing.body_id and not actor.may(Permission.FUNDING_OVERSEE):
        return refuse(_("只有出资单位或者财政部门的负责人可以签批"), citations=(MONEY_ARTICLE,))
    if actor.persons & signing.asked_by:
        return refuse(OWN_VOUCHER, citations=(MONEY_ARTICLE,))
    return ALLOWED
