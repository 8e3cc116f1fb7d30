"""What a lottery project must be, on what its money may go, and by when its use is announced. No models imported."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_noop as _

from sanhu.domains.funding.disclosure_rules import shown_words
from sanhu.domains.funding.earmark_terms import MOST_PURPOSE
from sanhu.domains.funding.lottery_terms import FIELDS_OF, MOST_DOCUMENT, MOST_DONE, LotteryField, LotteryOrgan
from sanhu.domains.funding.rules import LOTTERY_ARTICLE, NO_SUCH_USE, NOT_PERMITTED, check_amount
from sanhu.domains.funding.source_rules import notice_rule
from sanhu.domains.funding.spending_rules import check_expense
from sanhu.domains.funding.terms import FundSource
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, all_of, refuse

OUTSIDE_PLAN = _("支出类别：不在项目的使用计划里")
BEYOND_PLAN = _("金额：超过了使用计划里这类支出剩下的数")
NOT_ITS_DAYS = _("项目期限：今天不在项目的期限内，不能再支出")
MORE_THAN_PLANNED = _("金额：超过了项目使用计划的总额")
TELLS_OF_A_PERSON = _("用途：对外公开，不要写电话、证件号码等个人信息")
WORDS_TELL_OF_A_PERSON = _("做了什么：对外公开，不要写电话、证件号码等个人信息")
NOT_YET_OVER = _("年度：还没有结束，不能公告")
NOTHING_NEW = _("年度：已经公告过，以后没有变动")
NOTHING_TO_TELL = _("年度：本单位这一年没有彩票公益金项目的收支")


@dataclass(frozen=True)
class ProjectWish:
    """A project as somebody registers it; `plan` is fen by kind of expense."""

    body_id: int
    purpose: str
    organ: str
    document_number: str
    approved_on: date
    field: str
    first_on: date
    last_on: date
    plan: Mapping[str, int]


def check_project(wish: ProjectWish) -> Decision:
    """Is a project approved by whom and for what it may be, with its days?"""
    faults = (
        (not wish.purpose.strip() or len(wish.purpose.strip()) > MOST_PURPOSE, _("用途：须写明，不超过 200 个字")),
        (shown_words(wish.purpose) != wish.purpose, TELLS_OF_A_PERSON),
        (wish.organ not in set(LotteryOrgan), _("审批部门：须是民政部门或者体育部门")),
        (
            not wish.document_number.strip() or len(wish.document_number.strip()) > MOST_DOCUMENT,
            _("批准文号：须写明，不超过 60 个字"),
        ),
        (wish.field not in set(LotteryField), _("使用方向：没有这个方向")),
        (wish.last_on < wish.first_on, _("项目期限：最后一天不得早于第一天")),
        (wish.approved_on > wish.last_on, _("批准日期：不得晚于项目的最后一天")),
    )
    reasons = [reason for is_faulty, reason in faults if is_faulty]
    if reasons:
        return refuse(*reasons)
    if wish.field not in FIELDS_OF[wish.organ]:
        reason = _("使用方向：民政部门批准扶老、助残、救孤、济困项目，体育部门批准体育项目")
        return refuse(reason, citations=(LOTTERY_ARTICLE,))
    return ALLOWED


def check_plan(plan: Mapping[str, int]) -> Decision:
    """Does a plan say on what the money goes, and on nothing it may not go on (X-12)?"""
    if not plan:
        return refuse(_("使用计划：至少写一类支出和金额"))
    decisions = [check_expense(source=FundSource.LOTTERY, expense=expense, by_organ=False) for expense in plan]
    forbidden = [decision for decision in decisions if not decision]
    if forbidden:
        whole = all_of(*forbidden)
        return refuse(*dict.fromkeys(whole.reasons), citations=whole.citations, code=whole.code)
    return next((bad for fen in plan.values() if not (bad := check_amount(fen))), ALLOWED)


def check_receipt(*, planned_fen: int, received_fen: int, amount_fen: int) -> Decision:
    """May so much come in for a project? `received_fen` counts what waits for a second person too."""
    return ALLOWED if received_fen + amount_fen <= planned_fen else refuse(MORE_THAN_PLANNED)


@dataclass(frozen=True)
class Way:
    """A project on its way: its days, its plan, and what was spent or waits, each in fen by kind of expense."""

    first_on: date
    last_on: date
    plan: Mapping[str, int]
    spent: Mapping[str, int]


def check_on_plan(way: Way, *, expense: str, amount_fen: int, today: date) -> Mapping[str, Decision]:
    """Give what speaks against a spending, by the field it speaks of: its day, its kind, its amount (X-12)."""
    if not way.first_on <= today <= way.last_on:
        return {"purpose_ref": _outside(NOT_ITS_DAYS)}
    if expense not in way.plan:
        return {"expense": _outside(OUTSIDE_PLAN)}
    if way.spent.get(expense, 0) + amount_fen > way.plan[expense]:
        return {"amount_fen": _outside(BEYOND_PLAN)}
    return {}


def _outside(reason: str) -> Decision:
    return refuse(reason, citations=(LOTTERY_ARTICLE,), code=NO_SUCH_USE)


# --- the yearly notice (article 36)


def due_on(year: int) -> date:
    """The last day on which a year's use may be announced."""
    return date(year, 12, 31) + timedelta(days=notice_rule().within_days)


def check_notice(*, year: int, words: str, today: date) -> Decision:
    """Is the year over, and is it said what was done?"""
    if today <= date(year, 12, 31):
        return refuse(NOT_YET_OVER, citations=(notice_rule().article,))
    if not words.strip():
        return refuse(_("做了什么：须写明项目做了什么、谁受益"), citations=(notice_rule().article,))
    if shown_words(words) != words:
        return refuse(WORDS_TELL_OF_A_PERSON)
    return refuse(_("做了什么：不超过 1000 个字")) if len(words.strip()) > MOST_DONE else ALLOWED


def may_announce(actor: Actor) -> Decision:
    """May this person announce how their own body used lottery money?"""
    if actor.kind is ActorKind.POST and actor.organisation_id and actor.may(Permission.FUNDING_DISCLOSE):
        return ALLOWED
    return refuse(NOT_PERMITTED, citations=(notice_rule().article,))
