"""The key that signs the record's checkpoints: made once, kept outside the database, its public half beside it.

The private half is read by the worker and by `sanhu record`, in mode 0600; the public half is for everybody. Settings
name the file, so this knows no Django.
"""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

NAME = "record-key.pem"


def public_path(path: Path) -> Path:
    """Where the public half stands: record-key.pem → record-key.pub.pem."""
    return path.with_suffix(".pub.pem")


def load(path: Path) -> Ed25519PrivateKey:
    """Read the private half. Raises FileNotFoundError, or ValueError for a file that holds another kind of key."""
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path.name} holds no Ed25519 key")  # noqa: TRY004 - a wrong file, not a wrong argument
    return key


def load_public(path: Path) -> Ed25519PublicKey:
    """Read the public half that belongs to the key file `path`. Raises as `load` does."""
    key = load_pem_public_key(public_path(path).read_bytes())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError(f"{public_path(path).name} holds no Ed25519 key")  # noqa: TRY004 - as above
    return key


def create(path: Path) -> Ed25519PrivateKey:
    """Make both halves. Raises FileExistsError rather than replace a key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for file, mode, content in ((path, 0o600, private), (public_path(path), 0o644, public)):
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
            out.write(content)
    return key


def create_once(path: Path) -> None:
    """Make both halves at the first start. Two processes that start together agree on one key."""
    if path.exists():
        return
    try:
        create(path)
    except FileExistsError:
        return
