"""A change of the catalogue needs two persons; whoever tests what comes of it has somebody to approve it."""

from datetime import datetime
from uuid import uuid4

from sanhu.domains.catalogue.models import CatalogueProposal, CatalogueVersion
from sanhu.domains.catalogue.services.deciding import approve_proposal
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind


def head_of(district: str) -> Actor:
    """Give the head of a district's coordination body, who had no hand in what is proposed."""
    return Actor(
        kind=ActorKind.POST,
        district=district,
        person_id=120,
        post_id=20,
        areas=(district,),
        permissions=frozenset({Permission.CATALOGUE_APPROVE}),
    )


def approved(proposal: CatalogueProposal, *, at: datetime, by: Actor | None = None) -> CatalogueVersion:
    """Have a proposal approved, by the head of the coordination body or by somebody else; give the version made."""
    head = by or head_of(proposal.district)
    decided = approve_proposal(actor=head, at=at, client_id=uuid4(), proposal_id=proposal.pk)
    assert decided.version is not None
    return decided.version
