"""The sequencer over a tail of entries: how many a second, beside inserting the same bodies bare.

On SQLite and on a durable PostgreSQL, the demonstration district is founded and matters are registered whose entries
wait for their places. Then one batch is sequenced and its bodies are inserted into a bare table of the same database
with `executemany` in one transaction, in turns, so that both meet the same machine. Without the database's answers the
sequencer can do no more than it must: read every body, hash it twice and write its place.
"""

import json
import os
import sys
from collections.abc import Iterator
from statistics import median
from time import perf_counter

from benchmarks import district
from benchmarks.bare_intake import connected
from benchmarks.figures import Figure, show
from benchmarks.recorded import register_many

PER_SECOND_AIM = 2000.0
BATCHES = 6
BATCH = 2000  # as the worker sequences

_BARE_TABLE = "CREATE TABLE bare_entry (id bigint PRIMARY KEY, body text NOT NULL)"
_BARE_INSERT = "INSERT INTO bare_entry (id, body) VALUES (?, ?)"


def measure() -> Iterator[Figure]:
    """Measure each database in processes of its own."""
    for name in district.DATABASES:
        told = district.told("benchmarks.sequencing", database=name)
        yield Figure(f"sequencing_{name}_per_s", told["per_s"], "entries/s", baseline=PER_SECOND_AIM)
        yield Figure(f"sequencing_{name}_beside_bare_inserts", told["per_s"], "entries/s", baseline=told["bare_per_s"])


def measured() -> dict[str, float]:
    """Write entries, then give each batch its places and insert it bare: in the database the settings name."""
    district.found()
    from sanhu.domains.evidence.models import Entry  # noqa: PLC0415 - after setup
    from sanhu.domains.evidence.sequencer import sequence  # noqa: PLC0415 - after setup
    from sanhu.portals import clock  # noqa: PLC0415 - after setup

    while sequence():
        pass
    register_many(BATCHES * BATCH, at=clock.now())
    rates, bare_rates = [], []
    with connected(os.environ["DATABASE_URL"]) as bare:
        bare.execute(_BARE_TABLE)
        for _ in range(BATCHES):
            waiting = Entry.objects.filter(seq__isnull=True).order_by("id")[:BATCH]
            bodies = list(waiting.values_list("id", "body"))
            started = perf_counter()
            done = sequence(limit=BATCH)
            rates.append(done / (perf_counter() - started))
            if done != BATCH:
                raise RuntimeError(f"{done} entries were sequenced, not {BATCH}")
            bare_rates.append(BATCH / bare.write_many(_BARE_INSERT, bodies))
    return {"per_s": median(rates), "bare_per_s": median(bare_rates)}


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(measured()))
    else:
        show(measure())
