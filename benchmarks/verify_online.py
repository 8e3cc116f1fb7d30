"""`sanhu verify` over a record of some size: entries a second, beside reading their bodies with one SHA-256 each.

On SQLite and on a durable PostgreSQL: the founded demonstration district and many registered matters, each entry with
three rows whose some fifty fields are compared with what was recorded, beside clocks and steps proved anew. The command
runs as a process of its own, its start included.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from time import perf_counter

from benchmarks import district
from benchmarks.bare_intake import connected
from benchmarks.figures import Figure, show
from benchmarks.recorded import register_many

ENTRIES = 10_000


def measure() -> Iterator[Figure]:
    """Measure each database in processes of its own."""
    for name in district.DATABASES:
        told = district.told("benchmarks.verify_online", database=name)
        yield Figure(f"verify_online_{name}_per_s", told["per_s"], "entries/s", baseline=told["bare_per_s"])
        yield Figure(f"verify_online_{name}_rows_per_s", told["rows_per_s"], "rows/s")


def measured(entries: int = ENTRIES) -> dict[str, float]:
    """Write entries, sequence them, verify them and read them bare: in the database the settings name."""
    district.found()
    from sanhu.domains.evidence.sequencer import sequence  # noqa: PLC0415 - after setup
    from sanhu.portals import clock  # noqa: PLC0415 - after setup

    register_many(entries, at=clock.now())
    while sequence():
        pass
    started = perf_counter()
    report = verified()
    seconds = perf_counter() - started
    if report["chained"] < entries or report["unsequenced"]:
        raise RuntimeError(f"not all of {entries} entries were verified: {report}")
    return {
        "per_s": report["chained"] / seconds,
        "rows_per_s": report["rows"] / seconds,
        "bare_per_s": bare_per_s(os.environ["DATABASE_URL"]),
    }


def verified() -> dict[str, int]:
    """Let `sanhu verify` say what it has seen. Raises RuntimeError where it finds fault with an honest record."""
    done = subprocess.run([*district.SANHU, "verify", "--json"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"sanhu verify: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    report: dict[str, int] = json.loads(done.stdout)
    return report


def bare_per_s(address: str) -> float:
    """Read every body in order and hash it once."""
    with connected(address) as bare:
        started = perf_counter()
        rows = bare.rows("SELECT body FROM evidence_entry ORDER BY seq")
        for row in rows:
            hashlib.sha256(row["body"].encode()).digest()
        return len(rows) / (perf_counter() - started)


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(measured()))
    else:
        show(measure())
