"""Searching a million matters at the desk over HTTP: common and rare words, for each kind of reader.

The words are in every fifth matter, in one of two hundred, in one of twenty thousand, and in none; some are several at
once. The million is that of `desk_list`, loaded once for both.
"""

import time
from collections.abc import Iterator
from urllib.parse import quote

from benchmarks import district
from benchmarks.desk_reading import READERS, p95, readers, sharing
from benchmarks.figures import Figure, show
from benchmarks.many_matters import COMMON, RARE, SELDOM, SINGLE

P95_AIM_MS = 150.0
WARMING_UP, READINGS = 3, 20  # of each
QUERIES = {
    "common": (COMMON, f"{COMMON} 老人"),
    "rare": (SELDOM, RARE, SINGLE, "没有的字"),
}


def measure() -> Iterator[Figure]:
    """Measure each database in processes of its own."""
    for name in district.DATABASES:
        told = sharing(name)
        for who in READERS:
            for kind in QUERIES:
                yield Figure(f"search_{name}_{who}_{kind}_p95", told[f"{who}_{kind}_ms"], "ms", baseline=P95_AIM_MS)


def searched(port: int) -> dict[str, float]:
    """Search again and again."""
    told: dict[str, float] = {}
    for reader in readers(port):
        for kind, queries in QUERIES.items():
            pages = []
            for reading in range(WARMING_UP + READINGS * len(queries)):
                said = queries[reading % len(queries)]
                started = time.perf_counter()
                page = reader.page(f"/desk/search/?q={quote(said)}")
                took = (time.perf_counter() - started) * 1000
                if kind == "common" and "<mark>" not in page:
                    raise RuntimeError(f"{reader.who} found no {said}")
                if reading >= WARMING_UP:
                    pages.append(took)
            told[f"{reader.who}_{kind}_ms"] = p95(pages)
    return told


if __name__ == "__main__":
    show(measure())
