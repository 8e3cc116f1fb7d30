"""The tamper matrix, of rows: whatever is done to a row the record vouches for, `sanhu verify` names that row.

The clumsy attacker alters the row alone. The thorough one makes the record agree with it afterwards, up to the head:
then nothing in the database tells any more, and only the checkpoints kept outside it do.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, models
from django.db.models import QuerySet

from sanhu.domains.evidence.fields import PersonalTextField
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.verify_rows import witnessed_models
from sanhu.domains.subjects.models import Account
from tests.tampering import attacker
from tests.tampering.conftest import Found, House, findings, named
from tests.tampering.targets import MATTERS_MOST, TARGETS, Target

pytestmark = pytest.mark.covers("R84.2")

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
    return named | {("photo_altered", copy.row_ref)} if target is TARGETS["photo"] else named


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


CLUMSY: dict[str, Attack] = {
    "flip": flip,
    "drop": drop,
    "insert": insert,
    "re-order": re_order,
    "back-date": back_date,
    "truncate": truncate,
    "roll back": roll_back,
}
# What there is not: a person, a role and an account carry no date, nor does anything give them one.
IMPOSSIBLE = {("back-date", "person"), ("back-date", "role"), ("back-date", "account")}
CELLS = [
    pytest.param(TARGETS[name], attack, id=f"{operation} {name}")
    for name in TARGETS
    for operation, attack in CLUMSY.items()
    if (operation, name) not in IMPOSSIBLE
]
THOROUGH = [
    pytest.param(TARGETS[name], attack, id=f"{operation} {name}")
    for name in MATTERS_MOST
    for operation, attack in CLUMSY.items()
]


def test_nothing_is_found_where_nobody_tampered(house: House):
    assert findings() == []


@pytest.mark.parametrize(("target", "attack"), CELLS)
def test_the_row_is_named(target: Target, attack: Attack, house: House):
    attacker.lift_guards(target.model)
    expected = attack(target, house)
    assert expected, "nothing was altered"
    assert named() == expected


def cover_up(target: Target) -> None:
    """Make the record agree with the tables, and chain it anew."""
    models = {target.model} | ({target.dated[0]} if target.dated else set())
    attacker.agree(*models)
    attacker.rechain()
    attacker.forget_checkpoints()


@pytest.mark.parametrize(("target", "attack"), THOROUGH)
def test_the_fork_is_named_where_the_record_was_made_to_agree_and_not_without_the_file_outside(
    target: Target, attack: Attack, house: House, outside: Path
):
    attacker.lift_guards(target.model)
    attack(target, house)
    cover_up(target)
    found = named()
    assert {kind for kind, _ref in found} == {"record_forked"}
    assert {ref for _kind, ref in found} <= {house.ref(house.yesterday.size), house.ref(house.today.size)}
    outside.unlink()
    assert named() == set()


@pytest.mark.parametrize("name", [name for name in TARGETS if name not in MATTERS_MOST])
def test_the_fork_is_named_for_every_other_row_as_well(name: str, house: House):
    target = TARGETS[name]
    attacker.lift_guards(target.model)
    flip(target, house)
    cover_up(target)
    assert {kind for kind, _ref in named()} == {"record_forked"}


def test_every_kind_of_row_is_in_the_table():
    """A model that becomes witnessed is tampered with as well, or this fails."""
    assert sorted((target.model for target in TARGETS.values()), key=lambda model: model._meta.label_lower) == (
        witnessed_models()
    )
    assert {"flip", "drop", "insert"} <= CLUMSY.keys()
    assert not {operation for operation, _name in IMPOSSIBLE} & {"flip", "drop", "insert"}


# --- every single column


def other(column: models.Field, value: object, number: int) -> object:  # type: ignore[type-arg]
    """Give another value than this one that the column can hold."""
    match column:
        case models.BooleanField():
            return not value
        case models.JSONField():
            return [value, number]
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


@pytest.mark.parametrize("name", TARGETS)
def test_every_column_is_vouched_for(name: str, house: House):
    target = TARGETS[name]
    attacker.lift_guards(target.model)
    row = target.rows[0]
    columns = [column for column in row._meta.concrete_fields if not column.primary_key]
    attacker.flip(row, **{c.attname: other(c, getattr(row, c.attname), place) for place, c in enumerate(columns)})
    told = {found["detail"] for found in findings() if (found["kind"], found["ref"]) == ("row_altered", row.row_ref)}
    assert {column.attname for column in columns} - told == set(row.unwitnessed)


def test_what_is_left_out_is_what_changes_without_a_deed():
    """Nobody finds an altered password in the record. It opens no deed of somebody else's: it is a sign-in."""
    left_out = {model: model.unwitnessed for model in witnessed_models() if model.unwitnessed}
    assert left_out == {Account: ("password", "last_login")}


@pytest.mark.parametrize("name", ["matter", "item", "organisation", "version"])
def test_the_database_itself_refuses_to_drop_what_others_rest_on(name: str, house: House):
    """Its owner has to lift the guards first, as every attack above does."""
    attacker.drop(TARGETS[name].rows[0])
    with pytest.raises(IntegrityError):
        connection.check_constraints()
