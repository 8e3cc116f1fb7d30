"""Clearing a difference: one person says what it is, another signs or refuses, whatever posts the two of them hold."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.domains.funding.clearing_queries import clearings_visible_to, difference_of, proposers_of
from sanhu.domains.funding.clearing_rules import GONE, check_kind, check_reason, may_explain, may_settle
from sanhu.domains.funding.events import FundingEvent
from sanhu.domains.funding.models import Clearing, StatementLine, Voucher
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.statement_matching import free_vouchers, open_lines
from sanhu.domains.funding.statement_terms import ClearingKind, ClearingState
from sanhu.domains.subjects.services.doors import require
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse


def explain(
    *,
    actor: Actor,
    at: datetime,
    client_id: UUID,
    kind: str,
    reason: str,
    line_id: int | None = None,
    voucher_number: str = "",
) -> Clearing:
    """Say once what a difference is: of a line, of a posted voucher, or of the two where they belong together.

    Raises FundingNotFound for what is not the district's, Refused with the reason.
    """
    asked = {"explain": line_id, "voucher": voucher_number, "kind": kind, "reason": reason}
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)
    ref = once.answer(lambda: _explain(once, line_id=line_id, number=voucher_number, kind=kind, reason=reason, at=at))
    return _by_ref(ref)


@transaction.atomic
def _explain(once: Once, *, line_id: int | None, number: str, kind: str, reason: str, at: datetime) -> str:
    actor = once.actor
    require(may_explain(actor))
    line, voucher = _locked(actor.district, line_id=line_id, number=number)
    if line is None and voucher is None:
        raise FundingNotFound(number)
    _require_open(line, voucher, district=actor.district)
    require(check_kind(difference_of(line, voucher), kind), field="kind")
    require(check_reason(reason), field="reason")
    assert actor.person_id is not None, "whoever may explain is a person"
    clearing = Clearing.objects.create(
        district=actor.district,
        line=line,
        voucher=voucher,
        kind=kind,
        reason=reason.strip(),
        state=ClearingState.WAITING,
        proposed_at=at,
        proposed_by_id=actor.person_id,
    )
    _enter(FundingEvent.DIFFERENCE_EXPLAINED, clearing, [clearing], actor=actor, at=at)
    return once.remember(clearing.ref)


def sign_clearing(*, actor: Actor, at: datetime, client_id: UUID, clearing_id: int) -> Clearing:
    """Sign an explanation as the second person, once. What was the same payment is matched by it."""
    once = Once(client_id=client_id, actor=actor, asked={"sign_clearing": clearing_id}, at=at)
    return _by_ref(once.answer(lambda: _sign(once, clearing_id, at=at)))


@transaction.atomic
def _sign(once: Once, clearing_id: int, *, at: datetime) -> str:
    clearing = _to_settle(once.actor, clearing_id)
    line, voucher = _locked(
        clearing.district, line_id=clearing.line_id, number=clearing.voucher.number if clearing.voucher else ""
    )
    _require_unmatched(line, voucher)
    require(check_kind(difference_of(line, voucher), clearing.kind))
    rows: list[Witnessed] = [clearing]
    if clearing.kind == ClearingKind.SAME and line is not None:
        line.voucher = voucher
        line.save(update_fields=["voucher"])
        rows.append(line)
    _settle(clearing, ClearingState.SIGNED, once.actor, at=max(at, clearing.proposed_at))
    _enter(FundingEvent.DIFFERENCE_CLEARED, clearing, rows, actor=once.actor, at=max(at, clearing.proposed_at))
    return once.remember(clearing.ref)


def refuse_clearing(*, actor: Actor, at: datetime, client_id: UUID, clearing_id: int, reason: str) -> Clearing:
    """Refuse an explanation as the second person, once and with a reason: the difference stands open again."""
    asked = {"refuse_clearing": clearing_id, "reason": reason}
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)
    return _by_ref(once.answer(lambda: _refuse(once, clearing_id, reason, at=at)))


@transaction.atomic
def _refuse(once: Once, clearing_id: int, reason: str, *, at: datetime) -> str:
    clearing = _to_settle(once.actor, clearing_id)
    require(check_reason(reason), field="reason")
    _settle(clearing, ClearingState.REFUSED, once.actor, at=max(at, clearing.proposed_at), answer=reason.strip())
    _enter(FundingEvent.DIFFERENCE_KEPT, clearing, [clearing], actor=once.actor, at=max(at, clearing.proposed_at))
    return once.remember(clearing.ref)


def _to_settle(actor: Actor, clearing_id: int) -> Clearing:
    """The one door to one explanation: what the actor may see, locked, and may settle."""
    found = clearings_visible_to(actor).select_for_update(of=("self",)).filter(pk=clearing_id).first()
    if found is None:
        raise FundingNotFound(clearing_id)
    require(may_settle(state=found.state, proposed_by=proposers_of(found), actor=actor))
    return found


def _settle(clearing: Clearing, state: str, actor: Actor, *, at: datetime, answer: str = "") -> None:
    clearing.state, clearing.settled_at, clearing.settled_by_id = state, at, actor.person_id
    clearing.answer = answer
    clearing.save()


def _locked(district: str, *, line_id: int | None, number: str) -> tuple[StatementLine | None, Voucher | None]:
    """Give line and voucher, locked. Raises FundingNotFound for what is named and not there."""
    line = None
    if line_id is not None:
        line = StatementLine.objects.select_for_update().filter(district=district, pk=line_id).first()
    voucher = Voucher.objects.select_for_update().filter(district=district, number=number).first() if number else None
    if (line is None) is not (line_id is None) or (voucher is None) is not (not number):
        raise FundingNotFound(number or line_id)
    return line, voucher


def _require_open(line: StatementLine | None, voucher: Voucher | None, *, district: str) -> None:
    is_open = line is None or open_lines(district).filter(pk=line.pk).exists()
    is_free = voucher is None or free_vouchers(district).filter(pk=voucher.pk).exists()
    if not is_open or not is_free:
        raise Refused(refuse(GONE))


def _require_unmatched(line: StatementLine | None, voucher: Voucher | None) -> None:
    """Refuse where either was matched meanwhile: the explanation speaks of nothing any more."""
    is_matched = line is not None and line.voucher_id is not None
    is_confirmed = voucher is not None and StatementLine.objects.filter(voucher=voucher).exists()
    if is_matched or is_confirmed:
        raise Refused(refuse(GONE))


def _by_ref(ref: str) -> Clearing:
    return Clearing.objects.get(pk=int(ref.rpartition(":")[2]))


def _enter(event: FundingEvent, clearing: Clearing, rows: list[Witnessed], *, actor: Actor, at: datetime) -> None:
    record(
        event=event,
        actor=actor,
        at=at,
        subject=clearing.ref,
        district=clearing.district,
        rows=rows,
        facts={"kind": clearing.kind},
    )
