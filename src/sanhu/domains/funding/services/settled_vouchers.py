"""Writing the vouchers of a settlement together: two persons have signed it, and so each of them, whatever its amount.

Everything is done for all of them at once, with few statements.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from sanhu.domains.evidence import serials
from sanhu.domains.evidence.record import Saying, record_each
from sanhu.domains.funding.models import LedgerAccount, Posting, SettlementLine, Voucher, YearSettlement
from sanhu.domains.funding.services.posting import Movement
from sanhu.domains.funding.terms import Side, VoucherState
from sanhu.domains.funding.year_end_terms import YearEndEvent
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import legal_day

_AT_A_TIME = 500


@dataclass(frozen=True)
class Held:
    """What a settlement changes of what is set aside, by account: let go in the old year, held anew in the next."""

    let_go: Mapping[int, int]
    anew: Mapping[int, int]


def write_settled(
    movements: Sequence[Movement], held: Held, *, settlement: YearSettlement, actor: Actor, at: datetime
) -> list[Voucher]:
    """Write and post what a settlement moves, in the caller's transaction, which nobody else posts beside.

    Who proposed the settlement has asked for each voucher, `actor` signs each.
    """
    _move(movements, held)
    numbers = _numbers(len(movements), district=settlement.district, at=at)
    vouchers = [
        Voucher(
            number=number,
            district=settlement.district,
            kind=movement.kind,
            state=VoucherState.POSTED,
            debit=movement.debit,
            credit=movement.credit,
            amount_fen=movement.amount_fen,
            purpose_ref=movement.purpose_ref,
            basis=settlement.basis,
            reason=settlement.reason,
            needs_second=True,
            asked_at=settlement.proposed_at,
            asked_by_id=settlement.proposed_by_id,
            settled_at=at,
            signed_by_id=actor.person_id,
        )
        for number, movement in zip(numbers, movements, strict=True)
    ]
    vouchers = Voucher.objects.bulk_create(vouchers, batch_size=_AT_A_TIME)
    legs = Posting.objects.bulk_create([leg for voucher in vouchers for leg in _legs(voucher)], batch_size=_AT_A_TIME)
    facts = {"settlement": settlement.ref}
    said = [
        Saying(voucher.ref, [voucher, *legs[2 * place : 2 * place + 2]], facts)
        for place, voucher in enumerate(vouchers)
    ]
    record_each(said, event=YearEndEvent.VOUCHER_POSTED, actor=actor, at=at, district=settlement.district)
    return vouchers


def _move(movements: Sequence[Movement], held: Held) -> None:
    """Change the totals of every account, all at once: nobody else posts, and the database keeps every cap."""
    out, into = defaultdict[int, int](int), defaultdict[int, int](int)
    for movement in movements:
        out[movement.debit.pk] += movement.amount_fen
        into[movement.credit.pk] += movement.amount_fen
    table = LedgerAccount._meta.db_table
    rows = [
        (out[key], into[key], held.anew.get(key, 0) - held.let_go.get(key, 0), key) for key in sorted({*out, *into})
    ]
    with connection.cursor() as cursor:  # thousands at once, which the ORM would take a statement each for
        cursor.executemany(
            f'UPDATE "{table}" SET posted_fen = posted_fen + %s, cap_fen = cap_fen + %s, '  # noqa: S608 - own names
            "reserved_fen = reserved_fen + %s WHERE id = %s",
            rows,
        )


def name_vouchers(lines: Sequence[SettlementLine]) -> None:
    """Keep with each line of a settlement what moved it, and what goes on with it."""
    table = SettlementLine._meta.db_table
    with connection.cursor() as cursor:
        cursor.executemany(
            f'UPDATE "{table}" SET voucher_id = %s, follower_id = %s WHERE id = %s',  # noqa: S608 - own names
            [(line.voucher_id, line.follower_id, line.pk) for line in lines],
        )


def _numbers(count: int, *, district: str, at: datetime) -> list[str]:
    year = legal_day(at).year
    numbers = serials.next_of(count, district=district, kind="voucher", year=year)
    return [f"{district}-{year}-V{number:04}" for number in numbers]


def _legs(voucher: Voucher) -> tuple[Posting, Posting]:
    fen = voucher.amount_fen
    return (
        Posting(voucher=voucher, account_id=voucher.debit_id, side=Side.OUT, amount_fen=-fen),
        Posting(voucher=voucher, account_id=voucher.credit_id, side=Side.IN, amount_fen=fen),
    )
