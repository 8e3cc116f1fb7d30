"""What targets must say, and who may set, evaluate and review them, and when. No models are imported here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from sanhu.domains.funding.budget_rules import Held, may_open
from sanhu.domains.funding.budget_tables import LOCKED
from sanhu.domains.funding.performance_scheme import dimension_of, scheme
from sanhu.domains.funding.performance_terms import (
    MOST_GOAL,
    MOST_NAME,
    MOST_SAID,
    MOST_TARGETS,
    MOST_UNIT,
    MOST_VALUE,
    PERFORMANCE_ARTICLE,
    THOUSAND,
    Dimension,
    EvaluationState,
    FollowUp,
    Grade,
    IndicatorKind,
    TargetDirection,
)
from sanhu.domains.funding.rules import CLOSED_RECORD, NOT_PERMITTED
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, all_of, refuse
from sanhu.engines.performance import Direction, Target, degree, missing_points

OWN_EVALUATION = _("自评的人不能复核它，换岗位、代理都不行")
TARGETS_STAY = _("预算已经锁定，绩效目标随之锁定，不能再改")
REVIEW_STAYS = _("自评已经复核，不能再改")


@dataclass(frozen=True)
class Wished:
    """A target as somebody writes it: `value` in thousandths of its unit, None of what can only be described."""

    kind: str
    name: str
    unit: str
    direction: str
    value: int | None
    points: int


@dataclass(frozen=True)
class Reached:
    """What was reached of a target, in thousandths, or of 100 where it is described; and on what evidence."""

    value: int
    words: str


@dataclass(frozen=True)
class Verdict:
    """What whoever reviews says: whether it stands, the grade, why, and what follows a poor one."""

    confirms: bool
    grade: str = ""
    reason: str = ""
    follow_up: str = ""
    follow_words: str = ""


def as_target(*, kind: str, direction: str, value: int | None, points: int) -> Target:
    """Give a target as the engine reads it."""
    exact = None if value is None else Fraction(value, THOUSAND)
    return Target(dimension_of()[kind].value, points, Direction(direction), exact)


# --- what is written


def check_sheet(goal: str, targets: Sequence[Wished]) -> Decision:
    """Does a sheet say what the money is for, and are its targets whole, with the points the method gives?"""
    faults = (
        (not goal.strip(), _("总体目标：须写明这笔钱要做成什么")),
        (len(goal) > MOST_GOAL, _("总体目标：不超过 500 个字")),
        (not targets, _("绩效指标：一项也没有写")),
        (len(targets) > MOST_TARGETS, _("绩效指标：最多 20 项")),
        (
            len({(one.kind, one.name.strip()) for one in targets}) < len(targets),
            _("绩效指标：同一类里有两项名称一样"),
        ),
    )
    said = [reason for is_faulty, reason in faults if is_faulty]
    each = [_fault(number, one) for number, one in enumerate(targets, start=1)]
    sound = all_of(refuse(*said) if said else ALLOWED, *each)
    return _check_points(targets) if sound else sound


def _fault(number: int, one: Wished) -> Decision:
    is_described = one.direction == TargetDirection.DESCRIBED
    faults = (
        (one.kind not in set(IndicatorKind), _("第 %(number)d 项：没有这一类指标")),
        (one.direction not in set(TargetDirection), _("第 %(number)d 项：没有这种方向")),
        (not one.name.strip() or len(one.name) > MOST_NAME, _("第 %(number)d 项：名称须写明，不超过 60 个字")),
        (len(one.unit) > MOST_UNIT, _("第 %(number)d 项：单位不超过 12 个字")),
        (not is_described and not one.unit.strip(), _("第 %(number)d 项：须写明单位")),
        (is_described and one.value is not None, _("第 %(number)d 项：定性指标不写目标值")),
        (not is_described and one.value is None, _("第 %(number)d 项：须写明目标值")),
        (not 0 <= (one.value or 0) <= MOST_VALUE, _("第 %(number)d 项：目标值须在 0 到十亿之间")),
        (
            one.direction == TargetDirection.AT_LEAST and one.value == 0,
            _("第 %(number)d 项：“不少于”的目标值必须大于 0"),
        ),
        (one.points <= 0, _("第 %(number)d 项：分值必须大于 0")),
    )
    reasons = [gettext(said) % {"number": number} for is_faulty, said in faults if is_faulty]
    return refuse(*reasons) if reasons else ALLOWED


def _check_points(targets: Sequence[Wished]) -> Decision:
    engine = [as_target(kind=one.kind, direction=one.direction, value=one.value, points=one.points) for one in targets]
    whole = scheme().dimensions
    words = _("%(dimension)s：分值合计须是 %(whole)d，现在是 %(now)d")
    reasons = [
        gettext(words) % {"dimension": Dimension(code).label, "whole": whole[code], "now": whole[code] - points}
        for code, points in missing_points(engine, scheme()).items()
    ]
    return refuse(*reasons, citations=(PERFORMANCE_ARTICLE,)) if reasons else ALLOWED


def check_reached(targets: Sequence[Target], reached: Sequence[Reached], *, summary: str) -> Decision:
    """Is there a value for each target that can be measured, each with its evidence?"""
    if len(targets) != len(reached):
        return refuse(_("完成值：每项指标都要有一个"))
    faults = [_reached_fault(number, *pair) for number, pair in enumerate(zip(targets, reached, strict=True), start=1)]
    long = refuse(_("总体完成情况：不超过 500 个字")) if len(summary) > MOST_SAID else ALLOWED
    return all_of(*faults, refuse(_("总体完成情况：须写明")) if not summary.strip() else long)


def _reached_fault(number: int, target: Target, one: Reached) -> Decision:
    most = 100 * THOUSAND if target.direction is Direction.DESCRIBED else MOST_VALUE
    faults = (
        (
            not 0 <= one.value <= most,
            _("第 %(number)d 项：定性指标的完成程度须在 0 到 100 之间")
            if target.direction is Direction.DESCRIBED
            else _("第 %(number)d 项：完成值须在 0 到十亿之间"),
        ),
        (not one.words.strip(), _("第 %(number)d 项：须写明依据；没有达到的，写明原因")),
        (len(one.words) > MOST_SAID, _("第 %(number)d 项：依据不超过 500 个字")),
    )
    reasons = [gettext(said) % {"number": number} for is_faulty, said in faults if is_faulty]
    return refuse(*reasons) if reasons else ALLOWED


def check_expected(targets: Sequence[Target], expected: Sequence[Reached]) -> Decision:
    """Is there an expectation for each target, and is what will miss it explained? There is no code for it in A.3."""
    if len(targets) != len(expected):
        return refuse(_("预计完成值：每项指标都要有一个"))
    said = gettext(_("第 %(number)d 项：预计达不到目标，须写明原因和纠正的办法"))
    faults = []
    for number, (target, one) in enumerate(zip(targets, expected, strict=True), start=1):
        measurable = _reached_fault(number, target, Reached(one.value, one.words or "—"))
        if not measurable:
            faults.append(measurable)
        elif is_missed(target, one.value) and not one.words.strip():
            faults.append(refuse(said % {"number": number}, citations=(PERFORMANCE_ARTICLE,)))
    return all_of(*faults)


def is_missed(target: Target, value: int) -> bool:
    """Tell whether a value in thousandths misses a target."""
    return degree(target, Fraction(value, THOUSAND)) < 1


def check_verdict(verdict: Verdict, *, computed: str) -> Decision:
    """Is a return explained, a changed grade explained, and is what follows a poor grade named (F.2)?"""
    if not verdict.confirms:
        return ALLOWED if verdict.reason.strip() else refuse(_("理由：退回重评须写明理由"))
    if verdict.grade not in set(Grade):
        return refuse(_("等级：没有这一等"))
    is_poor = verdict.grade == Grade.POOR
    faults = (
        (verdict.grade != computed and not verdict.reason.strip(), _("理由：改动等级须写明理由")),
        (
            is_poor and verdict.follow_up not in set(FollowUp),
            _("怎样处理：评为“差”的，须写明核减预算还是停止安排"),
        ),
        (is_poor and not verdict.follow_words.strip(), _("处理的办法：评为“差”的，须写明从哪一年起、怎样核减或者停止")),
        (not is_poor and bool(verdict.follow_up), _("怎样处理：只有评为“差”的才核减或者停止")),
    )
    reasons = [said for is_faulty, said in faults if is_faulty]
    return refuse(*reasons, citations=(PERFORMANCE_ARTICLE,)) if reasons else ALLOWED


def check_lengths(verdict: Verdict) -> Decision:
    """Are the words short enough to be kept?"""
    faults = (
        (len(verdict.reason) > MOST_SAID, _("理由：不超过 500 个字")),
        (len(verdict.follow_words) > MOST_SAID, _("处理的办法：不超过 500 个字")),
    )
    reasons = [said for is_faulty, said in faults if is_faulty]
    return refuse(*reasons) if reasons else ALLOWED


# --- who may, and when


def may_set(budget: Held, *, has_sheet: bool, is_closed: bool, actor: Actor) -> Decision:
    """May this person write a line's targets? They lock with the budget; where it had none, they are set once."""
    if is_closed or (budget.state == LOCKED and has_sheet):
        return refuse(TARGETS_STAY, citations=(PERFORMANCE_ARTICLE,), code=CLOSED_RECORD)
    return _may_prepare(budget, actor)


def may_check(budget: Held, *, has_sheet: bool, is_closed: bool, actor: Actor) -> Decision:
    """May this person say during the year how the targets stand?"""
    faults = (
        (budget.state != LOCKED, _("预算还没有锁定，没有可以监控的")),
        (not has_sheet, _("这个科目没有绩效目标")),
        (is_closed, _("这一年已经结账，现在是自评，不是监控")),
    )
    reason = next((said for is_faulty, said in faults if is_faulty), "")
    return refuse(reason, citations=(PERFORMANCE_ARTICLE,)) if reason else _may_prepare(budget, actor)


def may_evaluate(
    budget: Held, *, has_sheet: bool, is_closed: bool, latest: str, has_money: bool, actor: Actor
) -> Decision:
    """May this person evaluate a line? Only when the books are closed: its execution changes no more.

    `latest` is the state of the last self-evaluation, empty without one.
    """
    if latest == EvaluationState.REVIEWED:
        return refuse(REVIEW_STAYS, citations=(PERFORMANCE_ARTICLE,), code=CLOSED_RECORD)
    faults = (
        (budget.state != LOCKED, _("预算还没有锁定，不能自评")),
        (not has_sheet, _("这个科目没有绩效目标")),
        (not is_closed, _("这一年还没有结账：执行率还会变，结账以后自评")),
        (not has_money, _("这个科目全年没有预算数，算不出执行率")),
        (latest == EvaluationState.WAITING, _("自评已经提交，在等另一个人复核")),
    )
    reason = next((said for is_faulty, said in faults if is_faulty), "")
    return refuse(reason, citations=(PERFORMANCE_ARTICLE,)) if reason else _may_prepare(budget, actor)


def may_review(budget: Held, *, state: str, evaluators: Collection[int], actor: Actor) -> Decision:
    """May this person review a self-evaluation? Nobody reviews what they had a hand in."""
    if state == EvaluationState.REVIEWED:
        return refuse(REVIEW_STAYS, citations=(PERFORMANCE_ARTICLE,), code=CLOSED_RECORD)
    is_own_body = budget.body_id is not None and budget.body_id == actor.organisation_id
    faults = (
        (state != EvaluationState.WAITING, _("没有在等复核的自评")),
        (actor.kind is not ActorKind.POST or not actor.may(Permission.FUNDING_CLOSE), NOT_PERMITTED),
        (actor.district != budget.district, _("不在您的辖区")),
        (not is_own_body and not actor.may(Permission.FUNDING_OVERSEE), _("只有财政部门或者预算单位自己可以办理")),
        (bool(actor.persons & frozenset(evaluators)), OWN_EVALUATION),
    )
    reason = next((said for is_faulty, said in faults if is_faulty), "")
    return refuse(reason, citations=(PERFORMANCE_ARTICLE,)) if reason else ALLOWED


def _may_prepare(budget: Held, actor: Actor) -> Decision:
    return may_open(district=budget.district, body_id=budget.body_id, actor=actor)
