"""What a backup says of itself: which moment it holds, under which keys, and how to tell that it is whole."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib.metadata import version
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import QuerySet

from sanhu.domains.evidence.checkpoints import standing
from sanhu.engines.checkpoints import fingerprint
from sanhu.portals.record_keeping import public_key

FORMAT = "sanhu-backup/1"
_OURS = "sanhu."
_DIGITS = 16


class BackupError(Exception):
    """Why there is no backup, or why it is not restored, in words for whoever asked for it."""


@dataclass(frozen=True)
class Part:
    """One file of the archive."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Contents:
    """What the database held at the backup's moment: the record's tree, and how many rows of each kind."""

    size: int
    root: str
    unsequenced: int
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Manifest:
    """The first file of the archive."""

    made_at: datetime
    database: str
    server: str
    migrations: tuple[str, ...]
    contents: Contents
    keys: Mapping[str, str]
    parts: Mapping[str, Part] = field(default_factory=dict)
    sanhu: str = field(default_factory=lambda: version("sanhu"))
    format: str = FORMAT

    def to_json(self) -> str:
        """Write it."""
        return json.dumps(asdict(self) | {"made_at": self.made_at.isoformat()}, indent=1) + "\n"


def read_manifest(text: bytes) -> Manifest:
    """Read a manifest. Raises ValueError for a text that is none."""
    told: dict[str, Any] = json.loads(text)
    try:
        if told["format"] != FORMAT:
            raise ValueError(told["format"])
        return Manifest(
            **told
            | {
                "made_at": datetime.fromisoformat(told["made_at"]),
                "migrations": tuple(told["migrations"]),
                "contents": Contents(**told["contents"]),
                "parts": {name: Part(**part) for name, part in told["parts"].items()},
            }
        )
    except (KeyError, TypeError) as fault:
        raise ValueError(str(fault)) from fault


def contents() -> Contents:
    """Read what the database holds, in the caller's snapshot."""
    here = standing()
    ours = {one._meta.label_lower: one for one in apps.get_models() if one.__module__.startswith(_OURS)}
    return Contents(
        size=here.size,
        root=here.root.hex(),
        unsequenced=here.unsequenced,
        counts={label: QuerySet(model).count() for label, model in sorted(ours.items())},
    )


def applied_migrations() -> tuple[str, ...]:
    """List the migrations the database has had."""
    return tuple(sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()))


def key_fingerprints() -> dict[str, str]:
    """Name the installation's keys without telling anything of them."""
    named = {"field": _fingerprint(settings.SANHU_FIELD_KEY), "receipt": _fingerprint(settings.SANHU_RECEIPT_KEY)}
    record_key = public_key()
    return named | ({"record": fingerprint(record_key)[:_DIGITS]} if record_key else {})


def _fingerprint(key: bytes) -> str:
    return hmac.new(key, b"sanhu backup", hashlib.sha256).hexdigest()[:_DIGITS]
