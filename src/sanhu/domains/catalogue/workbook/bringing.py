"""Bringing a workbook in: tried against a district's newest version, and, where it is clean, opened as a proposal."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue.models import CatalogueProposal, CatalogueVersion, Instrument
from sanhu.domains.catalogue.queries import own_law, versions
from sanhu.domains.catalogue.reading import rows_of
from sanhu.domains.catalogue.services.doors import may, require
from sanhu.domains.catalogue.services.proposal_door import lock_district
from sanhu.domains.catalogue.services.proposing import open_proposal
from sanhu.domains.catalogue.tables import AMEND_ARTICLE
from sanhu.domains.catalogue.workbook.judging import Judged, judge
from sanhu.domains.catalogue.workbook.reading import Workbook
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse


class FaultyWorkbook(Exception):  # noqa: N818 - it names what came of it
    """A workbook with an error in it; nothing was written."""

    def __init__(self, judged: Judged) -> None:
        super().__init__("faulty")
        self.judged = judged


@dataclass(frozen=True)
class Wish:
    """What is said beside a workbook. Without a day or an instrument those of `open_proposal` hold."""

    reason: str
    in_force_from: date | None = None
    instrument: Instrument | None = None
    is_whole_list: bool = False


def version_numbered(district: str, number: int | None) -> CatalogueVersion | None:
    """Give a district's version by its number, or the newest."""
    found = versions(district)
    return (found if number is None else found.filter(number=number)).first()


def try_workbook(
    book: Workbook, *, district: str, is_whole_list: bool = False, instrument: Instrument | None = None
) -> Judged:
    """Tell what a workbook would do to a district's newest version, and what speaks against it.

    Without an instrument the rows are to rest on that of the newest version.
    """
    newest = versions(district).first()
    law = own_law(instrument or (newest.instrument if newest else None))
    existing = rows_of(newest) if newest else ()
    return judge(book, existing, district=district, is_whole_list=is_whole_list, law=law)


@transaction.atomic
def bring_in(
    *, actor: Actor, at: datetime, client_id: UUID, district: str, book: Workbook, wish: Wish
) -> CatalogueProposal:
    """Open a proposal with what a workbook wants, whole or not at all.

    Raises FaultyWorkbook with every fault, and Refused for whoever may not, where nothing would change, and for what
    `open_proposal` refuses.
    """
    require(may(actor, Permission.CATALOGUE_AMEND, district=district))
    lock_district(district)  # no version comes in between: the file is held against the one the proposal starts from
    judged = try_workbook(book, district=district, is_whole_list=wish.is_whole_list, instrument=wish.instrument)
    if judged.errors:
        raise FaultyWorkbook(judged)
    if not judged.is_new and wish.instrument is None:
        raise Refused(refuse(_("和最新版本完全一样，没有可以修改的"), citations=(AMEND_ARTICLE,)))
    return open_proposal(
        actor=actor,
        at=at,
        client_id=client_id,
        reason=wish.reason,
        in_force_from=wish.in_force_from,
        instrument=wish.instrument,
        rows=judged.wanted,
        district=district,
    )
