"""Preparing a change of the catalogue: opened on the newest version, edited row by row, submitted whole (R32)."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue.differences import differences
from sanhu.domains.catalogue.events import CatalogueEvent
from sanhu.domains.catalogue.judging import rows_in, rows_under
from sanhu.domains.catalogue.models import CatalogueProposal, CatalogueVersion, Instrument
from sanhu.domains.catalogue.proposals import check_base, merge
from sanhu.domains.catalogue.reading import rows_of
from sanhu.domains.catalogue.rows import ItemRow, as_data
from sanhu.domains.catalogue.services import proposal_door as door
from sanhu.domains.catalogue.services.doors import may, require
from sanhu.domains.catalogue.tables import AMEND_ARTICLE
from sanhu.domains.evidence import serials
from sanhu.domains.evidence.once import Once
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.legal_time import legal_day


def open_proposal(
    *,
    actor: Actor,
    at: datetime,
    client_id: UUID,
    reason: str,
    in_force_from: date | None,
    instrument: Instrument | None = None,
    rows: Sequence[ItemRow] | None = None,
    district: str = "",
) -> CatalogueProposal:
    """Open a proposal with the given rows, or with those of the newest version to be edited.

    Without a day it is to be in force as soon as may be; without an instrument the newest version's stays. The district
    is the actor's own; only the system names one. Raises Refused for what cannot be kept, naming every row.
    """
    asked = {
        "catalogue_proposal": "open",
        "reason": reason,
        "in_force_from": in_force_from,
        "instrument": instrument.pk if instrument else None,
        "rows": _digest(rows),
        "district": district,
    }
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)

    @transaction.atomic
    def write() -> str:
        proposal = write_opened(
            actor=actor,
            at=at,
            district=district_of(actor, district),
            reason=reason,
            in_force_from=in_force_from,
            instrument=instrument,
            rows=rows,
        )
        return once.remember(str(proposal.pk))

    return CatalogueProposal.objects.get(pk=int(once.answer(write)))


def _digest(rows: Sequence[ItemRow] | None) -> str:
    """Give the rows as one hash: thousands of them are compared by it when a form is sent again."""
    said = None if rows is None else [as_data(row) for row in rows]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode(errors="surrogatepass")).hexdigest()


def put_item(
    *, actor: Actor, at: datetime, client_id: UUID, proposal_id: int, row: ItemRow, revision: int | None = None
) -> CatalogueProposal:
    """Put one item into a proposal: in the place of the item of that code, or behind the last."""

    def change(rows: tuple[ItemRow, ...]) -> list[ItemRow]:
        if any(known.code == row.code for known in rows):
            return [row if known.code == row.code else known for known in rows]
        return [*rows, row]

    asked = {"put": proposal_id, "row": as_data(row), "revision": revision}
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)
    return _edit(once, proposal_id, revision, change, at=at, facts={"put": row.code})


def remove_item(
    *, actor: Actor, at: datetime, client_id: UUID, proposal_id: int, code: str, revision: int | None = None
) -> CatalogueProposal:
    """Take one item out of a proposal. Raises Refused for a code that is not in it."""

    def change(rows: tuple[ItemRow, ...]) -> list[ItemRow]:
        kept = [known for known in rows if known.code != code]
        if len(kept) == len(rows):
            raise Refused(refuse(_("编号：修改建议里没有这个事项"), citations=(AMEND_ARTICLE,)))
        return kept

    once = Once(
        client_id=client_id, actor=actor, asked={"remove": proposal_id, "code": code, "revision": revision}, at=at
    )
    return _edit(once, proposal_id, revision, change, at=at, facts={"removed": code})


def submit_proposal(
    *, actor: Actor, at: datetime, client_id: UUID, proposal_id: int, revision: int | None = None
) -> CatalogueProposal:
    """Submit a proposal for approval.

    Raises FaultyProposal naming every finding of a new or changed row, and Refused where nothing changes.
    """

    def write(proposal: CatalogueProposal, moment: datetime) -> None:
        write_submitted(proposal, actor=actor, at=moment)

    return _move("submit", actor, proposal_id, revision, write, at=at, client_id=client_id)


def withdraw_proposal(
    *, actor: Actor, at: datetime, client_id: UUID, proposal_id: int, revision: int | None = None
) -> CatalogueProposal:
    """Withdraw a proposal that is not decided on."""

    def write(proposal: CatalogueProposal, moment: datetime) -> None:
        door.add_author(proposal, actor)
        door.apply(proposal, "withdraw", actor=actor, at=moment)

    return _move("withdraw", actor, proposal_id, revision, write, at=at, client_id=client_id)


def rebase_proposal(
    *, actor: Actor, at: datetime, client_id: UUID, proposal_id: int, revision: int | None = None
) -> CatalogueProposal:
    """Put a proposal on the newest version; it is then a draft again.

    Raises Refused where it stands on it already, and naming the items that both changed.
    """

    def write(proposal: CatalogueProposal, moment: datetime) -> None:
        _rebase(proposal, actor=actor, at=moment)

    return _move("rebase", actor, proposal_id, revision, write, at=at, client_id=client_id)


def district_of(actor: Actor, district: str) -> str:
    """Give the district a proposal is about: the actor's own, or for the system the one named."""
    return district if actor.kind is ActorKind.SYSTEM else actor.district


def write_opened(
    *,
    actor: Actor,
    at: datetime,
    district: str,
    reason: str,
    in_force_from: date | None,
    instrument: Instrument | None,
    rows: Sequence[ItemRow] | None,
    facts: Mapping[str, object] | None = None,
) -> CatalogueProposal:
    """Write a proposal and its entry, in the caller's transaction."""
    require(may(actor, Permission.CATALOGUE_AMEND, district=district))
    base = door.newest_version(district)
    if instrument is not None and instrument.district != district:
        raise Refused(refuse(_("这份文件不是本区的"), citations=(AMEND_ARTICLE,)))
    wanted = (rows_of(base) if base else ()) if rows is None else tuple(rows)
    door.check_storable(wanted)
    by_post = actor.kind is ActorKind.POST
    proposal = CatalogueProposal.objects.create(
        district=district,
        number=serials.next_in(district=district, kind="catalogue_proposal", year=0),
        base=base,
        instrument_id=instrument.pk if instrument else (base.instrument_id if base else None),
        reason=door.check_reason(reason),
        in_force_from=_day(in_force_from, base, at=at),
        rows=[as_data(row) for row in wanted],
        authors=sorted(actor.persons),
        opened_at=at,
        opened_by_post_id=actor.post_id if by_post else None,
        opened_by_person_id=actor.person_id if by_post else None,
    )
    door.enter(CatalogueEvent.PROPOSAL_OPENED, proposal, actor=actor, at=at, facts=facts)
    return proposal


def write_submitted(proposal: CatalogueProposal, *, actor: Actor, at: datetime) -> None:
    """Submit a proposal and leave its entry, in the caller's transaction."""
    _check_changes(proposal)
    found = door.judged(proposal)
    door.add_author(proposal, actor)
    proposal.submitted_at = at
    by_post = actor.kind is ActorKind.POST
    proposal.submitted_by_post_id = actor.post_id if by_post else None
    proposal.submitted_by_person_id = actor.person_id if by_post else None
    facts = {"changed": len(found.changed), "drafts": len(found.drafts)}
    door.apply(proposal, "submit", actor=actor, at=at, facts=facts)


def _day(wanted: date | None, base: CatalogueVersion | None, *, at: datetime) -> date:
    today = legal_day(at)
    earliest = max(today, base.in_force_from) if base else today
    if wanted is None:
        return earliest
    if base and wanted < base.in_force_from:
        raise Refused(refuse(_("施行日期：新版本不得早于上一版本施行"), citations=(AMEND_ARTICLE,)))
    if wanted < today:
        raise Refused(refuse(_("施行日期：不得早于今天"), citations=(AMEND_ARTICLE,)))
    return wanted


def _check_changes(proposal: CatalogueProposal) -> None:
    if not proposal.rows:
        raise Refused(refuse(_("修改建议里没有一个事项"), citations=(AMEND_ARTICLE,)))
    base = proposal.base
    is_same = base is not None and base.instrument_id == proposal.instrument_id
    if is_same and not differences(rows_under(proposal), rows_in(proposal)):
        raise Refused(refuse(_("与上一版本没有任何不同"), citations=(AMEND_ARTICLE,)))


def _rebase(proposal: CatalogueProposal, *, actor: Actor, at: datetime) -> None:
    newest = door.newest_version(proposal.district)
    require(check_base("rebase", is_newest=newest is None or newest.pk == proposal.base_id))
    assert newest is not None, "without a version a proposal stands on the newest"
    merged = merge(base=rows_under(proposal), newest=rows_of(newest), wanted=rows_in(proposal))
    if merged.conflicts:
        raise Refused(refuse(_conflict(merged.conflicts), citations=(AMEND_ARTICLE,)))
    if proposal.base is None or proposal.instrument_id == proposal.base.instrument_id:
        proposal.instrument_id = newest.instrument_id
    proposal.base = newest
    proposal.rows = [as_data(row) for row in merged.rows]
    proposal.in_force_from = max(proposal.in_force_from, newest.in_force_from)
    proposal.submitted_at = proposal.submitted_by_post_id = proposal.submitted_by_person_id = None
    door.add_author(proposal, actor)
    door.apply(proposal, "rebase", actor=actor, at=at, facts={"base": newest.number})


def _conflict(codes: Iterable[str]) -> str:
    return gettext(_("最新版本也改动了这些事项，请先撤回，再在最新版本上修改：%(codes)s")) % {"codes": "、".join(codes)}


Change = Callable[[tuple[ItemRow, ...]], list[ItemRow]]
Write = Callable[[CatalogueProposal, datetime], None]


def _edit(
    once: Once,
    proposal_id: int,
    revision: int | None,
    change: Change,
    *,
    at: datetime,
    facts: Mapping[str, object],
) -> CatalogueProposal:
    """Change the rows of a draft, once."""
    actor = once.actor

    @transaction.atomic
    def write() -> str:
        proposal = door.locked(actor, proposal_id, "edit", revision=revision)
        rows = change(rows_in(proposal))
        door.check_storable(rows)
        proposal.rows = [as_data(row) for row in rows]
        door.add_author(proposal, actor)
        moment = door.not_before_the_last_move(proposal, at)
        door.apply(proposal, "edit", actor=actor, at=moment, facts=facts)
        return once.remember(str(proposal.pk))

    return CatalogueProposal.objects.get(pk=int(once.answer(write)))


def _move(
    move: str,
    actor: Actor,
    proposal_id: int,
    revision: int | None,
    write: Write,
    *,
    at: datetime,
    client_id: UUID,
) -> CatalogueProposal:
    """Make one move on one proposal, once."""
    once = Once(client_id=client_id, actor=actor, asked={"move": move, "proposal": proposal_id}, at=at)

    @transaction.atomic
    def written() -> str:
        proposal = door.locked(actor, proposal_id, move, revision=revision)
        write(proposal, door.not_before_the_last_move(proposal, at))
        return once.remember(str(proposal.pk))

    return CatalogueProposal.objects.get(pk=int(once.answer(written)))
