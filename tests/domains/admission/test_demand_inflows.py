"""What flows into committees (R7, R8), counted by organ and by committee, in the order of codes and in no other."""

from datetime import date

import pytest

from sanhu.domains.admission.queries.inflows import InflowLine, by_committee, by_organ
from sanhu.domains.admission.services.demand_ticks import tick
from sanhu.domains.subjects.models import Organisation
from tests.cast import DISTRICT, OTHER_DISTRICT
from tests.domains.admission.bearing import ENDS_ON, STARTS_ON, Bearing
from tests.domains.admission.demanding import CORRECTIONS, DECLARED, recorded
from tests.domains.casework.test_clocks import shanghai
from tests.gate import COMMITTEE, ORGAN, OTHER_COMMITTEE, OTHER_ORGAN, Gate

SINCE, UNTIL = date(2026, 11, 1), date(2026, 11, 30)


def counted(lines: list[InflowLine]) -> dict[str, tuple[int, ...]]:
    """demands, unadmitted, without power, without money, minutes, minutes without money, tasks."""
    return {
        line.name: (
            line.demands,
            line.unadmitted,
            line.without_power,
            line.without_money,
            line.minutes,
            line.minutes_without_money,
            line.tasks,
        )
        for line in lines
    }


def taken_down(gate: Gate) -> None:
    """Four demands in November, one before and one after, at both committees and of both organs."""
    for by, day, changes in (
        ("陈", "2026-11-01", {"minutes": 60}),
        ("陈", "2026-11-30", {"minutes": 120, "money_fen": 5_000, "has_power": True}),
        ("陈", "2026-11-12", {"minutes": 30, "organ": OTHER_ORGAN, "item_code": CORRECTIONS, "has_power": True}),
        ("柳", "2026-11-12", {"minutes": 240, "item_code": "", "money_fen": 100, **DECLARED}),
        ("陈", "2026-10-31", {"minutes": 7}),
        ("柳", "2026-12-01", {"minutes": 7}),
    ):
        recorded(gate, by=by, at=shanghai(day, "23:30"), **changes)


@pytest.mark.covers("R7", "R8", "R40")
def test_by_organ(gate: Gate):
    taken_down(gate)
    lines = counted(by_organ(DISTRICT, SINCE, UNTIL))
    assert lines == {ORGAN: (3, 2, 2, 1, 420, 60, 0), OTHER_ORGAN: (1, 0, 0, 1, 30, 30, 0)}
    assert counted(by_organ(DISTRICT, date(2026, 10, 31), date(2026, 12, 1)))[ORGAN] == (5, 4, 4, 3, 434, 74, 0)


@pytest.mark.covers("R7", "R8")
def test_by_committee(gate: Gate):
    taken_down(gate)
    lines = by_committee(DISTRICT, SINCE, UNTIL)
    assert counted(lines) == {COMMITTEE: (3, 2, 1, 2, 210, 90, 0), OTHER_COMMITTEE: (1, 0, 1, 0, 240, 0, 0)}
    assert [line.code for line in lines] == ["990101001001", "990101001002"]


def test_a_lapsed_emergency_counts_as_unadmitted(gate: Gate):
    recorded(gate, item_code="", **DECLARED)
    assert counted(by_organ(DISTRICT, SINCE, UNTIL))[ORGAN][:2] == (1, 0)
    tick(at=shanghai("2026-11-17"))
    assert counted(by_organ(DISTRICT, SINCE, UNTIL))[ORGAN][:2] == (1, 1)


@pytest.mark.covers("X-21")
def test_lines_stand_in_the_order_of_codes_however_much_anybody_demands(gate: Gate):
    Organisation.objects.filter(name=ORGAN).update(uscc="12990101MB00000021")
    Organisation.objects.filter(name=OTHER_ORGAN).update(uscc="11990101MB00000013")
    for _each in range(3):
        recorded(gate)  # the organ with the later code demands most, at the committee with the earlier one
    recorded(gate, organ=OTHER_ORGAN, by="柳")
    recorded(gate, organ="和平街道办事处", by="柳", minutes=6000)
    organs = [(line.code, line.name) for line in by_organ(DISTRICT, SINCE, UNTIL)]
    assert organs == [
        ("", "和平街道办事处"),
        ("11990101MB00000013", OTHER_ORGAN),
        ("12990101MB00000021", ORGAN),
    ], "X-21: by code, never by what somebody demanded"
    assert [line.name for line in by_committee(DISTRICT, SINCE, UNTIL)] == [COMMITTEE, OTHER_COMMITTEE]


@pytest.mark.parametrize(
    ("day", "tasks"),
    [(STARTS_ON.replace(month=11, day=30), 0), (STARTS_ON, 1), (ENDS_ON, 1), (date(2026, 12, 31), 0)],
)
def test_admitted_tasks_in_force_stand_beside(bearing: Bearing, day: date, tasks: int):
    bearing.task(COMMITTEE, OTHER_COMMITTEE)
    organs, committees = by_organ(DISTRICT, SINCE, day), by_committee(DISTRICT, SINCE, day)
    expected = [2 * tasks] if tasks else []
    assert [line.tasks for line in organs] == expected
    assert [(line.name, line.tasks) for line in committees] == [(COMMITTEE, 1), (OTHER_COMMITTEE, 1)][: 2 * tasks]


@pytest.mark.parametrize(
    ("who", "organs", "committees"),
    [
        ("高", {ORGAN: 3, OTHER_ORGAN: 1}, {COMMITTEE: 3, OTHER_COMMITTEE: 1}),
        ("石", {ORGAN: 3, OTHER_ORGAN: 1}, {COMMITTEE: 3, OTHER_COMMITTEE: 1}),
        ("陈", {ORGAN: 2, OTHER_ORGAN: 1}, {COMMITTEE: 3}),
        ("柳", {ORGAN: 1}, {OTHER_COMMITTEE: 1}),
        ("孙", {ORGAN: 3}, {COMMITTEE: 2, OTHER_COMMITTEE: 1}),
        ("董", {OTHER_ORGAN: 1}, {COMMITTEE: 1}),
        ("罗", {}, {}),
        ("郑", {}, {}),
        ("林", {}, {}),
    ],
)
def test_nobody_counts_what_they_may_not_see(gate: Gate, who: str, organs: dict[str, int], committees: dict[str, int]):
    taken_down(gate)
    actor = gate.actor(who)
    for find, expected in ((by_organ, organs), (by_committee, committees)):
        assert {line.name: line.demands for line in find(DISTRICT, SINCE, UNTIL, actor=actor)} == expected


def test_another_district_has_its_own(gate: Gate):
    taken_down(gate)
    assert by_organ(OTHER_DISTRICT, SINCE, UNTIL) == []
    assert by_committee(OTHER_DISTRICT, SINCE, UNTIL) == []
