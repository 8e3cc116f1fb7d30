"""The public register: what each community's committee bears, for whom, until when, for how much (R39)."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanhu.domains.admission.models import Application, Task
from sanhu.domains.admission.queries.tasks import (
    CommunityLine,
    RegisterLine,
    ended_of,
    register,
    register_all,
    register_of,
)
from tests.cast import DISTRICT, OTHER_DISTRICT
from tests.domains.admission.bearing import EACH_FEN, ENDS_ON, MINUTES, STARTS_ON, Bearing, noon
from tests.gate import COMMITTEE, OTHER_COMMITTEE

HERE, THERE = "990101001001", "990101001002"
CAME = date(2026, 11, 9)
DAY = timedelta(days=1)


@pytest.mark.covers("R39")
def test_each_community_has_its_line_by_area_code_and_none_stands_above_another(bearing: Bearing):
    bearing.put_in_force(bearing.approved())
    bearing.put_in_force(bearing.approved(OTHER_COMMITTEE, organ=bearing.purse.gate.bodies["区民政局"]))
    bearing.approved()  # not in force: nothing of it is public
    assert register(DISTRICT, CAME) == [
        CommunityLine(HERE, COMMITTEE, tasks=1, organs=1, minutes=MINUTES, amount_fen=EACH_FEN),
        CommunityLine(THERE, OTHER_COMMITTEE, tasks=2, organs=2, minutes=2 * MINUTES, amount_fen=2 * EACH_FEN),
    ]
    assert register(DISTRICT, CAME - DAY) == []
    assert register(DISTRICT, ENDS_ON + DAY) == []
    assert register(OTHER_DISTRICT, CAME) == []


@pytest.mark.covers("R39")
def test_a_task_stands_in_the_register_of_its_community_with_who_why_until_when_and_how_much(bearing: Bearing):
    task = bearing.task(necessity="部门人手不足，市场机构不便入户。")
    line = RegisterLine(
        number=task.number,
        area_code=HERE,
        organ="区城市管理局",
        organ_kind="functional_department",
        committee=COMMITTEE,
        name="垃圾分类入户宣传",
        content="示例",
        boundary="示例",
        necessity="部门人手不足，市场机构不便入户。",
        affair_class="K1",
        legal_basis="示例",
        starts_on=STARTS_ON,
        ends_on=ENDS_ON,
        minutes=MINUTES,
        amount_fen=EACH_FEN,
        state="in_force",
        suspended_for="",
        ended_at=None,
    )
    assert register_of(HERE, CAME) == register_all(DISTRICT, CAME) == [line]
    assert register_of(THERE, CAME) == ended_of(HERE, CAME, since=CAME) == []


def test_what_ended_stays_readable_beside_what_goes_on(bearing: Bearing):
    old = bearing.hand_over(bearing.task(), on=date(2026, 12, 11))
    assert [line.number for line in register_of(HERE, date(2026, 12, 10))] == [old.number]
    assert [(line.number, line.state) for line in ended_of(HERE, date(2026, 12, 11), since=CAME)] == [
        (old.number, "handed_over")
    ]
    assert [line.number for line in register_of(THERE, date(2026, 12, 11))] == [old.succeeded_by.number]
    bearing.revoke(Application.objects.get(), at=noon(date(2026, 12, 12)))
    assert register(DISTRICT, date(2026, 12, 12)) == []
    assert [line.state for line in ended_of(THERE, date(2026, 12, 12), since=CAME)] == ["revoked"]
    assert ended_of(HERE, date(2026, 12, 12), since=date(2026, 12, 12)) == []


def test_the_register_takes_one_query_however_long_it_is(bearing: Bearing):
    bearing.put_in_force(bearing.approved())
    for read in (
        lambda: register(DISTRICT, CAME),
        lambda: register_of(HERE, CAME),
        lambda: register_all(DISTRICT, CAME),
    ):
        with CaptureQueriesContext(connection) as queries:
            read()
        assert len(queries) == 1
    assert Task.objects.count() == 2
