"""A bundle of the record as `sanhu record export` writes it for a district of some years, made by the engines alone.

Every other entry is about a matter that is not public and stands there as an opaque leaf. The others are a matter's
moves, with the rows and fields that such entries speak of and values shown beside their salts. Salts and commitments
are made once for each of some patterns; nonce, moment, actor and subject are each entry's own.
"""

import json
import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sanhu.engines.chain import SALT_BYTES, body_hash, canonical, commitment
from sanhu.engines.checkpoints import sign
from sanhu.engines.merkle import GrowingTree, leaf_hash

DISTRICT = "110101"  # not an invented one: moments are judged
_FIRST_AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
_APART = timedelta(seconds=40)
_PATTERNS = 48
# What each entry has of its own stands in the patterns as text of the same form.
_NONCE, _AT, _SUBJECT = "f" * 32, "2000-01-01T00:00:00.000000Z", f"matter:{DISTRICT}20000101000000"

_MOMENT = "2026-11-09T01:40:00.000000Z"
_MATTER: Mapping[str, object] = {
    "number": "11010120261109000001",
    "district": DISTRICT,
    "area_code": "110101001002",
    "cell_code": "110101001002003",
    "channel": "web",
    "state": "accepted",
    "publicity": "public",
    "public_title": "菜场门口早上七点起被摊贩占满，推轮椅的过不去",
    "item_id": 17,
    "duty_id": 31,
    "accepted_at": _MOMENT,
    "is_open": True,
}
_MATTER_HIDDEN = (
    *("words", "address", "lon", "lat", "receipt_hash", "registered_by_id", "merged_into_id", "revision", "round"),
    *("contact", "tell", "title", "lead_id", "reported_at", "closed_at", "due_at", "handoff_count", "urge_count"),
)
_STEP: Mapping[str, object] = {
    "matter_id": 12,
    "ordinal": 2,
    "move": "accept",
    "from_state": "registered",
    "to_state": "accepted",
    "at": _MOMENT,
    "article": "分类管理办法第十条",
    "organisation_id": 8,
}
_STEP_HIDDEN = ("person_id", "post_id", "reason", "reply", "note")
_CLOCK: Mapping[str, object] = {
    "matter_id": 12,
    "purpose": "handling",
    "amount": 15,
    "unit": "working_day",
    "roll": "none",
    "kind": "local_rule",
    "citation": "分类管理办法第十二条第二款",
    "rule_version": 3,
    "due_at": _MOMENT,
    "due_on": "2026-11-30",
    "is_open": True,
    "state": "on_time",
}
_CLOCK_HIDDEN = ("computed_at", "facts", "next_check_at")
_SPOKEN_OF = (3, 4, 3, 3, 2, 2, 2, 3)  # how many of the following rows, from a matter's registration to its closing
_ROWS = {
    "casework.matter:12": (_MATTER, _MATTER_HIDDEN),
    "casework.step:45": (_STEP, _STEP_HIDDEN),
    "casework.clock:27": (_CLOCK, _CLOCK_HIDDEN),
    "casework.clock:28": (_CLOCK, _CLOCK_HIDDEN),
}


def write(folder: Path, *, size: int) -> int:
    """Write a bundle of `size` entries, and give its bytes."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    tree = GrowingTree()
    with (folder / "record.jsonl").open("w", encoding="utf-8") as file:
        for line, digest in _lines(size):
            file.write(line)
            for _whole in tree.append(leaf_hash(digest)):
                pass
    note = sign(key, size=size, root=tree.root, at=_FIRST_AT + size * _APART)
    (folder / "checkpoints.txt").write_text(note, encoding="utf-8")
    (folder / "bundle.json").write_text(json.dumps({"unsequenced": 0}))
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "public-key.pem").write_bytes(public)
    return sum(path.stat().st_size for path in folder.iterdir())


def _lines(size: int) -> Iterator[tuple[str, bytes]]:
    """Give each entry's line and the hash of its body."""
    chance = random.Random(84)
    patterns = [_pattern(chance, place) for place in range(_PATTERNS)]
    for seq in range(1, size + 1):
        body, shown = patterns[seq // 2 % _PATTERNS]
        at = _FIRST_AT + seq * _APART
        moment = at.isoformat(timespec="microseconds").replace("+00:00", "Z")
        subject = f"matter:{DISTRICT}{at:%Y%m%d}{seq % 1_000_000:06d}"
        body = body.replace(_NONCE, f"{chance.getrandbits(128):032x}", 1).replace(_AT, moment, 1)
        body = body.replace(_SUBJECT, subject, 1)
        digest = body_hash(body)
        if seq % 2:
            line = json.dumps({"seq": seq, "hash": digest})
        else:
            line = f'{{"seq": {seq}, "body": {json.dumps(body, ensure_ascii=False)}, "open": {shown}}}'
        yield line + "\n", bytes.fromhex(digest)


def _pattern(chance: random.Random, place: int) -> tuple[str, str]:
    """Give a body of one kind of entry, and what is shown of it, as JSON."""
    spoken = list(_ROWS)[: _SPOKEN_OF[place % len(_SPOKEN_OF)]]
    rows: dict[str, dict[str, str]] = {}
    shown: dict[str, dict[str, tuple[str, object]]] = {}
    for ref in spoken:
        told, hidden = _ROWS[ref]
        salts = {name: chance.randbytes(SALT_BYTES) for name in (*told, *hidden)}
        rows[ref] = {name: commitment(salt, name, told.get(name)) for name, salt in salts.items()}
        shown[ref] = {name: (salts[name].hex(), value) for name, value in told.items()}
    body = {
        "v": 2,
        "nonce": _NONCE,
        "event": "matter.accepted",
        "at": _AT,
        "actor": "post:7",
        "district": DISTRICT,
        "subject": _SUBJECT,
        "rows": rows,
        "facts": {"from": "registered", "to": "accepted"},
    }
    return canonical(body), json.dumps(shown, ensure_ascii=False)
