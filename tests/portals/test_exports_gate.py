"""The gate's lists and the ledger's as files: exactly the rows their pages show each person."""

import csv
import io
import threading
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from sanhu.domains.subjects.models import ExportJob
from sanhu.portals.exports.listed import lists
from sanhu.portals.worker.exporting import export_next
from tests.applying import APPLIED_AT, application_of
from tests.conftest import Clock
from tests.portals.conftest import GateDesks

# How many rows each sees: an application in force and one that waits, its task, its two vouchers of the budget.
SEEN = {
    "石": {"applications": 2, "tasks": 1},
    "秦": {"applications": 2, "tasks": 1},
    "孙": {"applications": 2, "tasks": 1},
    "陈": {"applications": 2, "tasks": 1},
    "柳": {"applications": 0, "tasks": 0},
    "周": {},
}


@pytest.fixture
def at() -> datetime:
    """Thursday 2026-09-10, the day applications come in."""
    return APPLIED_AT


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.SANHU_DATA = tmp_path


def test_each_gets_the_rows_their_pages_show_and_no_list_they_may_not_open(at_gate: GateDesks, clock: Clock):
    application_of(at_gate.gate, to="effective")
    application_of(at_gate.gate, to="submitted", name="楼道照明登记")
    for who, seen in SEEN.items():
        browser, counts = at_gate.browser(who), {}
        for code in ("applications", "tasks", "vouchers", "organisations"):
            page = browser.get(reverse(lists()[code].page))
            asked = browser.get(f"/desk/exports/new/{code}/")
            assert asked.status_code == {200: 200, 403: 404}[page.status_code], (who, code)
            if page.status_code == 200:
                answer = browser.post(f"/desk/exports/new/{code}/", {"client_id": uuid4(), "format": "csv"})
                job = ExportJob.objects.latest("id")
                assert answer["Location"] == f"/desk/exports/{job.pk}/"
                assert export_next(clock.now(), stop=threading.Event()) == 1
                data = b"".join(browser.get(f"/desk/exports/{job.pk}/file/").streaming_content)
                rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1:]
                shown = page.context["page"].rows
                name = "name" if code == "organisations" else "number"
                assert [row[0] for row in rows] == [getattr(row, name) for row in shown], (who, code)
                counts[code] = len(rows)
        assert {code: counts[code] for code in seen} == seen, who
        assert set(counts) - {"vouchers", "organisations"} == set(seen), who
