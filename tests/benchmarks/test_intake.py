"""The intake benchmark counts only what was done, and its baseline writes the very same rows."""

from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

from benchmarks.bare_intake import Database, connected, statements
from benchmarks.district import communities, copied
from benchmarks.intake import whole
from benchmarks.residents import Answered, Crowd, Resident, Rush
from sanhu.domains.evidence.sequencer import sequence
from sanhu.portals import clock
from sanhu.portals.cli.demo.loader import found_demonstration

REPORTS = 6
WRITTEN = (
    "casework_casecounter",
    "casework_matter",
    "casework_clock",
    "casework_step",
    "casework_contact",
    "evidence_request",
    "evidence_entry",
    "evidence_opening",
)


@pytest.fixture
def address(transactional_db: None) -> str:
    """Found the demonstration district, and give the address of the file it lies in."""
    found_demonstration(at=clock.now())
    return f"sqlite:///{connection.settings_dict['NAME']}"


@pytest.fixture
def port(address: str, live_server: Any) -> int:
    """Serve the district, and give the port."""
    found = urlsplit(live_server.url).port
    assert found is not None
    return found


def rows(database: Database, table: str) -> list[dict[str, Any]]:
    return database.rows(f"SELECT * FROM {table} ORDER BY 1")


def test_answered_reports_are_there_whole_and_bare_sql_writes_the_same_rows(address: str, port: int, tmp_path: Path):
    copy = copied(address, tmp_path)
    rush = Crowd(port, communities(), size=2).rush(REPORTS)
    receipts = {answered.receipt for answered in rush.answered}
    assert len(receipts) == REPORTS
    assert whole(receipts) == set()  # nothing is chained yet

    with connected(address) as served, connected(copy) as bare:
        written = statements(served, after=0)
        assert [len(report) for report in written].count(9) == REPORTS // 3  # every third gives a contact
        assert bare.write(written) > 0
        assert {table: rows(bare, table) for table in WRITTEN} == {table: rows(served, table) for table in WRITTEN}

    sequence()
    assert whole(receipts | {"0000-0000-00000"}) == receipts


def test_a_report_that_is_not_registered_is_not_counted(port: int):
    with closing(Resident(port, ["990101001099"])) as resident, pytest.raises(RuntimeError, match=r"^422: "):
        resident.report(1)


def test_the_rate_is_what_was_answered_over_the_time_it_took():
    rush = Rush(answered=(Answered("A", 0.2), Answered("B", 0.3)), seconds=0.5)
    assert rush.per_second == 4.0
