"""The bundle that is measured is one the outsiders' verifier takes, and it finds a forged entry far inside it."""

import json
from pathlib import Path

import pytest

from benchmarks import bundle
from benchmarks.verify_offline import measure, verified_seconds

SIZE = 1000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    bundle.write(tmp_path, size=SIZE)
    return tmp_path


def test_half_of_it_is_opaque_and_the_rest_shows_what_a_matters_entries_show(folder: Path):
    entries = list(map(json.loads, (folder / "record.jsonl").read_text(encoding="utf-8").splitlines()))
    bodies = [entry["body"] for entry in entries if "body" in entry]
    opened = [sum(map(len, entry["open"].values())) for entry in entries if "open" in entry]
    assert (len(bodies), len(set(bodies)), len(opened)) == (SIZE // 2, SIZE // 2, SIZE // 2)
    assert (min(opened), max(opened)) == (20, 44)


@pytest.mark.covers("R84.2")
@pytest.mark.parametrize(
    ("seq", "written", "forged", "named"),
    [
        (700, '["', '["00', "entry 700: casework.matter:12 number is not the value recorded"),
        (700, "post:7", "post:8", f"the first {SIZE} entries are not those signed"),
        (701, '"hash": "', '"hash": "00', f"the first {SIZE} entries are not those signed"),
        (701, '"seq": 701', '"seq": 702', "entry 702: stands where 701 belongs"),
    ],
)
def test_what_was_forged_far_inside_is_named(folder: Path, seq: int, written: str, forged: str, named: str):
    path = folder / "record.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[seq - 1] = lines[seq - 1].replace(written, forged)
    path.write_text("".join(lines), encoding="utf-8")
    with pytest.raises(RuntimeError, match=f"FAULT {named}"):
        verified_seconds(folder, size=SIZE)


def test_it_is_measured_beside_reading_the_same_lines():
    size, seconds, cpu, beside = measure(SIZE)
    assert size.value > 1
    assert cpu.value > 0
    assert (seconds.baseline, seconds.value) == (60 * SIZE / 1_000_000, beside.value)
    assert beside.ratio is not None
    assert beside.ratio > 1
