"""Whoever is killed while task, power and money come into force leaves all of them or none."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.house import DATABASES, ROOT, PostgresServer, SqliteFile


def told_by(database: SqliteFile | PostgresServer, folder: Path) -> dict[str, dict[str, object]]:
    """Run the deeds in a process of their own and give what they left."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SANHU_", "DATABASE_"))}
    environment = kept | {
        "DJANGO_SETTINGS_MODULE": "tests.crash.settings",
        "DATABASE_URL": database.url,
        "SANHU_DATA": str(folder),
        "SANHU_DEMO": "0",
        "CRASH_ROLE": "witness",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    command = [sys.executable, "-m", "tests.crash.gate_deeds"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    answer: dict[str, dict[str, object]] = json.loads(done.stdout)
    return answer


@pytest.mark.covers("R33", "R34", "R58")
@pytest.mark.parametrize("kind", sorted(DATABASES))
def test_task_power_and_money_are_all_in_force_or_none(kind: str, tmp_path: Path):
    database = DATABASES[kind](tmp_path)
    try:
        told = told_by(database, tmp_path)
    finally:
        database.stop()
    for deed, least in (("put_in_force", 10), ("hand_over", 10)):
        crashed = told[deed]
        deaths = crashed["after_statement"]
        assert isinstance(deaths, list)
        assert len(deaths) >= least, "it was killed after each of its statements"
        assert [left for left in (*deaths, crashed["before_commit"]) if left != crashed["before"]] == []
        assert crashed["died_before_commit"]
        assert crashed["died_after_commit"]
    in_force, handed_over = told["put_in_force"]["after_commit"], told["hand_over"]["after_commit"]
    whole = {"grants": 1, "reservations": 1, "instalments": 2, "reserved_fen": 360_000, "postings": 2}
    assert in_force == in_force | whole | {"application": ["effective"], "tasks": ["in_force"]}  # type: ignore[operator]
    moved = whole | {"grants": 2, "reservations": 2, "tasks": ["handed_over", "in_force"]}
    assert handed_over == handed_over | moved  # type: ignore[operator]
    assert told["findings"] == []
