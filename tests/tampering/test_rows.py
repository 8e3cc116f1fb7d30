"""The tamper matrix, of rows: whatever is done to a row the record vouches for, `sanhu verify` names that row.

The rows of the gate and the ledger are in test_gate_rows.py, those of the desks in
test_desk_rows.py, those of proposed changes in test_catalogue_rows.py.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

import pytest
from django.db import IntegrityError, connection

from sanhu.domains.evidence.verify_rows import witnessed_models
from sanhu.domains.funding.models import Disclosure, LedgerAccount
from sanhu.domains.subjects.models import Account, ApiToken, DigestSubscription, OneTimeCodes, Passkey
from tests.tampering import attacker
from tests.tampering.conftest import House, findings, named
from tests.tampering.operations import CLUMSY, Attack, cover_up, flip, flip_every_column
from tests.tampering.targets import MATTERS_MOST, TARGETS, Target

pytestmark = pytest.mark.covers("R84.2")

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


def test_every_kind_of_row_is_in_a_table():
    """A model that becomes witnessed is tampered with as well, or this fails."""
    tampered = {target.model for table in _tables() for target in table.values() if isinstance(target, Target)}
    assert sorted(tampered, key=lambda model: model._meta.label_lower) == witnessed_models()
    assert {"flip", "drop", "insert"} <= CLUMSY.keys()
    assert not {operation for operation, _name in IMPOSSIBLE} & {"flip", "drop", "insert"}


def _tables() -> Iterator[Mapping[str, object]]:
    """Give every table of targets: each room keeps its own in a file of its own."""
    for path in sorted(Path(__file__).parent.glob("targets*.py")):
        module = import_module(f"tests.tampering.{path.stem}")
        yield from (value for value in vars(module).values() if isinstance(value, Mapping))


# --- every single column


@pytest.mark.parametrize("name", TARGETS)
def test_every_column_is_vouched_for(name: str, house: House):
    target = TARGETS[name]
    attacker.lift_guards(target.model)
    row, columns = flip_every_column(target)
    told = {found["detail"] for found in findings() if (found["kind"], found["ref"]) == ("row_altered", row.row_ref)}
    assert columns - told == set(row.unwitnessed)


def test_what_is_left_out_is_what_changes_without_a_deed_and_what_the_ledger_adds_up():
    """Nobody finds an altered password in the record. It opens no deed of somebody else's: it is a sign-in.

    When a key, a code or a token was used last, and the day a digest was seen to, are no deeds either.
    The totals of an account are found by adding up, as test_gate_rows.py shows; a published file by its hash, which is
    witnessed, as test_money_rows.py shows.
    """
    left_out = {model: model.unwitnessed for model in witnessed_models() if model.unwitnessed}
    assert left_out == {
        Account: ("password", "last_login"),
        ApiToken: ("last_used_at",),
        DigestSubscription: ("looked_on",),
        OneTimeCodes: ("last_step",),
        Passkey: ("sign_count", "last_used_at"),
        LedgerAccount: ("cap_fen", "posted_fen", "reserved_fen"),
        Disclosure: ("table",),
    }


@pytest.mark.parametrize("name", ["matter", "item", "organisation", "version"])
def test_the_database_itself_refuses_to_drop_what_others_rest_on(name: str, house: House):
    """Its owner has to lift the guards first, as every attack above does."""
    attacker.drop(TARGETS[name].rows[0])
    with pytest.raises(IntegrityError):
        connection.check_constraints()
