"""The least that intake could cost: the rows it wrote, written once more by bare SQL with one client.

The rows are read from the database that was served and written into a copy of it as it was before, one transaction a
report, with the same keys, so that tables, indexes, constraints and sizes are the same.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.types.json import set_json_loads

_COUNTER = (
    "INSERT INTO casework_casecounter (district, day, last) VALUES (?, ?, 1) "
    "ON CONFLICT (district, day) DO UPDATE SET last = casework_casecounter.last + 1 RETURNING last"
)
# In the order of the foreign keys; each table with what ties its rows to a matter.
_TABLES = {
    "evidence_request": "its.result_ref = matter.number",
    "casework_matter": "its.id = matter.id",
    "casework_searchentry": "its.matter_id = matter.id",
    "casework_clock": "its.matter_id = matter.id",
    "casework_step": "its.matter_id = matter.id",
    "casework_contact": "its.matter_id = matter.id",
    "evidence_entry": "its.subject_ref = 'matter:' || matter.number",
    "evidence_opening": (
        "its.entry_id IN (SELECT id FROM evidence_entry WHERE subject_ref = 'matter:' || matter.number)"
    ),
}
# The sequencer fills these later, in a transaction of its own.
_UNCHAINED = {"seq": None, "previous": "", "hash": ""}


@dataclass(frozen=True)
class Statement:
    """One statement with its values."""

    sql: str
    values: tuple[Any, ...]


class Database:
    """A connection without any layer above its driver, in either dialect."""

    def __init__(self, address: str) -> None:
        self._connection: Any
        self.is_postgres = address.startswith("postgres")
        if self.is_postgres:
            self._connection = psycopg.connect(address, autocommit=True)
            set_json_loads(_as_written, self._connection)
        else:
            self._connection = sqlite3.connect(address.removeprefix("sqlite:///"), isolation_level=None, timeout=20)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-32000"):
                self._connection.execute(f"PRAGMA {pragma}")

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """Read rows by column name."""
        cursor = self._connection.execute(self._written(sql), values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def execute(self, sql: str) -> None:
        """Run one statement in a transaction of its own."""
        self._connection.execute(sql)

    def write(self, reports: Sequence[Sequence[Statement]]) -> float:
        """Write each report in its own transaction; give the seconds."""
        prepared = [[(self._written(said.sql), said.values) for said in report] for report in reports]
        execute, begin = self._connection.execute, "BEGIN" if self.is_postgres else "BEGIN IMMEDIATE"
        started = time.perf_counter()
        for report in prepared:
            execute(begin)
            for sql, values in report:
                execute(sql, values)
            execute("COMMIT")
        return time.perf_counter() - started

    def write_many(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> float:
        """Write rows with one statement in one transaction; give the seconds."""
        written, begin = self._written(sql), "BEGIN" if self.is_postgres else "BEGIN IMMEDIATE"
        started = time.perf_counter()
        self._connection.execute(begin)
        self._connection.cursor().executemany(written, rows)
        self._connection.execute("COMMIT")
        return time.perf_counter() - started

    def _written(self, sql: str) -> str:
        return sql.replace("?", "%s") if self.is_postgres else sql

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def _as_written(data: str | bytes) -> str:
    return data if isinstance(data, str) else data.decode()


@contextmanager
def connected(address: str) -> Iterator[Database]:
    """Connect for a while."""
    database = Database(address)
    try:
        yield database
    finally:
        database.close()


def statements(served: Database, *, after: int) -> list[list[Statement]]:
    """Give, for each report whose matter has a key beyond `after`, the statements that write it."""
    matters = served.rows("SELECT id, district, number FROM casework_matter WHERE id > ? ORDER BY id", after)
    reports = {matter["id"]: [Statement(_COUNTER, _counted(**matter))] for matter in matters}
    for table, tie in _TABLES.items():
        found = served.rows(
            f"SELECT matter.id AS report, its.* FROM {table} its JOIN casework_matter matter ON {tie} "
            "WHERE matter.id > ?",
            after,
        )
        for row in found:
            report = reports[row.pop("report")]
            report.append(_insert(table, row | _UNCHAINED if table == "evidence_entry" else row))
    return list(reports.values())


def _counted(*, district: str, number: str, **_rest: object) -> tuple[str, str]:
    return district, f"{number[6:10]}-{number[10:12]}-{number[12:14]}"


def _insert(table: str, row: dict[str, Any]) -> Statement:
    marks = ", ".join("?" * len(row))
    return Statement(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
