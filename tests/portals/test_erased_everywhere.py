"""After a matter is erased: the bundle for outsiders, every table and the database's file hold nothing of it any more.

And whoever kept a checkpoint from before still finds that nothing else was altered.
"""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.services.erasing import erase_at_the_end
from sanhu.domains.casework.verification import CHECKS
from sanhu.domains.evidence.erasure import empty_log
from sanhu.domains.evidence.models import AttachmentBlob, Opening
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import verify
from sanhu.portals.record_keeping import VERIFIER
from tests.cast import HAPPY_WAY, MONDAY_MORNING, move
from tests.conftest import Clock
from tests.portals.conftest import Desks
from tests.portals.filing import report_with_photo

WORDS, PLACE, PHONE = "三号楼林阿姨家门口的垃圾没人清", "翠园小区3号楼2单元501室", "13800990101"
TITLE = "装修垃圾堆在垃圾桶边"
SAID = (WORDS, PLACE, PHONE, TITLE, "垃圾已于今天上午清走")


@pytest.mark.covers("R84.2")
def test_nothing_of_it_is_left_and_the_record_proves_itself_to_an_outsider(
    own_desks: Desks, clock: Clock, tmp_path: Path
):
    matter = _closed(own_desks)
    _chain()
    _export(tmp_path / "before")
    traces = _traces(matter)
    assert len(traces) > 10
    assert not (set(traces) - set(_held(traces))), "else this would look for nothing"
    assert erase_at_the_end(matter_id=matter.pk, at=clock.forward(days=40)) is True
    _chain()
    assert verify(checks=CHECKS).findings == ()
    assert _held(traces) == []
    assert not any(said in text for said in SAID for text in _texts())
    _export(tmp_path / "after")
    bundle = b"".join(file.read_bytes() for file in (tmp_path / "after").rglob("*") if file.is_file())
    readable = bundle.decode(errors="replace")
    assert matter.number in readable
    assert not any(said in readable or json.dumps(said)[1:-1] in readable for said in SAID)
    assert [trace for trace in traces if trace in bundle] == []
    assert _outsider(tmp_path / "after", "--earlier", tmp_path / "before" / "checkpoints.txt") == (0, [])


def _closed(desks: Desks) -> Matter:
    number = report_with_photo(
        words=WORDS, address=PLACE, lon=116.0015, lat=39.0005, contact_channel="sms", contact_address=PHONE
    ).number
    at = MONDAY_MORNING
    for code, who, pause in HAPPY_WAY:
        at += pause
        move(desks.cast, number, code, by=who, at=at)
    return Matter.objects.get(number=number)


def _chain() -> None:
    while sequence():
        pass


def _traces(matter: Matter) -> list[bytes]:
    """Give what would lie about: sealed texts, sealed bytes, and the salts of everything personal."""
    asked = (
        ("SELECT words, address FROM casework_matter WHERE id = %s", matter.pk),
        ("SELECT reason, reply FROM casework_step WHERE matter_id = %s", matter.pk),
        ("SELECT address, '' FROM casework_contact WHERE matter_id = %s", matter.pk),
    )
    found = [str(value).encode() for statement, key in asked for row in _rows(statement, key) for value in row if value]
    ((picture,),) = _rows("SELECT data FROM evidence_attachmentblob WHERE attachment_id > %s", 0)
    found.append(bytes(picture)[100:140])
    personal = {"words", "address", "public_title", "lon", "lat", "reason", "reply", "sha256"}
    for opening in Opening.objects.filter(entry__subject_ref=matter.ref):
        for ref, salts in opening.salts.items():
            said = [name for name in personal & salts.keys() if _is_said(ref, name)]
            found += [salts[name].encode() for name in said]
    return found


def _is_said(ref: str, name: str) -> bool:
    """Tell whether anything stands there: a step without a reason, and words nobody looked at, have none to lose."""
    label, _, key = ref.partition(":")
    table = apps.get_model(label)._meta.db_table
    ((value,),) = _rows(f"SELECT {name} FROM {table} WHERE id = %s", int(key))
    return bool(value)


def _rows(statement: str, key: int) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])
        return cursor.fetchall()


def _held(traces: list[bytes]) -> list[bytes]:
    """Give those that are still there: in the file where the database is one, else in the tables."""
    if connection.vendor == "sqlite":
        assert empty_log()
        held = Path(str(connection.settings_dict["NAME"])).read_bytes()
    else:
        blobs = b"".join(bytes(data) for (data,) in _rows("SELECT data FROM evidence_attachmentblob WHERE %s = 0", 0))
        held = "\n".join(_texts()).encode() + blobs
    return [trace for trace in traces if trace in held]


def _texts() -> list[str]:
    ours = ("casework", "evidence", "subjects", "django_session")
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(ours) and table != AttachmentBlob._meta.db_table:
                cursor.execute(f'SELECT * FROM "{table}"')
                found += [str(value) for row in cursor.fetchall() for value in row]
    return found


def _export(folder: Path) -> None:
    call_command("record", "export", str(folder), stdout=io.StringIO(), stderr=io.StringIO())


def _outsider(bundle: Path, *arguments: object) -> tuple[int, list[str]]:
    command = [sys.executable, "-I", "-S", str(VERIFIER), str(bundle), *map(str, arguments)]
    environment = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, [line for line in done.stdout.splitlines() if line.startswith("FAULT")]
