"""Comparing the rows the record vouches for with the last entry that speaks of each."""

import hashlib
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from sanhu.domains.evidence.fields import Unreadable
from sanhu.domains.evidence.findings import Finding, FindingKind, Progress
from sanhu.domains.evidence.models import Attachment, AttachmentBlob, Entry, Witnessed
from sanhu.domains.evidence.reading import pages, readable
from sanhu.domains.evidence.verify_chain import Key, body_of, key_of, salt_in, salts_of
from sanhu.engines.chain import commitment

_PAGE = 500
_PHOTOS = 20  # megabytes each


@dataclass(frozen=True)
class _Word:
    """What an entry says of one row: commitments and salts by field."""

    seq: int | None
    commitments: Mapping[str, str]
    salts: Mapping[str, bytes | None]


def witnessed_models() -> list[type[Witnessed]]:
    """List the models whose rows the record vouches for, by name."""
    found = [model for model in apps.get_models() if issubclass(model, Witnessed) and not model._meta.proxy]
    return sorted(found, key=lambda model: model._meta.label_lower)


class RowComparison:
    """One comparison of all witnessed rows; `compared` counts those an entry spoke of."""

    def __init__(self, last_words: dict[str, dict[Key, int]], *, unopened: Container[tuple[str, str]]) -> None:
        self.compared = 0
        self._last_words = last_words
        self._unopened = unopened

    def findings(self, progress: Progress) -> Iterator[Finding]:
        """Compare, table by table; what the record speaks of and no table holds comes last in each."""
        total = sum(map(len, self._last_words.values()))
        for model in witnessed_models():
            unseen = self._last_words.pop(model._meta.label_lower, {})
            for page in pages(QuerySet(model), by="pk", size=_PAGE):
                yield from self._compare(model, [key for key, _ in page], unseen)
                progress("rows", self.compared, total)
            yield from _missing(model._meta.label_lower, unseen, may_be_erased=model.goes_when_erased)
        for table, unseen in sorted(self._last_words.items()):
            yield from _missing(table, unseen, may_be_erased=False)

    def _compare(self, model: type[Witnessed], keys: list[Any], unseen: dict[Key, int]) -> Iterator[Finding]:
        rows: dict[Any, Witnessed] = readable(QuerySet(model), keys)
        table = model._meta.label_lower
        spoken = {key: unseen.pop(key_of(str(key)), None) for key in keys}
        words = _words({f"{table}:{key}": entry for key, entry in spoken.items() if entry is not None})
        for key in keys:
            ref = f"{table}:{key}"
            row = rows.get(key)
            if row is None:
                yield Finding(FindingKind.ROW_UNREADABLE, ref)
            elif spoken[key] is not None:
                self.compared += 1
                if ref in words:  # an unreadable entry was told of already
                    yield from self._differences(row, words[ref])
            elif row.needs_witness:
                yield Finding(FindingKind.ROW_UNWITNESSED, ref, "no entry speaks of it")

    def _differences(self, row: Witnessed, word: _Word) -> Iterator[Finding]:
        """Compare a row field by field with what was said of it last.

        Whoever erases a value says anew what stands there instead: so a salt that is rightly gone cannot be one of the
        last word about a row that is still there. Of those gone without a word the walk has told.
        """
        for name, value in row.witnessed_values().items():
            if name not in word.commitments:
                yield Finding(FindingKind.ROW_UNWITNESSED, row.row_ref, f"no entry speaks of {name}", word.seq)
            elif isinstance(getattr(row, name), Unreadable):
                yield Finding(FindingKind.VALUE_UNREADABLE, row.row_ref, name, word.seq)
            elif (salt := word.salts[name]) is None:
                if (row.row_ref, name) not in self._unopened:
                    yield Finding(FindingKind.ROW_UNWITNESSED, row.row_ref, f"{name} was erased", word.seq)
            elif commitment(salt, name, value) != word.commitments[name]:
                yield Finding(FindingKind.ROW_ALTERED, row.row_ref, name, word.seq)


def _words(entry_of: Mapping[str, int]) -> dict[str, _Word]:
    """Read what the entries say of these rows."""
    entries = readable(Entry.objects.select_related("opening"), set(entry_of.values()))
    bodies = {key: body_of(entry) for key, entry in entries.items()}
    found = {}
    for ref, key in entry_of.items():
        body = bodies.get(key)
        if body is None:
            continue
        commitments, salts = body["rows"].get(ref, {}), salts_of(entries[key])
        if salts is not None:
            opened = {name: salt_in(salts, ref, name) for name in commitments}
            found[ref] = _Word(seq=entries[key].seq, commitments=commitments, salts=opened)
    return found


def _missing(table: str, unseen: dict[Key, int], *, may_be_erased: bool) -> Iterator[Finding]:
    """Tell of rows that are gone, but for those of a kind that goes when it was erased, value by value."""
    keys = sorted(unseen, key=lambda key: (isinstance(key, str), key))
    for start in range(0, len(keys), _PAGE):
        entry_of = {f"{table}:{key}": unseen[key] for key in keys[start : start + _PAGE]}
        words = _words(entry_of)
        for ref in entry_of:
            word = words.get(ref)
            if word is None or not may_be_erased or any(word.salts.values()):
                yield Finding(FindingKind.ROW_MISSING, ref, "", word.seq if word else None)


def photo_findings(progress: Progress) -> Iterator[Finding]:
    """Compare the bytes of every photo that belongs to something with the hash the record vouches for."""
    owned = Attachment.objects.exclude(owner_ref="")
    total, done = owned.count(), 0
    for page in pages(owned, by="pk", size=_PHOTOS):
        keys = [key for key, _ in page]
        blobs = readable(AttachmentBlob.objects.all(), keys)
        for photo in Attachment.objects.filter(pk__in=keys).order_by("pk").only("sha256"):
            blob = blobs.get(photo.pk)
            if blob is None:
                yield Finding(FindingKind.PHOTO_ALTERED, photo.row_ref, "its bytes are gone")
            elif hashlib.sha256(blob.data).hexdigest() != photo.sha256:
                yield Finding(FindingKind.PHOTO_ALTERED, photo.row_ref, "its bytes are others")
        done += len(page)
        progress("photos", done, total)
