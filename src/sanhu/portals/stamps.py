"""When something was last done, as small files in SANHU_DATA: the worker's round, the last backup, the last verifying.

They lie outside the database, since they have to be readable when it is away, and since writing them must never wait
for it.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings


@dataclass(frozen=True)
class Stamp:
    """When it was done, and what came of it."""

    at: datetime
    facts: Mapping[str, Any]


def note(name: str, *, at: datetime, **facts: Any) -> None:
    """Say that something was done. What stood there before is replaced at once or not at all."""
    path = _path(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(json.dumps({"at": at.isoformat(), **facts}), encoding="utf-8")
    part.replace(path)


def last(name: str) -> Stamp | None:
    """Give when it was last done; None where it never was, or where the file cannot be read."""
    try:
        facts = json.loads(_path(name).read_text(encoding="utf-8"))
        return Stamp(at=datetime.fromisoformat(facts.pop("at")), facts=facts)
    except (OSError, ValueError, LookupError, AttributeError, TypeError):
        return None


def _path(name: str) -> Path:
    return Path(settings.SANHU_DATA) / "stamps" / f"{name}.json"
