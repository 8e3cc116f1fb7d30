"""Full intake over HTTP: reports a second and how long each takes, beside bare SQL writing the same rows.

`sanhu serve` runs as it does for a district, web and worker, on SQLite and on a durable PostgreSQL, each with the
founded demonstration district. Eight residents report at once, in some rounds; after each round one client writes the
same rows with SQL alone into a copy of the database, so that both meet the same machine. In the end every report that
was answered must be there with its entry and its clock, and `sanhu verify` must find nothing.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from benchmarks import district
from benchmarks.bare_intake import connected, statements
from benchmarks.figures import Figure, show
from benchmarks.residents import Crowd

PER_SECOND_AIM = 100.0
P99_AIM_MS = 250.0
RESIDENTS = 8
WARMING_UP = 40
ROUNDS = 5
POSTS_A_ROUND = 400


def measure() -> Iterator[Figure]:
    """Measure each database in processes of its own."""
    for name in district.DATABASES:
        told = district.told("benchmarks.intake", database=name)
        yield Figure(f"intake_{name}_per_s", told["per_s"], "reports/s", baseline=PER_SECOND_AIM)
        yield Figure(f"intake_{name}_beside_bare_sql", told["per_s"], "reports/s", baseline=told["bare_per_s"])
        yield Figure(f"intake_{name}_p50", told["p50_ms"], "ms")
        yield Figure(f"intake_{name}_p99", told["p99_ms"], "ms", baseline=P99_AIM_MS)


def measured(folder: Path) -> dict[str, float]:
    """Found, serve, report, write the same rows bare, prove: in the database the settings name."""
    district.found()
    address = os.environ["DATABASE_URL"]
    copy = district.copied(address, folder)
    rushes, bare_rates = [], []
    with district.served() as port, connected(address) as ours, connected(copy) as bare:
        crowd = Crowd(port, district.communities(), size=RESIDENTS)
        crowd.rush(WARMING_UP)
        for _ in range(ROUNDS):
            (last,) = ours.rows("SELECT max(id) AS id FROM casework_matter")
            rushes.append(crowd.rush(POSTS_A_ROUND))
            same = statements(ours, after=last["id"])
            bare_rates.append(len(same) / bare.write(same))
    answered = [one for rush in rushes for one in rush.answered]
    prove({one.receipt for one in answered})
    milliseconds = [one.seconds * 1000 for one in answered]
    return {
        "per_s": median(rush.per_second for rush in rushes),
        "bare_per_s": median(bare_rates),
        "p50_ms": median(milliseconds),
        "p99_ms": quantiles(milliseconds, n=100)[98],
    }


def prove(receipts: set[str]) -> None:
    """Find every answered report whole, and let `sanhu verify` look at all of it. Raises RuntimeError otherwise."""
    from sanhu.domains.evidence.sequencer import sequence  # noqa: PLC0415 - after setup

    while sequence():
        pass
    missing = receipts - whole(receipts)
    if missing or len(receipts) != ROUNDS * POSTS_A_ROUND:
        raise RuntimeError(f"{len(receipts)} reports were answered, {len(missing)} of them are not there whole")
    done = subprocess.run([*district.SANHU, "verify", "--json"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"sanhu verify: {done.stdout[-2000:]}{done.stderr[-2000:]}")


def whole(receipts: set[str]) -> set[str]:
    """Give those receipts whose matter is there with a running clock and an entry that is chained."""
    from sanhu.domains.casework.models import Clock, ClockPurpose, Matter  # noqa: PLC0415 - after setup
    from sanhu.domains.casework.services.receipts import receipt_hash  # noqa: PLC0415 - after setup
    from sanhu.domains.evidence.models import Entry  # noqa: PLC0415 - after setup

    numbers = dict(Matter.objects.values_list("receipt_hash", "number"))
    running = Clock.objects.filter(purpose=ClockPurpose.ACCEPTANCE, is_open=True)
    timed = set(running.values_list("matter__number", flat=True))
    chained = Entry.objects.filter(event="matter.registered", seq__isnull=False)
    recorded = set(chained.values_list("subject_ref", flat=True))
    found = {receipt: numbers.get(receipt_hash(receipt), "") for receipt in receipts}
    return {receipt for receipt, number in found.items() if number in timed and f"matter:{number}" in recorded}


if __name__ == "__main__":
    if folders := sys.argv[1:]:
        print(json.dumps(measured(Path(folders[0]))))
    else:
        show(measure())
