"""Proving a ledger: postings are replayed in their order, and what cannot have happened is told.

Money moves by vouchers; each makes postings to accounts. A posting counts on one side of its account: what came in is
the account's cap, what went out is used up. A reversal counts on the side of what it takes back, with the opposite
sign. So, whatever happened,

    the postings of a voucher sum to zero for each source of money,
    no account ever lets out more than had come in, unless it stands for everybody outside,
    neither side of an account ever sums to less than nothing.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

IN, OUT = "in", "out"

Leg = tuple[int, int, int, str, int]
"""A posting: its key, its voucher, its account, the side, and the fen with their sign."""


class LedgerFault(StrEnum):
    """What a replay can find."""

    UNBALANCED = "unbalanced"
    OVERDRAWN = "overdrawn"
    BELOW_ZERO = "below_zero"
    UNKNOWN_ACCOUNT = "unknown_account"
    UNKNOWN_SIDE = "unknown_side"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: of what kind, of which voucher or account (by its key), at which posting, and by how many fen."""

    kind: LedgerFault
    key: int
    posting: int
    fen: int


@dataclass(frozen=True)
class Replay:
    """What postings lead to: how many there were, what came into and went out of each account, and the faults.

    An account's first fault stands for those that follow from it.
    """

    postings: int
    came_in: Mapping[int, int]
    went_out: Mapping[int, int]
    faults: tuple[Fault, ...]


def replay(legs: Iterable[Leg], *, sources: Mapping[int, str], outside: Collection[int] = ()) -> Replay:
    """Replay postings in their order, through accounts whose source of money is known.

    Keeps no more in memory than accounts and the vouchers that are not balanced yet.

    >>> paid = [(1, 1, 7, "out", -500), (2, 1, 8, "in", 500), (3, 2, 8, "out", -200), (4, 2, 9, "in", 200)]
    >>> found = replay(paid, sources={7: "fiscal", 8: "fiscal", 9: "fiscal"}, outside={7})
    >>> found.came_in[8], found.went_out[8], found.faults
    (500, 200, ())
    >>> replay(paid[2:], sources={8: "fiscal", 9: "fiscal"}).faults
    (Fault(kind=<LedgerFault.OVERDRAWN: 'overdrawn'>, key=8, posting=3, fen=-200),)
    >>> replay(paid, sources={7: "fiscal", 8: "fiscal", 9: "lottery"}, outside={7}).faults[0]
    Fault(kind=<LedgerFault.UNBALANCED: 'unbalanced'>, key=2, posting=3, fen=-200)
    """
    came_in: dict[int, int] = dict.fromkeys(sources, 0)
    went_out: dict[int, int] = dict.fromkeys(sources, 0)
    unbalanced: dict[tuple[int, str], list[int]] = {}
    faults: dict[tuple[LedgerFault, int], Fault] = {}
    count = 0
    for posting, voucher, account, side, fen in legs:
        count += 1
        source = sources.get(account)
        if source is None:
            _note(faults, LedgerFault.UNKNOWN_ACCOUNT, account, posting, fen)
            continue
        known = unbalanced.pop((voucher, source), None)
        if known is None:
            unbalanced[voucher, source] = [fen, posting]
        elif known[0] + fen:
            unbalanced[voucher, source] = [known[0] + fen, known[1]]
        if side == IN:
            came_in[account] += fen
        elif side == OUT:
            went_out[account] -= fen
        else:
            _note(faults, LedgerFault.UNKNOWN_SIDE, account, posting, fen)
        got, used = came_in[account], went_out[account]
        if got < 0 or used < 0:
            _note(faults, LedgerFault.BELOW_ZERO, account, posting, min(got, used))
        elif got < used and account not in outside:
            _note(faults, LedgerFault.OVERDRAWN, account, posting, got - used)
    for (voucher, _source), (fen, posting) in unbalanced.items():
        _note(faults, LedgerFault.UNBALANCED, voucher, posting, fen)
    return Replay(postings=count, came_in=came_in, went_out=went_out, faults=tuple(faults.values()))


def _note(faults: dict[tuple[LedgerFault, int], Fault], kind: LedgerFault, key: int, posting: int, fen: int) -> None:
    faults.setdefault((kind, key), Fault(kind, key, posting, fen))


class Payment(NamedTuple):
    """A payment as splitting is looked for: who asked, between which accounts, when, how much, and signed by two?"""

    key: int
    person: int
    debit: int
    credit: int
    asked_at: datetime
    fen: int
    has_second: bool


def unsigned_splits(payments: Iterable[Payment], *, limit_fen: int, window: timedelta) -> Iterator[tuple[Payment, int]]:
    """Find payments one person made alone though they reach the limit with those before; with what was before.

    `payments` come in the order in which they were asked for. What one person moved between the same two accounts
    within the window before counts, whether or not somebody signed it.

    >>> monday = datetime(2026, 11, 9, 9, 0)
    >>> two = [Payment(key, 5, 1, 2, monday + timedelta(days=key), 60, False) for key in (1, 2)]
    >>> [(payment.key, before) for payment, before in unsigned_splits(two, limit_fen=100, window=timedelta(days=30))]
    [(2, 60)]
    >>> list(unsigned_splits(two, limit_fen=121, window=timedelta(days=30)))
    []
    """
    before: defaultdict[tuple[int, int, int], deque[Payment]] = defaultdict(deque)
    sums: defaultdict[tuple[int, int, int], int] = defaultdict(int)
    for payment in payments:
        key = payment.person, payment.debit, payment.credit
        recent = before[key]
        while recent and recent[0].asked_at < payment.asked_at - window:
            sums[key] -= recent.popleft().fen
        if not payment.has_second and sums[key] + payment.fen >= limit_fen:
            # Machines' clocks differ: one in the middle may lie further back than the one that stands first.
            exact = sum(one.fen for one in recent if one.asked_at >= payment.asked_at - window)
            if exact + payment.fen >= limit_fen:
                yield payment, exact
        recent.append(payment)
        sums[key] += payment.fen
