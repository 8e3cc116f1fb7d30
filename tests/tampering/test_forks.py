"""The tamper matrix, of a record computed anew: whole histories dropped, changed, set back and lived otherwise.

This attacker leaves the database as sound as it was. Then only the checkpoints kept outside it tell `sanhu verify`, and
the one an outsider kept tells the outsiders' verifier.
"""

import io
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify_rows import witnessed_models
from sanhu.portals.record_keeping import VERIFIER
from tests.cast import FOUNDED_AT, MONDAY_MORNING
from tests.tampering import attacker
from tests.tampering.conftest import (
    DAY,
    HOUR,
    REAL_DISTRICT,
    Attack,
    Found,
    House,
    first_without_rows,
    fork_by_one_body,
    named,
    note_down,
    work,
)

pytestmark = pytest.mark.covers("R84.2")


def fork_of_today(house: House) -> Found:
    """Everything since yesterday evening happened otherwise."""
    for entry in attacker.chain()[house.yesterday.size :]:
        attacker.rewrite(entry, json.loads(entry.body) | {"actor": "post:1"}, actor_ref="post:1")
    attacker.rechain()
    return {("record_forked", house.ref(house.today.size))}


def drop_one_and_chain_anew(house: House) -> Found:
    entry = first_without_rows(house)
    attacker.drop(entry.opening)
    attacker.drop(entry)
    attacker.rechain()
    return {
        ("record_forked", house.ref(house.yesterday.size)),
        ("record_rolled_back", f"seq:{house.today.size}"),
    }


def insert_one_and_chain_anew(house: House) -> Found:
    forged = note_down("添上的一条", at=FOUNDED_AT)
    order = attacker.chain()
    attacker.rechain([*order[:20], forged, *order[20:]])
    return {("record_forked", house.ref(house.yesterday.size))}


def re_order_and_chain_anew(house: House) -> Found:
    order = attacker.chain()
    attacker.rechain([*order[:2], order[3], order[2], *order[4:]])
    return {("record_forked", house.ref(house.yesterday.size))}


def back_date_and_chain_anew(house: House) -> Found:
    entry = Entry.objects.select_related("opening").get(event="district.founded", district=REAL_DISTRICT)
    at = entry.at - timedelta(minutes=30)
    attacker.rewrite(entry, json.loads(entry.body) | {"at": at}, at=at)
    attacker.rechain()
    return {("record_forked", house.ref(house.yesterday.size))}


def truncate_and_let_the_rest_agree(house: House) -> Found:
    size = house.today.size
    for seq in (size, size - 1):
        attacker.drop(house.entry(seq).opening)
        attacker.drop(house.entry(seq))
    attacker.agree(*witnessed_models())
    attacker.rechain()
    return {("record_rolled_back", f"seq:{size - 1}")}


def roll_back_to_yesterday(house: House) -> Found:
    attacker.put_back(house.yesterday.tables)
    return {("record_rolled_back", f"seq:{house.yesterday.size + 1}")}


def roll_back_and_work_on(house: House) -> Found:
    """Yesterday is put back, and the day is lived once more, otherwise and at greater length."""
    attacker.put_back(house.yesterday.tables)
    work(house.cast, at=MONDAY_MORNING + DAY, number=3)
    while Entry.objects.count() <= house.today.size:
        note_down("又一天", at=MONDAY_MORNING + DAY + 9 * HOUR)
    sequence()
    return {("record_forked", house.ref(house.today.size))}


THOROUGH: dict[str, Attack] = {
    "flip": fork_by_one_body,
    "drop": drop_one_and_chain_anew,
    "insert": insert_one_and_chain_anew,
    "re-order": re_order_and_chain_anew,
    "back-date": back_date_and_chain_anew,
    "truncate": truncate_and_let_the_rest_agree,
    "roll back to yesterday": roll_back_to_yesterday,
    "roll back and work on": roll_back_and_work_on,
    "fork": fork_of_today,
}


@pytest.mark.parametrize("name", THOROUGH)
def test_the_file_outside_the_database_names_it_and_without_the_file_nothing_does(
    name: str, house: House, outside: Path
):
    attacker.lift_guards(Entry, *witnessed_models())
    expected = THOROUGH[name](house)
    attacker.forget_checkpoints()
    assert named() == expected
    outside.unlink()
    assert named() == set()


@pytest.mark.parametrize("name", THOROUGH)
def test_it_is_not_signed_and_an_outsider_names_it_even_where_it_is(
    name: str, house: House, outside: Path, tmp_path: Path
):
    """The house refuses to sign it. Where somebody takes the key and the file as well, the outsider's note remains."""
    attacker.lift_guards(Entry, *witnessed_models())
    THOROUGH[name](house)
    attacker.forget_checkpoints()
    with pytest.raises(CommandError, match="记录与上一个签过名的检查点接不上") as refused:
        export(tmp_path / "refused")
    assert refused.value.returncode == 1
    assert not (tmp_path / "refused").exists()
    outside.unlink()
    export(tmp_path / "bundle")
    assert outsider(tmp_path / "bundle") == (0, [])
    kept = tmp_path / "kept.txt"
    kept.write_text(house.outside, encoding="utf-8")
    code, faults = outsider(tmp_path / "bundle", "--earlier", kept)
    assert code == 1
    rolled_back = name in {"truncate", "roll back to yesterday"}
    assert any(("cut short or set back" if rolled_back else "altered or forked") in fault for fault in faults)


def export(folder: Path) -> None:
    call_command("record", "export", str(folder), stdout=io.StringIO(), stderr=io.StringIO())


def outsider(bundle: Path, *arguments: object) -> tuple[int, list[str]]:
    """Check a bundle as a stranger does, with nothing but Python; give the exit code and the faults."""
    command = [sys.executable, "-I", "-S", str(VERIFIER), str(bundle), *map(str, arguments)]
    environment = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, [line for line in done.stdout.splitlines() if line.startswith("FAULT")]


def test_the_outsiders_verifier_finds_nothing_where_nobody_tampered(house: House, tmp_path: Path):
    export(tmp_path / "bundle")
    kept = tmp_path / "kept.txt"
    kept.write_text(house.outside, encoding="utf-8")
    assert outsider(tmp_path / "bundle", "--earlier", kept) == (0, [])
