"""Many cycles: `python -m tests.crash --cycles 200`; `SEED=17 python -m tests.crash` replays one.

A district is founded anew every so many cycles. A replay founds its own: who is killed where, at which hit and under
which reports follows from the seed; how the threads and processes interleave does not.
"""

import argparse
import os
import signal
import sys
import time
from statistics import median

from tests.crash.cycles import Outcome, district
from tests.crash.house import DATABASES

_IN_ONE_DISTRICT = 40


def run(kind: str, seeds: range) -> list[Outcome]:
    """Run the cycles of some seeds on one kind of database, telling each as it ends."""
    outcomes: list[Outcome] = []
    for first in range(0, len(seeds), _IN_ONE_DISTRICT):
        with district(kind) as founded:
            for seed in seeds[first : first + _IN_ONE_DISTRICT]:
                outcomes.append(founded.cycle(seed))
                print(f"{kind} {outcomes[-1]}", flush=True)
                if outcomes[-1].problems:  # what follows would stand on broken ground
                    break
    return outcomes


def main() -> None:
    """Run, sum up, and exit with 1 where anything was found."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))  # what was started is ended, too
    parser = argparse.ArgumentParser(description="Kill a district at labelled points and compare what is there.")
    parser.add_argument("--cycles", type=int, default=200)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--database", choices=sorted(DATABASES), action="append")
    arguments = parser.parse_args()
    seeds = range(arguments.first, arguments.first + arguments.cycles)
    if replay := os.environ.get("SEED"):
        seeds = range(int(replay), int(replay) + 1)
    faulty: list[str] = []
    for kind in arguments.database or sorted(DATABASES):
        started = time.monotonic()
        outcomes = run(kind, seeds)
        faulty += [f"{kind} {outcome}" for outcome in outcomes if outcome.problems]
        seconds = median(outcome.seconds for outcome in outcomes)
        print(
            f"== crash: {kind}: {len(outcomes)} cycles, {seconds:.1f} s each, {time.monotonic() - started:.0f} s in all"
        )
    if faulty:
        sys.exit("\n".join(["failed:", *faulty]))


if __name__ == "__main__":
    main()
