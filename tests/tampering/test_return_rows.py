"""The tamper matrix, of the rows of going back, and what its own rules say where the record was made to agree."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sanhu.domains.admission.models import ReturnProposal
from tests.tampering import attacker, returns_town
from tests.tampering.conftest import House, findings, named
from tests.tampering.operations import CLUMSY, attack_all, cover_up, flip_every_column, touched
from tests.tampering.targets_returns import RETURNS

pytestmark = pytest.mark.covers("R84.2")


@pytest.fixture(scope="module")
def town() -> Callable[[], House]:
    """Tamper with the district in which a task went back on each of two days."""
    return returns_town.build


def test_nothing_is_found_where_nobody_tampered_and_every_table_has_rows_of_both_days(house: House):
    assert findings() == []
    for target in RETURNS.values():
        assert 0 < len(house.yesterday.tables[target.model]) < len(house.today.tables[target.model])


@pytest.mark.parametrize("operation", CLUMSY)
def test_every_row_is_named(operation: str, house: House):
    expected = attack_all(RETURNS, operation, house)
    assert named() == expected


@pytest.mark.parametrize("operation", CLUMSY)
def test_the_fork_is_named_where_the_record_was_made_to_agree_and_not_without_the_file_outside(
    operation: str, house: House, outside: Path
):
    attack_all(RETURNS, operation, house)
    cover_up(*RETURNS.values())
    found = named()
    assert {kind for kind, _ref in found} == {"record_forked"}
    assert {ref for _kind, ref in found} <= {house.ref(house.yesterday.size), house.ref(house.today.size)}
    outside.unlink()
    assert named() == set()


def test_every_column_is_vouched_for(house: House):
    attacker.lift_guards(*touched(RETURNS.values()))
    flipped = {row.row_ref: (row, columns) for row, columns in map(flip_every_column, RETURNS.values())}
    told: dict[str, set[str]] = {ref: set() for ref in flipped}
    for found in findings():
        if found["kind"] == "row_altered":
            told[found["ref"]].add(found["detail"])
    for ref, (row, columns) in flipped.items():
        assert columns - told[ref] == set(row.unwitnessed), ref


# One column of a return that was transferred, and what the room's own rules say of it.
LIES = {
    "decided_at": ("state_wrong", {"decided_at": returns_town.FIRST.at}),
    "check_due_on": ("due_wrong", {"check_within": 99}),
    "answers_due_on": ("due_wrong", {"answer_within": 1}),
    "released_fen": ("return_wrong", {"released_fen": 10**9}),
    "bearer": ("hearing_wrong", {"bearer_id": 1}),
}


@pytest.mark.covers("R14")
@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_named_even_where_the_record_was_made_to_agree(name: str, house: House, outside: Path):
    kind, columns = LIES[name]
    row = ReturnProposal.objects.order_by("pk")[0]
    attacker.lift_guards(ReturnProposal)
    attacker.flip(row, **columns)
    attacker.agree(ReturnProposal)
    attacker.rechain()
    attacker.forget_checkpoints()
    outside.unlink()
    assert (kind, row.row_ref) in {(found["kind"], found["ref"]) for found in findings()}
