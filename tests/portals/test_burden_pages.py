"""The pages of burden: each figure as it was counted by hand, with its records; by code and never ranked."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanhu.domains.subjects.models import Organisation
from tests.cast import COMMUNITY, COMMUNITY_OF_OTHER_DISTRICT, COMMUNITY_OF_OTHER_STREET, OTHER_COMMUNITY
from tests.conftest import Clock
from tests.domains.admission.bearing import Bearing
from tests.domains.admission.demanding import DECLARED, recorded
from tests.domains.casework.test_clocks import shanghai
from tests.domains.evaluation.carrying import YEARS_END, november
from tests.domains.funding.money import Purse
from tests.gate import COMMITTEE
from tests.portals.conftest import GateDesks
from tests.portals.policy import breaches
from tests.portals.reading import words

DISTRICT_PAGE, OWN = "/desk/burden/", f"/desk/burden/{COMMUNITY}/"
PUBLIC = f"/register/{COMMUNITY}/burden/"
NOVEMBER = "?month=2026-11"
_RANKING = re.compile("排名第|名次|最重|最多的社区|倒数|先进|落后|得分")


@pytest.fixture
def carried(at_gate: GateDesks, clock: Clock) -> GateDesks:
    november(Bearing(Purse(at_gate.gate)))
    clock.at = YEARS_END
    return at_gate


@pytest.mark.covers("R4", "R7", "R8", "R9", "R12")
def test_one_community_s_month_with_its_funnel_panels_and_records(carried: GateDesks):
    page = carried.browser("高").get(OWN + NOVEMBER)
    text = page.content.decode()
    told = words(text)
    assert page.status_code == 200
    assert breaches(page) == []
    for said in (
        "翠园社区：2026年11月的负担",
        "派来工作的单位 3 协助任务 1 主责办件 1 协助办件 1 用时 29 小时 30 分 占工作时间 17.6% 在任 1 人，共 168 小时",
        "区城市管理局 2 1 1 29 小时",
        "区民政局 1 0 0 30 分钟",
        "和平街道办事处 0 0 1 没有记录",
        "用时的集中度 0.967（3028500 ÷ 3132900",
        "无经费用时 30 分钟 ，共用时 29 小时 30 分",
        "无权事项 1 ，有责事项共 3",
        "未经准入 1 ，下派共 3，发出拒绝承接告知单 0 X-05",
        "没有记录 社区服务设施的面积、居民户数、每百户设施面积",
        "没有记录 困难、残疾、高龄、儿童等群体的人数、其中已经得到救助的人数；所以算不出占比和覆盖面",
        "1.2.1 权随责走落实率 66.7% 2 ÷ 3 100%",
        "1.2.2 费随事转到位率 100.0% ¥1,200.00 ÷ ¥1,200.00 100%",
        "1.3.2 清单外下派件数（十二个月） 2 — 0",
        "1.3.3 居委会承担主责的行政事务占比 0.0% 0 ÷ 2 0%",
        "R28 自治事务占比 33.3% 1 ÷ 3 —",
        "没有了结的下派 1 ，其中已报协调机构 0",
        "K1 社区行政执法和管理事务 0 2",
        "K5 社区居民互助事务 1 0",
        "990101-2026-D0001 创建迎检材料整理 区城市管理局 未经准入 X-05 10 小时 不计入 否 否",
        "没有记录，所以没有计入： 办件和办事程序各花了多少时间。",
    ):
        assert said in told, said
    # every figure leads to its records, and these to themselves
    anchors = set(re.findall(r'href="#([a-z]+)"', text)) - {"main", "content"}
    assert {"organs", "tasks", "led", "assisted", "demands", "money", "power"} <= anchors
    assert all(f'id="{anchor}"' in text for anchor in anchors)
    for record in ("tasks/990101-2026-T0001", "demands/990101-2026-D0003", "matters/99010120261109000002"):
        assert f'href="/desk/{record}/"' in text
    # the funnel: a band for each organ, in its sector's colour, and the same in words beside it
    assert text.count('class="band government"') == 3


def test_december_is_without_money_and_october_without_tasks(carried: GateDesks):
    desk = carried.browser("陈")
    december = words(desk.get(OWN).content.decode())
    assert "翠园社区：2026年12月的负担" in december
    assert "无经费用时 25 小时 1 分 ，共用时 25 小时 1 分" in december
    assert "没有经费 有" in december
    assert "2026年11月 3 1 29 小时 30 分 30 分钟 1 3 1" in december
    october = words(desk.get(f"{OWN}?month=2026-10").content.decode())
    assert "派来工作的单位 1 协助任务 0" in october
    assert "用时的集中度：无数据（没有登记用时）。" in october


@pytest.mark.covers("X-21")
def test_the_district_by_code_and_in_no_other_order(carried: GateDesks):
    desk = carried.browser("石")
    page = desk.get(DISTRICT_PAGE + NOVEMBER)
    text = page.content.decode()
    rows = re.findall(r"<tr><td data-label=\"代码\">(\d{12})</td>", text)
    assert rows == [COMMUNITY, OTHER_COMMUNITY, COMMUNITY_OF_OTHER_STREET]
    assert breaches(page) == []
    assert not _RANKING.search(text)
    told = words(text)
    assert "990101001001 翠园社区 3 1 1 1 29 小时 30 分 17.6% 30 分钟 1 3 1 1.0" in told
    assert "990101001002 柳堤社区 0 0 0 0 0 分钟 0.0% 0 分钟 0 0 0 无数据" in told
    assert "990101002001 桥东社区 没有登记居民委员会" in told
    refused = desk.get(f"{DISTRICT_PAGE}?order=minutes")
    assert refused.status_code == 422
    assert "X-21" in refused.content.decode()
    assert COMMUNITY not in refused.content.decode()


@pytest.mark.covers("X-21")
def test_whoever_bears_more_never_stands_higher_on_any_page_or_file(carried: GateDesks):
    """In December 柳堤 bears more than 翠园, in November less: the order of both stays that of their codes."""
    gate = carried.gate
    heavy = {"at": shanghai("2026-12-10", "10:00"), "by": "柳", "item_code": "", "minutes": 6_000, **DECLARED}
    recorded(gate, **heavy)  # type: ignore[arg-type]
    desk = carried.browser("高")
    minutes = {}
    for month in ("2026-11", "2026-12"):
        page = desk.get(f"{DISTRICT_PAGE}?month={month}").content.decode()
        assert re.findall(r"<tr><td data-label=\"代码\">(\d{12})</td>", page) == sorted(
            (COMMUNITY, OTHER_COMMUNITY, COMMUNITY_OF_OTHER_STREET)
        )
        assert "aria-sort" not in page
        rows = list(
            csv.DictReader(
                io.StringIO(desk.get(f"{DISTRICT_PAGE}burden.csv?month={month}").content.decode("utf-8-sig"))
            )
        )
        assert [row["社区代码"] for row in rows] == sorted(row["社区代码"] for row in rows)
        minutes[month] = [int(row["用时（分钟）"] or 0) for row in rows[:2]]
    assert minutes["2026-11"][0] > minutes["2026-11"][1]
    assert minutes["2026-12"][0] < minutes["2026-12"][1]
    for order in ("minutes", "-share", "code"):
        answer = desk.get(f"{DISTRICT_PAGE}?order={order}")
        assert (answer.status_code, "X-21" in answer.content.decode()) == (
            (200, False) if order == "code" else (422, True)
        )
    # residents have no list of communities with figures: one community's page names no other
    public = carried.browser().get(f"{PUBLIC}?month=2026-12&order=minutes").content.decode()
    assert OTHER_COMMUNITY not in public
    assert "柳堤" not in public


@pytest.mark.covers("R28", "R4", "X-02")
def test_four_outcomes_and_what_should_not_be_are_told(carried: GateDesks, monkeypatch: pytest.MonkeyPatch):
    told = words(carried.browser("高").get(OWN + NOVEMBER).content.decode())
    for said in (
        "一、自治功能回归 自治事务占比 33.3% 1 ÷ 3",
        "二、政府职能转变 回归的任务 0",
        "购买服务 无数据（这一年没有锁定的预算）",
        "没有记录 向谁买、买了什么；所以算不出有几个提供服务的单位",
        "四、三者关系理清 还没有理清的 0",
    ):
        assert said in told, said
    assert "四个结果 一、自治功能回归" in words(carried.browser().get(PUBLIC + NOVEMBER).content.decode())
    assert "X-02" not in told
    # led by no committee that the services let lead it: the page would say so all the same
    monkeypatch.setattr("sanhu.portals.desk.views.burden.led_for_government", lambda _burden: 2)
    monkeypatch.setattr("sanhu.portals.desk.templatetags.burden.led_for_government", lambda _burden: 2)
    desk = carried.browser("高")
    assert "居委会主责了 2 件行政执法和管理事务（K1）" in words(desk.get(OWN + NOVEMBER).content.decode())
    assert "翠园社区 主责行政事务 2 件 X-02" in words(desk.get(DISTRICT_PAGE + NOVEMBER).content.decode())


def test_a_month_is_one_of_those_with_a_record(carried: GateDesks):
    desk = carried.browser("高")
    offered = re.findall(r'<option value="(\d{4}-\d\d)"', desk.get(DISTRICT_PAGE).content.decode())
    assert offered == ["2026-12", "2026-11", "2026-10", "2026-09"]
    for asked in ("2026-08", "2027-01", "x", "2026-13"):
        for page in (DISTRICT_PAGE, OWN, PUBLIC):
            answer = desk.get(f"{page}?month={asked}")
            assert (answer.status_code, "月份：请从列表里选一个月" in words(answer.content.decode())) == (422, True)


def test_the_file_has_the_same_figures_with_numerators_and_denominators(carried: GateDesks):
    Organisation.objects.filter(name=COMMITTEE).update(name="=HYPERLINK(1)")
    answer = carried.browser("高").get(f"{DISTRICT_PAGE}burden.csv{NOVEMBER}")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [len(row) for row in rows] == [19] * 4
    own = dict(zip(rows[0], rows[1], strict=True))
    assert own["居民委员会"] == "'=HYPERLINK(1)"
    wanted = {
        "用时（分钟）": "1770",
        "人员工作时间（分钟）": "10080",
        "占比": "17.6%",
        "无经费用时（分钟）": "30",
        "未经准入（X-05，件）": "1",
        "集中度分子": "3028500",
        "集中度分母": "3132900",
        "有效来源数": "1.0",
    }
    assert {name: own[name] for name in wanted} == wanted
    assert rows[3][3:] == [""] * 16


def test_a_committee_sees_its_own_and_nobody_another_district_s(carried: GateDesks):
    own = carried.browser("陈")
    table = own.get(DISTRICT_PAGE + NOVEMBER).content.decode()
    assert (COMMUNITY in table, OTHER_COMMUNITY in table, COMMUNITY_OF_OTHER_STREET in table) == (True, False, False)
    statuses = {
        (who, area): carried.browser(who).get(f"/desk/burden/{area}/").status_code
        for who in "陈柳高"
        for area in (COMMUNITY, OTHER_COMMUNITY, COMMUNITY_OF_OTHER_DISTRICT, "x")
    }
    let_in = {key for key, status in statuses.items() if status == 200}
    assert let_in == {("陈", COMMUNITY), ("柳", OTHER_COMMUNITY), ("高", COMMUNITY), ("高", OTHER_COMMUNITY)}
    assert set(statuses.values()) == {200, 404}
    assert {who: carried.browser(who).get(DISTRICT_PAGE).status_code for who in "孙郑周"} == dict.fromkeys(
        "孙郑周", 403
    )


@pytest.mark.covers("R9")
def test_residents_read_one_community_by_itself(carried: GateDesks):
    visitor = carried.browser()
    assert f'href="{PUBLIC}"' in visitor.get(f"/register/{COMMUNITY}/").content.decode()
    page = visitor.get(PUBLIC + NOVEMBER)
    text = page.content.decode()
    told = words(text)
    assert page.status_code == 200
    assert breaches(page) == []
    assert "翠园社区居委会，2026年11月" in told
    assert "2 个单位派来工作，登记的用时 29 小时 30 分。" in told
    assert "占工作时间 17.6%（在任 1 人，共 168 小时）" in told
    assert "部门提出的要求 3，其中没有经过准入的 1" in told
    assert f'href="/register/{COMMUNITY}/#990101-2026-T0001"' in text
    assert "柳堤" not in text
    assert not _RANKING.search(text)
    # of a demand the figures are shown, and never the demand itself
    assert "创建迎检材料整理" not in text
    assert "刘科长" not in text
    bare = words(visitor.get(f"/register/{COMMUNITY_OF_OTHER_STREET}/burden/").content.decode())
    assert "这个社区没有登记居民委员会" in bare


def test_what_is_not_public_is_counted_at_the_desk_alone(carried: GateDesks):
    """K5-03 is a matter of two neighbours: nobody else reads that there was one."""
    public = words(carried.browser().get(PUBLIC + NOVEMBER).content.decode())
    assert "K5 社区居民互助事务 0 0" in public
    assert "K1 社区行政执法和管理事务 0 2" in public


def test_as_many_questions_to_the_database_for_one_record_as_for_many(carried: GateDesks):
    desk = carried.browser("高")

    def asked(url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(url).status_code == 200
        return len(queries)

    pages = (DISTRICT_PAGE + NOVEMBER, OWN + NOVEMBER, PUBLIC + NOVEMBER)
    asked(DISTRICT_PAGE)  # the first page of a session also notes that somebody is there
    before = [asked(page) for page in pages]
    november(Bearing(Purse(carried.gate)))
    assert [asked(page) for page in pages] == before
