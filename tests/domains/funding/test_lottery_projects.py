"""Lottery projects: a plan that names wages is refused, money goes on the plan alone and in its days, use is told."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from sanhu.domains.funding.earmark_queries import left_fen, received_fen
from sanhu.domains.funding.lottery_queries import figures_of, plan_of, projects_in, spent_of, standings_of
from sanhu.domains.funding.lottery_rules import due_on
from sanhu.domains.funding.models import Earmark, LotteryNotice, LotteryProject
from sanhu.domains.funding.services import lottery
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.verification import check_ledger
from tests.cast import DISTRICT
from tests.domains.funding.money import COMMITTEE, LIMIT, Purse
from tests.domains.funding.projects import PLAN, account_of, grant, register, spend, wish
from tests.domains.funding.refusals import refused

ARTICLE = "彩票管理条例第三十三条"
NO_SUCH_PLAN = "支出类别：彩票公益金只用于所批准的公益项目，不得用于工资福利、办公经费或者平衡财政一般预算"


@pytest.mark.covers("R63", "X-12")
@pytest.mark.parametrize("expense", ["wages", "office", "utilities", "budget_balance"])
def test_a_plan_that_names_what_the_fund_may_not_pay_is_refused_at_registration(purse: Purse, expense: str):
    assert refused(lambda: register(purse, plan={**PLAN, expense: 1})) == (NO_SUCH_PLAN, "X-12")
    with pytest.raises(lottery.Refused) as raised:
        register(purse, plan={expense: 1})
    assert raised.value.decision.citations == (ARTICLE,)
    assert not Earmark.objects.exists()


BAD = [
    ({"plan": {}}, "使用计划：至少写一类支出和金额"),
    ({"plan": {"equipment": 0}}, "金额：必须大于 0"),
    ({"plan": {"gold": 5}}, "支出类别：没有这种类别"),
    ({"purpose": " "}, "用途：须写明，不超过 200 个字"),
    ({"purpose": "助餐，联系 13800138000"}, "用途：对外公开，不要写电话、证件号码等个人信息"),
    ({"organ": "finance"}, "审批部门：须是民政部门或者体育部门"),
    ({"document_number": ""}, "批准文号：须写明，不超过 60 个字"),
    ({"field": "arts"}, "使用方向：没有这个方向"),
    ({"field": "sport"}, "使用方向：民政部门批准扶老、助残、救孤、济困项目，体育部门批准体育项目"),
    ({"organ": "sport"}, "使用方向：民政部门批准扶老、助残、救孤、济困项目，体育部门批准体育项目"),
    ({"last_on": date(2026, 2, 28)}, "项目期限：最后一天不得早于第一天"),
    ({"approved_on": date(2027, 7, 1)}, "批准日期：不得晚于项目的最后一天"),
    ({"by": "陈"}, "您的岗位没有这项权限"),
]


def test_what_speaks_against_a_project(purse: Purse):
    for said, reason in BAD:
        assert refused(lambda said=said: register(purse, **said))[0] == reason
    with pytest.raises(FundingNotFound):
        register(purse, body_id=0)
    assert not LotteryProject.objects.exists()


def test_a_project_is_registered_once_with_its_plan(purse: Purse):
    actor, client_id, asked = purse.actor("田"), uuid4(), wish(purse)
    first, second = (
        lottery.register_project(actor=actor, at=purse.now(), client_id=client_id, wish=asked) for _ in range(2)
    )
    assert first == second
    assert plan_of(first) == {"equipment": 200_000, "services_bought": 300_000, "aid_to_persons": 100_000}
    assert [project.earmark.number for project in projects_in(DISTRICT)] == ["990101-2026-Z0001"]
    sport = register(purse, organ="sport", field="sport")
    assert sport.earmark.line == "L10"


@pytest.mark.covers("R63")
def test_no_more_comes_in_than_was_planned_and_from_the_limit_on_another_signs(purse: Purse):
    project = register(purse, plan={"services_bought": LIMIT + 10})
    assert refused(lambda: grant(purse, project.earmark, LIMIT + 11))[0] == "金额：超过了项目使用计划的总额"
    assert refused(lambda: grant(purse, project.earmark, 0))[0] == "金额：必须大于 0"
    assert refused(lambda: grant(purse, project.earmark, 5, by="秦"))[0] == "您的岗位没有这项权限"
    waiting = grant(purse, project.earmark, LIMIT)
    assert (waiting.state, received_fen(project.earmark)) == ("waiting", 0)
    assert refused(lambda: grant(purse, project.earmark, 11))[0] == "金额：超过了项目使用计划的总额"
    purse.sign(waiting.number, by="秦")
    assert received_fen(project.earmark) == LIMIT
    with pytest.raises(FundingNotFound):
        grant(purse, project.earmark, 5, by="柳")


@pytest.mark.covers("R63", "X-12")
def test_money_goes_on_the_plan_alone(purse: Purse):
    project = register(purse)
    grant(purse, project.earmark, 600_000)
    account, ref = account_of(project.earmark), project.earmark.ref
    nameless = refused(lambda: spend(purse, account, 1))
    assert nameless == ("用途：彩票公益金只用于所批准的项目，须写明是哪一个项目", "X-12")
    assert refused(lambda: spend(purse, account, 1, expense="office", purpose_ref=ref)) == (NO_SUCH_PLAN, "X-12")
    outside = refused(lambda: spend(purse, account, 1, expense="activity", purpose_ref=ref))
    assert outside == ("支出类别：不在项目的使用计划里", "X-12")
    spend(purse, account, 150_000, purpose_ref=ref)
    beyond = refused(lambda: spend(purse, account, 50_001, purpose_ref=ref))
    assert beyond == ("金额：超过了使用计划里这类支出剩下的数", "X-12")
    last = spend(purse, account, 50_000, purpose_ref=ref)
    assert spent_of(project.earmark) == {"equipment": 200_000}
    purse.reverse(last.number)
    assert spent_of(project.earmark) == {"equipment": 150_000}
    assert (received_fen(project.earmark), left_fen(project.earmark)) == (600_000, 450_000)
    assert check_ledger().is_clean


@pytest.mark.covers("X-12")
@pytest.mark.parametrize(
    ("day", "is_in_time"),
    [("2026-11-10", False), ("2026-11-11", True), ("2026-12-30", True), ("2026-12-31", False)],
)
def test_money_goes_in_the_project_s_days_alone(purse: Purse, day: str, is_in_time: bool):
    project = register(purse, first_on=date(2026, 11, 11), last_on=date(2026, 12, 30))
    grant(purse, project.earmark, 600_000)
    purse.at = datetime.fromisoformat(f"{day}T02:00:00+00:00")
    account = account_of(project.earmark)
    if is_in_time:
        assert spend(purse, account, 1, purpose_ref=project.earmark.ref).state == "posted"
    else:
        answer = refused(lambda: spend(purse, account, 1, purpose_ref=project.earmark.ref))
        assert answer == ("项目期限：今天不在项目的期限内，不能再支出", "X-12")


def test_one_project_does_not_spend_another_s_money_nor_another_body_s(purse: Purse):
    one = register(purse)
    other = register(purse, purpose="青少年暑期托管", field="hardship")
    foreign = register(purse, body_id=purse.gate.bodies["柳堤社区居民委员会"].pk)
    for project in (one, foreign):
        grant(purse, project.earmark, 300_000)
    grant(purse, other.earmark, 1_000)
    account = account_of(one.earmark)
    too_much = refused(lambda: spend(purse, account, 1_001, purpose_ref=other.earmark.ref))
    assert too_much == ("金额：超过了这项用途剩下的、也没有在等签批的经费", "X-08")
    not_theirs = refused(lambda: spend(purse, account, 1, purpose_ref=foreign.earmark.ref))
    assert not_theirs[1] == "X-12"


# --- the yearly notice

NEW_YEARS_DAY = datetime.fromisoformat("2027-01-01T02:00:00+00:00")
WORDS = "助餐点每天供午餐，全年服务老人四百人次。"


def announced(purse: Purse, year: int = 2026, *, by: str = "陈", words: str = WORDS) -> LotteryNotice:
    return lottery.announce(actor=purse.actor(by), at=purse.now(), client_id=uuid4(), year=year, words=words)


@pytest.mark.covers("R63")
def test_the_year_s_use_is_announced_as_the_ledger_has_it(purse: Purse):
    project = register(purse)
    body_id = purse.gate.bodies[COMMITTEE].pk
    grant(purse, project.earmark, 600_000)
    spend(purse, account_of(project.earmark), 150_000, purpose_ref=project.earmark.ref)
    assert refused(lambda: announced(purse))[0] == "年度：还没有结束，不能公告"
    purse.at = NEW_YEARS_DAY
    assert refused(lambda: announced(purse, words=" "))[0] == "做了什么：须写明项目做了什么、谁受益"
    told = refused(lambda: announced(purse, words="联系人电话 13800138000"))
    assert told[0] == "做了什么：对外公开，不要写电话、证件号码等个人信息"
    assert refused(lambda: announced(purse, words="字" * 1001))[0] == "做了什么：不超过 1000 个字"
    assert refused(lambda: announced(purse, by="田"))[0] == "您的岗位没有这项权限"
    assert refused(lambda: announced(purse, by="柳"))[0] == "年度：本单位这一年没有彩票公益金项目的收支"
    notice = announced(purse)
    assert notice.figures == [
        {
            "number": "990101-2026-Z0001",
            "purpose": "老年助餐点",
            "field": "elderly",
            "received_fen": 600_000,
            "spent": {"equipment": 150_000},
            "returned_fen": 0,
            "left_fen": 450_000,
        }
    ]
    assert (notice.ordinal, notice.due_on) == (1, date(2027, 3, 31))
    assert refused(lambda: announced(purse))[0] == "年度：已经公告过，以后没有变动"
    assert announced(purse, words="改了一个字").ordinal == 2
    assert [(one["received_fen"], one["left_fen"]) for one in figures_of(body_id, 2027)] == [(0, 450_000)]
    assert check_ledger().is_clean


def test_a_notice_is_late_after_its_day_whether_it_came_or_not(purse: Purse):
    project = register(purse)
    grant(purse, project.earmark, 600_000)
    body_id = purse.gate.bodies[COMMITTEE].pk
    last_day = due_on(2026)
    assert last_day == date(2027, 3, 31)
    before, on_it, after = (standings_of(body_id, today=last_day + timedelta(days=days)) for days in (-100, 0, 1))
    assert [(one.year, one.is_over, one.is_late) for one in before] == [(2026, False, False)]
    assert [(one.is_over, one.is_late) for one in (*on_it, *after)] == [(True, False), (True, True)]
    purse.at = datetime.fromisoformat("2027-04-01T02:00:00+00:00")
    with transaction.atomic():
        announced(purse)
    [late] = standings_of(body_id, today=date(2027, 5, 1))
    assert (late.is_late, late.notice is not None) == (True, True)
