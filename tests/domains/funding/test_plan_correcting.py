"""What was recorded of a plan is put right with a reason, and how it stood before stays readable."""

from typing import Any
from uuid import uuid4

import pytest

from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding.budget_queries import plan_as_recorded, targets_of
from sanhu.domains.funding.models import DevelopmentPlan, PlanCorrection, PlanTarget
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.services.plan_correcting import correct_plan
from sanhu.domains.funding.services.plans import Plan
from sanhu.domains.funding.verification import CHECKS
from tests.domains.funding.budgets import COMPLETE, Budgets
from tests.domains.funding.money import Purse
from tests.domains.funding.refusals import refused

RECORDED = {(2027, "L5b"): 700, (2027, "L7"): 9}
STOOD = {
    "title": "社会事业发展规划",
    "document_number": "示政〔2026〕5号",
    "first_year": 2026,
    "last_year": 2030,
    "targets": {"2027/L5b": 700, "2027/L7": 9},
}


@pytest.fixture
def budgets(purse: Purse) -> Budgets:
    return Budgets(purse)


def corrected(
    budgets: Budgets, plan_id: int, *, by: str = "田", reason: str = "录入时看错一行", **said: Any
) -> PlanCorrection:
    plan = Plan(**{**STOOD, "targets": RECORDED, **said})
    purse = budgets.purse
    asked = {"actor": purse.actor(by), "at": purse.now(), "client_id": uuid4()}
    return correct_plan(**asked, plan_id=plan_id, plan=plan, reason=reason)


@pytest.mark.covers("R54")
def test_a_wrong_target_is_put_right_and_what_stood_before_stays(budgets: Budgets):
    key = budgets.plan(targets=RECORDED)
    locked = budgets.locked(2027, COMPLETE, plan_id=key)
    assert targets_of(locked) == {"L5b": 700, "L7": 9}
    made = corrected(budgets, key, targets={(2027, "L5b"): 800, (2028, "L5b"): 900})
    assert (made.position, made.before, made.corrected_by.name) == (1, STOOD, "田丰")
    assert targets_of(locked) == {"L5b": 800}
    assert PlanTarget.objects.get(plan=key, line="L7").amount_fen == 0  # struck out, and still vouched for
    again = corrected(budgets, key, title="社会事业发展五年规划")
    assert (again.position, again.before["targets"]) == (2, {"2027/L5b": 800, "2028/L5b": 900})
    assert plan_as_recorded(DevelopmentPlan.objects.get()) == STOOD | {"title": "社会事业发展五年规划"}
    assert verify(checks=CHECKS).findings == ()


def test_what_is_refused(budgets: Budgets):
    key, other = budgets.plan(targets=RECORDED), budgets.plan("示政〔2026〕6号")
    budgets.locked(2027, COMPLETE, plan_id=key)
    asked: tuple[tuple[dict[str, Any], str], ...] = (
        ({}, "更正：没有改动"),
        ({"title": "五年规划", "reason": " "}, "更正理由：须写明理由"),
        ({"title": "五年规划", "reason": "错" * 201}, "更正理由：不超过 200 个字"),
        ({"title": "五年规划", "by": "秦"}, "您的岗位没有这项权限"),
        ({"title": " "}, "名称：须写明，不超过 100 个字"),
        ({"document_number": "示政〔2026〕6号"}, "文号：这个文号的规划已经登记"),
        ({"first_year": 2028, "targets": {}}, "起止年度：2027 年的预算已经关联这份规划，须含这一年"),
    )
    for said, reason in asked:
        assert refused(lambda said=said: corrected(budgets, key, **said))[0] == reason
    with pytest.raises(FundingNotFound):
        corrected(budgets, other + 1, title="五年规划")
    assert PlanCorrection.objects.count() == 0
