"""The tamper matrix, of the rows of donations, and what their own rules say where the record was made to agree."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding.models import Donation, DonationNotice, DonationUse, Earmark, PurposeChange
from sanhu.domains.funding.verification import CHECKS
from tests.tampering import attacker, donations_town
from tests.tampering.conftest import House, findings, named
from tests.tampering.operations import CLUMSY, attack_all, cover_up, flip_every_column, touched
from tests.tampering.targets_donations import DONATIONS

pytestmark = pytest.mark.covers("R84.2")


@pytest.fixture(scope="module")
def town() -> Callable[[], House]:
    """Tamper with the district in which a donation was taken on each of two days."""
    return donations_town.build


def test_nothing_is_found_where_nobody_tampered_and_every_table_has_rows_of_both_days(house: House):
    assert findings() == []
    for target in DONATIONS.values():
        assert 0 < len(house.yesterday.tables[target.model]) < len(house.today.tables[target.model])


@pytest.mark.parametrize("operation", CLUMSY)
def test_every_row_is_named(operation: str, house: House):
    assert named() == set()
    expected = attack_all(DONATIONS, operation, house)
    assert named() >= expected


@pytest.mark.parametrize("operation", CLUMSY)
def test_the_fork_is_named_where_the_record_was_made_to_agree(operation: str, house: House):
    attack_all(DONATIONS, operation, house)
    cover_up(*DONATIONS.values())
    assert "record_forked" in {kind for kind, _ref in named()}


def test_every_column_is_vouched_for(house: House):
    attacker.lift_guards(*touched(DONATIONS.values()))
    flipped = {row.row_ref: (row, columns) for row, columns in map(flip_every_column, DONATIONS.values())}
    told: dict[str, set[str]] = {ref: set() for ref in flipped}
    for found in findings():
        if found["kind"] == "row_altered":
            told[found["ref"]].add(found["detail"])
    for ref, (row, columns) in flipped.items():
        assert columns - told[ref] == set(row.unwitnessed), ref


# One column of each kind, and which row the rules of donations name for it.
LIES: dict[str, tuple[type[Witnessed], dict[str, object], type[Witnessed]]] = {
    "no more was agreed": (Donation, {"agreed_fen": 1}, Donation),
    "another purpose": (Earmark, {"purpose": "办公室装修"}, Donation),
    "another consent": (PurposeChange, {"after": "办公室装修"}, Donation),
    "published otherwise": (DonationNotice, {"spent_fen": 1}, DonationNotice),
    "for another donation": (DonationUse, {"donation_id": "the second's"}, DonationUse),
}


@pytest.mark.covers("R63")
@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_named_even_where_the_record_was_made_to_agree(name: str, house: House, outside: Path):
    del house
    model, columns, told = LIES[name]
    row = model._default_manager.order_by("pk")[0]
    if "donation_id" in columns:
        columns = {"donation_id": Donation.objects.latest("pk").pk}
    attacker.lift_guards(model)
    attacker.flip(row, **columns)
    attacker.agree(model)
    attacker.rechain()
    attacker.forget_checkpoints()
    outside.unlink()
    expected = told._default_manager.order_by("pk")[0].row_ref
    found = {(one.kind, one.ref) for one in verify(checks=CHECKS).findings}
    assert ("donation_wrong", expected) in found
