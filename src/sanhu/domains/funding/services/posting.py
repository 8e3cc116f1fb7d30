"""Writing vouchers and posting them: what each kind does to the accounts between which it moves money."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence import serials
from sanhu.domains.evidence.attachments import adopt
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.record import record
from sanhu.domains.funding.earmark_queries import check_kept, check_leaving
from sanhu.domains.funding.events import FundingEvent
from sanhu.domains.funding.models import LedgerAccount, Posting, Reservation, Voucher
from sanhu.domains.funding.queries import recent_fen
from sanhu.domains.funding.rules import (
    MONEY_ARTICLE,
    NO_MONEY,
    check_amount,
    check_basis,
    check_reason,
    needs_second,
)
from sanhu.domains.funding.services.caps import change_account, change_reservation
from sanhu.domains.funding.terms import Side, VoucherKind, VoucherState
from sanhu.domains.subjects.services.doors import FieldRefused, require
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.legal_time import legal_day

# Whom a body pays outside the ledger is sealed, so all it spends from an account counts together.
_SPLITTABLE = frozenset({VoucherKind.APPROPRIATION, VoucherKind.PAYMENT, VoucherKind.SPENDING})


@dataclass(frozen=True)
class Papers:
    """What a voucher rests on: the number of a paper, why, and the form under which its scans were kept."""

    basis: str
    reason: str = ""
    draft_id: UUID | None = None


@dataclass(frozen=True)
class Movement:
    """Money on its way: from which account to which, how much, for what."""

    kind: VoucherKind
    debit: LedgerAccount
    credit: LedgerAccount
    amount_fen: int
    purpose_ref: str = ""
    reservation: Reservation | None = None
    reverses: Voucher | None = None


def check_papers(papers: Papers, *, is_reason_needed: bool = False) -> None:
    """Refuse a voucher that does not say what it rests on."""
    require(check_basis(papers.basis), field="basis")
    require(check_reason(papers.reason, is_needed=is_reason_needed), field="reason")


def write(
    movement: Movement,
    papers: Papers,
    *,
    actor: Actor,
    at: datetime,
    beside: Callable[[Voucher], Sequence[Witnessed]] | None = None,
) -> Voucher:
    """Write a voucher, and post it where nobody else has to sign. Both accounts are locked already.

    `beside` writes the rows that tell more of the voucher; its entry vouches for them too.
    """
    require(check_amount(movement.amount_fen), field="amount_fen")
    recent = _recent(movement, actor=actor, at=at)
    is_waiting = movement.kind != VoucherKind.TRANSFER and needs_second(
        amount_fen=movement.amount_fen, recent_fen=recent
    )
    voucher = Voucher(
        district=movement.credit.district,
        kind=movement.kind,
        state=VoucherState.WAITING if is_waiting else VoucherState.POSTED,
        debit=movement.debit,
        credit=movement.credit,
        amount_fen=movement.amount_fen,
        reservation=movement.reservation,
        reverses=movement.reverses,
        purpose_ref=movement.purpose_ref,
        basis=papers.basis.strip(),
        reason=papers.reason.strip(),
        needs_second=is_waiting,
        asked_at=at,
        asked_by_id=actor.person_id,
        settled_at=None if is_waiting else at,
    )
    rows: list[Witnessed] = [] if is_waiting else _moved(voucher)
    voucher.number = _next_number(voucher.district, at=at)
    voucher.save()
    rows += _scans(voucher, papers, at=at)
    rows += beside(voucher) if beside else ()
    event = FundingEvent.VOUCHER_ASKED if is_waiting else FundingEvent.VOUCHER_POSTED
    _enter(voucher, event, rows, actor=actor, at=at, recent_fen=recent)
    return voucher


def post_signed(voucher: Voucher, *, actor: Actor, at: datetime) -> None:
    """Post what waited, now that a second person signs. Voucher and accounts are locked already."""
    voucher.state, voucher.settled_at, voucher.signed_by_id = VoucherState.POSTED, at, actor.person_id
    rows = _moved(voucher)
    voucher.save()
    _enter(voucher, FundingEvent.VOUCHER_POSTED, rows, actor=actor, at=at)


def drop(voucher: Voucher, *, answer: str, actor: Actor, at: datetime) -> None:
    """Reject what waited. What was held for it stays held, or is free where its reservation was closed meanwhile."""
    voucher.state, voucher.settled_at, voucher.signed_by_id = VoucherState.REJECTED, at, actor.person_id
    voucher.answer = answer.strip()
    voucher.save()
    rows: list[Witnessed] = []
    if voucher.kind == VoucherKind.PAYMENT and _is_let_go(voucher):
        _must_agree(voucher, is_changed=change_account(voucher.debit_id, reserved=-voucher.amount_fen))
        rows.append(_reservation_after(voucher, released=voucher.amount_fen))
    _enter(voucher, FundingEvent.VOUCHER_REJECTED, rows, actor=actor, at=at)


# --- what a posted voucher does


def _moved(voucher: Voucher) -> list[Witnessed]:
    """Change the accounts' totals; give the reservation where it changed too. Raises Refused where a cap forbids it."""
    fen = voucher.amount_fen
    require(check_leaving(voucher.debit, purpose_ref=voucher.purpose_ref, amount_fen=fen))
    match voucher.kind:
        case VoucherKind.PAYMENT:
            _must_agree(voucher, is_changed=change_account(voucher.debit_id, posted=fen, reserved=-fen))
            rows: list[Witnessed] = [_reservation_after(voucher, paid=fen)]
        case VoucherKind.REVERSAL:
            return _taken_back(voucher)
        case _:
            rows = []
            if not change_account(voucher.debit_id, posted=fen):
                raise Refused(refuse(_("经费：付款方的可用余额不足"), citations=(MONEY_ARTICLE,), code=NO_MONEY))
            require(check_kept(voucher.debit, spent_ref=voucher.purpose_ref, spent_fen=fen))
    if not change_account(voucher.credit_id, cap=fen):
        raise FieldRefused("amount_fen", refuse(_("金额：收款方账户的总额会超过上限")))
    return rows


def _taken_back(voucher: Voucher) -> list[Witnessed]:
    """Undo what a voucher did. What was paid on a hold is held again while that is open."""
    fen, is_payment = voucher.amount_fen, voucher.reservation_id is not None
    if not change_account(voucher.debit_id, cap=-fen):
        raise Refused(refuse(_("冲销：收款方已经用掉或者预留了这笔钱，先要让它空出来"), citations=(MONEY_ARTICLE,)))
    require(check_kept(voucher.debit, spent_ref=voucher.purpose_ref, spent_fen=fen))
    is_held_again = is_payment and not _is_let_go(voucher)
    is_back = change_account(voucher.credit_id, posted=-fen, reserved=fen if is_held_again else 0)
    _must_agree(voucher, is_changed=is_back)
    return [_reservation_after(voucher, paid=-fen, released=0 if is_held_again else fen)] if is_payment else []


def _is_let_go(voucher: Voucher) -> bool:
    return Reservation.objects.filter(pk=_hold_of(voucher), closed_at__isnull=False).exists()


def _reservation_after(voucher: Voucher, *, paid: int = 0, released: int = 0) -> Reservation:
    key = _hold_of(voucher)
    _must_agree(voucher, is_changed=change_reservation(key, paid=paid, released=released))
    return Reservation.objects.get(pk=key)


def _hold_of(voucher: Voucher) -> int:
    assert voucher.reservation_id is not None, "what is paid is paid on a reservation"
    return voucher.reservation_id


def _must_agree(voucher: Voucher, *, is_changed: bool) -> None:
    if not is_changed:
        raise RuntimeError(f"accounts and reservation of {voucher.number} do not agree: run `sanhu ledger check`")


def _legs(voucher: Voucher) -> Sequence[Posting]:
    """Write the two legs: less on one side of one account, as much more on one side of the other."""
    is_reversal = voucher.kind == VoucherKind.REVERSAL
    from_side, to_side = (Side.IN, Side.OUT) if is_reversal else (Side.OUT, Side.IN)
    return Posting.objects.bulk_create(
        [
            Posting(voucher=voucher, account_id=voucher.debit_id, side=from_side, amount_fen=-voucher.amount_fen),
            Posting(voucher=voucher, account_id=voucher.credit_id, side=to_side, amount_fen=voucher.amount_fen),
        ]
    )


# --- number, scans, entry


def _recent(movement: Movement, *, actor: Actor, at: datetime) -> int:
    if movement.kind not in _SPLITTABLE:
        return 0
    return recent_fen(
        kind=movement.kind,
        persons=actor.persons,
        debit_id=movement.debit.pk,
        credit_id=movement.credit.pk,
        at=at,
    )


def _next_number(district: str, *, at: datetime) -> str:
    year = legal_day(at).year
    return f"{district}-{year}-V{serials.next_in(district=district, kind='voucher', year=year):04}"


def _scans(voucher: Voucher, papers: Papers, *, at: datetime) -> list[Witnessed]:
    """Take over the scans of the paper; only what moves with its task rests on a paper kept elsewhere."""
    if voucher.kind == VoucherKind.TRANSFER:
        return []
    scans = adopt(draft_id=papers.draft_id, owner_ref=voucher.ref, at=at) if papers.draft_id else []
    if any(scan.district != voucher.district for scan in scans) or not scans:
        raise FieldRefused("draft_id", refuse(_("凭证扫描件：至少附一张"), citations=(MONEY_ARTICLE,)))
    return list(scans)


def _enter(
    voucher: Voucher,
    event: FundingEvent,
    rows: Sequence[Witnessed],
    *,
    actor: Actor,
    at: datetime,
    recent_fen: int | None = None,
) -> None:
    """Write legs and entry. The limit stands in the entry, so that a district may change it and verify still passes."""
    legs = _legs(voucher) if voucher.state == VoucherState.POSTED else ()
    limit = {"limit_fen": settings.SANHU_TWO_PERSONS_FROM_FEN, "window_days": settings.SANHU_SPLIT_WINDOW_DAYS}
    record(
        event=event,
        actor=actor,
        at=at,
        subject=voucher.ref,
        district=voucher.district,
        rows=[voucher, *legs, *rows],
        facts={} if recent_fen is None else limit | {"recent_fen": recent_fen},
    )
