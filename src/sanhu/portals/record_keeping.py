"""Signing the record: where the settings say the keys and the checkpoints are."""

from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from sanhu.domains.evidence import checkpoints
from sanhu.domains.evidence.models import Checkpoint
from sanhu.domains.evidence.verify_tree import Witnesses
from sanhu.portals import record_key

# Outsiders get it with every bundle and from the page that explains the proofs.
VERIFIER = settings.PACKAGE.parents[1] / "tools" / "verify_record.py"


def signing_key() -> Ed25519PrivateKey | None:
    """Give the private key; None where this process may not or cannot read one."""
    try:
        return record_key.load(settings.SANHU_RECORD_KEY_FILE)
    except (FileNotFoundError, PermissionError):
        return None


def public_key() -> Ed25519PublicKey | None:
    """Give the public key; None while no key was made."""
    try:
        return record_key.load_public(settings.SANHU_RECORD_KEY_FILE)
    except FileNotFoundError:
        return None


def take_due_checkpoint(at: datetime) -> Checkpoint | None:
    """Sign the record when it is time; nothing without a key. Raises what `checkpoints.take` raises."""
    key = signing_key()
    if key is None:
        return None
    return checkpoints.take_when_due(
        key=key,
        at=at,
        witness=settings.SANHU_CHECKPOINTS_FILE,
        grown=timedelta(minutes=settings.SANHU_CHECKPOINT_GROWN_MINUTES),
        idle=timedelta(minutes=settings.SANHU_CHECKPOINT_IDLE_MINUTES),
    )


def take_checkpoint(at: datetime) -> Checkpoint | None:
    """Sign the record now; nothing without a key. Raises what `checkpoints.take` raises."""
    key = signing_key()
    return checkpoints.take(key=key, at=at, witness=settings.SANHU_CHECKPOINTS_FILE) if key else None


def witnesses() -> Witnesses:
    """Give the checkpoints that stand outside the database, to verify the record with."""
    try:
        outside = settings.SANHU_CHECKPOINTS_FILE.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        outside = ""
    return Witnesses(outside=outside, key=public_key())
