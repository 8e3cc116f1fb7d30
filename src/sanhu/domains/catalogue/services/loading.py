"""Loading the shipped catalogue into a district as its version 1."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.drafting import write_reviewed
from sanhu.domains.catalogue.models import CatalogueVersion, Instrument
from sanhu.domains.catalogue.queries import own_law, versions
from sanhu.domains.catalogue.review import Finding, review
from sanhu.domains.catalogue.rows import ItemRow
from sanhu.domains.catalogue.services.doors import enter, may, require
from sanhu.domains.catalogue.tables import AMEND_ARTICLE
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.legal_time import legal_day


@dataclass(frozen=True)
class LoadResult:
    """What came of loading the shipped catalogue: the version, and what of the file did not fit the rules."""

    version: CatalogueVersion
    findings: tuple[Finding, ...]


@transaction.atomic
def load_catalogue(
    *,
    actor: Actor,
    at: datetime,
    district: str,
    instrument: Instrument | None = None,
    in_force_from: date | None = None,
    rows: Sequence[ItemRow] | None = None,
) -> LoadResult:
    """Load the shipped items as a district's version 1; what does not fit is listed, and never loaded.

    Without an instrument the items are on trial, not binding (R31). In force from the given day, else from the
    instrument's, else from today. Raises Refused where the district has a catalogue already.
    """
    require(may(actor, Permission.CATALOGUE_AMEND, district=district))
    if versions(district).exists():
        raise Refused(refuse(_("本区已经有清单；要改动，请修改清单，形成新版本"), citations=(AMEND_ARTICLE,)))
    if instrument is not None and instrument.district != district:
        raise Refused(refuse(_("这份文件不是本区的"), citations=(AMEND_ARTICLE,)))
    reviewed = review(
        shipped.items() if rows is None else rows,
        classes=shipped.classes(),
        territory=district,
        matrix=shipped.matrix(),
        law=own_law(instrument),
    )
    findings = tuple(finding for item in reviewed for finding in item.findings)
    version = CatalogueVersion.objects.create(
        district=district,
        number=1,
        instrument=instrument,
        reason=_("首次载入社区事务清单"),
        approved_by_post_id=actor.post_id,
        in_force_from=in_force_from or (instrument.in_force_from if instrument else None) or legal_day(at),
        created_at=at,
        findings=[finding.as_json() for finding in findings],
    )
    draft = write_reviewed(version, reviewed, territory=district)
    enter("catalogue.loaded", draft, actor=actor, at=at, facts={"findings": len(findings)})
    return LoadResult(version, findings)
