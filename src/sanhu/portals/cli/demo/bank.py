"""What the bank of the demonstration says arrived: a statement of all that was paid, with two differences."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import QuerySet

from sanhu.domains.funding.models import Statement, StatementLine, Voucher
from sanhu.domains.funding.services.clearing import explain, sign_clearing
from sanhu.domains.funding.services.statements import import_statement
from sanhu.domains.funding.statement_terms import ClearingKind
from sanhu.domains.funding.terms import VoucherState
from sanhu.engines.legal_time import legal_day
from sanhu.portals.cli.demo import money_tales as tales
from sanhu.portals.cli.demo.applying import TREASURER
from sanhu.portals.cli.demo.telling import DISTRICT, Telling, acting

_SIGNER = "0078"
_BROUGHT, _EXPLAINED, _SIGNED = 3, 2, 1  # days ago
_NEXT_DAY = timedelta(days=1)


def statements() -> QuerySet[Statement]:
    """The statements there are."""
    return Statement.objects.filter(district=DISTRICT)


def reconcile(telling: Telling) -> None:
    """Import the statement; what it charged is cleared by two persons, what it got wrong waits for the second."""
    at = telling.moment(_BROUGHT)
    booked = Voucher.objects.filter(district=DISTRICT, state=VoucherState.POSTED, settled_at__lt=at - _NEXT_DAY)
    vouchers = list(booked.order_by("settled_at", "pk"))
    wrong = next(one for one in reversed(vouchers) if one.amount_fen == tales.PAYMENTS[-1].amount_fen)
    fee_day = legal_day(at)
    rows = [*_rows(vouchers, wrong), f"手续费{fee_day:%Y%m},{fee_day},{_yuan(tales.BANK_FEE_FEN)},"]
    data = "\n".join(["流水号,记账日期,金额,凭证编号", *rows, ""]).encode()
    name = f"示范银行对账单（截至{fee_day:%Y-%m-%d}）"
    import_statement(actor=acting(TREASURER, at), at=at, name=name, data=data)
    fee = _explained(telling, f"手续费{fee_day:%Y%m}", ClearingKind.BANK_FEE, "银行当月账户服务费，见扣费回单。")
    signed = telling.moment(_SIGNED)
    sign_clearing(actor=acting(_SIGNER, signed), at=signed, client_id=telling.next_id(), clearing_id=fee)
    said = "回单为 6,400.00 元，对账单记成 6,040.00 元，已请银行更正。"
    _explained(telling, _reference(wrong), ClearingKind.BANK_MISTAKE, said, voucher=wrong.number)


def _rows(vouchers: list[Voucher], wrong: Voucher) -> Iterator[str]:
    """Give a line for each voucher, as the bank booked it on the same day; every third has the amount alone."""
    amounts = [one.amount_fen for one in vouchers]
    for place, one in enumerate(vouchers):
        assert one.settled_at is not None, "it is posted"
        fen = tales.BANK_SAYS_FEN if one == wrong else one.amount_fen
        is_unnamed = place % 3 == 0 and amounts.count(one.amount_fen) == 1
        yield f"{_reference(one)},{legal_day(one.settled_at)},{_yuan(fen)},{'' if is_unnamed else one.number}"


def _reference(voucher: Voucher) -> str:
    return f"示银{voucher.number[7:11]}{voucher.number[-4:]}"


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


def _explained(telling: Telling, reference: str, kind: ClearingKind, reason: str, *, voucher: str = "") -> int:
    at = telling.moment(_EXPLAINED)
    line = StatementLine.objects.get(district=DISTRICT, reference=reference)
    return explain(
        actor=acting(TREASURER, at),
        at=at,
        client_id=telling.next_id(),
        kind=kind,
        reason=reason,
        line_id=line.pk,
        voucher_number=voucher,
    ).pk
