"""The keys of one installation: made once, kept beside the database with mode 0600, never in it.

`secret` signs sessions, `field` encrypts personal and sensitive fields, `receipt` hashes receipt codes. A file that
`make run` made says so, and production refuses it. Settings read it, so it knows no Django.
"""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

_KEY_BYTES = 32


@dataclass(frozen=True, repr=False)
class Keys:
    """The secrets of one installation. They are never printed."""

    secret: str
    field: bytes
    receipt: bytes
    demonstration: bool


def load(path: Path) -> Keys:
    """Read a key file. Raises FileNotFoundError or ValueError when it is not one."""
    found = json.loads(path.read_text(encoding="utf-8"))
    try:
        keys = Keys(
            secret=found["secret"],
            field=base64.b64decode(found["field"]),
            receipt=base64.b64decode(found["receipt"]),
            demonstration=bool(found["demonstration"]),
        )
    except (KeyError, TypeError) as missing:
        raise ValueError(f"the key file {path.name} lacks {missing}") from missing
    if (len(keys.field), len(keys.receipt)) != (_KEY_BYTES, _KEY_BYTES):
        raise ValueError(f"the keys in {path.name} do not have {_KEY_BYTES} bytes each")
    return keys


def create(path: Path, *, demonstration: bool) -> Keys:
    """Make a key file that only its owner can read. Raises FileExistsError rather than replace one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(
        {
            "secret": secrets.token_urlsafe(50),
            "field": base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode(),
            "receipt": base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode(),
            "demonstration": demonstration,
        },
        indent=1,
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    return load(path)


def load_or_create(path: Path, *, demonstration: bool) -> Keys:
    """Read the key file, or make it at the first start. Two processes that start together agree on one file."""
    try:
        return load(path)
    except FileNotFoundError:
        try:
            return create(path, demonstration=demonstration)
        except FileExistsError:
            return load(path)
