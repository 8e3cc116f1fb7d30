"""What is done to rows: clumsily, leaving the record as it is, and thoroughly, making it agree afterwards.

The clumsy attacker alters the row alone. The thorough one makes the record agree with it afterwards, up to the head:
then nothing in the database tells any more, and only the checkpoints kept outside it do.
"""

from collections.abc import Callable, Iterable, Mapping

from django.db import models
from django.db.models import QuerySet

from sanhu.domains.evidence.fields import PersonalTextField
from sanhu.domains.evidence.models import Attachment, Witnessed
from tests.tampering import attacker
from tests.tampering.conftest import Found, House
from tests.tampering.targets import Target

# An attack is done, and gives what has to be named: exactly that, beside what the rules of the rooms find.
Attack = Callable[[Target, House], Found]


def flip(target: Target, house: House) -> Found:
    row = target.rows[0]
    attacker.flip(row, **target.flipped)
    return {("row_altered", row.row_ref)}


def drop(target: Target, house: House) -> Found:
    row = target.rows[0]
    attacker.drop(row)
    return {("row_missing", row.row_ref)}


def insert(target: Target, house: House) -> Found:
    copy = attacker.insert_copy(target.rows[0], **target.fresh())
    assert isinstance(copy, Witnessed)
    named = {("row_unwitnessed", copy.row_ref)}
    return named | {("photo_altered", copy.row_ref)} if target.model is Attachment else named


def re_order(target: Target, house: House) -> Found:
    one, other = target.rows[:2]
    attacker.exchange(one, other)
    return {("row_altered", one.row_ref), ("row_altered", other.row_ref)}


def back_date(target: Target, house: House) -> Found:
    assert target.dated is not None
    model, columns = target.dated
    row = QuerySet(model).order_by("pk")[0]
    attacker.flip(row, **columns)
    return {("row_altered", row.row_ref)}


def truncate(target: Target, house: House) -> Found:
    gone = target.rows[-2:]
    for row in gone:
        attacker.drop(row)
    return {("row_missing", row.row_ref) for row in gone}


def roll_back(target: Target, house: House) -> Found:
    """Put this one table back to yesterday evening."""
    today = {row.row_ref: row.witnessed_values() for row in target.rows}
    attacker.put_back({target.model: house.yesterday.tables[target.model]})
    yesterday = {row.row_ref: row.witnessed_values() for row in target.rows}
    missing = {("row_missing", ref) for ref in today.keys() - yesterday.keys()}
    return missing | {("row_altered", ref) for ref in yesterday if yesterday[ref] != today[ref]}


CLUMSY: Mapping[str, Attack] = {
    "flip": flip,
    "drop": drop,
    "insert": insert,
    "re-order": re_order,
    "back-date": back_date,
    "truncate": truncate,
    "roll back": roll_back,
}


def attack_all(targets: Mapping[str, Target], operation: str, house: House) -> Found:
    """Do one thing to every table of a group; give what has to be named, of each table something."""
    expected: Found = set()
    attacker.lift_guards(*touched(targets.values()))
    for name, target in targets.items():
        met = CLUMSY[operation](target, house)
        assert met - expected, f"nothing was altered of {name}"
        expected |= met
    return expected


def cover_up(*targets: Target) -> None:
    """Make the record agree with the tables, and chain it anew."""
    attacker.agree(*touched(targets))
    attacker.rechain()
    attacker.forget_checkpoints()


def touched(targets: Iterable[Target]) -> set[type[Witnessed]]:
    """Give the tables that attacks on these targets alter."""
    return {target.model for target in targets} | {target.dated[0] for target in targets if target.dated}


def flip_every_column(target: Target) -> tuple[Witnessed, set[str]]:
    """Put other values into every column of a row; give the row and the columns' names."""
    row = target.rows[0]
    columns = [column for column in row._meta.concrete_fields if not column.primary_key]
    attacker.flip(row, **{c.attname: _other(c, getattr(row, c.attname), place) for place, c in enumerate(columns)})
    return row, {column.attname for column in columns}


def _other(column: models.Field, value: object, number: int) -> object:  # type: ignore[type-arg]
    """Give another value than this one that the column can hold."""
    match column:
        case models.BooleanField():
            return not value
        case models.JSONField():
            return [value, number]
        case models.BinaryField():
            return bytes(value) + b"more"  # type: ignore[call-overload]
        case models.UUIDField():
            return f"00000000-0000-4000-8000-{number:012}"
        case models.DateField():
            return "2001-01-01" if column.get_internal_type() == "DateField" else "2001-01-01 00:00:00+00:00"
        case models.FloatField():
            return (value or 0.0) + 1.0
        case models.ForeignKey() | models.IntegerField():
            return (value or 0) + 1000
        case PersonalTextField():
            return f"{value}改"
        case _:
            return f"{str(value)[: (column.max_length or 9) - 2]}改" if value else "改"
