"""Exporting the list of 200,000 matters to CSV and to Excel: how long it takes, and how much memory it takes more.

The worker's own step does it on SQLite, in a process of its own for each format, which first exports some 2,000 rows:
what its peak grows by afterwards is what the length of a list costs. Beside it a bare cursor reads as many rows of the
same tables and a bare writer writes as many plain cells, with no rules, no words unsealed and no clock counted.
"""

import csv
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from benchmarks import district
from benchmarks.figures import Figure, show

ROWS = 200_000
FORMS = ("csv", "xlsx")
TIME_AIM_S = 180.0
GROWTH_AIM_MIB = 32.0
_FEW_DAYS = 4  # of a year of 200,000: some 2,000
_ROLE = "coordination_officer"  # sees the whole district
_BARE = """
SELECT matter.number, matter.words, matter.state, matter.handoff_count, matter.due_at, matter.urge_count,
       matter.closed_at, item.code, item.name, lead.name, matter.area_code, matter.cell_code
FROM casework_matter AS matter
JOIN catalogue_affairitem AS item ON item.id = matter.item_id
JOIN subjects_organisation AS lead ON lead.id = matter.lead_id
WHERE matter.district = '990101' ORDER BY matter.reported_at DESC, matter.id DESC
"""


def measure() -> Iterator[Figure]:
    """Measure both formats on one database."""
    told = district.told("benchmarks.export", database="sqlite")
    for form in FORMS:
        yield Figure(f"export_{form}_200000", told[f"{form}_s"], "s", baseline=TIME_AIM_S)
        yield Figure(f"export_{form}_beside_bare_writer", told[f"{form}_s"], "s", baseline=told[f"{form}_bare_s"])
        yield Figure(f"export_{form}_rows", ROWS / told[f"{form}_s"], "rows/s")
        yield Figure(f"export_{form}_memory_growth", told[f"{form}_growth_mib"], "MiB", baseline=GROWTH_AIM_MIB)


def measured(folder: Path, *, rows: int = ROWS) -> dict[str, float]:
    """Found a district with so many matters, and export them in each format in a process of its own."""
    from benchmarks.many_matters import load  # noqa: PLC0415 - in a child process, after its settings

    district.found()
    load(rows)
    told: dict[str, float] = {}
    for form in FORMS:
        command = [sys.executable, "-m", "benchmarks.export", str(folder), form, str(rows)]
        done = subprocess.run(command, cwd=district.ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{form}: {done.stderr[-3000:]}")
        told |= json.loads(done.stdout.splitlines()[-1])
    return told


def exported(form: str, *, rows: int) -> dict[str, float]:
    """Export few rows, then all, and write as many barely."""
    import django  # noqa: PLC0415 - only a child process needs it, with the settings it was given

    django.setup()
    from sanhu.portals import clock  # noqa: PLC0415 - after setup

    since = (clock.now() - timedelta(days=_FEW_DAYS)).date()
    _export(form, query=f"since={since}", at_least=1)
    before = _peak_mib()
    started = time.perf_counter()
    _export(form, query="", at_least=rows)
    seconds = time.perf_counter() - started
    growth = _peak_mib() - before
    return {f"{form}_s": seconds, f"{form}_growth_mib": growth, f"{form}_bare_s": _bare_seconds(form)}


def _export(form: str, *, query: str, at_least: int) -> None:
    """Ask for the list as an official of the whole district, and let the worker make it."""
    from sanhu.domains.subjects.models import Account, ExportState  # noqa: PLC0415 - after setup
    from sanhu.domains.subjects.queries import capacities_of  # noqa: PLC0415 - after setup
    from sanhu.domains.subjects.services.exports import ExportWish, ask_export  # noqa: PLC0415 - after setup
    from sanhu.portals import clock  # noqa: PLC0415 - after setup
    from sanhu.portals.exports.listed import filters_of, lists  # noqa: PLC0415 - after setup
    from sanhu.portals.worker.exporting import export_next  # noqa: PLC0415 - after setup

    at = clock.now()
    account = Account.objects.get(person__posts__role__code=_ROLE)
    columns = lists()["matters"].columns_asked(filters_of(query))
    wish = ExportWish(listed="matters", query=query, columns=columns, format=form, language="zh-hans")
    actor = next(found.actor for found in capacities_of(account, at=at) if found.post.role.code == _ROLE)
    job = ask_export(wish=wish, actor=actor, at=at)
    export_next(at, stop=threading.Event())
    job.refresh_from_db()
    if job.state != ExportState.READY or job.done < at_least or job.size < job.done:
        raise RuntimeError(f"{job.state} after {job.done} rows: {job.fault}")


def _bare_seconds(form: str) -> float:
    """Write as many rows of the same tables with nothing in between."""
    started = time.perf_counter()
    with (
        closing(sqlite3.connect(os.environ["DATABASE_URL"].removeprefix("sqlite:///"))) as connection,
        tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", suffix=f".{form}") as file,
    ):
        rows = connection.execute(_BARE)
        if form == "csv":
            csv.writer(file).writerows(rows)
        else:
            from openpyxl import Workbook  # noqa: PLC0415 - where it is needed

            book = Workbook(write_only=True)
            sheet = book.create_sheet()
            for row in rows:
                sheet.append(row)
            book.save(file.name)
    return time.perf_counter() - started


def _peak_mib() -> float:
    """Give the most memory this process has held so far."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    match sys.argv[1:]:
        case [folder, form, rows]:
            print(json.dumps(exported(form, rows=int(rows))))
        case [folder]:
            print(json.dumps(measured(Path(folder), rows=int(os.environ.get("EXPORT_ROWS", ROWS)))))
        case _:
            show(measure())
