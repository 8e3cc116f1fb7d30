"""The tamper matrix, of the rows of signing in, of a desk and of what residents add: all tables at once.

An app that was begun and never confirmed opens nothing, so no entry speaks of it; one that was confirmed cannot be made
to look as if it never had been.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from sanhu.domains.subjects.models import OneTimeCodes
from tests.tampering import attacker, desk_town
from tests.tampering.conftest import House, findings, named
from tests.tampering.operations import CLUMSY, attack_all, cover_up, flip_every_column, touched
from tests.tampering.targets_desk import DESK

pytestmark = pytest.mark.covers("R84.2")


@pytest.fixture(scope="module")
def town() -> Callable[[], House]:
    """Tamper with the district of two days at its desks."""
    return desk_town.build


def test_nothing_is_found_where_nobody_tampered_and_every_table_has_rows_of_both_days(house: House):
    assert findings() == []
    for target in DESK.values():
        assert 0 < len(house.yesterday.tables[target.model]) < len(house.today.tables[target.model])


@pytest.mark.parametrize("operation", CLUMSY)
def test_every_row_is_named(operation: str, house: House):
    expected = attack_all(DESK, operation, house)
    assert named() == expected


@pytest.mark.parametrize("operation", CLUMSY)
def test_the_fork_is_named_where_the_record_was_made_to_agree_and_not_without_the_file_outside(
    operation: str, house: House, outside: Path
):
    attack_all(DESK, operation, house)
    cover_up(*DESK.values())
    found = named()
    assert {kind for kind, _ref in found} == {"record_forked"}
    assert {ref for _kind, ref in found} <= {house.ref(house.yesterday.size), house.ref(house.today.size)}
    outside.unlink()
    assert named() == set()


def test_every_column_is_vouched_for(house: House):
    attacker.lift_guards(*touched(DESK.values()))
    flipped = {row.row_ref: (row, columns) for row, columns in map(flip_every_column, DESK.values())}
    told: dict[str, set[str]] = {ref: set() for ref in flipped}
    for found in findings():
        if found["kind"] == "row_altered":
            told[found["ref"]].add(found["detail"])
    for ref, (row, columns) in flipped.items():
        assert columns - told[ref] == set(row.unwitnessed), ref


def test_a_confirmed_app_is_not_made_one_that_waits(house: House):
    del house
    app = DESK["app"].rows[0]
    attacker.flip(app, confirmed_at=None, secret="JBSWY3DPEHPK3PXP")
    assert not OneTimeCodes.objects.get(pk=app.pk).needs_witness
    assert named() == {("row_altered", app.row_ref)}
