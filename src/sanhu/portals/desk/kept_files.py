"""A file between its dry run and its import: the browser keeps it, sealed, so that nothing lies about on the server.

Whoever confirms sends back exactly what was tried: another post, another kind of table, a changed letter or a day later
and the seal no longer opens.
"""

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile

from sanhu.portals.desk.acting import Acting

# What fits, compressed, into one form with room to spare; 5,000 ordinary rows are half of it.
MOST_BYTES = 1_400_000
_SALT = "sanhu.desk.kept_file"
_SECONDS = 3600
_AS_THEY_ARE = "surrogateescape"


@dataclass(frozen=True)
class KeptFile:
    """A file's name and bytes, and what was said beside it."""

    name: str
    data: bytes
    said: dict[str, Any]


def seal(file: KeptFile, *, kind: str, acting: Acting) -> str:
    """Seal a file for one post and one kind of table. Bytes that are not UTF-8 come back as they were."""
    text = file.data.decode(errors=_AS_THEY_ARE)
    content = {"post": acting.post.pk, "kind": kind, "name": file.name, "text": text, "said": file.said}
    return signing.dumps(content, salt=_SALT, compress=True)


def unseal(token: str, *, kind: str, acting: Acting) -> KeptFile | None:
    """Give the file back, or None for a seal that does not open."""
    try:
        content = signing.loads(token, salt=_SALT, max_age=_SECONDS)
    except signing.BadSignature:
        return None
    if (content["post"], content["kind"]) != (acting.post.pk, kind):
        return None
    return KeptFile(name=content["name"], data=content["text"].encode(errors=_AS_THEY_ARE), said=content["said"])


def uploaded(file: "UploadedFile[Any]", said: dict[str, Any]) -> KeptFile:
    """Take an uploaded file as it came."""
    return KeptFile(name=(file.name or "")[:100], data=file.read(), said=said)
