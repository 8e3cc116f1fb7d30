"""The record's arithmetic: canonical bodies, salted commitments and the hash chain.

A commitment hides a value and binds to it: whoever has value and salt can show that this value was recorded, whoever
has neither learns nothing. Destroying the salt erases the value from the record without touching the chain.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID

GENESIS = "0" * 64
SALT_BYTES = 16

_UNHOLDABLE = "the record holds text, numbers, dates, lists and mappings, not {}"


def plain(value: object) -> object:
    """Turn a value into what JSON can hold, in one way only.

    Datetimes become UTC with microseconds, dates ISO 8601. Raises TypeError for anything else that JSON cannot hold.

    >>> plain(datetime(2026, 11, 9, 1, 40, tzinfo=UTC))
    '2026-11-09T01:40:00.000000Z'
    """
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return repr(value)
        case datetime():
            if value.tzinfo is None:
                raise TypeError("a time in the record has a zone")
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            raise TypeError(_UNHOLDABLE.format(type(value).__name__))


def canonical(value: object) -> str:
    """Write a value as JSON in one way only: sorted keys, no spaces, UTF-8 kept.

    >>> canonical({"b": 1, "a": "林"})
    '{"a":"林","b":1}'
    """
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def commitment(salt: bytes, field: str, value: object) -> str:
    """Commit to a field's value under a 16-byte salt: SHA-256 over salt, field name, a zero byte and the value.

    Raises ValueError for a salt of another length: a short salt would let a small value be guessed.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 16 bytes")
    return hashlib.sha256(salt + field.encode() + b"\x00" + canonical(value).encode()).hexdigest()


def body_hash(body: str) -> str:
    """Hash an entry's body text."""
    return hashlib.sha256(body.encode()).hexdigest()


def link(previous: str, body: str) -> str:
    """Hash an entry into the chain: SHA-256 over the previous entry's hash and this body's hash (both 32 bytes).

    The first entry follows GENESIS.
    """
    return hashlib.sha256(bytes.fromhex(previous) + bytes.fromhex(body_hash(body))).hexdigest()
