"""A statement of 100,000 rows: read, matched with as many vouchers and kept, beside matching alone.

A district is founded and 100,000 payments are loaded with SQL, on SQLite and on PostgreSQL. Two statements are then
imported as the service does it: one in CSV, where half of the rows name their voucher and half have an amount of their
own, and one of a tenth of that size in Excel. Every row must find its voucher.
"""

import io
import json
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from time import perf_counter

from benchmarks import district
from benchmarks.figures import Figure, show
from benchmarks.reprove_ledger import ORGANS, load

ROWS = 100_000
SECONDS_AIM = 60.0
_UNNAMED_FROM = 1_000_000  # fen: amounts that no other voucher has
_HEADER = ("reference", "booked_on", "amount", "voucher_number")
# Every second payment has an amount that no other has, so that it can be matched without a number.
_DISTINCT = f"UPDATE funding_voucher SET amount_fen = {_UNNAMED_FROM} + id WHERE kind = 'payment' AND id % 2 = 0"
_FORGOTTEN = "UPDATE funding_statementline SET voucher_id = NULL, voucher_number = 'gone'"


def measure() -> Iterator[Figure]:
    """Measure each database in processes of its own."""
    for name in district.DATABASES:
        told = district.told("benchmarks.statements", database=name)
        yield Figure(f"statement_{name}_s", told["seconds"], "s", baseline=SECONDS_AIM)
        yield Figure(f"statement_{name}_beside_matching_alone", told["seconds"], "s", baseline=told["matching_seconds"])
        yield Figure(f"statement_xlsx_{name}_s", told["xlsx_seconds"], "s", baseline=SECONDS_AIM)


def measured(rows: int = ROWS) -> dict[str, float]:
    """Found, load, import: in the database the settings name. Raises RuntimeError where a row found no voucher."""
    district.found()
    from django.db import connection  # noqa: PLC0415 - after setup

    load(rows + ORGANS)
    with connection.cursor() as cursor:
        cursor.execute(_DISTINCT)
    seconds = _import(_csv(range(ORGANS + 1, ORGANS + 1 + rows)), rows=rows)
    matching = _matching_alone(rows)
    with connection.cursor() as cursor:
        cursor.execute(_FORGOTTEN)
    few = range(ORGANS + 1, ORGANS + 1 + rows // 10)
    return {"seconds": seconds, "matching_seconds": matching, "xlsx_seconds": _import(_xlsx(few), rows=len(few))}


def _rows(keys: range) -> Iterator[tuple[str, str, int, str]]:
    """Give what the bank would say of these vouchers: the even ones by their amount alone."""
    from sanhu.domains.funding.models import Voucher  # noqa: PLC0415 - after setup
    from sanhu.engines.legal_time import legal_day  # noqa: PLC0415 - after setup

    found = Voucher.objects.filter(pk__range=(keys.start, keys.stop - 1)).order_by("pk")
    for pk, number, at, fen in found.values_list("pk", "number", "settled_at", "amount_fen").iterator():
        yield f"B{pk}-{keys.stop}", legal_day(at).isoformat(), fen, number if pk % 2 else ""


def _csv(keys: range) -> bytes:
    lines = (f"{one},{day},{fen // 100}.{fen % 100:02},{number}" for one, day, fen, number in _rows(keys))
    return "\n".join([",".join(_HEADER), *lines]).encode()


def _xlsx(keys: range) -> bytes:
    from openpyxl import Workbook  # noqa: PLC0415 - only here

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(_HEADER)
    for one, day, fen, number in _rows(keys):
        sheet.append([one, day, fen / 100, number])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _import(data: bytes, *, rows: int) -> float:
    from sanhu.domains.funding.services.statements import import_statement  # noqa: PLC0415 - after setup
    from sanhu.domains.subjects.models import Post  # noqa: PLC0415 - after setup
    from sanhu.domains.subjects.queries import actor_of  # noqa: PLC0415 - after setup
    from sanhu.portals import clock  # noqa: PLC0415 - after setup

    posts = Post.objects.select_related("organisation", "role").filter(role__code="finance_officer")
    actor = actor_of(posts[0])
    started = perf_counter()
    statement = import_statement(actor=actor, at=clock.now(), name="十一月", data=data, most_rows=rows)
    seconds = perf_counter() - started
    matched = statement.lines.filter(voucher__isnull=False).count()
    if matched != rows:
        raise RuntimeError(f"{matched} of {rows} rows found their voucher")
    return seconds


def _matching_alone(rows: int) -> float:
    """Match as many entries with the engine alone."""
    from sanhu.engines.matching import Entry, match  # noqa: PLC0415 - the engine is measured after the service

    first = date(2026, 1, 5)
    books = [Entry(key, f"V{key}", first + timedelta(days=key % 300), 100 + key) for key in range(rows)]
    lines = [entry._replace(number="") if entry.key % 2 else entry for entry in books]
    started = perf_counter()
    found = match(lines, books, window_days=5)
    seconds = perf_counter() - started
    if len(found.matched) != rows:
        raise RuntimeError(f"{len(found.matched)} of {rows} matched")
    return seconds


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(measured()))
    else:
        show(measure())
