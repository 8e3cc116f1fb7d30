"""`sanhu verify` as people and programs call it: what was seen, the first fault, the exit code."""

import io
import json
from datetime import datetime
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import transaction
from PIL import Image

from sanhu.domains.evidence.attachments import adopt, keep_draft, take_photo
from sanhu.domains.evidence.findings import FindingKind
from sanhu.domains.evidence.models import Attachment, Entry
from sanhu.domains.evidence.record import record
from sanhu.domains.evidence.sequencer import sequence
from sanhu.engines.actors import SYSTEM
from sanhu.portals.cli.management.commands import verify as command


@pytest.fixture
def photo(at: datetime) -> Attachment:
    """Give a photo that the record vouches for, its entry chained."""
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    form = uuid4()
    with transaction.atomic():
        taken = take_photo(data=file.getvalue(), claimed_type="image/png", name="a.png")
        keep_draft(draft_id=form, district="990101", photos=[taken], actor=SYSTEM, at=at)
        (photo,) = rows = adopt(draft_id=form, owner_ref="matter:1", at=at)
        record(event="photo.kept", actor=SYSTEM, at=at, subject="matter:1", district="990101", rows=rows)
    sequence()
    return photo


def verify(*options: str) -> tuple[str, int]:
    """Run the command; give what it prints and its exit code."""
    out = io.StringIO()
    try:
        call_command("verify", *options, stdout=out, stderr=io.StringIO())
    except SystemExit as left:
        return out.getvalue(), int(left.code or 0)
    return out.getvalue(), 0


@pytest.mark.django_db
def test_a_clean_record_says_what_was_seen(photo: Attachment, at: datetime):
    with transaction.atomic():
        record(event="photo.seen", actor=SYSTEM, at=at, subject="matter:1", district="990101", rows=[photo])
    assert verify() == ("记录：1 条已入链，1 条等待入链；核对数据 1 行。\n没有发现问题。\n", 0)


@pytest.mark.django_db
def test_a_clean_record_in_json(photo: Attachment):
    out, code = verify("--json")
    assert code == 0
    assert json.loads(out) == {
        "clean": True,
        "chained": 1,
        "unsequenced": 0,
        "rows": 1,
        "count": 0,
        "first": None,
        "findings": [],
    }


@pytest.mark.django_db
def test_the_first_bad_entry_is_printed_and_the_exit_code_is_one(photo: Attachment):
    Entry.objects.update(body="{}")
    Attachment.objects.update(width=9)
    key = Entry.objects.get().pk
    out, code = verify()
    assert code == 1
    assert f"第一处：[1] 记录条目被改动（entry_altered） entry:{key}" in out
    answer = json.loads(verify("--json")[0])
    assert answer["clean"] is False
    assert answer["first"] == answer["findings"][0]
    assert (answer["first"]["kind"], answer["first"]["ref"], answer["first"]["seq"]) == (
        "entry_altered",
        f"entry:{key}",
        1,
    )


@pytest.mark.django_db
def test_an_altered_row_names_its_field_and_no_value(photo: Attachment):
    Attachment.objects.update(owner_ref="matter:990101-林")
    out, code = verify()
    assert code == 1
    assert f"[1] 数据行与记录不符（row_altered） {photo.row_ref} owner_ref" in out
    assert "林" not in out


@pytest.mark.django_db
def test_long_work_says_how_far_it_is(photo: Attachment, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(command.Progress, "EVERY_SECONDS", 0.0)
    err = io.StringIO()
    call_command("verify", stdout=io.StringIO(), stderr=err)
    assert err.getvalue().splitlines() == ["entries: 1 / 1", "rows: 1 / 1", "photos: 1 / 1"]


def test_every_kind_of_fault_has_its_words():
    assert set(command.LABELS) == set(FindingKind)
