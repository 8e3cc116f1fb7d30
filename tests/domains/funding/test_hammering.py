"""Sixteen at once on ten budgets: nothing is overspent, doubled or lost, and a form sent twice is one."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from sanhu.domains.evidence.models import Entry, Request
from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding.models import LedgerAccount, Posting, Reservation, Voucher
from sanhu.domains.funding.services import holding, paying
from sanhu.domains.funding.services.year_settling import sign_settlement
from sanhu.domains.funding.services.years import close_year
from sanhu.domains.funding.terms import BudgetLine, FundSource
from sanhu.domains.funding.verification import CHECKS, check_ledger
from sanhu.engines.decisions import Refused
from tests.domains.funding.money import COMMITTEE, LIMIT, NEW_YEAR, OTHER_COMMITTEE, Purse, keep_scan
from tests.domains.funding.settling import propose, sign

CLIENTS, BUDGETS, CAP = 16, 10, 1_000
LINES = [line for line in BudgetLine.values if line != "L10"][:BUDGETS]


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Do deeds in threads of their own, started together; give what each gave or raised."""
    gate = threading.Barrier(len(deeds), timeout=20)

    def do(deed: Callable[[], object]) -> object:
        try:
            gate.wait()
            return deed()
        except Exception as raised:  # noqa: BLE001 - what was raised is what is asked about
            return raised
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def budgets(purse: Purse) -> list[holding.Wish]:
    """Open ten budgets of ¥10 each, and give a wish on each for a ninth of it."""
    wishes = []
    for line in LINES:
        purse.appropriate(CAP, source=FundSource.FISCAL, line=line)
        account = purse.account(source=FundSource.FISCAL, line=line)
        payee = purse.account(COMMITTEE, source=FundSource.FISCAL, line=line)
        wishes.append(holding.Wish(account.pk, payee.pk, 111, "project:1"))
    return wishes


@pytest.mark.covers("X-08", "R53")
def test_sixteen_clients_hammer_ten_budgets(own_purse: Purse):
    wishes = budgets(own_purse)
    actor, at = own_purse.actor("孙"), own_purse.now()
    # Every client asks for all budgets twice over, in its own order; half of its forms are somebody else's too.
    shared = {(client // 2, turn): uuid4() for client in range(CLIENTS) for turn in range(BUDGETS)}
    answers: list[tuple[UUID, object]] = []

    def client(number: int) -> Callable[[], object]:
        chance = random.Random(number // 2)  # two clients with the same forms
        turns = [(wish, shared[number // 2, turn]) for turn, wish in enumerate(chance.sample(wishes, BUDGETS))]

        def hammer() -> None:
            for wish, client_id in [*turns, turns[0]]:
                try:
                    done: object = holding.reserve(actor=actor, at=at, client_id=client_id, wish=wish).pk
                except Refused as no:
                    done = no.decision.code
                answers.append((client_id, done))

        return hammer

    assert at_once(*[client(number) for number in range(CLIENTS)]) == [None] * CLIENTS
    # Eight different forms ask for 888 of each budget's 1000: all are accepted, each once.
    assert Reservation.objects.count() == 80
    assert set(LedgerAccount.objects.filter(cap_fen=CAP).values_list("reserved_fen", flat=True)) == {888}
    told: dict[UUID, set[object]] = {}
    for client_id, done in answers:
        told.setdefault(client_id, set()).add(done)
    assert len(told) == 80
    assert all(len(done) == 1 for done in told.values())
    assert Entry.objects.filter(event="funds.reserved").count() == Reservation.objects.count()
    # A ninth fits each budget, a tenth does not: whoever comes last is told why.
    late = at_once(
        *[
            lambda wish=wish: holding.reserve(actor=actor, at=at, client_id=uuid4(), wish=wish).amount_fen
            for wish in wishes[:8]
            for _ in range(2)
        ]
    )
    assert Counter(no.decision.code if isinstance(no, Refused) else no for no in late) == {111: 8, "X-08": 8}
    assert verify(checks=CHECKS).findings == ()


def pay(purse: Purse, hold: Reservation, fen: int) -> Callable[[], object]:
    actor, at = purse.actor("孙"), purse.now()
    scan = keep_scan(actor)

    def press() -> object:
        with transaction.atomic():
            return paying.ask_payment(
                reservation=hold, amount_fen=fen, basis="示拨", reason="", draft_id=scan, actor=actor, at=at
            ).state

    return press


def kinds_of(outcomes: Sequence[object]) -> Counter[str]:
    return Counter(outcome if isinstance(outcome, str) else type(outcome).__name__ for outcome in outcomes)


def test_what_is_held_is_paid_once_however_many_press(own_purse: Purse):
    own_purse.fund(LIMIT * 2)
    # To two payees: the small one would need a second person too where it came after the large one to the same.
    small, large = own_purse.reserve(100), own_purse.reserve(LIMIT, OTHER_COMMITTEE)
    presses = [pay(own_purse, small, 60) for _ in range(4)] + [pay(own_purse, large, LIMIT) for _ in range(4)]
    assert kinds_of(at_once(*presses)) == {"posted": 1, "waiting": 1, "FieldRefused": 6}
    waiting = Voucher.objects.get(state="waiting")
    signers = [own_purse.actor(who) for who in ("吴", "秦", "吴", "秦")]
    signs = [
        lambda actor=actor: paying.sign(actor=actor, at=own_purse.at, client_id=uuid4(), number=waiting.number).state
        for actor in signers
    ]
    assert kinds_of(at_once(*signs)) == {"posted": 1, "Refused": 3}
    assert own_purse.totals() == (LIMIT * 2, LIMIT + 60, 40)
    assert sorted(Voucher.objects.values_list("number", flat=True)) == [
        f"990101-2026-V000{n}" for n in range(1, Voucher.objects.count() + 1)
    ]
    assert verify(checks=CHECKS).findings == ()


def test_payments_both_ways_between_two_accounts_never_wait_for_each_other(own_purse: Purse):
    """Accounts are locked in the order of their keys, whoever pays whom."""
    there = own_purse.fund(3_000)
    purse, back = own_purse, own_purse.account(COMMITTEE)
    for _ in range(8):
        purse.pay(purse.reserve(100), 100)
    numbers = list(Voucher.objects.filter(kind="payment").values_list("number", flat=True))
    holds = [purse.reserve(50) for _ in range(8)]
    presses = [pay(purse, hold, 50) for hold in holds]
    undo = [lambda number=number: purse.reverse(number).state for number in numbers]
    outcomes = at_once(*presses, *undo)
    assert kinds_of(outcomes) == {"posted": 16}
    assert (purse.totals(), purse.totals(COMMITTEE)) == ((3_000, 400, 800), (400, 0, 0))
    assert (there.pk, back.pk) == tuple(sorted((there.pk, back.pk)))
    assert verify(checks=CHECKS).findings == ()


def test_a_year_is_settled_before_a_payment_or_after_it_and_never_during(own_purse: Purse):
    own_purse.fund(1_000)
    own_purse.at = NEW_YEAR
    proposed = propose(own_purse)
    signer, payer, at = own_purse.actor("秦"), own_purse.actor("田"), own_purse.now()
    order = [lambda: own_purse.appropriate(1).state for _ in range(4)]
    wish = holding.Wish(own_purse.account().pk, own_purse.account(COMMITTEE).pk, 1, "project:1")
    holds = [lambda: holding.reserve(actor=payer, at=at, client_id=uuid4(), wish=wish) for _ in range(4)]

    def settle() -> object:
        return sign_settlement(actor=signer, at=at, client_id=uuid4(), settlement_id=proposed.pk)

    outcomes = at_once(settle, *order, *holds)
    assert all(isinstance(outcome, Refused | Reservation) or outcome is not None for outcome in outcomes)
    assert check_ledger().findings == ()
    is_signed = not isinstance(outcomes[0], Refused)
    returned = Voucher.objects.filter(kind="return").aggregate(fen=Sum("amount_fen"))["fen"]
    assert returned == (1_000 if is_signed else None)
    late = sum(outcome == "posted" for outcome in outcomes)
    assert own_purse.account().cap_fen - own_purse.account().posted_fen == late + (0 if is_signed else 1_000)


def test_a_year_closes_before_money_comes_in_or_not_at_all(own_purse: Purse):
    own_purse.fund(1_000)
    own_purse.at = NEW_YEAR
    sign(own_purse, propose(own_purse))
    closer, at = own_purse.actor("秦"), own_purse.now()
    order = [lambda: own_purse.appropriate(1).state for _ in range(6)]
    outcomes = at_once(lambda: close_year(actor=closer, at=at, client_id=uuid4(), year=2026), *order)
    came_in = sum(outcome == "posted" for outcome in outcomes)
    assert isinstance(outcomes[0], Refused) == (came_in > 0)
    assert check_ledger().findings == ()
    assert Posting.objects.aggregate(fen=Sum("amount_fen"))["fen"] == 0
    closed = 0 if isinstance(outcomes[0], Refused) else 1
    assert Request.objects.filter(result_ref__startswith="year:").count() == closed
