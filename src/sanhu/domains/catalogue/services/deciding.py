"""Deciding on a proposal: another person than its authors approves it, which makes the next version (R32)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue.drafting import Draft, write_reviewed
from sanhu.domains.catalogue.events import CatalogueEvent
from sanhu.domains.catalogue.judging import Judged
from sanhu.domains.catalogue.models import CatalogueProposal, CatalogueVersion
from sanhu.domains.catalogue.proposals import check_base
from sanhu.domains.catalogue.services import proposal_door as door
from sanhu.domains.catalogue.services.doors import enter, require
from sanhu.domains.catalogue.tables import AMEND_ARTICLE
from sanhu.domains.evidence.once import Once
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.legal_time import legal_day


def approve_proposal(
    *,
    actor: Actor,
    at: datetime,
    client_id: UUID,
    proposal_id: int,
    revision: int | None = None,
    words: str = "",
) -> CatalogueProposal:
    """Approve a proposal: its rows are the next version, in force from its day, at the earliest from today.

    Raises Refused for an author, whatever post they act through, and where a newer version was made meanwhile.
    """
    once = Once(client_id=client_id, actor=actor, asked={"approve": proposal_id, "words": words}, at=at)

    @transaction.atomic
    def write() -> str:
        proposal = _taken(actor, proposal_id, "approve", revision)
        moment = door.not_before_the_last_move(proposal, at)
        base = door.newest_version(proposal.district)
        require(check_base("approve", is_newest=(base.pk if base else None) == proposal.base_id))
        found = door.judged(proposal)
        draft = _write_version(proposal, base, found, actor=actor, at=moment)
        proposal.version = draft.version
        _decide(proposal, "approve", words=words.strip(), actor=actor, at=moment)
        enter(
            CatalogueEvent.VERSION_MADE,
            draft,
            actor=actor,
            at=moment,
            facts={"proposal": proposal.ref, "changed": len(found.changed)},
        )
        return once.remember(str(proposal.pk))

    return CatalogueProposal.objects.get(pk=int(once.answer(write)))


def reject_proposal(
    *, actor: Actor, at: datetime, client_id: UUID, proposal_id: int, reason: str, revision: int | None = None
) -> CatalogueProposal:
    """Reject a proposal, with the reason its authors read. Raises Refused as `approve_proposal`."""
    once = Once(client_id=client_id, actor=actor, asked={"reject": proposal_id, "reason": reason}, at=at)

    @transaction.atomic
    def write() -> str:
        proposal = _taken(actor, proposal_id, "reject", revision)
        if not reason.strip():
            raise Refused(refuse(_("理由：不予批准须写明理由"), citations=(AMEND_ARTICLE,)))
        moment = door.not_before_the_last_move(proposal, at)
        _decide(proposal, "reject", words=door.check_reason(reason), actor=actor, at=moment)
        return once.remember(str(proposal.pk))

    return CatalogueProposal.objects.get(pk=int(once.answer(write)))


def _taken(actor: Actor, proposal_id: int, move: str, revision: int | None) -> CatalogueProposal:
    """Lock the district's versions, then the proposal: always in that order, since two may be approved at once."""
    door.lock_district(actor.district)
    return door.locked(actor, proposal_id, move, revision=revision)


def _decide(proposal: CatalogueProposal, move: str, *, words: str, actor: Actor, at: datetime) -> None:
    proposal.decided_at = at
    proposal.decided_by_post_id = actor.post_id
    proposal.decided_by_person_id = actor.person_id
    proposal.decision_words = words
    facts = {"version": proposal.version.number} if proposal.version is not None else {}
    door.apply(proposal, move, actor=actor, at=at, facts=facts)


def _write_version(
    proposal: CatalogueProposal,
    base: CatalogueVersion | None,
    found: Judged,
    *,
    actor: Actor,
    at: datetime,
) -> Draft:
    """Write the next version. What was found at an item that stays as it is stays with it."""
    known = {item.row.code for item in found.reviewed}
    carried = [
        finding
        for finding in (base.findings if base else [])
        if finding["item_code"] in known and finding["item_code"] not in found.changed
    ]
    fresh = [finding.as_json() for item in found.of_changed for finding in item.findings]
    earliest = max(legal_day(at), base.in_force_from) if base else legal_day(at)
    version = CatalogueVersion.objects.create(
        district=proposal.district,
        number=base.number + 1 if base else 1,
        instrument_id=proposal.instrument_id,
        reason=proposal.reason,
        approved_by_post_id=actor.post_id,
        in_force_from=max(proposal.in_force_from, earliest),
        created_at=at,
        findings=[*carried, *fresh],
    )
    return write_reviewed(version, found.reviewed, territory=proposal.district)
