"""Signed checkpoints of the record: what the tree was at a moment, in a form that other people's tools read too.

The text is a signed note as transparency logs use it (C2SP: tlog-checkpoint, signed-note): the log's origin, the tree's
size, its root in base64, and one extension line with the moment of signing; an empty line; one signature line. The key
is Ed25519; the origin ends with the first digits of the public key's hash, so that a log cannot change its key
unnoticed.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sanhu.engines.chain import plain
from sanhu.engines.merkle import HASH_BYTES

ORIGIN = "sanhu-record/"
_FINGERPRINT_DIGITS = 16
_KEY_ID_BYTES = 4
_ALGORITHM = b"\x01"  # Ed25519 in a signed note
_SIGNED_LINES = 4
NOTE_LINES = _SIGNED_LINES + 2
_NO_NOTE = "not a signed checkpoint"


@dataclass(frozen=True)
class Checkpoint:
    """How large the tree was, and its root (32 bytes), when somebody who holds the key looked at it."""

    origin: str
    size: int
    root: bytes
    at: datetime

    @property
    def text(self) -> str:
        """What is signed, to its last newline."""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\n{plain(self.at)}\n"


def fingerprint(key: Ed25519PublicKey) -> str:
    """Give the SHA-256 of a public key's 32 bytes, in hexadecimal: what people compare."""
    return hashlib.sha256(_raw(key)).hexdigest()


def origin_of(key: Ed25519PublicKey) -> str:
    """Give the name of the log whose checkpoints this key signs."""
    return ORIGIN + fingerprint(key)[:_FINGERPRINT_DIGITS]


def sign(key: Ed25519PrivateKey, *, size: int, root: bytes, at: datetime) -> str:
    """Sign a checkpoint and give the note."""
    origin = origin_of(key.public_key())
    text = Checkpoint(origin, size, root, at).text
    signature = base64.b64encode(_key_id(key.public_key()) + key.sign(text.encode())).decode()
    return f"{text}\n\u2014 {origin} {signature}\n"


def read_note(note: str) -> Checkpoint:
    """Read a note without judging its signature. Raises ValueError for a text that is none."""
    signed, _signature = _parts(note)
    origin, size, root, at = signed.splitlines()
    try:
        found = Checkpoint(origin, int(size), base64.b64decode(root, validate=True), datetime.fromisoformat(at))
    except binascii.Error as fault:
        raise ValueError(_NO_NOTE) from fault
    if found.size < 0 or len(found.root) != HASH_BYTES or found.at.tzinfo is None or found.text != signed:
        raise ValueError(_NO_NOTE)
    return found


def is_signed_by(key: Ed25519PublicKey, note: str) -> bool:
    """Tell whether the holder of the key signed this note. Raises ValueError for a text that is none."""
    signed, line = _parts(note)
    mark, origin, encoded = line.split(" ")
    try:
        blob = base64.b64decode(encoded, validate=True)
        key.verify(blob[_KEY_ID_BYTES:], signed.encode())
    except (binascii.Error, InvalidSignature):
        return False
    return (mark, origin, blob[:_KEY_ID_BYTES]) == ("\u2014", origin_of(key), _key_id(key))


def notes_in(text: str) -> list[str]:
    """Split a file of notes, one behind the other, into notes. Raises ValueError where a rest is none."""
    lines = text.splitlines(keepends=True)
    notes = ["".join(lines[start : start + NOTE_LINES]) for start in range(0, len(lines), NOTE_LINES)]
    for note in notes:
        read_note(note)
    return notes


def _parts(note: str) -> tuple[str, str]:
    """Split a note into what is signed and its signature line."""
    signed, blank, line = note.partition("\n\n")
    is_one = blank and line.endswith("\n") and line.count("\n") == 1 and line.count(" ") == 2
    if not is_one or signed.count("\n") != _SIGNED_LINES - 1:
        raise ValueError(_NO_NOTE)
    return signed + "\n", line.rstrip("\n")


def _key_id(key: Ed25519PublicKey) -> bytes:
    named = origin_of(key).encode() + b"\n" + _ALGORITHM + _raw(key)
    return hashlib.sha256(named).digest()[:_KEY_ID_BYTES]


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)
