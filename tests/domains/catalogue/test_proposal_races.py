"""Two at once at a proposal: one version, no change lost, one proposal a form; on both databases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.judging import rows_in
from sanhu.domains.catalogue.models import CatalogueProposal, CatalogueVersion
from sanhu.domains.catalogue.services.deciding import approve_proposal
from sanhu.domains.catalogue.services.loading import load_catalogue
from sanhu.domains.catalogue.services.proposing import open_proposal, put_item, submit_proposal
from sanhu.domains.catalogue.verification import CHECKS
from sanhu.domains.evidence.verify import verify
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import SYSTEM, Actor
from tests.domains.casework.test_races import at_once, kinds_of
from tests.domains.catalogue.conftest import officer

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = {row.code: row for row in shipped.items() if row.code in {"K1-02", "K3-07"}}


@pytest.fixture(autouse=True)
def _loaded(at: datetime) -> None:
    """Load a catalogue of two items, committed for every thread to see."""
    load_catalogue(actor=SYSTEM, at=at, district="990101", rows=list(ROWS.values()))


def opened(at: datetime, client_id: UUID | None = None) -> CatalogueProposal:
    """Open a proposal on the newest version."""
    return open_proposal(actor=officer(), at=at, client_id=client_id or uuid4(), reason="调整", in_force_from=None)


def putting(proposal: CatalogueProposal, code: str, at: datetime) -> Callable[[], object]:
    """Change one item of a proposal."""
    row = replace(ROWS[code], definition="改写。")
    return lambda: put_item(actor=officer(), at=at, client_id=uuid4(), proposal_id=proposal.pk, row=row)


def submitted(code: str, at: datetime) -> CatalogueProposal:
    """Propose a change of one item."""
    proposal = opened(at)
    putting(proposal, code, at)()
    return submit_proposal(actor=officer(), at=at, client_id=uuid4(), proposal_id=proposal.pk)


def approving(proposal: CatalogueProposal, head: Actor, at: datetime) -> Callable[[], object]:
    """Approve a proposal."""
    return lambda: approve_proposal(actor=head, at=at, client_id=uuid4(), proposal_id=proposal.pk)


def head(post_id: int) -> Actor:
    """Give one of two who may approve."""
    return officer(post_id=post_id, permissions=frozenset({Permission.CATALOGUE_APPROVE}))


@pytest.mark.covers("R32")
def test_two_proposals_approved_at_once_make_one_version(at: datetime):
    first, second = submitted("K1-02", at), submitted("K3-07", at)
    outcomes = at_once(approving(first, head(20), at), approving(second, head(21), at))
    assert kinds_of(outcomes) == ["CatalogueProposal", "Refused"]
    assert CatalogueVersion.objects.count() == 2
    assert sorted(CatalogueProposal.objects.values_list("state", flat=True)) == ["approved", "submitted"]
    assert verify(checks=CHECKS).findings == ()


def test_one_proposal_approved_by_two_at_once_is_approved_once(at: datetime):
    proposal = submitted("K1-02", at)
    outcomes = at_once(approving(proposal, head(20), at), approving(proposal, head(21), at))
    assert kinds_of(outcomes) == ["CatalogueProposal", "Refused"]
    assert CatalogueVersion.objects.count() == 2
    assert verify(checks=CHECKS).findings == ()


def test_two_items_changed_at_once_are_both_changed(at: datetime):
    proposal = opened(at)
    outcomes = at_once(putting(proposal, "K1-02", at), putting(proposal, "K3-07", at))
    assert kinds_of(outcomes) == ["CatalogueProposal"] * 2
    proposal.refresh_from_db()
    assert [row.definition for row in rows_in(proposal)] == ["改写。"] * 2
    assert proposal.revision == 3


def test_a_form_sent_twice_at_once_is_one_proposal_and_two_forms_are_two(at: datetime):
    client_id = uuid4()
    outcomes = at_once(lambda: opened(at, client_id), lambda: opened(at, client_id), lambda: opened(at))
    assert kinds_of(outcomes) == ["CatalogueProposal"] * 3
    assert sorted(CatalogueProposal.objects.values_list("number", flat=True)) == [1, 2]
