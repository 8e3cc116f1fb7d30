"""The keys of one installation: made once, kept beside the database with mode 0600, never in it.

`secret` signs sessions, `field` encrypts personal and sensitive fields, `receipt` hashes receipt codes. A file that
`make run` made says so, and production refuses it.
"""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Keys:
    """The secrets of one installation."""

    secret: str
    field: bytes
    receipt: bytes
    demonstration: bool


def load(path: Path) -> Keys:
    """Read a key file. Raises FileNotFoundError or ValueError when it is not one."""
    found = json.loads(path.read_text(encoding="utf-8"))
    try:
        return Keys(
            secret=found["secret"],
            field=base64.b64decode(found["field"]),
            receipt=base64.b64decode(found["receipt"]),
            demonstration=bool(found["demonstration"]),
        )
    except KeyError as missing:
        raise ValueError(f"the key file {path.name} lacks {missing}") from missing


def create(path: Path, *, demonstration: bool) -> Keys:
    """Make a key file that only its owner can read. Raises FileExistsError rather than replace one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(
        {
            "secret": secrets.token_urlsafe(50),
            "field": base64.b64encode(secrets.token_bytes(32)).decode(),
            "receipt": base64.b64encode(secrets.token_bytes(32)).decode(),
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
