"""The data files that come with the house: 100 items, classes, matrix, functions expected, demonstration instrument.

They are reviewed by people, so each keeps the wording of the table it was transcribed from beside what was made of it.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from sanhu.domains.catalogue.coverage import Expectation, expectations_of
from sanhu.domains.catalogue.rows import ClassRow, ItemRow, item_row
from sanhu.domains.catalogue.rules import AffairClass, LeadKind, Matrix

DATA = Path(__file__).parent / "data"


@lru_cache(maxsize=1)
def items() -> tuple[ItemRow, ...]:
    """Give the items of the shipped catalogue. Raises ValueError or KeyError for a code nobody knows."""
    return tuple(item_row(row) for row in _read("items.json"))


@lru_cache(maxsize=1)
def matrix() -> Matrix:
    """Give the class × lead matrix."""
    return Matrix.from_data(_read("matrix.json"))


@lru_cache(maxsize=1)
def expectations() -> dict[AffairClass, Expectation]:
    """Give the functions that each class's items should bring together (R25)."""
    return expectations_of(_read("coverage.json"))


@lru_cache(maxsize=1)
def classes() -> dict[AffairClass, ClassRow]:
    """Give what the file says of each class."""
    rows = (
        ClassRow(
            affair_class=AffairClass(row["code"]),
            name=row["name"],
            name_en=row["name_en"],
            lead=row["lead"],
            lead_en=row["lead_en"],
            indicators=tuple(row["indicators"]),
            review_months=row["review_months"],
        )
        for row in _read("classes.json")
    )
    return {row.affair_class: row for row in rows}


@lru_cache(maxsize=1)
def _lead_names() -> dict[str, tuple[str, str]]:
    return {kind: (names[0], names[1]) for kind, names in _read("lead_kinds.json").items()}


def lead_name(kind: LeadKind | str, *, language: str = "zh-hans") -> str:
    """Say a kind of body in words; one without words of its own is called by its kind, then by its code."""
    names = _lead_names()
    text = str(kind)
    found = names.get(text) or names.get(text.partition(":")[0])
    return text if found is None else found[language.startswith("en")]


def demonstration_instrument() -> dict[str, Any]:
    """Give the instrument of the fictitious district."""
    instrument: dict[str, Any] = _read("instrument.json")
    return instrument


def _read(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))
