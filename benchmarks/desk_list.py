"""The list of matters at the desk: 50 of a million over HTTP, for each kind of reader, beside bare SQL.

`sanhu serve` runs as it does for a district, on SQLite and on a durable PostgreSQL. A district officer, a street's
clerk and a department each open the list again and again: as it is, the page after it, narrowed, ordered by what comes
due. After each page a bare connection asks for the same fifty rows.
"""

import time
from collections.abc import Iterator

from benchmarks import district
from benchmarks.bare_intake import Database
from benchmarks.desk_reading import P95_AIM_MS, READERS, READINGS, WARMING_UP, Reader, p95, readers, sharing
from benchmarks.figures import Figure, show

LISTS = ("", "?state=closed", "?due=overdue", "?order=due", "?affair_class=K3", "?channel=web&cols=due&cols=reported")
_ROWS = 50
_BARE = {
    "officer": "district = '990101'",
    "clerk": "area_code >= '990101001000' AND area_code <= '990101001999'",
    "department": "lead_id = (SELECT organisation_id FROM subjects_post JOIN subjects_person AS its "
    "ON its.id = person_id WHERE staff_number = '0021' ORDER BY subjects_post.id LIMIT 1)",
}


def measure() -> Iterator[Figure]:
    """Measure each database in processes of its own."""
    for name in district.DATABASES:
        told = sharing(name)
        for who in READERS:
            yield Figure(f"desk_list_{name}_{who}_p95", told[f"{who}_p95_ms"], "ms", baseline=P95_AIM_MS)
            yield Figure(
                f"desk_list_{name}_{who}_beside_bare_sql", told[f"{who}_ms"], "ms", baseline=told[f"{who}_bare"]
            )


def listed(port: int, bare: Database) -> dict[str, float]:
    """Read the lists, page by page, and the same rows bare."""
    told: dict[str, float] = {}
    for reader in readers(port):
        pages, plain, bares = [], [], []
        for reading in range(WARMING_UP + READINGS):
            said = LISTS[reading % len(LISTS)]
            started = time.perf_counter()
            page = reader.page(f"/desk/matters/{said}")
            took = (time.perf_counter() - started) * 1000
            if page.count("<tr data-row>") != _ROWS:
                raise RuntimeError(f"{reader.who} {said}: {page.count('<tr data-row>')} rows")
            if reading >= WARMING_UP:
                pages.append(took)
                if not said:
                    plain.append(took)
                    bares.append(_bare(bare, reader))
        told |= {f"{reader.who}_p95_ms": p95(pages), f"{reader.who}_ms": p95(plain), f"{reader.who}_bare": p95(bares)}
    return told


def _bare(bare: Database, reader: Reader) -> float:
    sql = f"SELECT * FROM casework_matter WHERE {_BARE[reader.who]} ORDER BY reported_at DESC, id DESC LIMIT {_ROWS}"
    started = time.perf_counter()
    rows = bare.rows(sql)
    took = (time.perf_counter() - started) * 1000
    if len(rows) != _ROWS:
        raise RuntimeError(f"{reader.who}: {len(rows)} bare rows")
    return took


if __name__ == "__main__":
    show(measure())
