"""The tamper matrix, of the rows of budget performance: all tables at once."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.tampering import attacker, performance_town
from tests.tampering.conftest import House, findings, named
from tests.tampering.operations import CLUMSY, attack_all, cover_up, flip_every_column, touched
from tests.tampering.targets import Target
from tests.tampering.targets_performance import PERFORMANCE, UNDATED

pytestmark = pytest.mark.covers("R84.2")


@pytest.fixture(scope="module")
def town() -> Callable[[], House]:
    """Tamper with the district of two days on which money was looked at."""
    return performance_town.build


def test_nothing_is_found_where_nobody_tampered_and_every_table_has_rows_of_both_days(house: House):
    assert findings() == []
    for target in PERFORMANCE.values():
        assert 0 < len(house.yesterday.tables[target.model]) < len(house.today.tables[target.model])


def attacked(operation: str) -> Mapping[str, Target]:
    """Leave out what cannot be: some rows carry no date."""
    return {name: target for name, target in PERFORMANCE.items() if operation != "back-date" or name not in UNDATED}


@pytest.mark.parametrize("operation", CLUMSY)
def test_every_row_is_named(operation: str, house: House):
    expected = attack_all(attacked(operation), operation, house)
    assert named() == expected


@pytest.mark.parametrize("operation", CLUMSY)
def test_the_fork_is_named_where_the_record_was_made_to_agree_and_not_without_the_file_outside(
    operation: str, house: House, outside: Path
):
    attack_all(attacked(operation), operation, house)
    cover_up(*PERFORMANCE.values())
    found = named()
    assert {kind for kind, _ref in found} == {"record_forked"}
    assert {ref for _kind, ref in found} <= {house.ref(house.yesterday.size), house.ref(house.today.size)}
    outside.unlink()
    assert named() == set()


def test_every_column_is_vouched_for(house: House):
    attacker.lift_guards(*touched(PERFORMANCE.values()))
    flipped = {row.row_ref: (row, columns) for row, columns in map(flip_every_column, PERFORMANCE.values())}
    told: dict[str, set[str]] = {ref: set() for ref in flipped}
    for found in findings():
        if found["kind"] == "row_altered":
            told[found["ref"]].add(found["detail"])
    for ref, (row, columns) in flipped.items():
        assert columns - told[ref] == set(row.unwitnessed), ref
