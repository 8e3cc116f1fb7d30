"""Writing the record out for people who do not trust us: every entry's place, and the bodies that everybody may see.

What is not disclosed is an opaque leaf: the hash of a body with a nonce in it, from which nothing can be guessed.
Values are shown beside their salts where the policy opens their field and the row still holds what was recorded.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from sanhu.domains.evidence.findings import Progress
from sanhu.domains.evidence.models import Entry, Witnessed
from sanhu.domains.evidence.reading import readable
from sanhu.domains.evidence.verify_chain import body_of, salt_in, salts_of
from sanhu.engines.chain import body_hash, commitment, plain

_PAGE = 1000


@dataclass(frozen=True)
class Disclosure:
    """What may be shown: which of some entries, by key, and which fields of which tables."""

    may_show: Callable[[Iterable[Entry]], set[int]]
    fields: Mapping[str, frozenset[str]]


def lines(*, size: int, disclosure: Disclosure, progress: Progress) -> Iterator[str]:
    """Give the first `size` entries of the record, a JSON line each."""
    for first in range(1, size + 1, _PAGE):
        entries = Entry.objects.filter(seq__gte=first, seq__lt=min(first + _PAGE, size + 1))
        for shown in shown_entries(list(entries.select_related("opening").order_by("seq")), disclosure):
            yield json.dumps(shown, ensure_ascii=False) + "\n"
        progress("entries", min(first + _PAGE - 1, size), size)


def shown_entries(entries: list[Entry], disclosure: Disclosure) -> Iterator[dict[str, Any]]:
    """Show entries as far as the policy lets them be shown, and as they can be read.

    A body that somebody bent until it is none stands there as its hash: whoever checks finds that it is another.
    """
    may_show = disclosure.may_show(entries)
    told = {entry.pk: body["rows"] for entry in entries if entry.pk in may_show and (body := body_of(entry))}
    current = _current_rows({ref for rows in told.values() for ref in rows}, disclosure)
    for entry in entries:
        if entry.pk not in told:
            yield {"seq": entry.seq, "hash": body_hash(entry.body)}
            continue
        shown: dict[str, Any] = {"seq": entry.seq, "body": entry.body}
        if opened := _opened(told[entry.pk], salts_of(entry) or {}, current, disclosure):
            shown["open"] = opened
        yield shown


def _current_rows(refs: set[str], disclosure: Disclosure) -> Mapping[str, Witnessed]:
    """Read the rows entries speak of, as they are now, by reference."""
    split = sorted((table, key) for table, _, key in (ref.partition(":") for ref in refs) if table in disclosure.fields)
    rows: dict[str, Witnessed] = {}
    for table, keys in groupby(split, key=lambda part: part[0]):
        model = apps.get_model(table)
        found: dict[Any, Witnessed] = readable(QuerySet(model), [key for _, key in keys])
        rows |= {row.row_ref: row for row in found.values()}
    return rows


def _opened(
    told: Mapping[str, Mapping[str, str]],
    salts: Mapping[str, Mapping[str, str]],
    current: Mapping[str, Witnessed],
    disclosure: Disclosure,
) -> dict[str, dict[str, tuple[str, object]]]:
    opened: dict[str, dict[str, tuple[str, object]]] = {}
    for ref, committed in told.items():
        if ref not in current:
            continue
        values = current[ref].witnessed_values()
        for name in sorted(disclosure.fields[ref.partition(":")[0]] & committed.keys() & values.keys()):
            salt = salt_in(salts, ref, name)
            # An earlier entry about a row that changed since commits to what it was: that is not known any more.
            if salt is not None and commitment(salt, name, values[name]) == committed[name]:
                opened.setdefault(ref, {})[name] = (salt.hex(), plain(values[name]))
    return opened
