"""Run the tests the way `make test` does: each on the databases it has to hold on, one exit code for all.

    tools/run_tests.py                     everything
    tools/run_tests.py stories             one of the runs below
    tools/run_tests.py sqlite -- -k clock  with arguments for pytest

A run that finds no test has failed: a suite that went missing is not a suite that passed.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTEST = (sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal")
POSTGRES = (sys.executable, "tools/postgres.py")
# What only readers see, the look and the words, is the same on every database.
LOOK = ("--ignore-glob=*_browser.py", "--ignore-glob=*/test_look_*.py", "--ignore-glob=*/test_english.py")
# What is killed has a database of its own, of each kind.
CRASH = "--ignore=tests/crash"
# The examples in docstrings; settings are read once, by the run itself.
EXAMPLES = ("src/sanhu/engines", "src/sanhu/domains", "src/sanhu/portals")
RUNS: dict[str, tuple[str, ...]] = {
    "sqlite": (*PYTEST, "tests", *EXAMPLES, "--doctest-modules", "--ignore=tests/stories", CRASH),
    "postgres": (*POSTGRES, *PYTEST, "tests/domains", "tests/portals", "tests/tampering", "tests/simulation", *LOOK),
    "crash": (*PYTEST, "tests/crash"),
    "stories": (*PYTEST, "tests/stories"),
    "stories-postgres": (*POSTGRES, *PYTEST, "tests/stories", "-m", "postgres_too"),
}


def run(name: str, extra: list[str]) -> bool:
    """Run one of RUNS on its own database, whatever DATABASE_URL the caller has; tell whether it passed."""
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    print(f"== tests: {name}", flush=True)
    return subprocess.run([*RUNS[name], *extra], cwd=ROOT, env=environment, check=False).returncode == 0


def main() -> None:
    arguments = sys.argv[1:]
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    names, extra = arguments[:cut] or list(RUNS), arguments[cut + 1 :]
    if unknown := set(names) - set(RUNS):
        print(f"no such run: {', '.join(sorted(unknown))}; there are {', '.join(RUNS)}", file=sys.stderr)
        sys.exit(2)
    started = time.monotonic()
    failed = [name for name in names if not run(name, extra)]
    took = time.monotonic() - started
    print(f"== tests: {len(names) - len(failed)} of {len(names)} runs passed in {took:.0f} s", flush=True)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
