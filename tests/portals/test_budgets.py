"""Budgets at the desk: written on one page, refused for a missing line, mended, locked, adjusted; typed words stay."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding.budget_queries import comes_to
from sanhu.domains.funding.models import Budget, BudgetAdjustment, DevelopmentPlan
from sanhu.domains.funding.verification import CHECKS
from tests.domains.funding.budgets import COMPLETE, Budgets, without
from tests.domains.funding.money import Purse
from tests.portals.conftest import GateDesks
from tests.portals.reading import words

NUMBER = "990101-2027-B01"


@pytest.fixture
def desk(at_gate: GateDesks) -> GateDesks:
    return at_gate


@pytest.fixture
def budgets(at_gate: GateDesks) -> Budgets:
    return Budgets(Purse(at_gate.gate))


def cells(amounts: Mapping[Any, int]) -> dict[str, str]:
    """Give amounts as the form sends them, in yuan."""
    return {f"fen_{line}_{nature}": f"{fen // 100}.{fen % 100:02}" for (line, nature), fen in amounts.items()}


def post(desk: GateDesks, who: str, name: str, said: Mapping[str, Any], **address: Any) -> HttpResponse:
    url = reverse(f"desk:{name}", kwargs=address)
    return desk.browser(who).post(url, {"client_id": str(uuid4()), **said})


def get(desk: GateDesks, who: str, name: str, **address: Any) -> str:
    answer = desk.browser(who).get(reverse(f"desk:{name}", kwargs=address))
    assert answer.status_code == 200
    return answer.content.decode()


def move(desk: GateDesks, who: str, code: str, **said: str) -> HttpResponse:
    revision = Budget.objects.get(number=NUMBER).revision
    return post(desk, who, "budget_move", {"revision": revision, **said}, number=NUMBER, move=code)


def edit(desk: GateDesks, amounts: Mapping[Any, int], *, revision: int | None = None, **said: str) -> HttpResponse:
    known = Budget.objects.get(number=NUMBER).revision if revision is None else revision
    return post(desk, "田", "budget_edit", {"revision": known, **cells(amounts), **said}, number=NUMBER)


@pytest.mark.covers("R56")
def test_a_budget_is_refused_for_its_missing_upkeep_mended_and_locked(desk: GateDesks):
    begun = post(desk, "田", "budget_new", {"year": "2027", "body_id": ""})
    assert begun["Location"] == reverse("desk:budget_edit", kwargs={"number": NUMBER})
    assert edit(desk, without("L5b")).status_code == 302
    page = get(desk, "田", "budget", number=NUMBER)
    assert "还缺必列科目，不能锁定" in page
    assert "¥30.00" in page
    assert move(desk, "田", "submit").status_code == 302
    refused = move(desk, "秦", "approve")
    assert refused.status_code == 422
    assert "L5b 服务设施管理维护经费：必列科目没有安排金额，预算不能锁定" in refused.content.decode()
    assert "专项经费第五项" in refused.content.decode()
    assert move(desk, "秦", "reject", reason="缺服务设施维护经费").status_code == 302
    assert "缺服务设施维护经费" in get(desk, "田", "budget", number=NUMBER)
    assert edit(desk, COMPLETE).status_code == 302
    assert move(desk, "田", "submit").status_code == 302
    assert move(desk, "秦", "approve").status_code == 302
    locked = get(desk, "陈", "budget", number=NUMBER)
    assert "已锁定" in locked
    assert "¥36.00" in locked
    assert "还缺必列科目" not in locked
    assert (
        len(re.findall(r"等待入链|<code>#", locked)) == 7
    )  # begun, edited, submitted, rejected, and once more to locked
    assert verify(checks=CHECKS).findings == ()


def test_bad_amounts_are_named_at_their_line_and_nothing_typed_is_lost(desk: GateDesks, budgets: Budgets):
    number = budgets.begin()
    said = {
        "revision": "1",
        "fen_L1_service": "一百元",
        "fen_L2_social": "-5",
        "fen_L3_capital": "7.125",
        "fen_L4_service": "8",
        "why_total": "去年有一次性补助。",
    }
    answer = post(desk, "田", "budget_edit", said, number=number)
    page = answer.content.decode()
    assert answer.status_code == 422
    for typed in ("一百元", "-5", "7.125", "去年有一次性补助。"):
        assert typed in page
    faults = re.findall(r'<li><a href="#id_fen_(\w+)">([^<]+)</a>', page)
    assert [(name, text.partition("：")[0]) for name, text in faults] == [
        ("L1_service", "L1 社区党组织工作经费，服务性支出"),
        ("L2_social", "L2 居委会工作经费，社会性支出"),
        ("L3_capital", "L3 社区工作站工作经费，建设性支出"),
    ]
    assert comes_to(Budget.objects.get()) == {}


def test_who_filled_in_the_form_before_somebody_else_saved_keeps_their_words(desk: GateDesks, budgets: Budgets):
    number = budgets.begin()
    budgets.write(number, {("L1", "service"): 100})
    answer = edit(desk, {("L1", "service"): 999}, revision=1)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "别人已经改动了这份预算" in page
    assert 'value="9.99"' in page
    assert 'name="revision" value="2"' in page
    assert sum(comes_to(Budget.objects.get()).values()) == 100


def test_a_form_sent_twice_writes_once(desk: GateDesks):
    said = {"client_id": str(uuid4()), "year": "2028", "body_id": ""}
    answers = [post(desk, "田", "budget_new", said) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Budget.objects.count() == 1
    again = post(desk, "田", "budget_new", {"year": "2028", "body_id": ""})
    assert (again.status_code, "这一级这一年已经有预算" in again.content.decode()) == (422, True)


@pytest.mark.covers("R51", "R57")
def test_what_falls_is_told_and_not_submitted_without_words(desk: GateDesks, budgets: Budgets):
    budgets.locked(2026, {cell: 2 * fen for cell, fen in COMPLETE.items()})
    number = budgets.begin()
    budgets.write(number, COMPLETE)
    page = get(desk, "田", "budget", number=number)
    assert "总额比上年减少" in page
    assert "\u221250.00%" in page
    assert "没有关联规划" in page
    assert "上年 ¥12.00" in get(desk, "田", "budget_edit", number=number)
    refused = move(desk, "田", "submit")
    assert refused.status_code == 422
    assert "总额说明：总额比上年减少，须书面说明" in refused.content.decode()
    assert edit(desk, COMPLETE, why_total="去年有一次性建设补助。").status_code == 302
    assert move(desk, "田", "submit").status_code == 302
    assert "去年有一次性建设补助。" in get(desk, "秦", "budget_move", number=number, move="approve")


@pytest.mark.covers("R56")
def test_a_locked_budget_is_adjusted_by_two_people(desk: GateDesks, budgets: Budgets):
    locked = budgets.locked()
    assert "data-move" not in get(desk, "田", "budget", number=NUMBER)  # no way to edit it
    changes = {"fen_L2_administrative": "-1.50", "fen_L5b_service": "2.00"}
    papers = {"document_number": "示财预〔2027〕3号", "reason": "维修提前"}
    asked = post(desk, "田", "budget_adjust", papers | changes, number=NUMBER)
    assert asked["Location"] == reverse("desk:budget_adjustment", kwargs={"number": NUMBER, "position": 1})
    assert "¥36.00" in get(desk, "田", "budget", number=NUMBER)
    own = post(desk, "田", "budget_adjustment", {"move": "approve"}, number=NUMBER, position=1)
    assert own.status_code == 403
    page = get(desk, "秦", "budget_adjustment", number=NUMBER, position=1)
    assert "L2 居委会工作经费 行政性支出 ¥2.00 \u2212¥1.50 ¥0.50" in words(page)
    assert "合计 — ¥36.00 ¥0.50 ¥36.50" in words(page)
    waiting = words(get(desk, "秦", "budgets"))
    assert ("预算 1" in waiting, "等您批准 2027 年区本级预算第 1 次调整" in waiting) == (True, True)
    assert "等您批准" not in get(desk, "田", "budgets")
    without_words = post(desk, "秦", "budget_adjustment", {"move": "reject"}, number=NUMBER, position=1)
    assert (without_words.status_code, "不予批准须写明理由" in without_words.content.decode()) == (422, True)
    assert post(desk, "秦", "budget_adjustment", {"move": "approve"}, number=NUMBER, position=1).status_code == 302
    assert "¥36.50" in get(desk, "田", "budget", number=NUMBER)
    assert sum(comes_to(locked).values()) == 3650
    assert BudgetAdjustment.objects.get().number == f"{NUMBER}-01"


def test_an_adjustment_without_papers_or_changes_names_what_is_missing(desk: GateDesks, budgets: Budgets):
    budgets.locked()
    empty = post(desk, "田", "budget_adjust", {}, number=NUMBER).content.decode()
    assert "请填写“依据文件的文号”。" in empty
    assert "请填写“为什么调整”。" in empty
    papers = {"document_number": "示财预〔2027〕3号", "reason": "维修提前"}
    nothing = post(desk, "田", "budget_adjust", papers, number=NUMBER)
    assert (nothing.status_code, "调整：至少改动一个科目" in nothing.content.decode()) == (422, True)
    upkeep = post(desk, "田", "budget_adjust", papers | {"fen_L5b_service": "-6"}, number=NUMBER)
    assert "L5b 服务设施管理维护经费：必列科目不能调整到没有金额" in upkeep.content.decode()


@pytest.mark.covers("R54")
def test_a_plan_recorded_wrongly_is_corrected_with_a_reason(desk: GateDesks, budgets: Budgets):
    key = budgets.plan(targets={(2027, "L5b"): 12_000_000})
    form = get(desk, "田", "plan_correct", pk=key)
    assert "2027 L5b 120000.00" in form
    said = {
        "title": "社会事业发展规划",
        "document_number": "示政〔2026〕5号",
        "first_year": "2026",
        "last_year": "2030",
    }
    said |= {"targets": "2027 L6b 120000"}
    assert "请填写“更正理由”。" in post(desk, "田", "plan_correct", said, pk=key).content.decode()
    assert post(desk, "田", "plan_correct", said | {"reason": "科目录错"}, pk=key).status_code == 302
    page = words(get(desk, "秦", "plan", pk=key))
    assert "2027 L6b 信息网络维护经费 ¥120,000.00" in page
    assert "更正过 科目录错" in page
    assert "2027/L5b ¥120,000.00" in page
    assert "更正登记" not in page  # only whoever records plans


@pytest.mark.covers("R54")
def test_a_plan_is_recorded_with_its_targets_and_budgets_link_to_it(desk: GateDesks, budgets: Budgets):
    said = {"title": "社会事业规划", "document_number": "示政〔2026〕5号", "first_year": "2026", "last_year": "2030"}
    bad = post(desk, "田", "plan_new", said | {"targets": "2027 L5b 120000\n贰零贰柒 L5b 1\n2027 l5b 2"})
    page = bad.content.decode()
    assert bad.status_code == 422
    assert "第 2 行" in page
    assert "第 3 行：这一年这个科目上面已经写过。" in page
    assert "贰零贰柒 L5b 1" in page
    outside = post(desk, "田", "plan_new", said | {"targets": "2031 L5b 120000"})
    assert "年度须在规划的起止年度之内" in outside.content.decode()
    made = post(desk, "田", "plan_new", said | {"targets": "2027 L5b 120,000.50\n\n2028 L7 3"})
    plan = DevelopmentPlan.objects.get()
    assert made["Location"] == reverse("desk:plan", kwargs={"pk": plan.pk})
    number = budgets.begin()
    assert edit(desk, COMPLETE, plan_id=str(plan.pk)).status_code == 302
    page = get(desk, "田", "plan", pk=plan.pk)
    assert "¥120,000.50" in page
    assert reverse("desk:budget", kwargs={"number": number}) in page
    assert "社会事业规划" in get(desk, "田", "budgets")
    assert "规划 ¥120,000.50" in get(desk, "田", "budget", number=number)


def test_reference_rates_are_recorded_with_their_source_by_whoever_prepares_budgets(desk: GateDesks):
    said = {"year": "2027", "rate_bp": "5.25", "name": "一般公共预算支出增长率", "source": "2026年预算报告"}
    assert post(desk, "田", "reference_rates", said).status_code == 302
    page = get(desk, "陈", "reference_rates")
    assert "5.25%" in page
    assert "2026年预算报告" in page
    assert 'name="rate_bp"' not in page
    for written, rule in (("5.255", "最多两位小数"), ("百分之五", "最多两位小数"), ("2000", "不能超过正负百分之一千")):
        bad = post(desk, "田", "reference_rates", said | {"rate_bp": written})
        assert (bad.status_code, rule in bad.content.decode()) == (422, True), written
    assert post(desk, "陈", "reference_rates", said).status_code == 403


def test_the_list_shows_growth_and_who_sees_what(desk: GateDesks, budgets: Budgets):
    budgets.locked(2026, COMPLETE)
    number = budgets.begin()
    budgets.write(number, {**COMPLETE, ("L7", "service"): 180})
    mine = get(desk, "田", "budgets")
    assert "5.00%" in mine
    assert "¥37.80" in mine
    others = get(desk, "陈", "budgets")
    assert "¥36.00" in others
    assert "¥37.80" not in others
    assert desk.browser("陈").get(reverse("desk:budget", kwargs={"number": number})).status_code == 404


def test_the_list_asks_no_more_of_the_database_for_more_budgets(desk: GateDesks, budgets: Budgets):
    counts = []
    for year in (2026, 2027, 2028):
        budgets.locked(year)
        browser = desk.browser("陈")
        browser.get(reverse("desk:budgets"))  # a session is renewed at its first page
        with CaptureQueriesContext(connection) as asked:
            browser.get(reverse("desk:budgets"))
        counts.append(len(asked))
    assert counts[1] == counts[2]
