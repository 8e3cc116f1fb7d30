"""What `sanhu verify` re-proves of the catalogue beyond the record itself: its rules, and the row of its versions."""

from collections.abc import Iterator

from sanhu.domains.catalogue.models import AffairItem, CatalogueVersion, Duty
from sanhu.domains.catalogue.queries import may_lead
from sanhu.domains.catalogue.terms import ItemStatus
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


CHECKS = (duties_have_lawful_leads, effective_items_have_duties, versions_follow_each_other)
