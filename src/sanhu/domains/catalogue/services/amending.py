"""Changing who leads a duty: always a new complete version, with its reason, date and approver (R32)."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.drafting import write_copy
from sanhu.domains.catalogue.models import CatalogueVersion, Duty
from sanhu.domains.catalogue.queries import may_lead, versions
from sanhu.domains.catalogue.rules import LeadKind, check_one_lead
from sanhu.domains.catalogue.services.doors import AMEND_ARTICLE, enter, may, require
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, Refused, refuse
from sanhu.engines.legal_time import legal_day


def amend_duty(
    *,
    actor: Actor,
    at: datetime,
    duty: Duty,
    lead: LeadKind | None,
    reason: str,
    in_force_from: date | None = None,
) -> CatalogueVersion:
    """Put a duty under another lead, in a new complete version.

    Raises Refused: without permission or reason, on a version that is no longer the newest, and where X-02, X-03 or
    X-04 forbid the lead. A duty of another district does not exist for the actor: Duty.DoesNotExist.
    """
    return _amend(
        actor=actor,
        at=at,
        duty=duty,
        lead=lead,
        reason=reason,
        in_force_from=in_force_from,
        choice=ALLOWED,
        event="catalogue.duty_amended",
    )


def choose_lead(
    *,
    actor: Actor,
    at: datetime,
    duty: Duty,
    lead: LeadKind | None,
    reason: str,
    in_force_from: date | None = None,
) -> CatalogueVersion:
    """Choose among the bodies the catalogue offers for a duty, in a new complete version; refusals as `amend_duty`."""
    offered = lead is None or lead in duty.choices_of_lead
    return _amend(
        actor=actor,
        at=at,
        duty=duty,
        lead=lead,
        reason=reason,
        in_force_from=in_force_from,
        choice=ALLOWED
        if offered
        else refuse(_("清单没有把这类主体列为可以选择的主责主体"), citations=(AMEND_ARTICLE,)),
        event="catalogue.lead_chosen",
    )


@transaction.atomic
def _amend(
    *,
    actor: Actor,
    at: datetime,
    duty: Duty,
    lead: LeadKind | None,
    reason: str,
    in_force_from: date | None,
    choice: Decision,
    event: str,
) -> CatalogueVersion:
    base = _newest(duty, actor=actor)
    require(may(actor, Permission.CATALOGUE_AMEND, district=base.district))
    duty = Duty.objects.select_related("item__version").get(pk=duty.pk)
    starts_on = in_force_from or max(legal_day(at), base.in_force_from)
    require(_may_amend(duty, base, reason=reason, starts_on=starts_on))
    require(check_one_lead([lead] if lead else [], matrix=shipped.matrix()))
    assert lead is not None, "a duty without a lead was refused"
    require(choice)
    require(may_lead(duty, lead))
    if lead == duty.lead:
        raise Refused(refuse(_("主责主体没有变化"), citations=(AMEND_ARTICLE,)))
    version = CatalogueVersion.objects.create(
        district=base.district,
        number=base.number + 1,
        instrument_id=base.instrument_id,
        reason=reason.strip(),
        approved_by_post_id=actor.post_id,
        in_force_from=starts_on,
        created_at=at,
        findings=base.findings,
    )
    draft = write_copy(version, base, amended=duty, lead=lead)
    facts = {"item": duty.item.code, "part": duty.part, "before": str(duty.lead), "after": str(lead)}
    enter(event, draft, actor=actor, at=at, facts=facts)
    return version


def _newest(duty: Duty, *, actor: Actor) -> CatalogueVersion:
    """Give the newest version of the duty's district, with the district's amendments locked one behind another."""
    own = CatalogueVersion.objects.filter(items__duties=duty.pk).first()
    if own is None or (actor.kind is not ActorKind.SYSTEM and own.district != actor.district):
        raise Duty.DoesNotExist
    # The first version never goes away, so its row serves as the district's lock.
    CatalogueVersion.objects.select_for_update().get(district=own.district, number=1)
    newest = versions(own.district).first()
    assert newest is not None, "a district with a version has a newest one"
    return newest


def _may_amend(duty: Duty, base: CatalogueVersion, *, reason: str, starts_on: date) -> Decision:
    if duty.item.version_id != base.pk:
        return refuse(_("清单已有新版本，请在新版本上修改"), citations=(AMEND_ARTICLE,))
    if not reason.strip():
        return refuse(_("理由：修改清单须写明理由"), citations=(AMEND_ARTICLE,))
    if starts_on < base.in_force_from:
        return refuse(_("施行日期：新版本不得早于上一版本施行"), citations=(AMEND_ARTICLE,))
    return ALLOWED
