"""Proposing another lead for one duty: a proposal with that one change, for another person to approve (R32)."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.models import CatalogueProposal, CatalogueVersion, Duty
from sanhu.domains.catalogue.queries import may_lead, versions
from sanhu.domains.catalogue.reading import rows_of
from sanhu.domains.catalogue.rows import DutyRow, ItemRow, LeadOption
from sanhu.domains.catalogue.rules import LeadKind, check_one_lead
from sanhu.domains.catalogue.services.doors import may, require
from sanhu.domains.catalogue.services.proposal_door import check_reason
from sanhu.domains.catalogue.services.proposing import write_opened, write_submitted
from sanhu.domains.catalogue.tables import AMEND_ARTICLE
from sanhu.domains.evidence.once import Once
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, Refused, refuse


def amend_duty(
    *,
    actor: Actor,
    at: datetime,
    client_id: UUID,
    duty: Duty,
    lead: LeadKind | None,
    reason: str,
    in_force_from: date | None = None,
) -> CatalogueProposal:
    """Propose another lead for a duty.

    Raises Refused: without permission or reason, on a version that is no longer the newest, and where X-02, X-03 or
    X-04 forbid the lead. A duty of another district does not exist for the actor: Duty.DoesNotExist.
    """
    return _propose(
        actor=actor,
        at=at,
        client_id=client_id,
        duty=duty,
        lead=lead,
        reason=reason,
        in_force_from=in_force_from,
        choice=ALLOWED,
    )


def choose_lead(
    *,
    actor: Actor,
    at: datetime,
    client_id: UUID,
    duty: Duty,
    lead: LeadKind | None,
    reason: str,
    in_force_from: date | None = None,
) -> CatalogueProposal:
    """Propose one of the bodies the catalogue offers for a duty; refusals as `amend_duty`."""
    offered = lead is None or lead in duty.choices_of_lead
    return _propose(
        actor=actor,
        at=at,
        client_id=client_id,
        duty=duty,
        lead=lead,
        reason=reason,
        in_force_from=in_force_from,
        choice=ALLOWED
        if offered
        else refuse(_("清单没有把这类主体列为可以选择的主责主体"), citations=(AMEND_ARTICLE,)),
    )


def _propose(
    *,
    actor: Actor,
    at: datetime,
    client_id: UUID,
    duty: Duty,
    lead: LeadKind | None,
    reason: str,
    in_force_from: date | None,
    choice: Decision,
) -> CatalogueProposal:
    asked = {
        "duty": duty.pk,
        "lead": str(lead) if lead else None,
        "reason": reason,
        "in_force_from": in_force_from,
    }
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)

    @transaction.atomic
    def write() -> str:
        base = _newest(duty, actor=actor)
        require(may(actor, Permission.CATALOGUE_AMEND, district=base.district))
        found = Duty.objects.select_related("item__version").get(pk=duty.pk)
        if found.item.version_id != base.pk:
            raise Refused(refuse(_("清单已有新版本，请在新版本上修改"), citations=(AMEND_ARTICLE,)))
        check_reason(reason)
        require(check_one_lead([lead] if lead else [], matrix=shipped.matrix()))
        assert lead is not None, "a duty without a lead was refused"
        require(choice)
        require(may_lead(found, lead))
        if lead == found.lead:
            raise Refused(refuse(_("主责主体没有变化"), citations=(AMEND_ARTICLE,)))
        facts = {"item": found.item.code, "part": found.part, "before": str(found.lead), "after": str(lead)}
        proposal = write_opened(
            actor=actor,
            at=at,
            district=base.district,
            reason=reason,
            in_force_from=in_force_from,
            instrument=None,
            rows=[_with_lead(row, found, lead) for row in rows_of(base)],
            facts=facts,
        )
        write_submitted(proposal, actor=actor, at=at)
        return once.remember(str(proposal.pk))

    return CatalogueProposal.objects.get(pk=int(once.answer(write)))


def _newest(duty: Duty, *, actor: Actor) -> CatalogueVersion:
    """Give the newest version of the duty's district."""
    own = CatalogueVersion.objects.filter(items__duties=duty.pk).first()
    if own is None or (actor.kind is not ActorKind.SYSTEM and own.district != actor.district):
        raise Duty.DoesNotExist
    newest = versions(own.district).first()
    assert newest is not None, "a district with a version has a newest one"
    return newest


def _with_lead(row: ItemRow, duty: Duty, lead: LeadKind) -> ItemRow:
    if row.code != duty.item.code:
        return row
    return replace(row, duties=tuple(_given(one, lead) if one.part == duty.part else one for one in row.duties))


def _given(duty: DutyRow, lead: LeadKind) -> DutyRow:
    """Put a duty under another lead; whoever leads no longer stands among the assistants."""
    text = str(lead)
    first = [option for option in duty.leads if LeadKind.parse(option.kind) == lead] or [LeadOption(text)]
    others = (option for option in duty.leads if option not in first)
    return replace(
        duty,
        leads=(*first, *others),
        assist=tuple(helper for helper in duty.assist if helper.kind != text),
    )
