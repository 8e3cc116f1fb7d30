"""What committees carry (R4, R7–R9, R12), held against figures counted by hand."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate, pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from sanhu.domains.evaluation.borne import share, without
from sanhu.domains.evaluation.burden import Burden, FromOrgan, burdens
from sanhu.domains.evaluation.contradictions import Progress, contradictions_of
from sanhu.domains.evaluation.indicators import indicators_of, is_over_ceiling
from sanhu.domains.evaluation.months import Month, Period, months_to
from sanhu.domains.evaluation.records import records_of
from sanhu.domains.evaluation.sources import published, seen_by
from sanhu.domains.evaluation.staffing import Staff
from tests.cast import COMMUNITY, DISTRICT, carry, move
from tests.domains.admission.bearing import Bearing
from tests.domains.admission.demanding import CORRECTIONS, recorded
from tests.domains.casework.test_clocks import shanghai
from tests.domains.evaluation.carrying import YEARS_END, november, task_of_two_months
from tests.gate import COMMITTEE, ORGAN, OTHER_COMMITTEE, OTHER_ORGAN

OCTOBER, NOVEMBER, DECEMBER = months_to(Month(2026, 12), 3)
AUTUMN = Period((OCTOBER, NOVEMBER, DECEMBER), date(2026, 12, 31))


def counted(bearing: Bearing, month: Month, committee: str = COMMITTEE, *, by: str = "高") -> Burden:
    gate = bearing.purse.gate
    found = burdens(seen_by(gate.actor(by, YEARS_END)), AUTUMN, at=YEARS_END)
    return found.get((gate.bodies[committee].pk, month), Burden())


@pytest.mark.covers("R4", "R7", "R8")
def test_a_month_is_counted_from_its_records(bearing: Bearing):
    november(bearing)
    found = counted(bearing, NOVEMBER)
    assert (found.tasks, found.matters_led, found.matters_assisted) == (1, 1, 1)
    assert (found.demands, found.unadmitted, found.refused, found.carried) == (3, 1, 0, 2)
    # 3,001 minutes over thirty days: 1,500 on the fifteen of November; half an hour and four hours of demands
    assert found.minutes == 1500 + 30 + 240
    assert found.minutes_without_money == 30
    assert (found.duties, found.duties_without_power) == (3, 1)
    assert found.kinds == {("K1", "assist"): 2, ("K5", "lead"): 1}
    # one member on 21 working days
    assert found.staff == Staff(persons=1, minutes=21 * 480)
    assert found.share == Fraction(1770, 10_080)


def test_organs_are_those_that_sent_demands_tasks_and_matters(bearing: Bearing):
    november(bearing)
    bodies = bearing.purse.gate.bodies
    found = counted(bearing, NOVEMBER)
    assert found.organs == {
        bodies[ORGAN].pk: FromOrgan(demands=2, tasks=1, matters=1, minutes=1740),
        bodies[OTHER_ORGAN].pk: FromOrgan(demands=1, minutes=30),
        bodies["和平街道办事处"].pk: FromOrgan(matters=1),
    }
    measured = found.concentration
    assert measured is not None
    assert (measured.numerator, measured.denominator) == (1740**2 + 30**2, 1770**2)


def test_the_months_of_a_task_give_the_whole_and_money_is_looked_at_at_each_month_s_end(bearing: Bearing):
    november(bearing)
    found = counted(bearing, DECEMBER)
    # the second half of the task; the part due on 10 December was never paid
    assert (found.minutes, found.minutes_without_money) == (1501, 1501)
    assert (found.demands, found.carried, found.duties, found.duties_without_power) == (0, 0, 1, 0)
    assert found.staff == Staff(persons=1, minutes=23 * 480)
    october = counted(bearing, OCTOBER)
    assert (october.demands, october.unadmitted, october.minutes) == (1, 1, 0)
    assert october.concentration is None
    assert october.share == 0


def test_a_month_that_runs_is_counted_up_to_today(bearing: Bearing):
    task_of_two_months(bearing)
    gate = bearing.purse.gate
    thursday = Period((NOVEMBER,), date(2026, 11, 19))
    found = burdens(seen_by(gate.actor("高", YEARS_END)), thursday, at=YEARS_END)[gate.bodies[COMMITTEE].pk, NOVEMBER]
    # four of thirty days; fourteen working days since the month began
    assert (found.minutes, found.staff.minutes) == (3001 * 4 // 30, 14 * 480)
    # nothing was paid by then
    assert found.minutes_without_money == found.minutes


def test_on_suspended_days_nothing_is_borne(bearing: Bearing):
    task = task_of_two_months(bearing)
    bearing.move(task, "suspend", by="陈", on=date(2026, 11, 23))
    bearing.pay(task, on=date(2026, 11, 26))
    bearing.move(task, "resume", by="陈", on=date(2026, 11, 26))
    found = counted(bearing, NOVEMBER)
    # 16 to 22 and 26 to 30 November: the first seven days, and the eleventh to the fifteenth
    assert found.minutes == 3001 * 7 // 30 + (3001 * 15 // 30 - 3001 * 10 // 30)
    assert (found.tasks, found.minutes_without_money) == (1, 0)


def test_a_task_without_its_power_is_a_duty_without_power(bearing: Bearing):
    task = task_of_two_months(bearing)
    bearing.withdraw(task, last_day=date(2026, 11, 29), on=date(2026, 11, 20))
    assert counted(bearing, NOVEMBER).duties_without_power == 1
    bearing.give_anew(task, on=date(2026, 11, 28))
    assert counted(bearing, NOVEMBER).duties_without_power == 0


def test_what_is_handed_over_is_borne_by_one_committee_after_the_other(bearing: Bearing):
    task = task_of_two_months(bearing)
    bearing.pay(task, on=date(2026, 11, 17))
    bearing.hand_over(task, on=date(2026, 12, 1))
    here, there = counted(bearing, NOVEMBER), counted(bearing, DECEMBER, OTHER_COMMITTEE)
    # minutes are divided by days: fifteen of thirty are left, rounded down
    assert (here.minutes, there.minutes) == (1501, 1500)
    assert (counted(bearing, DECEMBER).tasks, counted(bearing, NOVEMBER, OTHER_COMMITTEE).tasks) == (0, 0)
    assert there.minutes_without_money == 1500


def test_a_committee_counts_for_itself_what_the_district_counts_for_it(bearing: Bearing):
    november(bearing)
    gate = bearing.purse.gate
    own = burdens(seen_by(gate.actor("陈", YEARS_END)), AUTUMN, at=YEARS_END)
    everybody = burdens(seen_by(gate.actor("石", YEARS_END)), AUTUMN, at=YEARS_END)
    assert own == {key: one for key, one in everybody.items() if key[0] == gate.bodies[COMMITTEE].pk}
    assert len(everybody) > len(own)
    narrowed = seen_by(gate.actor("石", YEARS_END)).of(gate.bodies[COMMITTEE])
    assert burdens(narrowed, AUTUMN, at=YEARS_END) == own


def test_nobody_else_counts_anything(bearing: Bearing):
    november(bearing)
    gate = bearing.purse.gate
    for who in "孙周郑何":
        assert seen_by(gate.actor(who, YEARS_END)).committees.count() == 0
    assert published("990102").committees.count() == 0
    assert burdens(published("990102"), AUTUMN, at=YEARS_END) == {}


def test_what_the_public_counts_are_tasks_demands_and_public_matters(bearing: Bearing):
    november(bearing)
    gate = bearing.purse.gate
    public = burdens(published(DISTRICT), AUTUMN, at=YEARS_END)[gate.bodies[COMMITTEE].pk, NOVEMBER]
    assert (public.minutes, public.demands, public.unadmitted) == (1770, 3, 1)
    assert (public.matters_led, public.matters_assisted) == (0, 1)  # K5-03 is nobody else's business


def test_past_the_calendar_working_time_is_unknown_and_no_share_is_guessed(bearing: Bearing):
    november(bearing)
    far = Month(2035, 1)
    gate = bearing.purse.gate
    found = burdens(seen_by(gate.actor("高", YEARS_END)), Period((far,), date(2035, 1, 31)), at=YEARS_END)
    # 高's committees have staff then only where a post has no end; 陈's term is over by 2031
    assert found == {}
    near = Month(2031, 8)
    found = burdens(seen_by(gate.actor("高", YEARS_END)), Period((near,), date(2031, 8, 31)), at=YEARS_END)
    burden = found[gate.bodies[COMMITTEE].pk, near]
    assert (burden.staff, burden.share) == (Staff(persons=1, minutes=None), None)


def test_the_records_behind_each_figure_are_as_many_as_it_says(bearing: Bearing):
    november(bearing)
    gate = bearing.purse.gate
    sources = seen_by(gate.actor("高", YEARS_END)).of(gate.bodies[COMMITTEE])
    found = counted(bearing, NOVEMBER)
    behind = records_of(sources, Period((NOVEMBER,), date(2026, 12, 31)), areas=[COMMUNITY])
    assert (len(behind.tasks), len(behind.demands)) == (found.tasks, found.demands)
    assert (len(behind.led), len(behind.assisted)) == (found.matters_led, found.matters_assisted)
    carried = [one.demand for one in behind.demands if one.is_carried]
    assert len(carried) == found.carried
    assert sum(one.month.minutes for one in behind.tasks) + sum(one.minutes for one in carried) == found.minutes


def test_as_many_questions_for_a_month_of_one_committee_as_for_a_year_of_all(bearing: Bearing):
    november(bearing)
    gate = bearing.purse.gate
    year = Period(months_to(Month(2026, 12), 12), date(2026, 12, 31))
    own = seen_by(gate.actor("高", YEARS_END)).of(gate.bodies[COMMITTEE])
    counts = []
    for sources, period in ((own, Period((NOVEMBER,), date(2026, 12, 31))), (published(DISTRICT), year)):
        with CaptureQueriesContext(connection) as queries:
            burdens(sources, period, at=YEARS_END)
        counts.append(len(queries))
    assert counts == [12, 12]


@pytest.mark.covers("R8", "R28")
def test_indicators_keep_numerator_and_denominator(bearing: Bearing):
    november(bearing)
    months = [counted(bearing, month) for month in (OCTOBER, NOVEMBER, DECEMBER)]

    def parts(burden: Burden) -> dict[str, tuple[int, int | None]]:
        return {one.code: (one.numerator, one.denominator) for one in indicators_of(burden, months)}

    # two of three duties have power; what was due by 30 November was paid; two demands nobody admitted since October
    assert parts(months[1]) == {
        "1.2.1": (2, 3),
        "1.2.2": (120_000, 120_000),
        "1.3.2": (2, None),
        "1.3.3": (0, 2),
        "R28": (1, 3),
    }
    assert parts(months[2])["1.2.2"] == (120_000, 180_000)
    october = {one.code: one.share for one in indicators_of(months[0], months)}
    assert october == dict.fromkeys(("1.2.1", "1.2.2", "1.3.2", "1.3.3", "R28"))  # no denominator, no data


@pytest.mark.covers("R4")
def test_more_time_than_the_district_lets_organs_ask_is_told(bearing: Bearing):
    minutes = 21 * 480 * 40 // 100  # forty of a hundred of one member's November
    task_of_two_months(bearing, minutes_each=2 * minutes)
    exactly = counted(bearing, NOVEMBER)
    assert (exactly.minutes, is_over_ceiling(exactly)) == (minutes, False)
    recorded(bearing.purse.gate, at=shanghai("2026-11-12", "10:00"), item_code=CORRECTIONS, minutes=1)
    assert is_over_ceiling(counted(bearing, NOVEMBER))
    assert not is_over_ceiling(Burden(minutes=1))  # nobody in office: there is nothing to hold it against


@pytest.mark.covers("R12")
def test_the_four_contradictions_of_one_month(bearing: Bearing):
    november(bearing)
    gate = bearing.purse.gate
    carry(gate.cast, to="returned")
    round_ = carry(gate.cast, to="returned").matter  # handed back, given again: the third hand-off waits for a ruling
    for code, by in (("assign", "徐"), ("send_back", "吴")):
        move(gate.cast, round_.number, code, by=by)
    carry(gate.cast, to="closed")
    helped = carry(gate.cast, to="registered").matter
    move(gate.cast, helped.number, "accept", by="周", duty_id=gate.cast.duties["K2-01"].pk)
    sources = seen_by(gate.actor("高", YEARS_END)).of(gate.bodies[COMMITTEE])
    said = contradictions_of(sources, Period((NOVEMBER,), date(2026, 12, 31)), areas=[COMMUNITY], at=YEARS_END)
    assert (said.handed_round, said.awaiting_ruling) == (1, 1)
    assert (said.services, said.assistance) == (Progress(1, 1, 1), Progress(1, 1, 1))
    assert (said.unsettled, said.escalated) == (1, 0)
    assert "K2-04 医疗救助申请协助" in said.unserved
    assert said.contested == ()


DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@given(st.integers(0, 10**7), st.lists(st.integers(1, 90), min_size=1, max_size=20))
def test_parts_side_by_side_give_the_whole(amount: int, lengths: list[int]):
    days = [date(2026, 11, 9) + timedelta(days=passed) for passed in accumulate([0, *lengths])]
    parts = [share(amount, whole=(days[0], days[-1]), part=part) for part in pairwise(days)]
    assert sum(parts) == amount
    assert min(parts) >= 0


@given(st.lists(st.tuples(DAYS, DAYS).map(sorted), max_size=6), st.tuples(DAYS, DAYS).map(sorted))
def test_what_is_taken_and_what_is_left_are_all_days(taken: list[list[date]], span: list[date]):
    def days(spans: list[list[date]]) -> set[int]:
        return {day for from_, to in spans for day in range(from_.toordinal(), to.toordinal())}

    in_order = sorted((from_, to) for from_, to in taken)
    left = without((span[0], span[1]), in_order)
    assert days([list(one) for one in left]) == days([span]) - days(taken)
