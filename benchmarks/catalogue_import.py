"""A district's list of 5,000 rows from an Excel file to an open proposal, beside openpyxl reading the same file barely.

The rows are those of the shipped catalogue, repeated under codes, names and definitions of their own. A file is read,
every row held against the rules and against the catalogue that is there, and the proposal written with its entry.
"""

import io
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count, cycle
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks import district
from benchmarks.figures import Figure, show

ROWS = 5_000
TIME_AIM_S = 10.0


def measure() -> Iterator[Figure]:
    """Import one file in a process of its own, on SQLite."""
    told = district.told("benchmarks.catalogue_import", database="sqlite")
    yield Figure("catalogue_import_5000", told["import_s"], "s", baseline=TIME_AIM_S)
    yield Figure("catalogue_import_beside_bare_reading", told["import_s"], "s", baseline=told["bare_s"])
    yield Figure("catalogue_import_first_faults", told["dry_run_s"], "s", baseline=told["bare_s"])


def measured(_folder: Path, *, rows: int = ROWS) -> dict[str, float]:
    """Found a district, write a file, and bring it in."""
    district.found()
    from sanhu.domains.catalogue.workbook.bringing import Wish, bring_in, try_workbook  # noqa: PLC0415 - after setup
    from sanhu.domains.catalogue.workbook.reading import read_workbook  # noqa: PLC0415 - after setup
    from sanhu.domains.catalogue.workbook.writing import as_xlsx  # noqa: PLC0415 - after setup
    from sanhu.engines.actors import SYSTEM  # noqa: PLC0415 - after setup
    from sanhu.portals import clock  # noqa: PLC0415 - after setup

    data = as_xlsx(made(rows))
    started = time.perf_counter()
    bare_rows = barely_read(data)
    bare_s = time.perf_counter() - started
    started = time.perf_counter()
    book = read_workbook(data)
    judged = try_workbook(book, district="990101")
    dry_run_s = time.perf_counter() - started
    if judged.errors or book.rows != bare_rows - 1:
        raise RuntimeError(f"{book.rows} rows: {[fault.as_json() for fault in judged.errors[:3]]}")
    started = time.perf_counter()
    proposal = bring_in(
        actor=SYSTEM,
        at=clock.now(),
        client_id=uuid4(),
        district="990101",
        book=read_workbook(data),
        wish=Wish(reason="首次形成本区清单"),
    )
    import_s = time.perf_counter() - started
    if len(proposal.rows) < judged.added:
        raise RuntimeError("the proposal does not hold what was read")
    return {"bare_s": bare_s, "dry_run_s": dry_run_s, "import_s": import_s}


def made(rows: int) -> list[Any]:
    """Make so many duties out of the shipped items that may be brought in as they are."""
    from sanhu.domains.catalogue import shipped  # noqa: PLC0415 - after setup
    from sanhu.domains.catalogue.review import review  # noqa: PLC0415 - after setup

    # Under codes of their own: what the matrix allows some codes alone may not be brought in under others.
    items = [replace(item, code=f"{item.affair_class.value}-99") for item in shipped.items()]
    reviewed = review(items, classes=shipped.classes(), territory="990101", matrix=shipped.matrix())
    sound = [item.row for item in reviewed if not item.findings]
    found: list[Any] = []
    numbers = {row.affair_class: count(100) for row in sound}
    for round_, row in zip(count(), cycle(sound), strict=False):
        code = f"{row.affair_class.value}-{next(numbers[row.affair_class])}"
        said = f"{row.definition}第{round_}种情形按照区里的办法另行分解，由所列主体各负其责。"
        found.append(replace(row, code=code, name=f"{row.name}（{round_}）", definition=said, duties=row.duties[:1]))
        if len(found) == rows:
            return found
    raise AssertionError("a cycle does not end")


def barely_read(data: bytes) -> int:
    """Read every value of the file with openpyxl and nothing else; give the rows."""
    from openpyxl import load_workbook  # noqa: PLC0415 - after setup

    book = load_workbook(io.BytesIO(data), read_only=True)
    return sum(1 for _row in book.worksheets[0].iter_rows(values_only=True))


if __name__ == "__main__":
    if folder := sys.argv[1:]:
        print(json.dumps(measured(Path(folder[0]))))
    else:
        show(measure())
