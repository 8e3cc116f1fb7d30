"""Checkpoints: what is signed, when it is due, and that nothing is signed which does not continue what was signed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, transaction

from sanhu.domains.evidence import checkpoints
from sanhu.domains.evidence.checkpoints import (
    RecordForkedError,
    Standing,
    last_witnessed,
    latest,
    standing,
    take,
    take_when_due,
)
from sanhu.domains.evidence.models import Attachment, Checkpoint, Entry, Opening
from sanhu.domains.evidence.sequencer import leaf_of, sequence
from sanhu.domains.evidence.verify import verify
from sanhu.domains.evidence.verify_tree import Witnesses
from sanhu.engines.checkpoints import is_signed_by, notes_in, read_note
from sanhu.engines.merkle import EMPTY_ROOT, root_of
from tests.tampering.attacker import chain, rechain

from .conftest import House

pytestmark = [pytest.mark.django_db, pytest.mark.covers("R84.2")]

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
GROWN, IDLE = timedelta(minutes=10), timedelta(minutes=60)
Keep = Callable[..., Attachment]


@pytest.fixture
def witness(tmp_path: Path) -> Path:
    """Give the place of the file outside the database; its folder is not there yet."""
    return tmp_path / "outside" / "checkpoints.txt"


def now_root(size: int) -> bytes:
    return root_of([leaf_of(entry.body) for entry in chain()[:size]])


def is_clean(witness: Path) -> bool:
    return verify(witnesses=Witnesses(outside=witness.read_text(), key=KEY.public_key())).is_clean


def test_where_the_record_stands(house: House):
    assert standing() == Standing(size=4, root=now_root(4), unsequenced=1)


def test_an_empty_record_is_not_signed(at: datetime, witness: Path):
    assert standing() == Standing(size=0, root=EMPTY_ROOT, unsequenced=0)
    assert take(key=KEY, at=at, witness=witness) is None
    assert (latest(), last_witnessed(witness), witness.exists()) == (None, None, False)


def test_the_note_says_how_much_was_signed_and_stands_twice(house: House, at: datetime, witness: Path):
    taken = take(key=KEY, at=at, witness=witness)
    assert taken is not None
    assert (taken.size, taken.at, taken) == (4, at, latest())
    assert witness.read_text() == taken.note
    assert is_signed_by(KEY.public_key(), taken.note)
    found = read_note(taken.note)
    assert (found.size, found.root, found.at) == (4, now_root(4), at)
    assert last_witnessed(witness) == found
    assert is_clean(witness)


def test_each_continues_the_one_before(house: House, keep: Keep, at: datetime, witness: Path):
    sizes = []
    for hour in range(4):
        taken = take(key=KEY, at=at + timedelta(hours=hour), witness=witness)
        assert taken is not None
        sizes.append(taken.size)
        if hour != 1:  # between the second and the third nothing was written
            keep("pink")
            sequence()
    assert sizes == [4, 6, 6, 7]
    notes = notes_in(witness.read_text())
    assert notes == list(Checkpoint.objects.order_by("at").values_list("note", flat=True))
    assert [read_note(note).size for note in notes] == sizes
    assert is_clean(witness)


@pytest.mark.parametrize(
    ("minutes", "has_grown", "is_due"),
    [
        (9, True, False),
        (10, True, True),
        (10, False, False),
        (59, False, False),
        (60, False, True),
    ],
)
def test_when_one_is_due(
    house: House, keep: Keep, at: datetime, witness: Path, minutes: int, has_grown: bool, is_due: bool
):
    assert take_when_due(key=KEY, at=at, witness=witness, grown=GROWN, idle=IDLE) is not None, "the first at once"
    if has_grown:
        keep("pink")
        sequence()
    later = at + timedelta(minutes=minutes)
    taken = take_when_due(key=KEY, at=later, witness=witness, grown=GROWN, idle=IDLE)
    assert (taken is not None) == is_due
    assert len(notes_in(witness.read_text())) == 1 + is_due


def test_what_only_waits_to_be_chained_is_no_growth(house: House, keep: Keep, at: datetime, witness: Path):
    take(key=KEY, at=at, witness=witness)
    keep("pink")
    assert take_when_due(key=KEY, at=at + GROWN, witness=witness, grown=GROWN, idle=IDLE) is None


def test_the_file_is_written_before_the_row(
    house: House, keep: Keep, at: datetime, witness: Path, monkeypatch: pytest.MonkeyPatch
):
    """A note in the database alone could be taken away with it; one in the file alone is continued."""
    with monkeypatch.context() as patch:
        patch.setattr(Checkpoint.objects, "create", lambda **_row: (_ for _ in ()).throw(DatabaseError("away")))
        with pytest.raises(DatabaseError, match="away"), transaction.atomic():
            take(key=KEY, at=at, witness=witness)
    assert latest() is None
    kept = last_witnessed(witness)
    assert kept is not None
    assert kept.size == 4
    keep("pink")
    sequence()
    taken = take(key=KEY, at=at + GROWN, witness=witness)
    assert (taken, len(notes_in(witness.read_text()))) == (latest(), 2)
    assert is_clean(witness)


def test_where_the_file_cannot_be_written_there_is_no_row_either(house: House, at: datetime, tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        take(key=KEY, at=at, witness=tmp_path / "file" / "checkpoints.txt")
    assert latest() is None


# --- what does not continue what was signed is not signed


def drop_the_last(house: House) -> str:
    """The record is cut, and the head set back with it."""
    Opening.objects.filter(entry=house.entries[3]).delete()
    house.entries[3].delete()
    rechain()
    return "3 entries, 4 were signed"


def drop_all(house: House) -> str:
    rechain([])
    return "0 entries, 4 were signed"


def alter_a_body(house: House) -> str:
    second = house.entries[1]
    Entry.objects.filter(pk=second.pk).update(body=second.body.replace("post:12", "post:13"))
    rechain()
    return "its first 4 entries are not those that were signed"


def re_order(house: House) -> str:
    one, *others = chain()
    rechain([*others, one])
    return "its first 4 entries are not those that were signed"


def alter_a_body_and_go_on(house: House) -> str:
    alter_a_body(house)
    sequence()
    return "its first 4 entries are not those that were signed"


def insert_and_go_on(house: House) -> str:
    rechain([house.entries[4], *chain()])
    return "its first 4 entries are not those that were signed"


def lose_an_entry_and_go_on(house: House) -> str:
    """The chain goes on from the head; what is left of the tree proves nothing."""
    sequence()
    Opening.objects.filter(entry=house.entries[0]).delete()
    house.entries[0].delete()
    return "the tree lacks a part at level 0"


@pytest.mark.parametrize(
    "bend",
    [
        drop_the_last,
        drop_all,
        alter_a_body,
        re_order,
        alter_a_body_and_go_on,
        insert_and_go_on,
        lose_an_entry_and_go_on,
    ],
)
def test_a_bent_record_is_not_signed(bend: Callable[[House], str], house: House, at: datetime, witness: Path):
    signed = take(key=KEY, at=at, witness=witness)
    assert signed is not None
    reason = bend(house)
    with pytest.raises(RecordForkedError, match=reason):
        take(key=KEY, at=at + IDLE, witness=witness)
    with pytest.raises(RecordForkedError, match=reason):
        take_when_due(key=KEY, at=at + IDLE, witness=witness, grown=GROWN, idle=IDLE)
    assert witness.read_text() == signed.note
    assert list(Checkpoint.objects.all()) == [signed]


def test_taking_the_rows_away_helps_nobody(house: House, at: datetime, witness: Path):
    take(key=KEY, at=at, witness=witness)
    Checkpoint.objects.all().delete()
    reason = alter_a_body(house)
    with pytest.raises(RecordForkedError, match=reason):
        take(key=KEY, at=at + IDLE, witness=witness)


@pytest.mark.parametrize("text", ["something else\n", "\n" * 12, "a\n1\nc\nd\n\ne f g\n"])
def test_nothing_is_appended_to_a_file_of_something_else(house: House, at: datetime, witness: Path, text: str):
    witness.parent.mkdir()
    witness.write_text(text)
    with pytest.raises(ValueError, match="not a signed checkpoint"):
        take(key=KEY, at=at, witness=witness)
    assert witness.read_text() == text
    assert latest() is None


def test_only_the_end_of_a_long_file_is_read(house: House, at: datetime, witness: Path):
    note = ""
    for hour in range(40):
        taken = take(key=KEY, at=at + timedelta(hours=hour), witness=witness)
        assert taken is not None
        note = taken.note
    assert len(note) * 40 > checkpoints._NOTE_BYTES
    assert last_witnessed(witness) == read_note(note)


def test_a_lost_file_is_gone_on_from_the_last_row(house: House, keep: Keep, at: datetime, witness: Path):
    take(key=KEY, at=at, witness=witness)
    witness.unlink()
    keep("pink")
    sequence()
    taken = take(key=KEY, at=at + timedelta(minutes=10), witness=witness)
    assert taken is not None
    assert witness.read_text() == taken.note


def test_a_lost_file_does_not_let_a_bent_record_be_signed(house: House, at: datetime, witness: Path):
    take(key=KEY, at=at, witness=witness)
    witness.unlink()
    alter_a_body_and_go_on(house)
    with pytest.raises(RecordForkedError):
        take(key=KEY, at=at + timedelta(minutes=10), witness=witness)
    assert not witness.exists()
