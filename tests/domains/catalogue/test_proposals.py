"""A change of the catalogue is prepared by one person and decided on by another, whole, with its reason (R32)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from sanhu.domains.catalogue.models import CatalogueProposal, CatalogueVersion
from sanhu.domains.catalogue.reading import rows_of
from sanhu.domains.catalogue.rows import ItemRow
from sanhu.domains.catalogue.services.proposing import open_proposal, put_item, submit_proposal
from sanhu.engines.actors import Actor
from tests.approving import approved


def row_of_code(version: CatalogueVersion, code: str) -> ItemRow:
    """Give one row of a version."""
    return next(row for row in rows_of(version) if row.code == code)


@pytest.mark.covers("R32")
def test_what_is_put_into_a_proposal_is_the_next_version_once_another_person_approved(
    version: CatalogueVersion, coordinator: Actor, at: datetime
):
    proposal = open_proposal(
        actor=coordinator, at=at, client_id=uuid4(), reason="改写定义", in_force_from=date(2027, 1, 1)
    )
    changed = replace(row_of_code(version, "K3-07"), definition="维修共用部位。", needs_record="议事会纪要")
    put_item(actor=coordinator, at=at, client_id=uuid4(), proposal_id=proposal.pk, row=changed)
    submit_proposal(actor=coordinator, at=at, client_id=uuid4(), proposal_id=proposal.pk)
    made = approved(CatalogueProposal.objects.get(), at=at + timedelta(hours=1))
    assert (made.number, made.in_force_from, made.reason, made.approved_by_post_id) == (
        2,
        date(2027, 1, 1),
        "改写定义",
        20,
    )
    assert rows_of(made) == tuple(changed if row.code == "K3-07" else row for row in rows_of(version))
    assert made.findings == version.findings
