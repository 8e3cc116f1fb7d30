"""Laws of a ledger: what honest books lead to, and that no altered fen stays unseen."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanhu.engines.ledger import IN, OUT, Fault, LedgerFault, Leg, Payment, replay, unsigned_splits

BANK, ACCOUNTS = 0, (1, 2, 3)
SOURCES = dict.fromkeys((BANK, *ACCOUNTS), "fiscal")
MONDAY = datetime(2026, 11, 9, 9, 0, tzinfo=UTC)


class Books(NamedTuple):
    """Books kept honestly: their postings, and what each account has left."""

    legs: list[Leg]
    left: dict[int, int]


@st.composite
def honest_books(draw: st.DrawFn) -> Books:
    """Draw movements: money in, money on, money back, each only where it is there."""
    legs: list[Leg] = []
    left = dict.fromkeys(ACCOUNTS, 0)
    taken_from: dict[int, list[tuple[int, int, int]]] = {}
    for voucher in range(1, draw(st.integers(1, 25)) + 1):
        fen = draw(st.integers(1, 1000))
        payer, payee = draw(st.permutations((BANK, *ACCOUNTS)))[:2]
        if payee == BANK:
            payer, payee = payee, payer
        back = taken_from.get(payee)
        if back and draw(st.booleans()):
            source, _voucher, fen = back[-1]
            if left[payee] < fen:
                continue
            back.pop()
            legs += [(len(legs) + 1, voucher, payee, IN, -fen), (len(legs) + 2, voucher, source, OUT, fen)]
            left[payee] -= fen
            if source != BANK:
                left[source] += fen
            continue
        if payer != BANK:
            if left[payer] < fen:
                continue
            left[payer] -= fen
        left[payee] += fen
        legs += [(len(legs) + 1, voucher, payer, OUT, -fen), (len(legs) + 2, voucher, payee, IN, fen)]
        taken_from.setdefault(payee, []).append((payer, voucher, fen))
    return Books(legs, left)


@given(honest_books())
def test_honest_books_have_no_fault_and_every_account_has_what_is_left(books: Books):
    found = replay(books.legs, sources=SOURCES, outside={BANK})
    assert found.faults == ()
    assert found.postings == len(books.legs)
    assert {key: found.came_in[key] - found.went_out[key] for key in ACCOUNTS} == books.left
    assert sum(found.came_in.values()) == sum(found.went_out.values())


@given(honest_books().filter(lambda books: books.legs), st.data())
def test_whatever_fen_is_altered_its_voucher_is_named(books: Books, data: st.DataObject):
    place = data.draw(st.integers(0, len(books.legs) - 1))
    more = data.draw(st.integers(-5, 5).filter(bool))
    key, voucher, account, side, fen = books.legs[place]
    legs = [*books.legs]
    legs[place] = (key, voucher, account, side, fen + more)
    faults = replay(legs, sources=SOURCES, outside={BANK}).faults
    assert [(fault.key, fault.fen) for fault in faults if fault.kind is LedgerFault.UNBALANCED] == [(voucher, more)]


@given(honest_books().filter(lambda books: books.legs), st.data())
def test_whatever_posting_is_taken_out_its_voucher_is_named(books: Books, data: st.DataObject):
    place = data.draw(st.integers(0, len(books.legs) - 1))
    faults = replay([*books.legs[:place], *books.legs[place + 1 :]], sources=SOURCES, outside={BANK}).faults
    unbalanced = [(fault.key, fault.fen) for fault in faults if fault.kind is LedgerFault.UNBALANCED]
    assert unbalanced == [(books.legs[place][1], -books.legs[place][4])]


@pytest.mark.parametrize(
    ("legs", "faults"),
    [
        ([(1, 1, BANK, OUT, -7), (2, 1, 1, IN, 7)], ()),
        # Spent before it came: in the end it would be there.
        (
            [(1, 1, 1, OUT, -7), (2, 1, 2, IN, 7), (3, 2, BANK, OUT, -7), (4, 2, 1, IN, 7)],
            (Fault(LedgerFault.OVERDRAWN, 1, 1, -7),),
        ),
        # Only the first fault of an account is told; the others follow from it.
        (
            [(1, 1, 1, OUT, -7), (2, 1, 2, IN, 7), (3, 2, 1, OUT, -1), (4, 2, 2, IN, 1)],
            (Fault(LedgerFault.OVERDRAWN, 1, 1, -7),),
        ),
        ([(1, 1, 1, IN, -7), (2, 1, BANK, OUT, 7)], (
            Fault(LedgerFault.BELOW_ZERO, 1, 1, -7), Fault(LedgerFault.BELOW_ZERO, BANK, 2, -7),
        )),
        ([(1, 1, BANK, OUT, -7), (2, 1, 9, IN, 7)], (
            Fault(LedgerFault.UNKNOWN_ACCOUNT, 9, 2, 7), Fault(LedgerFault.UNBALANCED, 1, 1, -7),
        )),
        ([(1, 1, BANK, OUT, -7), (2, 1, 1, "up", 7)], (Fault(LedgerFault.UNKNOWN_SIDE, 1, 2, 7),)),
    ],
)  # fmt: skip
def test_what_cannot_have_happened_is_told(legs: list[Leg], faults: tuple[Fault, ...]):
    assert replay(legs, sources=SOURCES, outside={BANK}).faults == faults


@pytest.mark.covers("R63")
def test_a_voucher_between_two_sources_balances_in_neither():
    legs: list[Leg] = [(1, 1, BANK, OUT, -7), (2, 1, 1, IN, 7)]
    faults = replay(legs, sources=SOURCES | {1: "lottery"}, outside={BANK}).faults
    assert [(fault.kind.value, fault.key, fault.fen) for fault in faults] == [("unbalanced", 1, -7)]


def payment(key: int, *, day: int, fen: int, person: int = 5, debit: int = 1, has_second: bool = False) -> Payment:
    return Payment(key, person, debit, 2, MONDAY + timedelta(days=day), fen, has_second)


@pytest.mark.parametrize(
    ("payments", "found"),
    [
        ([payment(1, day=0, fen=60), payment(2, day=30, fen=40)], [(2, 60)]),
        ([payment(1, day=0, fen=60), payment(2, day=31, fen=40)], []),
        ([payment(1, day=0, fen=60), payment(2, day=1, fen=39)], []),
        ([payment(1, day=0, fen=60), payment(2, day=1, fen=40, has_second=True)], []),
        # What two signed counts for what one signs afterwards.
        ([payment(1, day=0, fen=500, has_second=True), payment(2, day=1, fen=1)], [(2, 500)]),
        ([payment(1, day=0, fen=60), payment(2, day=1, fen=40, person=6)], []),
        ([payment(1, day=0, fen=60), payment(2, day=1, fen=40, debit=3)], []),
        ([payment(1, day=0, fen=100)], [(1, 0)]),
        # One machine's clock was behind: the second lies too far back to count for the third.
        ([payment(1, day=9, fen=10), payment(2, day=0, fen=60), payment(3, day=31, fen=40)], []),
    ],
)
def test_payments_split_to_stay_under_the_limit(payments: list[Payment], found: list[tuple[int, int]]):
    told = unsigned_splits(payments, limit_fen=100, window=timedelta(days=30))
    assert [(one.key, before) for one, before in told] == found
