"""May an admitted task move so, may it come into force, and who may pay for it or take its power back?"""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.parties import (
    ADMISSION_ARTICLE,
    COMMITTEE_LAW_10,
    COMMITTEE_LAW_43,
    EMERGENCY_ARTICLE,
    MONEY_ARTICLE,
    POWER_ARTICLE,
)
from sanhu.domains.admission.rules.persons import NOT_PERMITTED, Parties, may_person
from sanhu.domains.admission.tables import TASK
from sanhu.domains.admission.terms import GrantKind
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, refuse
from sanhu.engines.workdays import ONE_DAY
from sanhu.engines.workflow import Move


@dataclass(frozen=True)
class Standing:
    """What the rules need to know of a task on a day.

    `parties` holds its bearer as the only committee. `has_overdue` is that an instalment's day has passed unpaid,
    `has_power` that its grant holds today, `awaits_signature` that a payment waits for its second person, `is_over`
    that its last day has passed.
    """

    parties: Parties
    state: str
    is_statutory: bool = False
    is_emergency: bool = False
    has_overdue: bool = False
    has_power: bool = True
    awaits_signature: bool = False
    is_over: bool = False


def may_move(*, standing: Standing, move: str, actor: Actor) -> Decision:
    """May this task move so now, by this person?"""
    by_table = TASK.may_move(state=standing.state, move=move)
    if not by_table:
        return by_table
    found = TASK.move(move)
    by_person = may_person(parties=standing.parties, move=found, actor=actor)
    return by_person if not by_person else _may_now(standing, found)


def _may_now(standing: Standing, move: Move) -> Decision:
    """May it happen to the task as it stands beyond its state?"""
    match move.code:
        case "suspend":
            return _may_suspend(standing)
        case "resume":
            return _may_resume(standing)
        case "hand_over":
            return _may_hand_over(standing)
        case _:
            return ALLOWED


def _may_suspend(standing: Standing) -> Decision:
    """A late payer's task may be suspended; what the law makes the committee's duty may not."""
    if standing.is_statutory:
        reason = _("这是法定协助事项，经费没有到账也不得中止；请报区社区建设协调管理机构催办")
        return refuse(reason, citations=(COMMITTEE_LAW_10,))
    if standing.is_emergency:
        reason = _("这是突发事件应急协助，经费没有到账也不得中止；请报区社区建设协调管理机构催办")
        return refuse(reason, citations=(EMERGENCY_ARTICLE,))
    if not standing.has_overdue:
        return refuse(_("没有逾期未到账的经费，不能中止任务"), citations=(COMMITTEE_LAW_43, MONEY_ARTICLE))
    return ALLOWED


def _may_resume(standing: Standing) -> Decision:
    if standing.has_overdue:
        return refuse(_("还有逾期未到账的经费，不能恢复任务"), citations=(MONEY_ARTICLE,))
    if not standing.has_power:
        return refuse(_("授权已经到期或者收回，不能恢复任务"), citations=(POWER_ARTICLE,), code="X-07")
    return ALLOWED


def _may_hand_over(standing: Standing) -> Decision:
    if standing.is_over:
        return refuse(_("任务期限已满，不再移交"), citations=(MONEY_ARTICLE,))
    if standing.awaits_signature:
        reason = _("有一笔拨付正等待第二人签批；请先签批或者退回，再移交任务")
        return refuse(reason, citations=(MONEY_ARTICLE,))
    return ALLOWED


@dataclass(frozen=True)
class Power:
    """A power as it is to be granted, or was."""

    kind: str
    article: str
    document_number: str
    valid_from: date
    valid_to: date


def check_power(power: Power, *, starts_on: date, ends_on: date) -> Decision:
    """Does this power carry a duty for the whole of its period (R33)? A task without it does not exist (X-07)."""
    faults = (
        (power.kind not in GrantKind.values, _("授权：须写明是授权、委托还是法定职权")),
        (not power.article.strip(), _("授权依据：须写明法律、法规或办法的条款")),
        (
            power.kind != GrantKind.STATUTORY and not power.document_number.strip(),
            _("授权文书号：授权或者委托须附文书，写明文号"),
        ),
        (
            power.valid_from > starts_on or power.valid_to < ends_on,
            _("授权期限：须覆盖任务的全部期限"),
        ),
    )
    reasons = [reason for is_faulty, reason in faults if is_faulty]
    return refuse(*reasons, citations=(POWER_ARTICLE,), code="X-07") if reasons else ALLOWED


@dataclass(frozen=True)
class Money:
    """The money of one committee's task: from whose account, how much, and in which parts it falls due."""

    account_id: int | None
    amount_fen: int
    parts_fen: tuple[int, ...]
    is_of_the_account: bool = True


def check_money(money: Money) -> Decision:
    """Is the money of a task there to be set aside (R34, R58)? Whether the account has as much, the ledger says."""
    faults = (
        (money.account_id is None, _("经费：没有确认由哪个账户支付")),
        (money.amount_fen < 1, _("经费：金额必须大于 0")),
        (
            money.amount_fen >= 1 and (min(money.parts_fen, default=0) < 1 or sum(money.parts_fen) != money.amount_fen),
            _("拨付时点：每一笔必须大于 0，各笔之和必须等于每个社区的金额"),
        ),
        (not money.is_of_the_account, _("经费：账户的资金来源、预算科目与申请不一致")),
    )
    reasons = [reason for is_faulty, reason in faults if is_faulty]
    return refuse(*reasons, citations=(MONEY_ARTICLE, COMMITTEE_LAW_43), code="X-08") if reasons else ALLOWED


def may_begin(*, ends_on: date, has_committees: bool, today: date) -> Decision:
    """May an approved application come into force on this day? Late is better than never, until its last day."""
    faults = (
        (ends_on < today, _("准入期限已过，不能再生效")),
        (not has_committees, _("没有登记协助的居民委员会，不能生效")),
    )
    reasons = [reason for is_faulty, reason in faults if is_faulty]
    return refuse(*reasons, citations=(ADMISSION_ARTICLE,)) if reasons else ALLOWED


def may_pay(*, district: str, payer_id: int | None, actor: Actor) -> Decision:
    """May this person ask for a payment on a task? Whoever pays from the account's own body may."""
    is_here = actor.kind is ActorKind.POST and actor.district == district
    if not is_here or not actor.may(Permission.FUNDING_PAY):
        return refuse(NOT_PERMITTED, citations=(MONEY_ARTICLE,))
    if actor.organisation_id != payer_id:
        return refuse(_("只有承担经费的部门可以拨付"), citations=(MONEY_ARTICLE,))
    return ALLOWED


@dataclass(frozen=True)
class Withdrawal:
    """Taking a power back: whose it is, how it was given, until when it runs and until when it is to run."""

    district: str
    giver_id: int
    kind: str
    valid_to: date
    last_day: date


def may_withdraw(wanted: Withdrawal, *, today: date, actor: Actor) -> Decision:
    """May this person take that power back? Its giver may, from today on; what the law gives nobody takes back."""
    is_here = actor.kind is ActorKind.POST and actor.district == wanted.district
    if not is_here or not actor.may(Permission.POWER_GRANT):
        return refuse(NOT_PERMITTED, citations=(POWER_ARTICLE,))
    faults = (
        (actor.organisation_id != wanted.giver_id, _("只有授权部门可以收回权限")),
        (wanted.kind == GrantKind.STATUTORY, _("法定职权不能由部门收回")),
        (wanted.last_day < today, _("最后有效日：不能早于今天")),
        (wanted.last_day >= wanted.valid_to, _("最后有效日：须早于原定的期限")),
    )
    reasons = [reason for is_faulty, reason in faults if is_faulty]
    return refuse(*reasons, citations=(POWER_ARTICLE,)) if reasons else ALLOWED


@dataclass(frozen=True)
class Renewal:
    """Giving a power anew: who gave the one that ends, how and until when, and until when its task runs."""

    district: str
    giver_id: int
    valid_to: date
    ends_on: date
    is_open: bool


def may_give_anew(wanted: Renewal, *, today: date, actor: Actor) -> Decision:
    """May this person give that power anew? Its giver may, where it ends before its task does."""
    is_here = actor.kind is ActorKind.POST and actor.district == wanted.district
    if not is_here or not actor.may(Permission.POWER_GRANT):
        return refuse(NOT_PERMITTED, citations=(POWER_ARTICLE,))
    faults = (
        (actor.organisation_id != wanted.giver_id, _("只有授权部门可以重新授权")),
        (not wanted.is_open or wanted.ends_on < today, _("任务已经结束，不再授权")),
        (wanted.valid_to >= wanted.ends_on, _("现有授权有效至任务期满，不必重新授权")),
    )
    reasons = [reason for is_faulty, reason in faults if is_faulty]
    return refuse(*reasons, citations=(POWER_ARTICLE,)) if reasons else ALLOWED


def begins_anew(*, valid_to: date, starts_on: date, today: date) -> date:
    """Give the day from which a power given anew holds: right after the old one, but not before today or the task."""
    return max(today, starts_on, valid_to + ONE_DAY)


def minutes_left(*, minutes: int, starts_on: date, ends_on: date, from_on: date) -> int:
    """Give how many of a task's person-minutes are left from a day on, by days and rounded down.

    What was used is the rest, so that none is lost.

    >>> minutes_left(minutes=100, starts_on=date(2027, 1, 1), ends_on=date(2027, 1, 30), from_on=date(2027, 1, 11))
    66
    """
    whole = (ends_on - starts_on).days + 1
    left = min((ends_on - max(from_on, starts_on)).days + 1, whole)
    return minutes * max(left, 0) // whole
