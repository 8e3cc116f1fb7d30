"""The record's arithmetic: canonical bodies, salted commitments and the hash chain.

A commitment hides a value and binds to it: whoever has value and salt can show that this value was recorded, whoever
has neither learns nothing. Destroying the salt erases the value from the record without touching the chain.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID

GENESIS = "0" * 64
SALT_BYTES = 16

_UNHOLDABLE = "the record holds text, numbers, dates, lists and mappings, not {}"
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def plain(value: object) -> object:
    """Turn a value into what JSON can hold, in one way only.

    Datetimes become UTC with microseconds, dates ISO 8601, keys stay text. Raises TypeError for what JSON cannot hold
    and for keys that are not text (1 and "1" would become one key), ValueError for a number that is not finite.

    >>> plain(datetime(2026, 11, 9, 1, 40, tzinfo=UTC))
    '2026-11-09T01:40:00.000000Z'
    """
    match value:
        case None | bool() | int() | str():
            return value
        case Mapping():
            return {_key(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            return _written(value)


def _written(value: object) -> object:
    match value:
        case float():
            return _finite(value)
        case datetime():
            if value.tzinfo is None:
                raise TypeError("a time in the record has a zone")
            return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        case date() | UUID():
            return str(value)
        case _:
            raise TypeError(_UNHOLDABLE.format(type(value).__name__))


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError("the record holds finite numbers")
    return number + 0.0  # a negative zero reads back from some databases as zero


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"the keys of a mapping in the record are text, not {type(key).__name__}")
    return str(key)


def canonical(value: object) -> str:
    """Write a value as JSON in one way only: sorted keys, no spaces, no escaped characters but those JSON demands.

    >>> canonical({"b": 1, "a": "林"})
    '{"a":"林","b":1}'
    """
    return _ENCODER.encode(plain(value))


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
    return hashlib.sha256(bytes.fromhex(previous) + hashlib.sha256(body.encode()).digest()).hexdigest()
