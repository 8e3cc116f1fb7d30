"""The tamper matrix, of the rows of a year's end, and what its own rules say where the record was made to agree."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.funding.models import SettlementLine, Voucher, YearSettlement
from tests.tampering import attacker, year_end_town
from tests.tampering.conftest import House, findings, named
from tests.tampering.operations import CLUMSY, attack_all, cover_up, flip_every_column, touched
from tests.tampering.targets_year_end import YEAR_END

pytestmark = pytest.mark.covers("R84.2")


@pytest.fixture(scope="module")
def town() -> Callable[[], House]:
    """Tamper with the district in which a year was settled on each of two days."""
    return year_end_town.build


def attacked(operation: str) -> dict[str, object]:
    """Give what can be attacked so: a line carries no date."""
    return {name: target for name, target in YEAR_END.items() if operation != "back-date" or target.dated}


def test_nothing_is_found_where_nobody_tampered_and_every_table_has_rows_of_both_days(house: House):
    assert findings() == []
    for target in YEAR_END.values():
        assert 0 < len(house.yesterday.tables[target.model]) < len(house.today.tables[target.model])


@pytest.mark.parametrize("operation", CLUMSY)
def test_every_row_is_named(operation: str, house: House):
    expected = attack_all(attacked(operation), operation, house)  # type: ignore[arg-type]
    assert named() == expected


@pytest.mark.parametrize("operation", CLUMSY)
def test_the_fork_is_named_where_the_record_was_made_to_agree_and_not_without_the_file_outside(
    operation: str, house: House, outside: Path
):
    attack_all(attacked(operation), operation, house)  # type: ignore[arg-type]
    cover_up(*YEAR_END.values())
    found = named()
    assert {kind for kind, _ref in found} == {"record_forked"}
    assert {ref for _kind, ref in found} <= {house.ref(house.yesterday.size), house.ref(house.today.size)}
    outside.unlink()
    assert named() == set()


def test_every_column_is_vouched_for(house: House):
    attacker.lift_guards(*touched(YEAR_END.values()))
    flipped = {row.row_ref: (row, columns) for row, columns in map(flip_every_column, YEAR_END.values())}
    told: dict[str, set[str]] = {ref: set() for ref in flipped}
    for found in findings():
        if found["kind"] == "row_altered":
            told[found["ref"]].add(found["detail"])
    for ref, (row, columns) in flipped.items():
        assert columns - told[ref] == set(row.unwitnessed), ref


def carried() -> SettlementLine:
    return SettlementLine.objects.filter(action="carry").order_by("pk")[0]


def voucher() -> Voucher:
    found = carried().voucher
    assert found is not None
    return found


# What is altered of a signed settlement, and what the room's own rules say of it.
LIES: dict[str, tuple[Callable[[], Witnessed], dict[str, object], str]] = {
    "a fen more": (carried, {"fen": 701}, "settlement_wrong"),
    "the other action": (carried, {"action": "return"}, "settlement_wrong"),
    "no agreement": (carried, {"consent_id": None}, "settlement_against_rule"),
    "too old": (carried, {"first_year": 2020}, "settlement_against_rule"),
    "no voucher": (carried, {"voucher_id": None}, "settlement_wrong"),
    "another signer": (lambda: YearSettlement.objects.order_by("pk")[0], {"state": "refused"}, "settlement_wrong"),
    "two years on": (voucher, {"credit_id": None}, "source_changed"),
}


@pytest.mark.covers("R53")
@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_named_even_where_the_record_was_made_to_agree(name: str, house: House, outside: Path):
    find, columns, kind = LIES[name]
    row = find()
    if "credit_id" in columns:  # the account of the settlement two years later
        columns = {"credit_id": Voucher.objects.filter(kind="carry_over").order_by("-pk")[0].credit_id}
    attacker.lift_guards(type(row))
    attacker.flip(row, **columns)
    attacker.agree(type(row))
    attacker.rechain()
    attacker.forget_checkpoints()
    outside.unlink()
    assert kind in {found["kind"] for found in findings()}
