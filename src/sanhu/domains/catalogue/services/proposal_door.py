"""The one door to one proposal: scoped, locked, judged; and the entry each of its moves leaves."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue.judging import Judged, judge
from sanhu.domains.catalogue.models import CatalogueProposal, CatalogueVersion
from sanhu.domains.catalogue.proposals import may_move
from sanhu.domains.catalogue.queries import proposals_visible_to, versions
from sanhu.domains.catalogue.review import Finding
from sanhu.domains.catalogue.row_faults import faults_of_rows
from sanhu.domains.catalogue.rows import ItemRow
from sanhu.domains.catalogue.services.doors import require
from sanhu.domains.catalogue.tables import AMEND_ARTICLE, PROPOSAL
from sanhu.domains.evidence.record import record
from sanhu.domains.evidence.requests import StaleForm
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse

MOST_WORDS = 2000


class ProposalNotFound(Exception):  # noqa: N818 - what one may not see is not found
    """There is no such proposal for this person."""


class FaultyProposal(Refused):
    """Rows of the proposal are against the Measure; `findings` name each."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(
            refuse(
                *dict.fromkeys(finding.words for finding in self.findings),
                citations=tuple(dict.fromkeys(cited for finding in self.findings for cited in finding.citations)),
                code=self.findings[0].code,
            )
        )


def locked(actor: Actor, proposal_id: int, move: str, *, revision: int | None = None) -> CatalogueProposal:
    """Give a proposal the actor may see, locked, with the move decided on.

    Raises ProposalNotFound, StaleForm when somebody acted since the form was opened, and Refused.
    """
    proposal = proposals_visible_to(actor).select_for_update(of=("self",)).filter(pk=proposal_id).first()
    if proposal is None:
        raise ProposalNotFound(proposal_id)
    if revision is not None and proposal.revision != revision:
        raise StaleForm
    require(
        may_move(
            state=proposal.state,
            district=proposal.district,
            authors=proposal.authors,
            move=move,
            actor=actor,
        )
    )
    return proposal


def lock_district(district: str) -> None:
    """Let one version be made at a time: a district's first proposal never goes away and serves as its lock."""
    list(CatalogueProposal.objects.select_for_update().filter(district=district, number=1))


def apply(
    proposal: CatalogueProposal,
    move: str,
    *,
    actor: Actor,
    at: datetime,
    facts: Mapping[str, object] | None = None,
) -> CatalogueProposal:
    """Apply a decided move, save the proposal whole, and leave an entry."""
    made = PROPOSAL.move(move)
    proposal.state = made.leads_to(proposal.state)
    proposal.revision += 1
    proposal.save()
    enter(made.event, proposal, actor=actor, at=at, facts=facts)
    return proposal


def enter(
    event: str, proposal: CatalogueProposal, *, actor: Actor, at: datetime, facts: Mapping[str, object] | None = None
) -> None:
    """Write the entry that vouches for the proposal as it now is."""
    record(
        event=event,
        actor=actor,
        at=at,
        subject=proposal.ref,
        district=proposal.district,
        rows=[proposal],
        facts={"number": proposal.number, "items": len(proposal.rows), **(facts or {})},
    )


def not_before_the_last_move(proposal: CatalogueProposal, at: datetime) -> datetime:
    """Machines' clocks differ by a little: what follows on a move is never dated before it."""
    return max(at, proposal.submitted_at or proposal.opened_at)


def add_author(proposal: CatalogueProposal, actor: Actor) -> None:
    """Remember who had a hand in it, and whom they stood in for."""
    proposal.authors = sorted({*proposal.authors, *actor.persons})


def newest_version(district: str) -> CatalogueVersion | None:
    """Give a district's newest version, in force or not."""
    return versions(district).first()


def check_storable(rows: Iterable[ItemRow]) -> None:
    """Raise Refused naming every item, field and rule where a row cannot be kept."""
    if faults := faults_of_rows(rows):
        raise Refused(refuse(*faults, citations=(AMEND_ARTICLE,)))


def check_reason(reason: str) -> str:
    """Give the reason as it is kept. Raises Refused without one."""
    kept = reason.strip()
    if not kept:
        raise Refused(refuse(_("理由：修改清单须写明理由"), citations=(AMEND_ARTICLE,)))
    if len(kept) > MOST_WORDS:
        raise Refused(refuse(_("理由：不超过 2000 个字"), citations=(AMEND_ARTICLE,)))
    return kept


def judged(proposal: CatalogueProposal) -> Judged:
    """Hold a proposal against the rules. Raises FaultyProposal with every finding that keeps a changed row out."""
    found = judge(proposal)
    if blocking := found.blocking:
        raise FaultyProposal(blocking)
    return found
