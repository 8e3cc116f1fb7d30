"""Budgets: written, refused for what is missing, mended, locked; what falls is explained; two persons, always."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import uuid4

import pytest

from sanhu.domains.evidence.record import lines_of
from sanhu.domains.evidence.requests import StaleForm
from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding import budget_queries as queries
from sanhu.domains.funding.budget_rules import OWN_ADJUSTMENT, OWN_BUDGET, Cell, Held, may_move, may_settle
from sanhu.domains.funding.models import Budget, BudgetAdjustment, BudgetEntry
from sanhu.domains.funding.services.budget_locking import approve_budget
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.verification import CHECKS
from sanhu.engines.decisions import Refused
from sanhu.engines.growth import Share
from tests.deputising import with_deputies
from tests.domains.funding.budgets import BENEFIT, CAPITAL, COMPLETE, OFFICE, SERVICE, SOCIAL, Budgets, without
from tests.domains.funding.money import Purse
from tests.domains.funding.refusals import refused

MISSING = "必列科目没有安排金额，预算不能锁定"
UPKEEP = f"L5b 服务设施管理维护经费：{MISSING}"
NO_POWER = ("您的岗位没有这项权限", "")


@pytest.fixture
def budgets(purse: Purse) -> Budgets:
    return Budgets(purse)


def total(budget: Budget) -> int:
    return sum(queries.comes_to(budget).values())


@pytest.mark.covers("R56", "R56.5", "R56.6")
def test_a_budget_without_upkeep_does_not_lock_until_it_is_mended(budgets: Budgets):
    number = budgets.begin()
    budgets.write(number, without("L5b"))
    budgets.submit(number)
    assert refused(lambda: budgets.approve(number)) == (UPKEEP, "")
    assert budgets.reject(number).words == "缺维护经费"
    budgets.write(number, COMPLETE)
    assert budgets.submit(number).words == "缺维护经费"  # whoever approves reads why it went back
    locked = budgets.approve(number)
    assert (locked.state, locked.number, total(locked)) == ("locked", "990101-2027-B01", 3600)
    assert [line.event for line in lines_of(locked.ref)] == [
        "budget.opened",
        "budget.edited",
        "budget.submitted",
        "budget.rejected",
        "budget.edited",
        "budget.submitted",
        "budget.locked",
    ]
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.covers("R56.1", "R56.2", "R56.3", "R56.4")
def test_every_missing_line_is_named_at_once_with_its_article(budgets: Budgets):
    number = budgets.begin()
    budgets.write(number, {("L7", BENEFIT): 1})
    budgets.submit(number)
    with pytest.raises(Refused) as raised:
        budgets.approve(number)
    decision = raised.value.decision
    named = [reason.partition(" ")[0] for reason in decision.reasons]
    assert named == ["L1", "L2", "L3", "L4", "L5a", "L5b", "L6a", "L6b"]
    items = [citation.partition("专项经费")[2][:3] for citation in decision.citations]
    assert items == ["第一项", "第二项", "第三项", "第四项", "第五项", "第六项"]
    assert queries.locked_budget(district="990101", year=2027, body_id=None) is None


def test_whoever_prepares_does_not_approve_and_whoever_approves_does_not_prepare(budgets: Budgets):
    for surname in ("秦", "孙", "陈", "高", "郑"):
        assert refused(lambda by=surname: budgets.begin(by=by)) == NO_POWER
    number = budgets.begin()
    for surname in ("孙", "陈", "吴", "郑"):
        with pytest.raises(FundingNotFound):
            budgets.write(number, COMPLETE, by=surname)
    assert refused(lambda: budgets.write(number, COMPLETE, by="秦")) == NO_POWER
    budgets.write(number, COMPLETE)
    assert refused(lambda: budgets.approve(number))[0] == "现在的状态不能这样办理"
    budgets.submit(number)
    assert refused(lambda: budgets.approve(number, by="田")) == NO_POWER
    assert refused(lambda: budgets.write(number, without("L1")))[0] == "现在的状态不能这样办理"
    assert refused(lambda: budgets.reject(number, reason=" "))[0] == "理由：退回预算须写明理由"
    assert budgets.withdraw(number).state == "draft"
    budgets.submit(number)
    budgets.approve(number)
    stays = ("预算已经锁定，只能按程序申请调整", "X-18")
    for attempt in (
        lambda: budgets.write(number, without("L1")),
        lambda: budgets.submit(number),
        lambda: budgets.withdraw(number),
        lambda: budgets.approve(number),
        lambda: budgets.reject(number),
    ):
        assert refused(attempt) == stays


def test_whoever_stands_in_for_the_head_does_not_approve_what_they_prepared(budgets: Budgets):
    number = budgets.begin()
    budgets.write(number, COMPLETE)
    budgets.submit(number)
    people = with_deputies(budgets.purse.gate, {"田": "秦"}, at=budgets.purse.at)
    said = {"client_id": uuid4(), "number": number}
    deputy = people["田代秦"].actor(budgets.purse.now())
    assert refused(lambda: approve_budget(actor=deputy, at=budgets.purse.at, **said))[0] == OWN_BUDGET
    assert budgets.approve(number).is_locked
    assert verify(checks=CHECKS).findings == ()


def test_one_budget_for_a_year_and_level(budgets: Budgets):
    first = budgets.begin()
    again = "年度：这一级这一年已经有预算，不另编一份"
    assert refused(budgets.begin)[0] == again
    street = budgets.begin(body="和平街道办事处")
    assert refused(lambda: budgets.begin(body="和平街道办事处"))[0] == again
    assert refused(lambda: budgets.begin(body="区城市管理局"))[0] == "单位：须是本区的街道办事处"
    assert refused(lambda: budgets.begin(body="东街道"))[0] == "单位：须是本区的街道办事处"
    assert refused(lambda: budgets.begin(1999))[0] == "年度：须是四位数的年份"
    assert (first, street) == ("990101-2027-B01", "990101-2027-B02")
    assert [one.level for one in Budget.objects.order_by("pk")] == ["district", "subdistrict_office"]
    budgets.locked(2028, body="和平街道办事处")  # a street's budget has its mandatory lines too
    assert verify(checks=CHECKS).findings == ()


def test_bad_amounts_are_refused_with_field_and_rule_and_nothing_is_kept(budgets: Budgets):
    number = budgets.begin()
    too_much = 10_000_000_000_001
    for amounts, said in (
        ({("L1", OFFICE): -1}, "L1 社区党组织工作经费：金额不能小于 0"),
        ({("L1", OFFICE): too_much}, "L1 社区党组织工作经费：金额超过了上限"),
        ({("L1", OFFICE): 1.5}, "L1 社区党组织工作经费：金额须是整数分"),
        ({("L11", OFFICE): 1}, "预算科目：没有这个科目"),
        ({("L1", "other"): 1}, "支出性质：没有这种性质"),
        ({("L1", OFFICE): too_much - 1, ("L2", OFFICE): 1}, "预算总额：超过了上限"),
    ):
        assert refused(lambda wanted=amounts: budgets.write(number, wanted))[0] == said  # type: ignore[misc]
    long = {"L1": "长" * 1001}
    assert refused(lambda: budgets.write(number, COMPLETE, explanations=long))[0].endswith("不超过 1000 个字")
    assert refused(lambda: budgets.write(number, COMPLETE, plan_id=0))[0] == "规划：没有这份规划"
    plan = budgets.plan(first_year=2028)
    assert refused(lambda: budgets.write(number, COMPLETE, plan_id=plan))[0] == "规划：这份规划不含预算的年度"
    assert refused(lambda: budgets.submit(number))[0] == "预算里还没有一笔金额"
    assert not BudgetEntry.objects.exists()


def test_a_draft_is_written_whole_and_an_outdated_form_overwrites_nothing(budgets: Budgets):
    number = budgets.begin()
    budgets.write(number, {("L1", OFFICE): 700, ("L8", SOCIAL): 5}, explanations={"": "说明"}, revision=1)
    with pytest.raises(StaleForm):
        budgets.write(number, COMPLETE, revision=1)
    budget = budgets.write(number, {("L1", SERVICE): 9}, revision=2)
    assert queries.comes_to(budget) == {("L1", SERVICE): 9}
    assert queries.explanations_of(budget) == {}
    assert BudgetEntry.objects.count() == 3  # what was emptied is witnessed as nothing
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.covers("R54")
def test_a_budget_links_to_a_plan_of_its_years(budgets: Budgets):
    plan = budgets.plan(targets={(2027, "L5b"): 100, (2030, "L7"): 5})
    assert refused(budgets.plan)[0] == "文号：这个文号的规划已经登记"
    assert refused(lambda: budgets.plan("号", by="秦")) == NO_POWER
    faults = refused(lambda: budgets.plan(" ", title="", first_year=2031, targets={(2040, "L1"): 0}))[0]
    assert faults == (
        "名称：须写明，不超过 100 个字；文号：须写明，不超过 60 个字；起止年度：结束不得早于开始；"
        "目标：年度须在规划的起止年度之内；目标：金额必须大于 0"
    )
    assert budgets.locked(plan_id=plan).plan_id == plan
    assert budgets.locked(2028).plan_id is None  # told, not refused
    assert verify(checks=CHECKS).findings == ()


FALLS = "总额说明：总额比上年减少，须书面说明"
LAGS = "总额说明：总额的增长低于参照增长率，须书面说明"


def line_lags(label: str) -> str:
    return f"{label}：增长低于参照增长率，须书面说明"


@pytest.mark.covers("R51", "R57")
def test_what_falls_or_lags_is_explained_before_it_is_submitted(budgets: Budgets):
    budgets.locked(2026, {cell: 100 * fen for cell, fen in COMPLETE.items()})  # ¥3,600
    number = budgets.begin()
    more = {cell: 105 * fen for cell, fen in COMPLETE.items()}  # 5 % on every line
    budgets.write(number, more)
    budgets.submit(number)  # without a reference rate a rise needs no words
    budgets.withdraw(number)
    budgets.rate(2027, 500)
    budgets.submit(number)  # as much as the reference is not below it
    budgets.withdraw(number)
    short = {**more, ("L6b", SERVICE): 83_999}  # a fen below 5 %
    budgets.write(number, short)
    assert refused(lambda: budgets.submit(number))[0] == f"{LAGS}；{line_lags('L6b 信息网络维护经费')}"
    budgets.write(number, short, explanations={"": "少一分", "L6b": " "})
    assert refused(lambda: budgets.submit(number))[0] == line_lags("L6b 信息网络维护经费")
    budgets.write(number, short, explanations={"": "少一分", "L6b": "合同价"})
    budgets.submit(number)
    budgets.rate(2027, 501)  # recorded after it was submitted: now every line lags, and it does not lock
    assert refused(lambda: budgets.approve(number))[0].startswith(line_lags("L1 社区党组织工作经费"))
    budgets.rate(2027, 500, source="更正")
    assert budgets.approve(number).is_locked
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.covers("R51")
def test_a_fall_of_the_total_is_explained_even_without_a_reference_rate(budgets: Budgets):
    budgets.locked(2026)
    number = budgets.begin()
    less = {**COMPLETE, ("L5a", CAPITAL): 499}
    budgets.write(number, less)
    assert refused(lambda: budgets.submit(number))[0] == FALLS
    budgets.write(number, less, explanations={"": "工程完工"})
    beside = queries.beside(budgets.submit(number))
    assert beside.compared is not None
    assert (beside.compared.total.change_fen, beside.compared.total.basis_points) == (-1, -3)


def test_a_budget_is_held_against_its_own_level_and_year_alone(budgets: Budgets):
    budgets.locked(2026, {cell: 2 * fen for cell, fen in COMPLETE.items()})
    budgets.rate(2028, 900)
    budgets.locked(2027, body="和平街道办事处")  # no street's budget the year before: nothing falls
    budgets.begin(2025)
    number = budgets.begin(2029)
    budgets.write(number, COMPLETE)
    assert queries.beside(Budget.objects.get(number=number)).compared is None
    assert refused(lambda: budgets.rate(2027, 100_001))[0] == "增长率：不能超过正负百分之一千"
    assert refused(lambda: budgets.rate(2027, 1, source=""))[0] == "来源：须写明，不超过 200 个字"
    assert refused(lambda: budgets.rate(2027, 1, by="秦")) == NO_POWER


@pytest.mark.covers("R13", "R52")
def test_the_share_of_natures_keeps_its_numerator_and_denominator(budgets: Budgets):
    locked = budgets.locked(amounts={**COMPLETE, ("L7", BENEFIT): 300, ("L8", SOCIAL): 100})
    shares = queries.nature_shares(queries.comes_to(locked))
    assert shares == {
        "public_benefit": Share(300, 4000),
        "social": Share(100, 4000),
        "service": Share(1400, 4000),
        "administrative": Share(1000, 4000),
        "capital": Share(1200, 4000),
    }
    grown = queries.share_to_grow(queries.comes_to(locked))
    assert (grown, grown.basis_points) == (Share(1800, 4000), 4500)
    assert queries.share_to_grow({}).basis_points is None


@pytest.mark.covers("R56")
def test_a_locked_budget_changes_by_recorded_adjustments_alone(budgets: Budgets):
    number = budgets.begin()
    budgets.write(number, COMPLETE)
    assert refused(lambda: budgets.adjust(number, {("L1", OFFICE): 1}))[0] == "预算还没有锁定，直接改动草案"
    budgets.submit(number)
    budgets.approve(number)
    asked = budgets.adjust(number, {("L2", OFFICE): -150, ("L5b", SERVICE): 200})
    budget = Budget.objects.get(number=number)
    assert (asked.number, asked.state, total(budget)) == (f"{number}-01", "asked", 3600)
    waiting = "还有一次调整在等批准，批准或者不予批准以后再申请"
    assert refused(lambda: budgets.adjust(number, {("L1", OFFICE): 1}))[0] == waiting
    assert refused(lambda: budgets.settle(number, 1, by="田")) == NO_POWER
    assert refused(lambda: budgets.settle(number, 1, "reject"))[0] == "理由：不予批准须写明理由"
    with pytest.raises(FundingNotFound):
        budgets.settle(number, 2)
    budgets.settle(number, 1)
    assert total(budget) == 3650
    assert queries.comes_to(budget)["L2", OFFICE] == 50
    assert refused(lambda: budgets.settle(number, 1))[0] == "现在的状态不能这样办理"
    budgets.adjust(number, {("L7", BENEFIT): 9})
    budgets.settle(number, 2, "reject", words="没有资金")
    assert total(budget) == 3650
    assert queries.totals_of([budget]) == {budget.pk: 3650}
    assert [line.event for line in lines_of(budget.ref)][-4:] == [
        "budget.adjustment_asked",
        "budget.adjustment_approved",
        "budget.adjustment_asked",
        "budget.adjustment_rejected",
    ]
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.parametrize(
    ("changes", "papers", "said"),
    [
        ({}, {}, "调整：至少改动一个科目"),
        ({("L1", OFFICE): 0}, {}, "调整：至少改动一个科目"),
        ({("L1", OFFICE): -101}, {}, "L1 社区党组织工作经费：调整以后小于 0"),
        ({("L5b", SERVICE): -600}, {}, "L5b 服务设施管理维护经费：必列科目不能调整到没有金额"),
        ({("L7", BENEFIT): 1}, {"document_number": " "}, "文号：须写明调整所依据文件的文号"),
        ({("L7", BENEFIT): 1}, {"reason": ""}, "理由：须写明理由"),
        ({("L9x", BENEFIT): 1}, {}, "预算科目：没有这个科目"),
    ],
)
def test_an_adjustment_that_cannot_stand_is_refused(
    budgets: Budgets, changes: Mapping[Cell, int], papers: Mapping[str, str], said: str
):
    number = budgets.locked().number
    assert refused(lambda: budgets.adjust(number, changes, **papers))[0] == said
    assert not BudgetAdjustment.objects.exists()


def test_the_same_person_does_not_ask_and_approve(budgets: Budgets):
    """Whoever holds both powers through two posts is one person still, and so is whoever stands in for another."""
    head = budgets.purse.actor("秦")
    assert head.person_id is not None
    mine = frozenset({head.person_id})
    deputy = replace(head, person_id=-1, stands_for=head.person_id)
    submitted, asked = (Held(state, "990101", None, mine) for state in ("submitted", "asked"))
    for actor in (head, deputy):
        assert may_move(submitted, move="approve", actor=actor).reasons == (OWN_BUDGET,)
        assert may_settle(asked, move="approve", actor=actor).reasons == (OWN_ADJUSTMENT,)
        assert may_settle(asked, move="reject", actor=actor).reasons == (OWN_ADJUSTMENT,)
    other = replace(head, person_id=-1)
    assert may_move(submitted, move="approve", actor=other)
    assert may_settle(asked, move="approve", actor=other)
    elsewhere = replace(other, district="990102")
    assert may_move(submitted, move="approve", actor=elsewhere).reasons == ("不在您的辖区",)
