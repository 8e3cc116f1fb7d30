"""Erasures are noted outside the database, without what was erased, so that a restore can say which it has undone."""

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from sanhu.domains.casework.models import Contact
from sanhu.domains.casework.services.retention import erase_contacts
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.sequencer import sequence
from sanhu.portals import erasures
from tests.cast import carry
from tests.conftest import Clock
from tests.portals.conftest import Desks

ADDRESS = "lin@example.org"


@pytest.fixture(autouse=True)
def data(settings, tmp_path: Path) -> Path:
    settings.SANHU_DATA = tmp_path
    return tmp_path


def erase_a_contact(desks: Desks, clock: Clock) -> Contact:
    """Erase a contact whose period is over."""
    told = {"contact_channel": "email", "contact_address": ADDRESS}
    matter = carry(desks.cast, to="closed", at=clock.now() - timedelta(days=60), **told).matter
    assert erase_contacts(at=clock.now()) == 1
    return Contact.objects.get(matter=matter)


@pytest.fixture
def erased(desks: Desks, clock: Clock) -> Contact:
    """Give a contact that is erased, its entry chained."""
    contact = erase_a_contact(desks, clock)
    sequence(limit=100_000)
    return contact


def lines(data: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (data / "erasures.jsonl").read_text(encoding="utf-8").splitlines()]


def test_an_erasure_is_noted_once_with_its_place_and_nothing_that_tells(erased: Contact, clock: Clock, data: Path):
    assert [erasures.note_new(at=clock.now()), erasures.note_new(at=clock.now())] == [1, 0]
    (line,) = lines(data)
    entry = Entry.objects.get(seq=line["seq"])
    assert (line["hash"], line["event"], line["subject"]) == (entry.hash, "contact.erased", erased.matter.ref)
    assert line["erased"] == {erased.row_ref: ["address"]}
    assert ADDRESS not in (data / "erasures.jsonl").read_text(encoding="utf-8")
    assert stat.S_IMODE((data / "erasures.jsonl").stat().st_mode) == 0o600


def test_what_waits_to_be_chained_is_noted_after_it_was(desks: Desks, clock: Clock):
    erase_a_contact(desks, clock)
    assert erasures.note_new(at=clock.now()) == 0
    sequence(limit=100_000)
    assert erasures.note_new(at=clock.now()) == 1


def test_many_entries_are_looked_through_some_at_a_time(
    erased: Contact, clock: Clock, data: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(erasures, "_AT_A_TIME", 50)
    rounds = 1 + Entry.objects.count() // 50
    assert sum(erasures.note_new(at=clock.now()) for _round in range(rounds)) == 1


def test_an_erasure_the_record_does_not_know_was_undone(erased: Contact, clock: Clock, data: Path):
    erasures.note_new(at=clock.now())
    assert erasures.undone(since=clock.now() - timedelta(days=1)) == []
    file = data / "erasures.jsonl"
    lost = lines(data)[0] | {"hash": "0" * 64, "subject": "matter:99010120261109000001"}
    file.write_text(file.read_text(encoding="utf-8") + json.dumps(lost) + "\n" + '{"seq": 9, "ha', encoding="utf-8")
    (undone,) = erasures.undone(since=clock.now() - timedelta(days=1))
    assert undone.subject == "matter:99010120261109000001"
    assert erasures.undone(since=clock.now() + timedelta(seconds=1)) == []


def test_after_a_restore_the_worker_looks_again_from_where_the_record_stands(erased: Contact, clock: Clock, data: Path):
    erasures.note_new(at=clock.now())
    erasures.begin_again_at(0, at=clock.now())
    assert erasures.note_new(at=clock.now()) == 1
