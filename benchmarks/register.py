"""The public register of a large district: how long its page takes over HTTP, beside the same figures in bare SQL.

`sanhu serve` runs as it does for a district, on SQLite and on a durable PostgreSQL, with 600 communities of ten
admitted tasks each. One reader opens the page again and again; after each page a bare connection asks for the same
names, counts and sums.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles

from benchmarks import district
from benchmarks.admitted import COMMUNITIES, admit
from benchmarks.bare_intake import connected
from benchmarks.figures import Figure, show

P95_AIM_MS = 100.0
WARMING_UP, READINGS = 20, 200
_BARE = """
SELECT area.code, area.name, coalesce(sums.tasks, 0) AS tasks, coalesce(sums.organs, 0) AS organs,
       coalesce(sums.minutes, 0) AS minutes, coalesce(sums.fen, 0) AS fen
FROM places_area AS area
LEFT JOIN (
    SELECT task.area_code, count(*) AS tasks, count(DISTINCT asked.organ_id) AS organs,
           sum(task.minutes) AS minutes, sum(task.amount_fen) AS fen
    FROM admission_task AS task JOIN admission_application AS asked ON asked.id = task.application_id
    WHERE task.district = '990101' AND task.ended_at IS NULL
    GROUP BY task.area_code
) AS sums ON sums.area_code = area.code
WHERE area.level = 'community' AND area.code >= '990101000000' AND area.code < '990102000000'
ORDER BY area.code
"""


def measure() -> Iterator[Figure]:
    """Measure each database in processes of its own."""
    for name in district.DATABASES:
        told = district.told("benchmarks.register", database=name)
        yield Figure(f"register_{name}_p95", told["p95_ms"], "ms", baseline=P95_AIM_MS)
        yield Figure(f"register_{name}_beside_bare_sql", told["p95_ms"], "ms", baseline=told["bare_p95_ms"])


def measured(folder: Path) -> dict[str, float]:
    """Found, admit, serve, read: in the database the settings name."""
    del folder
    district.found()
    admit()
    pages, bare_reads = [], []
    with district.served() as port, connected(os.environ["DATABASE_URL"]) as bare:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        for reading in range(WARMING_UP + READINGS):
            started = time.perf_counter()
            page = _page(connection)
            read = time.perf_counter()
            rows = bare.rows(_BARE)
            ended = time.perf_counter()
            if reading >= WARMING_UP:
                pages.append((read - started) * 1000)
                bare_reads.append((ended - read) * 1000)
    # What the page shows is what is there.
    if len(rows) != COMMUNITIES or page.count("<tr><td") != COMMUNITIES:
        raise RuntimeError(f"{page.count('<tr><td')} of {len(rows)} communities on the page: {page[:2000]}")
    if f"共有 {sum(row['tasks'] for row in rows)} 项" not in page:
        raise RuntimeError("the page does not count the tasks that are there")
    return {"p95_ms": _p95(pages), "bare_p95_ms": _p95(bare_reads)}


def _page(connection: HTTPConnection) -> str:
    connection.request("GET", "/register/")
    response = connection.getresponse()
    page = response.read().decode()
    if response.status != 200:
        raise RuntimeError(f"{response.status}: {page[:2000]}")
    return page


def _p95(milliseconds: list[float]) -> float:
    return quantiles(milliseconds, n=20)[18]


if __name__ == "__main__":
    if folders := sys.argv[1:]:
        print(json.dumps(measured(Path(folders[0]))))
    else:
        show(measure())
