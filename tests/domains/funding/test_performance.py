"""Performance of a budget's lines: targets set with the budget, watched in the year, evaluated, reviewed by another."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest

from sanhu.domains.evidence.record import lines_of
from sanhu.domains.evidence.requests import StaleForm
from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding.budget_queries import comes_to
from sanhu.domains.funding.budget_rules import by_line
from sanhu.domains.funding.models import (
    Achievement,
    Budget,
    PerformanceSheet,
    PerformanceTarget,
    SelfEvaluation,
)
from sanhu.domains.funding.performance_queries import performance_of, poor_before, score_of
from sanhu.domains.funding.performance_rules import OWN_EVALUATION, Reached, Verdict, check_verdict
from sanhu.domains.funding.performance_scheme import bands, dimension_of, scheme, source_in
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.services.performance import LineRef
from sanhu.domains.funding.services.performance_review import review
from sanhu.domains.funding.verification import CHECKS
from sanhu.domains.funding.verification_performance import PERFORMANCE_CHECKS
from tests.deputising import with_deputies
from tests.domains.funding.budgets import COMPLETE, SERVICE, Budgets
from tests.domains.funding.money import Purse
from tests.domains.funding.performances import LINE, POOR, REACHED, TARGETS, YEAR, Performances
from tests.domains.funding.refusals import refused
from tests.domains.funding.test_funding_verification import alter

NO_POWER = ("您的岗位没有这项权限", "")
STAYS = ("预算已经锁定，绩效目标随之锁定，不能再改", "X-18")
REVIEWED = ("自评已经复核，不能再改", "X-18")


@pytest.fixture
def line(purse: Purse) -> Performances:
    return Performances(Budgets(purse))


def test_the_method_is_what_the_ministry_s_measures_say():
    assert (scheme().execution, dict(scheme().dimensions)) == (10, {"output": 50, "benefit": 30, "satisfaction": 10})
    assert list(scheme().grades) == [("excellent", 90), ("good", 80), ("fair", 60), ("poor", 0)]
    assert list(bands().values()) == [80, 50, 0]
    assert len(dimension_of()) == 9
    assert "财预〔2020〕10号" in source_in("zh")[0]
    assert "[2020] No. 10" in source_in("en")[0]


@pytest.mark.covers("R53")
def test_targets_are_set_with_the_budget_and_lock_with_it(line: Performances):
    number = line.budgets.begin(YEAR)
    line.budgets.write(number, COMPLETE)
    line.set(number)
    second = line.set(number, (replace(TARGETS[0], points=25), replace(TARGETS[1], points=15), *TARGETS[2:]))
    assert (second.ordinal, [one.points for one in line.found(number).targets]) == (2, [25, 15, 10, 30, 10])
    with pytest.raises(StaleForm):
        line.set(number, ordinal=1)
    line.budgets.submit(number)
    line.budgets.approve(number)
    assert refused(lambda: line.set(number)) == STAYS
    assert not line.found(number).is_late
    assert verify(checks=CHECKS).findings == ()


def test_a_line_that_locked_without_targets_gets_them_once_and_that_is_said(line: Performances):
    number = line.budgets.locked(YEAR).number
    line.set(number)
    assert line.found(number).is_late
    assert refused(lambda: line.set(number)) == STAYS
    assert verify(checks=CHECKS).findings == ()


FAULTY: dict[str, tuple[tuple[object, ...], str]] = {
    "none": ((), "绩效指标：一项也没有写"),
    "too few points": (
        (replace(TARGETS[0], points=10), *TARGETS[1:]),
        "产出指标：分值合计须是 50，现在是 40",
    ),
    "too many points": (
        (replace(TARGETS[0], points=21), *TARGETS[1:]),
        "产出指标：分值合计须是 50，现在是 51",
    ),
    "a dimension left out": (TARGETS[:4], "满意度指标：分值合计须是 10，现在是 0"),
    "named twice": ((TARGETS[0], replace(TARGETS[0], points=20), *TARGETS[2:]), "绩效指标：同一类里有两项名称一样"),
    "no name and no value": (
        (replace(TARGETS[0], name=" ", value=None), *TARGETS[1:]),
        "第 1 项：名称须写明，不超过 60 个字；第 1 项：须写明目标值",
    ),
    "at least nothing": (
        (*TARGETS[:1], replace(TARGETS[1], value=0), *TARGETS[2:]),
        "第 2 项：“不少于”的目标值必须大于 0",
    ),
    "described with a number": (
        (*TARGETS[:3], replace(TARGETS[3], value=1), TARGETS[4]),
        "第 4 项：定性指标不写目标值",
    ),
    "of no kind": ((replace(TARGETS[0], kind="other"), *TARGETS[1:]), "第 1 项：没有这一类指标"),
    "worth nothing": ((replace(TARGETS[0], points=0), *TARGETS[1:]), "第 1 项：分值必须大于 0"),
}


@pytest.mark.parametrize("what", FAULTY)
def test_a_faulty_sheet_is_refused_by_what_is_wrong_with_it(line: Performances, what: str):
    targets, reason = FAULTY[what]
    number = line.budgets.locked(YEAR).number
    assert refused(lambda: line.set(number, targets)) == (reason, "")  # type: ignore[arg-type]
    assert not PerformanceSheet.objects.exists()


def test_who_may_set_watch_evaluate_and_review(line: Performances):
    number = line.locked()
    for surname in ("秦", "孙", "陈"):
        assert refused(lambda by=surname: line.check(number, by=by)) == NO_POWER
    with pytest.raises(FundingNotFound):
        line.check(number, by="郑")  # of the other district
    with pytest.raises(FundingNotFound):
        Performances(line.budgets, "L10").set(number)  # nothing is on that line
    line.pay(450)
    assert refused(lambda: line.evaluate(number)) == ("这一年还没有结账：执行率还会变，结账以后自评", "")
    line.close()
    for surname in ("秦", "孙"):
        assert refused(lambda by=surname: line.evaluate(number, by=by)) == NO_POWER
    line.evaluate(number)
    assert refused(lambda: line.evaluate(number)) == ("自评已经提交，在等另一个人复核", "")
    for surname in ("田", "孙", "吴"):
        assert refused(lambda by=surname: line.review(number, "excellent", by=by)) == NO_POWER


def test_in_the_year_what_will_be_missed_is_told_with_its_cause_and_remedy(line: Performances):
    number = line.locked()
    silent = (REACHED[0], Reached(45_000, ""), *REACHED[2:])
    assert refused(lambda: line.check(number, silent)) == (
        "第 2 项：预计达不到目标，须写明原因和纠正的办法",
        "",
    )
    line.pay(300)
    made = line.check(number)
    assert (made.ordinal, made.budgeted_fen, made.paid_fen) == (1, 600, 300)
    assert [(one.target.name, one.reading.words) for one in line.found(number).deviations] == [
        ("报修三日内修好", "五件等配件"),
        ("设施的使用", "两处场地冬季未开"),
        ("居民满意度", "问卷 300 份"),
    ]
    line.close()
    assert refused(lambda: line.check(number))[0] == "这一年已经结账，现在是自评，不是监控"
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.covers("R53", "X-18")
def test_a_line_is_evaluated_and_reviewed_and_stays(line: Performances):
    number = line.closed()
    made = line.evaluate(number)
    # 10 × 450/600 + 20 + 20 × 45/50 + 10 + 30 × 85 % + 10 × 92/95 = 90.684…, cut
    assert (made.budgeted_fen, made.paid_fen, made.score, made.grade) == (600, 450, 9068, "excellent")
    assert [str(one) for one in score_of(made, line.found(number).targets).targets] == [
        "20",
        "18",
        "10",
        "51/2",
        "184/19",
    ]
    done = line.review(number, "excellent")
    assert (done.state, done.final_grade, done.follow_up) == ("reviewed", "excellent", "")
    assert refused(lambda: line.evaluate(number)) == REVIEWED
    assert refused(lambda: line.review(number, "good", reason="再看")) == REVIEWED
    assert refused(lambda: line.set(number)) == STAYS
    events = [entry.event for entry in lines_of(f"budget:{number}") if entry.event.startswith("performance")]
    assert events == ["performance.targets_set", "performance.evaluated", "performance.reviewed"]
    assert verify(checks=CHECKS).findings == ()


def test_what_goes_back_is_evaluated_anew_and_a_changed_grade_says_why(line: Performances):
    number = line.closed()
    line.evaluate(number)
    assert refused(lambda: line.review(number)) == ("理由：退回重评须写明理由", "")
    line.review(number, reason="第五项没有附问卷统计")
    assert line.found(number).latest == "returned"
    again = line.evaluate(number, (*REACHED[:4], Reached(95_000, "问卷统计表")))
    assert (again.ordinal, again.score) == (2, 9100)
    assert refused(lambda: line.review(number, "good")) == ("理由：改动等级须写明理由", "")
    done = line.review(number, "good", reason="两项指标年初定得偏低")
    assert (done.grade, done.final_grade, done.reason) == ("excellent", "good", "两项指标年初定得偏低")
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.covers("R53")
def test_a_poor_grade_names_what_follows_and_next_year_s_budget_is_held_against_it(line: Performances):
    number = line.closed()
    # 7.5 + 20 × 30/120 + 20 × 10/50 + 10 × 10/40 + 30 × 20 % + 10 × 60/95 = 31.315…
    assert line.evaluate(number, POOR).score == 3131
    assert refused(lambda: line.review(number, "poor"))[0] == (
        "怎样处理：评为“差”的，须写明核减预算还是停止安排；处理的办法：评为“差”的，须写明从哪一年起、怎样核减或者停止"
    )
    line.review(number, "poor", follow_up="reduce", follow_words="2027 年核减三分之一")
    more = line.budgets.locked(2027, COMPLETE | {(LINE, SERVICE): 700})
    less = {**COMPLETE, (LINE, SERVICE): 400}
    [told] = poor_before(more, by_line(comes_to(more)))
    assert (told.line, told.before_fen, told.now_fen, told.is_followed) == (LINE, 600, 700, False)
    assert [one.is_followed for one in poor_before(more, by_line(less))] == [True]
    assert verify(checks=CHECKS).findings == ()


def test_only_a_poor_grade_is_followed_by_less():
    kind = Verdict(confirms=True, grade="good", follow_up="stop", follow_words="停")
    assert check_verdict(kind, computed="good").reasons == ("怎样处理：只有评为“差”的才核减或者停止",)
    assert check_verdict(Verdict(confirms=True, grade="best"), computed="good").reasons == ("等级：没有这一等",)


@pytest.mark.covers("R53")
def test_nobody_reviews_what_they_evaluated_whatever_post_they_act_through(line: Performances):
    number = line.closed()
    line.evaluate(number)
    people = with_deputies(line.purse.gate, {"田": "秦"}, at=line.purse.at)
    deputy = people["田代秦"].actor(line.purse.now())
    verdict = Verdict(confirms=True, grade="excellent")
    said = {"client_id": uuid4(), "of": LineRef(number, LINE), "verdict": verdict}
    assert refused(lambda: review(actor=deputy, at=line.purse.at, **said)) == (OWN_EVALUATION, "")
    assert line.review(number, "excellent").state == "reviewed"
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.parametrize(
    ("reached", "reason"),
    [
        (REACHED[:4], "完成值：每项指标都要有一个"),
        ((Reached(-1, "有"), *REACHED[1:]), "第 1 项：完成值须在 0 到十亿之间"),
        ((*REACHED[:3], Reached(100_001, "有"), REACHED[4]), "第 4 项：定性指标的完成程度须在 0 到 100 之间"),
        ((Reached(1, " "), *REACHED[1:]), "第 1 项：须写明依据；没有达到的，写明原因"),
    ],
)
def test_what_cannot_be_measured_or_has_no_evidence_is_refused(
    line: Performances, reached: tuple[Reached, ...], reason: str
):
    number = line.closed()
    assert refused(lambda: line.evaluate(number, reached)) == (reason, "")
    assert not SelfEvaluation.objects.exists()


def test_without_targets_there_is_nothing_to_evaluate(line: Performances):
    number = line.budgets.locked(YEAR).number
    line.pay(1)
    assert [one.sheet for one in performance_of(Budget.objects.get(number=number))] == [None] * 8
    assert refused(lambda: line.check(number)) == ("这个科目没有绩效目标", "")
    line.close()
    assert refused(lambda: line.evaluate(number)) == ("这个科目没有绩效目标", "")
    assert refused(lambda: line.set(number)) == STAYS


def _person(line: Performances, surname: str) -> int:
    return line.purse.gate[surname].person.pk


BROKEN: dict[str, tuple[Callable[[Performances], None], set[str]]] = {
    "another score": (
        lambda _: alter(SelfEvaluation.objects.get(), score=9100),
        {"performance_score_wrong"},
    ),
    "another value": (
        lambda _: alter(Achievement.objects.get(target__position=2), value=50_000),
        {"performance_score_wrong"},
    ),
    "other money": (
        lambda _: alter(SelfEvaluation.objects.get(), paid_fen=600),
        {"performance_score_wrong", "performance_execution_wrong"},
    ),
    "other points": (
        lambda _: alter(PerformanceTarget.objects.get(position=1), points=25),
        {"performance_points_wrong", "performance_score_wrong"},
    ),
    "reviewed by whoever evaluated": (
        lambda line: alter(SelfEvaluation.objects.get(), settled_by_id=_person(line, "田")),
        {"performance_self_reviewed"},
    ),
    "poor and nothing follows": (
        lambda _: alter(SelfEvaluation.objects.get(), final_grade="poor"),
        {"performance_without_consequence"},
    ),
    "targets after the budget locked": (
        lambda _: alter(PerformanceSheet.objects.get(), ordinal=2, set_at="2099-01-01T00:00:00Z"),
        {"performance_targets_changed"},
    ),
}


@pytest.mark.covers("R53", "R84.2")
@pytest.mark.parametrize("what", BROKEN)
def test_each_invariant_broken_is_named_by_its_check_and_by_the_record(line: Performances, what: str):
    number = line.closed()
    line.evaluate(number)
    line.review(number, "excellent")
    breaking, kinds = BROKEN[what]
    breaking(line)
    assert {finding.kind for finding in verify(checks=PERFORMANCE_CHECKS).findings} == {*kinds, "row_altered"}
