"""What differs between two states of the catalogue: item by item, duty by duty, field by field (R32)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sanhu.domains.catalogue.rows import ItemRow, as_data


class Kind(StrEnum):
    """What became of an item or a duty."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class FieldChange:
    """One field before and after, as plain data; the names are those of `rows.as_data`."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class DutyDifference:
    """What became of one duty, by its part; fields only where it was changed."""

    part: str
    kind: Kind
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True)
class ItemDifference:
    """What became of one item; its duties are told apart by their part."""

    code: str
    name: str
    kind: Kind
    fields: tuple[FieldChange, ...] = ()
    duties: tuple[DutyDifference, ...] = ()


def differences(before: Iterable[ItemRow], after: Iterable[ItemRow]) -> tuple[ItemDifference, ...]:
    """List what differs, by code. Rows that say the same are left out, whatever their order."""
    old, new = ({row.code: row for row in rows} for rows in (before, after))
    codes = sorted({*old, *new})
    return tuple(found for code in codes if (found := _item(old.get(code), new.get(code))) is not None)


def changed_codes(before: Iterable[ItemRow], after: Iterable[ItemRow]) -> frozenset[str]:
    """Give the codes of the rows in `after` that are new or say something else than in `before`."""
    old = {row.code: row for row in before}
    return frozenset(row.code for row in after if old.get(row.code) != row)


def _item(old: ItemRow | None, new: ItemRow | None) -> ItemDifference | None:
    if old == new:
        return None
    if old is None or new is None:
        row, kind = (old, Kind.REMOVED) if new is None else (new, Kind.ADDED)
        assert row is not None, "a code comes from one of the two"
        return ItemDifference(row.code, row.name, kind)
    before, after = as_data(old), as_data(new)
    duties = tuple(_duties(before.pop("duties"), after.pop("duties")))
    return ItemDifference(new.code, new.name, Kind.CHANGED, tuple(_fields(before, after)), duties)


def _duties(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterator[DutyDifference]:
    """Compare by part; a part written twice is the first and the second of its name."""
    old, new = _by_part(before), _by_part(after)
    for key in [*old, *(key for key in new if key not in old)]:
        part = key[0]
        if key not in new:
            yield DutyDifference(part, Kind.REMOVED)
        elif key not in old:
            yield DutyDifference(part, Kind.ADDED)
        elif fields := tuple(_fields(old[key], new[key])):
            yield DutyDifference(part, Kind.CHANGED, fields)
    order = [key[0] for key in new if key in old]
    if order != [key[0] for key in old if key in new]:
        yield DutyDifference(
            "", Kind.CHANGED, (FieldChange("order", [key[0] for key in old], [key[0] for key in new]),)
        )


def _by_part(duties: list[dict[str, Any]]) -> dict[tuple[str, int], dict[str, Any]]:
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for duty in duties:
        times = sum(part == duty["part"] for part, _time in found)
        found[duty["part"], times] = duty
    return found


def _fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldChange]:
    for field, value in after.items():
        if before[field] != value:
            yield FieldChange(field, before[field], value)
