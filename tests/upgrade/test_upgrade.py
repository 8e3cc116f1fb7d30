"""The upgrade of docs/howto/upgrade.md on a district the first release made: restored, migrated, proved, at work."""

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MADE = json.loads((HERE / "first-release.json").read_text(encoding="utf-8"))
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the district's backup and its keys."""
    folder = tmp_path_factory.mktemp("upgraded")
    with tarfile.open(HERE / "first-release.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="module")
def run(folder: Path) -> Run:
    """Run Python in the installation whose data and keys these are."""
    unwanted = {"DATABASE_URL", "PORT"}
    environment = {name: value for name, value in os.environ.items() if name not in unwanted} | {
        "DJANGO_SETTINGS_MODULE": "sanhu.config.settings.local",
        "SANHU_DATA": str(folder),
        "SANHU_DEMO": "0",
        "PYTHONPATH": str(HERE.parents[1]),
    }

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False, timeout=300
        )

    return run


def test_a_district_of_the_first_release_works_on(run: Run, folder: Path):
    def sanhu(*arguments: str, code: int = 0) -> str:
        done = run("-m", "sanhu.portals.cli.main", *arguments)
        assert done.returncode == code, (arguments, done.stdout, done.stderr)
        return done.stdout

    # An older version's backup is put in place and says that it is not proved yet.
    told = json.loads(sanhu("restore", str(folder / "district.backup"), "--json", code=1))
    assert told["manifest"]["sanhu"] == MADE["sanhu"] == "0.1.0"
    assert "sanhu migrate" in told["differences"][0]

    sanhu("migrate", "--no-input")
    report = json.loads(sanhu("verify", "--json"))
    assert report["findings"] == [], report
    assert MADE["record"]["size"] == 521

    password = (folder / "demonstration-password.txt").read_text(encoding="utf-8").strip()
    day = run(str(HERE / "after.py"), password)
    assert day.returncode == 0, day.stderr
    assert json.loads(day.stdout) == {
        "moved": ["done", 1],
        "matters": {"200": 12},
        "public": {"200": 9},
        "applications": {"200": 6, "404": 1},  # a draft is its organ's alone
        "tasks": {"200": 5},
        "vouchers": 11,
        "lists": {"200": 4},
        "delegations": 0,
        "publishers": ["matter.assign", "matter.extend", "matter.merge"],
    }

    # The new version's powers are given by a command that writes an entry for each role.
    lacking = json.loads(sanhu("roles", "--json"))["lacking"]
    assert "matter.publish" in lacking["duty_officer"]
    given = json.loads(sanhu("roles", "--add", "duty_officer", "--json"))
    assert given["given"] == {"duty_officer": lacking["duty_officer"]}
    assert "duty_officer" not in given["lacking"]
    assert set(given["lacking"]) == set(lacking) - {"duty_officer"}
    sanhu("roles", "--add", "duty_officer", code=1)
    everything = json.loads(sanhu("roles", "--all", "--json"))
    assert (everything["lacking"], everything["new"]) == ({}, [])
    assert json.loads(sanhu("verify", "--json"))["findings"] == []
