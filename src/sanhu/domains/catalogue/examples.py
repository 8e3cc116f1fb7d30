"""What residents would say of each item of the shipped catalogue: from this a router learns before there are matters.

The sentences were written for it, by hand; no resident said them. Beside them an item's own name and definition teach.
Vague sentences belong to no item: a router that is learnt from these may guess at them but must not be certain.
"""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sanhu.domains.catalogue.rows import ItemRow
from sanhu.domains.catalogue.shipped import DATA


@lru_cache(maxsize=1)
def sentences() -> dict[str, tuple[str, ...]]:
    """Give the sentences of each item, by its code."""
    return {code: tuple(said) for code, said in _read()["items"].items()}


@lru_cache(maxsize=1)
def vague_sentences() -> tuple[str, ...]:
    """Give sentences that belong to no item."""
    return tuple(_read()["vague"])


def labelled(items: Iterable[ItemRow]) -> list[tuple[str, str]]:
    """Give text and item code of everything the items teach: sentences, name, definition, and the names of duties.

    An item without sentences of its own, as a district may bring, is taught by its wording alone.
    """
    said = sentences()
    return [
        (text, item.code)
        for item in items
        for text in dict.fromkeys((*said.get(item.code, ()), item.name, item.definition, *_parts(item)))
    ]


def _parts(item: ItemRow) -> list[str]:
    return [duty.part for duty in item.duties if duty.part]


def _read() -> Any:
    return json.loads((DATA / "examples.json").read_text(encoding="utf-8"))
