"""What 600 committees carried over a year: how long it takes to count, beside the same figures in bare SQL.

On SQLite and on a durable PostgreSQL, each committee with ten admitted tasks, four demands and three matters a month,
and five posts. What both count is held against each other.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks import district
from benchmarks.admitted import COMMUNITIES, new_communities
from benchmarks.bare_intake import Database, connected
from benchmarks.burdened import DISTRICT, burden
from benchmarks.figures import Figure, show

AIM_MS = 2000.0
MONTHS, READINGS = 12, 5
_YEAR_2000 = date(2000, 1, 1)
_DAYS = {False: "CAST(julianday({}) - 2451544.5 AS INTEGER)", True: "({} - DATE '2000-01-01')"}
_TASKS = """
WITH month(n, first, until, begins, ends) AS (VALUES {months}),
ran AS (
    SELECT task.id, task.committee_id, asked.organ_id, asked.affair_class, month.n, month.ends, task.minutes,
           task.reservation_id, {starts} AS starts, {last} + 1 - {starts} AS length, {grant_last} AS power_to,
           CASE WHEN {starts} > month.first THEN {starts} ELSE month.first END AS a,
           CASE WHEN {last} + 1 < month.until THEN {last} + 1 ELSE month.until END AS b
    FROM admission_task AS task
    JOIN admission_application AS asked ON asked.id = task.application_id
    JOIN admission_powergrant AS had ON had.id = task.grant_id
    JOIN month ON {starts} < month.until AND {last} >= month.first
    WHERE task.district = '990101'
),
told AS (
    SELECT ran.*, minutes * (b - starts) / length - minutes * (a - starts) / length AS work,
           (SELECT coalesce(sum(amount_fen), 0) FROM funding_voucher AS paid WHERE paid.state = 'posted'
            AND paid.reservation_id = ran.reservation_id AND paid.settled_at < ran.ends) AS had,
           (SELECT coalesce(sum(amount_fen), 0) FROM admission_instalment AS part
            WHERE part.task_id = ran.id AND {due} < ran.b) AS owed
    FROM ran
)
SELECT committee_id, n, organ_id, affair_class, count(*) AS tasks, sum(work) AS minutes,
       sum(CASE WHEN had > 0 AND had >= owed THEN 0 ELSE work END) AS unpaid,
       sum(CASE WHEN power_to < b - 1 THEN 1 ELSE 0 END) AS powerless
FROM told GROUP BY committee_id, n, organ_id, affair_class
"""
_CARRIED = "ground <> 'admitted' AND (ground <> 'unadmitted' OR is_emergency)"
_DEMANDS = f"""
WITH month(n, first, until, begins, ends) AS (VALUES {{months}})
SELECT committee_id, month.n, organ_id, count(*) AS demands,
       sum(CASE WHEN ground = 'unadmitted' THEN 1 ELSE 0 END) AS unadmitted,
       sum(CASE WHEN {_CARRIED} THEN minutes ELSE 0 END) AS minutes,
       sum(CASE WHEN {_CARRIED} AND NOT has_money THEN minutes ELSE 0 END) AS unpaid,
       sum(CASE WHEN {_CARRIED} AND NOT has_power THEN 1 ELSE 0 END) AS powerless
FROM admission_demand JOIN month ON recorded_at >= month.begins AND recorded_at < month.ends
WHERE district = '990101' GROUP BY committee_id, month.n, organ_id
"""
_ASSISTED = """
WITH month(n, first, until, begins, ends) AS (VALUES {months})
SELECT matter.area_code, month.n, matter.lead_id, item.affair_class, count(*) AS matters
FROM casework_matter AS matter
JOIN catalogue_affairitem AS item ON item.id = matter.item_id
JOIN catalogue_duty AS duty ON duty.id = matter.duty_id
JOIN subjects_organisation AS lead ON lead.id = matter.lead_id
JOIN month ON matter.reported_at >= month.begins AND matter.reported_at < month.ends
WHERE matter.district = '990101' AND matter.publicity = 'public' AND lead.kind <> 'residents_committee'
    AND CAST(duty.assist AS TEXT) LIKE '{any}residents_committee{any}'
GROUP BY matter.area_code, month.n, matter.lead_id, item.affair_class
"""
_LED = """
WITH month(n, first, until, begins, ends) AS (VALUES {months})
SELECT matter.lead_id, month.n, item.affair_class, count(*) AS matters,
       (SELECT step.organisation_id FROM casework_step AS step WHERE step.matter_id = matter.id
        AND step.move IN ('assign', 'rule') ORDER BY step.ordinal DESC LIMIT 1) AS sender
FROM casework_matter AS matter
JOIN catalogue_affairitem AS item ON item.id = matter.item_id
JOIN subjects_organisation AS lead ON lead.id = matter.lead_id
JOIN month ON matter.reported_at >= month.begins AND matter.reported_at < month.ends
WHERE matter.district = '990101' AND matter.publicity = 'public' AND lead.kind = 'residents_committee'
GROUP BY matter.lead_id, month.n, item.affair_class, sender
"""
_STAFF = """
SELECT post.organisation_id, count(DISTINCT post.person_id) AS persons
FROM subjects_post AS post JOIN subjects_organisation AS its ON its.id = post.organisation_id
WHERE its.district = '990101' AND its.kind = 'residents_committee' GROUP BY post.organisation_id
"""


def measure() -> Iterator[Figure]:
    """Measure each database in processes of its own."""
    for name in district.DATABASES:
        told = district.told("benchmarks.burden", database=name)
        yield Figure(f"burden_{name}_of_600_over_a_year", told["ms"], "ms", baseline=AIM_MS)
        yield Figure(f"burden_{name}_beside_bare_sql", told["ms"], "ms", baseline=told["bare_ms"])


def measured(folder: Path, *, most: int = COMMUNITIES) -> dict[str, float]:
    """Found, fill, count: in the database the settings name."""
    del folder
    district.found()
    from sanhu.domains.evaluation.burden import burdens  # noqa: PLC0415 - after setup
    from sanhu.domains.evaluation.months import Month, Period, months_to  # noqa: PLC0415 - after setup
    from sanhu.domains.evaluation.sources import published  # noqa: PLC0415 - after setup
    from sanhu.engines.legal_time import legal_day  # noqa: PLC0415 - after setup
    from sanhu.portals import clock  # noqa: PLC0415 - after setup

    at = clock.now()
    codes = [*district.communities(), *new_communities(at)]
    burden(codes[:most], at=at)
    today = legal_day(at)
    period = Period(months_to(Month.of(today), MONTHS), today)
    ours, bares = [], []
    with connected(os.environ["DATABASE_URL"]) as bare:
        for _reading in range(READINGS):
            started = time.perf_counter()
            found = burdens(published(DISTRICT), period, at=at)
            counted = time.perf_counter()
            rows = bare_figures(bare, period)
            ended = time.perf_counter()
            ours.append((counted - started) * 1000)
            bares.append((ended - counted) * 1000)
    check(found, rows)
    return {"ms": statistics.median(ours), "bare_ms": statistics.median(bares), "burdens": len(found)}


def bare_figures(bare: Database, period: Any) -> dict[str, list[dict[str, Any]]]:
    """Ask for the same sums and counts with nothing above the driver."""
    from sanhu.engines.legal_time import day_start  # noqa: PLC0415 - after setup

    def moment(at: datetime) -> str:
        written = at.strftime("%Y-%m-%d %H:%M:%S")
        return f"TIMESTAMPTZ '{written}+00'" if bare.is_postgres else f"'{written}'"

    def row(n: int, month: Any) -> str:
        until = month.until(period.today)
        days, moments = (month.first, until), (day_start(month.first), day_start(until))
        return f"({', '.join([str(n), *map(_day, days), *map(moment, moments)])})"

    months = ", ".join(row(n, month) for n, month in enumerate(period.months))
    columns = {"starts": "task.starts_on", "last": "task.ends_on", "grant_last": "had.valid_to", "due": "part.due_on"}
    days = {name: _DAYS[bare.is_postgres].format(column) for name, column in columns.items()}
    # A driver that fills in values reads a lone per cent sign as the place of one.
    said = {"months": months, "any": "%%" if bare.is_postgres else "%", **days}
    sqls = {"tasks": _TASKS, "demands": _DEMANDS, "assisted": _ASSISTED, "led": _LED, "staff": _STAFF}
    return {name: bare.rows(sql.format(**said)) for name, sql in sqls.items()}


def _day(day: date) -> str:
    return str((day - _YEAR_2000) // timedelta(days=1))


def check(found: Any, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Hold what was counted against the bare figures. Raises RuntimeError where they differ, or nothing was counted."""
    burdens = list(found.values())
    tasks, demands = rows["tasks"], rows["demands"]
    said = {
        "tasks": (sum(one.tasks for one in burdens), _sum(tasks, "tasks")),
        "demands": (sum(one.demands for one in burdens), _sum(demands, "demands")),
        "unadmitted": (sum(one.unadmitted for one in burdens), _sum(demands, "unadmitted")),
        "minutes": (sum(one.minutes for one in burdens), _sum(tasks, "minutes") + _sum(demands, "minutes")),
        "unpaid": (sum(one.minutes_without_money for one in burdens), _sum(tasks, "unpaid") + _sum(demands, "unpaid")),
        "powerless": (
            sum(one.duties_without_power for one in burdens),
            _sum(tasks, "powerless") + _sum(demands, "powerless"),
        ),
        "assisted": (sum(one.matters_assisted for one in burdens), _sum(rows["assisted"], "matters")),
        "led": (sum(one.matters_led for one in burdens), _sum(rows["led"], "matters")),
    }
    wrong = {name: pair for name, pair in said.items() if pair[0] != pair[1] or not pair[0]}
    if wrong:
        raise RuntimeError(f"counted otherwise than in bare SQL: {wrong}")


def _sum(rows: list[dict[str, Any]], column: str) -> int:
    return int(sum(row[column] for row in rows))


if __name__ == "__main__":
    if folders := sys.argv[1:]:
        print(json.dumps(measured(Path(folders[0]))))
    else:
        show(measure())
