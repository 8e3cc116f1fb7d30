"""What 翠园's committee carries at the end of 2026, put there through the services alone.

Each figure that follows from it stands in the tests as it was counted by hand.
"""

from datetime import date

from sanhu.domains.admission.models import Task
from tests.cast import MONDAY_MORNING, carry, move
from tests.domains.admission.bearing import Bearing
from tests.domains.admission.demanding import CORRECTIONS, DECLARED, recorded
from tests.domains.casework.test_clocks import shanghai
from tests.gate import COMMITTEE, OTHER_ORGAN

STARTS_ON, ENDS_ON = date(2026, 11, 16), date(2026, 12, 15)  # a Monday; thirty days, half of them in November
MINUTES = 3001
PARTS = [{"due_on": "2026-11-20", "amount_fen": 120_000}, {"due_on": "2026-12-10", "amount_fen": 60_000}]
YEARS_END = shanghai("2026-12-31", "23:00")


def task_of_two_months(bearing: Bearing, **changes: object) -> Task:
    """Let the committee bear a task of which the first part was paid in time and the second never."""
    said = {"starts_on": STARTS_ON, "ends_on": ENDS_ON, "minutes_each": MINUTES, "instalments": PARTS}
    return bearing.task(COMMITTEE, **(said | changes))


def november(bearing: Bearing) -> Task:
    """One task, three demands and two matters.

    Of the demands one is unadmitted (ten hours), one statutory (half an hour, with power), one an emergency (four
    hours, with money); of the matters the bureau leads one, the committee the other.
    """
    gate = bearing.purse.gate
    task = task_of_two_months(bearing)
    bearing.pay(task, on=date(2026, 11, 17))
    recorded(gate, at=shanghai("2026-11-09", "10:00"))
    recorded(
        gate,
        at=shanghai("2026-11-12", "10:00"),
        organ=OTHER_ORGAN,
        item_code=CORRECTIONS,
        minutes=30,
        has_power=True,
    )
    recorded(gate, at=shanghai("2026-11-30", "23:30"), item_code="", minutes=240, money_fen=100, **DECLARED)
    recorded(gate, at=shanghai("2026-10-31", "23:30"), minutes=7)
    carry(gate.cast, to="assigned", at=MONDAY_MORNING)
    led = carry(gate.cast, to="accepted", at=MONDAY_MORNING).matter
    duty = gate.cast.duties["K5-03"]
    move(gate.cast, led.number, "reclassify", by="徐", duty_id=duty.pk)
    move(gate.cast, led.number, "assign", by="徐", lead_id=gate.bodies[COMMITTEE].pk)
    return task
