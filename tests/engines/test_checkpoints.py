"""Signed notes: read as they were written, and refused when anything in them was changed."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sanhu.engines.checkpoints import Checkpoint, fingerprint, is_signed_by, notes_in, origin_of, read_note, sign

pytestmark = pytest.mark.covers("R84.2")

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
AT = datetime(2026, 11, 9, 1, 40, tzinfo=UTC)
NOTE = sign(KEY, size=1000, root=bytes(range(32)), at=AT)


def test_a_note_has_the_form_of_transparency_logs():
    origin = f"sanhu-record/{fingerprint(KEY.public_key())[:16]}"
    signed, signature = NOTE.split("\n\n")
    assert signed.splitlines() == [
        origin,
        "1000",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "2026-11-09T01:40:00.000000Z",
    ]
    assert signature.startswith(f"\u2014 {origin} ")


@given(
    size=st.integers(0, 2**40),
    root=st.binary(min_size=32, max_size=32),
    at=st.datetimes(timezones=st.just(UTC)),
)
def test_what_was_signed_is_read_back(size: int, root: bytes, at: datetime):
    note = sign(KEY, size=size, root=root, at=at)
    assert read_note(note) == Checkpoint(origin_of(KEY.public_key()), size, root, at)
    assert is_signed_by(KEY.public_key(), note)
    assert not is_signed_by(OTHER.public_key(), note)


@given(st.integers(0, len(NOTE) - 1), st.characters(codec="ascii", min_codepoint=33))
def test_a_changed_note_is_no_note_or_not_signed(place: int, other: str):
    changed = NOTE[:place] + other + NOTE[place + 1 :]
    try:
        is_signed = is_signed_by(KEY.public_key(), changed)
    except ValueError:
        return
    # Base64 holds spare bits at its end, which say nothing.
    assert not is_signed or changed == NOTE or NOTE[:place].partition("\n\n")[1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sanhu",
        NOTE.replace("1000", "1e3"),
        NOTE.replace("1000", "-1"),
        NOTE.replace("1000", "01000"),
        NOTE.replace("AAEC", "AAE"),
        NOTE.replace("Z\n", "\n"),
        NOTE.replace("\n\n", "\n"),
        NOTE + NOTE,
        NOTE.rstrip("\n"),
    ],
)
def test_what_is_no_note_is_refused(text: str):
    with pytest.raises(ValueError, match=r".+"):
        read_note(text)


def test_a_file_of_notes_is_split():
    other = sign(KEY, size=2000, root=bytes(32), at=AT)
    assert notes_in(NOTE + other) == [NOTE, other]
    assert notes_in("") == []
    with pytest.raises(ValueError, match="signed checkpoint"):
        notes_in(NOTE + "left over\n")
