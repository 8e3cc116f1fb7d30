"""What `sanhu verify` re-proves of the catalogue beyond the record itself: rules, versions, proposals, instruments."""

from collections.abc import Iterator

from sanhu.domains.catalogue.models import AffairItem, CatalogueProposal, CatalogueVersion, Duty, Instrument
from sanhu.domains.catalogue.queries import may_lead
from sanhu.domains.catalogue.reading import rows_of
from sanhu.domains.catalogue.rows import item_row
from sanhu.domains.catalogue.stages import Reached, check_order
from sanhu.domains.catalogue.terms import InstrumentStageKind, ItemStatus
from sanhu.domains.evidence.findings import Finding


def duties_have_lawful_leads() -> Iterator[Finding]:
    """Hold every duty of every version against X-02 and X-04 again."""
    for duty in Duty.objects.select_related("item").order_by("pk").iterator(chunk_size=2000):
        try:
            decision = may_lead(duty, duty.lead)
        except ValueError:
            yield Finding(kind="lead_unknown", ref=duty.row_ref, detail=duty.lead_kind)
            continue
        if not decision:
            yield Finding(kind="lead_unlawful", ref=duty.row_ref, detail=decision.code)


def effective_items_have_duties() -> Iterator[Finding]:
    """An item in effect has at least one duty, so that somebody answers for it."""
    for item in AffairItem.objects.filter(status=ItemStatus.EFFECTIVE, duties__isnull=True).order_by("pk"):
        yield Finding(kind="item_without_duty", ref=item.row_ref, detail=item.code)


def versions_follow_each_other() -> Iterator[Finding]:
    """A district's versions are numbered from one without a gap, and none is in force before the one it follows."""
    before: CatalogueVersion | None = None
    for version in CatalogueVersion.objects.order_by("district", "number"):
        follows = before if before is not None and before.district == version.district else None
        if version.number != (follows.number + 1 if follows else 1):
            yield Finding(kind="version_missing", ref=version.row_ref, detail=str(version.number - 1))
        elif follows and version.in_force_from < follows.in_force_from:
            yield Finding(kind="version_too_early", ref=version.row_ref, detail=str(version.in_force_from))
        before = version


def versions_are_approved_by_another() -> Iterator[Finding]:
    """A version that a proposal made was approved by nobody who had a hand in it, and holds the proposal's rows."""
    for proposal in CatalogueProposal.objects.filter(state="approved").select_related("version").order_by("pk"):
        if proposal.decided_by_person_id is None or proposal.decided_by_person_id in proposal.authors:
            yield Finding(kind="version_approved_by_its_author", ref=proposal.row_ref, detail=str(proposal.number))
        yield from _against_the_proposal(proposal)


def _against_the_proposal(proposal: CatalogueProposal) -> Iterator[Finding]:
    version = proposal.version
    if version is None:
        yield Finding(kind="proposal_without_version", ref=proposal.row_ref, detail=str(proposal.number))
        return
    if version.approved_by_post_id != proposal.decided_by_post_id:
        yield Finding(kind="version_approver_differs", ref=version.row_ref, detail=str(version.number))
    if version.in_force_from < proposal.in_force_from:
        yield Finding(kind="version_before_its_proposal", ref=version.row_ref, detail=str(version.in_force_from))
    try:
        is_same = rows_of(version) == tuple(item_row(data) for data in proposal.rows)
    except (KeyError, TypeError, ValueError):
        is_same = False
    if not is_same:
        yield Finding(kind="version_differs_from_proposal", ref=version.row_ref, detail=str(version.number))


def later_versions_were_proposed() -> Iterator[Finding]:
    """A version after a district's first was made by a proposal; those older than proposals have no terms either."""
    later = CatalogueVersion.objects.filter(number__gt=1, proposal__isnull=True, items__terms__isnull=False)
    for version in later.distinct().order_by("pk"):
        yield Finding(kind="version_without_proposal", ref=version.row_ref, detail=str(version.number))


def instruments_reach_their_stages_in_order() -> Iterator[Finding]:
    """An instrument's stages follow each other, and its own days are theirs."""
    for instrument in Instrument.objects.prefetch_related("stages").order_by("pk"):
        reached = [Reached(InstrumentStageKind(one.stage), one.on) for one in instrument.stages.all()]
        if not reached:
            continue
        if not check_order(reached):
            yield Finding(kind="instrument_stages_disordered", ref=instrument.row_ref, detail=instrument.number)
        days = {one.stage: one.on for one in reached}
        said = (days.get(InstrumentStageKind.ADOPTED), days.get(InstrumentStageKind.IN_FORCE))
        repealed_on, ends_on = days.get(InstrumentStageKind.REPEALED), instrument.in_force_to
        outlives = repealed_on is not None and (ends_on is None or ends_on >= repealed_on)
        if said != (instrument.adopted_on, instrument.in_force_from) or outlives:
            yield Finding(kind="instrument_days_differ", ref=instrument.row_ref, detail=instrument.number)


CHECKS = (
    duties_have_lawful_leads,
    effective_items_have_duties,
    versions_follow_each_other,
    versions_are_approved_by_another,
    later_versions_were_proposed,
    instruments_reach_their_stages_in_order,
)
