"""Erasures, noted outside the database too, so that a restored backup can say which of them it has undone.

A line tells which fields of which rows an entry says were erased, and the entry's place and hash in the chain; what was
erased it does not know. The file is only appended to.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.outside import append
from sanhu.portals import stamps

_AT_A_TIME = 2000
_SEEN = "erasures-seen"


@dataclass(frozen=True)
class Erasure:
    """One entry that says that values were erased."""

    seq: int
    hash: str
    at: datetime
    event: str
    subject: str
    fields: dict[str, list[str]]


def note_new(*, at: datetime) -> int:
    """Append the erasures that were chained since the last time; give how many."""
    seen = stamps.last(_SEEN)
    after = int(seen.facts.get("seq", 0)) if seen else 0
    chained = Entry.objects.filter(seq__gt=after).order_by("seq")
    end = chained.values_list("seq", flat=True)[:_AT_A_TIME]
    last = max((seq for seq in end if seq is not None), default=None)
    if last is None:
        return 0
    found = chained.filter(seq__lte=last, body__contains='"erased":')
    lines = [json.dumps(_line(entry), ensure_ascii=False) + "\n" for entry in found]
    if lines:
        append(_path(), "".join(lines), mode=0o600)
    stamps.note(_SEEN, at=at, seq=last)
    return len(lines)


def begin_again_at(seq: int, *, at: datetime) -> None:
    """After a restore: what is chained from here on has not been looked at."""
    stamps.note(_SEEN, at=at, seq=seq)


def undone(*, since: datetime) -> list[Erasure]:
    """List the erasures noted since a moment that the record does not know: a restore has undone them."""
    found = [erasure for erasure in _noted() if erasure.at >= since]
    known = set(Entry.objects.filter(seq__in=[one.seq for one in found]).values_list("seq", "hash"))
    return [erasure for erasure in found if (erasure.seq, erasure.hash) not in known]


def _line(entry: Entry) -> dict[str, Any]:
    body = json.loads(entry.body)
    return {
        "seq": entry.seq,
        "hash": entry.hash,
        "at": entry.at.isoformat(),
        "event": entry.event,
        "subject": entry.subject_ref,
        "erased": body["facts"].get("erased", {}),
    }


def _noted() -> Iterator[Erasure]:
    try:
        text = _path().read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    for line in text.splitlines():
        try:
            told = json.loads(line)
            yield Erasure(
                seq=int(told["seq"]),
                hash=str(told["hash"]),
                at=datetime.fromisoformat(told["at"]),
                event=str(told["event"]),
                subject=str(told["subject"]),
                fields=dict(told["erased"]),
            )
        except (ValueError, LookupError, TypeError):  # half a line, of a worker that was killed
            continue


def _path() -> Path:
    return Path(settings.SANHU_DATA) / "erasures.jsonl"
