"""Performance at the desk and for residents: targets written on one page, the score shown as it came about."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sanhu.domains.funding.models import PerformanceSheet, SelfEvaluation
from tests.conftest import Clock
from tests.domains.funding.budgets import COMPLETE, Budgets
from tests.domains.funding.money import Purse
from tests.domains.funding.performances import LINE, POOR, TARGETS, Performances
from tests.portals.conftest import GateDesks
from tests.portals.policy import breaches
from tests.portals.reading import words
from tests.portals.test_access_performance_things import performance_form


@pytest.fixture
def desk(at_gate: GateDesks) -> GateDesks:
    return at_gate


@pytest.fixture
def line(at_gate: GateDesks) -> Performances:
    return Performances(Budgets(Purse(at_gate.gate)))


def url(name: str, number: str, line: str = LINE) -> str:
    return reverse(f"desk:{name}", kwargs={"number": number, "line": line})


def post(desk: GateDesks, who: str, name: str, number: str, **said: Any) -> HttpResponse:
    sent = {"client_id": str(uuid4()), **performance_form(f"desk:{name}"), **said}
    return desk.browser(who).post(url(name, number), sent)


def text(answer: HttpResponse) -> str:
    return words(answer.content.decode())


@pytest.mark.covers("R53")
def test_targets_are_written_on_one_page_and_what_is_wrong_stands_at_its_field(desk: GateDesks, line: Performances):
    number = line.budgets.begin(2026)
    line.budgets.write(number, COMPLETE)
    faulty = post(desk, "田", "performance_targets", number, points_1="10")
    assert faulty.status_code == 422
    assert "产出指标：分值合计须是 50，现在是 40" in text(faulty)
    assert 'value="检修次数"' in faulty.content.decode()  # what was typed stays
    at_field = post(desk, "田", "performance_targets", number, value_1="一百", unit_2="")
    assert (at_field.status_code, "要写成数字，最多三位小数" in text(at_field)) == (422, True)
    named = post(desk, "田", "performance_targets", number, unit_2="")
    assert 'id="id_name_2_error"' in named.content.decode()
    assert "第 2 项：须写明单位" in text(named)
    assert not PerformanceSheet.objects.exists()
    done = post(desk, "田", "performance_targets", number)
    assert done.headers["Location"] == url("performance_line", number)
    written = [(one.name, one.value, one.points) for one in PerformanceSheet.objects.get().targets.order_by("position")]
    assert written == [(one.name, one.value, one.points) for one in TARGETS]
    stale = post(desk, "田", "performance_targets", number)
    assert (stale.status_code, "别人已经改动了这个科目的绩效目标" in text(stale)) == (409, True)


def test_a_line_s_page_says_what_cannot_be_done_yet_and_why(desk: GateDesks, line: Performances):
    number = line.locked()
    page = desk.browser("田").get(url("performance_line", number))
    told = text(page)
    assert breaches(page) == []
    assert "自评 这一年还没有结账：执行率还会变，结账以后自评" in told
    assert "产出指标 数量 检修次数 不少于 120 次 20" in told
    assert f'href="{url("performance_check", number)}"' in page.content.decode()
    done = post(desk, "田", "performance_check", number, value_2="45", words_2="五件等配件，下月补")
    assert done.status_code == 302
    listed = text(desk.browser("高").get(reverse("desk:performance", kwargs={"number": number})))
    assert "L5b 服务设施管理维护经费 ¥6.00 ¥0.00 5 偏离 3 项" in listed
    assert "L1 社区党组织工作经费 ¥1.00 ¥0.00 没有定" in listed


@pytest.mark.covers("R53", "X-18")
def test_a_result_is_reviewed_by_another_shown_as_it_came_about_and_public_without_names(
    desk: GateDesks, line: Performances, clock: Clock
):
    number = line.closed()
    clock.at = line.purse.now()
    assert post(desk, "田", "performance_evaluate", number).status_code == 302
    clock.at = line.purse.now()
    changed = post(desk, "秦", "performance_review", number, grade="good")
    assert (changed.status_code, "理由：改动等级须写明理由" in text(changed)) == (422, True)
    public = reverse("public:performance", kwargs={"number": number})
    assert desk.browser().get(public).status_code == 404  # what waits for a review is nobody's yet
    assert post(desk, "秦", "performance_review", number, grade="excellent").status_code == 302
    again = post(desk, "秦", "performance_review", number, grade="good", reason="再看")
    assert (again.status_code, "X-18" in again.content.decode()) == (403, True)
    told = text(desk.browser("田").get(url("performance_line", number)))
    for said in (
        "评价结果：90.68 分，优",
        "已付出 ÷ 预算数 预算执行率 ¥6.00 ¥4.50 账本算出 75.00% 10 7.50",
        "报修三日内修好 产出指标 不少于 50 件 45 件 五件等配件 90.00% 20 18.00",
        "设施的使用 效益指标 定性 达成目标（85%） 两处场地冬季未开 85.00% 30 25.50",
        "居民满意度 满意度指标 不少于 95 % 92 % 问卷 300 份 96.84% 10 9.68",
        "合计 — — — 100 90.68",
        "自评已经复核，不能再改",
    ):
        assert said in told, said
    visitor = desk.browser()
    assert f'href="{reverse("public:performances")}"' in visitor.get(reverse("public:accounts")).content.decode()
    listed = text(visitor.get(reverse("public:performances")))
    assert "L5b 服务设施管理维护经费 ¥6.00 ¥4.50 90.68 优" in listed
    page = visitor.get(public)
    seen = text(page)
    assert breaches(page) == []
    assert "L5b 服务设施管理维护经费：90.68 分，优" in seen
    assert "报修三日内修好 产出指标 不少于 50 件 45 件 20 18.00" in seen
    for hidden in ("五件等配件", "基本完成", *(desk.gate[who].person.name for who in "田秦")):
        assert hidden not in seen


def test_a_poor_line_stands_before_whoever_prepares_the_next_budget(desk: GateDesks, line: Performances, clock: Clock):
    number = line.closed()
    line.evaluate(number, POOR)
    line.review(number, "poor", follow_up="reduce", follow_words="2027 年核减三分之一")
    draft = line.budgets.begin(2027)
    line.budgets.write(draft, COMPLETE)
    clock.at = line.purse.now()
    told = text(desk.browser("田").get(reverse("desk:performance", kwargs={"number": draft})))
    for said in (
        "上年评为“差”的科目 L5b 服务设施管理维护经费：核减以后年度的预算。",
        "上年 ¥6.00，本年 ¥6.00， 没有减少。 2027 年核减三分之一",
    ):
        assert said in told, said
    assert SelfEvaluation.objects.get().final_grade == "poor"


def test_as_many_questions_for_one_line_with_targets_as_for_many(desk: GateDesks, line: Performances):
    number = line.budgets.begin(2026)
    line.budgets.write(number, COMPLETE)
    browser, page = desk.browser("田"), reverse("desk:performance", kwargs={"number": number})

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(page).status_code == 200
        return len(queries)

    line.set(number)
    line.budgets.submit(number)
    line.budgets.approve(number)
    line.check(number)
    asked()  # the first page of a session also notes that somebody is there
    before = asked()
    for other in ("L1", "L2", "L6b"):
        more = Performances(line.budgets, other)
        more.set(number)
        more.check(number)
    assert asked() == before
