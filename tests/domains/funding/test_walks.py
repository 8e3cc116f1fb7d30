"""The ledger walked through valid and invalid deeds: every invariant holds after each, whatever was asked."""

from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding.models import ClosedYear, LedgerAccount, Posting, Reservation, Voucher
from sanhu.domains.funding.services import moving
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.services.years import close_year
from sanhu.domains.funding.verification import CHECKS, check_ledger
from sanhu.engines.actors import SYSTEM
from sanhu.engines.decisions import Refused
from tests.domains.funding.money import COMMITTEE, LIMIT, NEW_YEAR, OTHER_COMMITTEE, Purse
from tests.domains.funding.settling import drafted, settle
from tests.gate import Gate

EXAMPLES = 16 if connection.vendor == "sqlite" else 8
STEPS = 25
OTHERS = ["秦", "吴", "蒋", "陈", "郑"]
AMOUNTS = st.one_of(
    st.integers(1, 4_000_000),
    st.sampled_from([-1, 0, 1, LIMIT - 1, LIMIT, 9_999_999_999_999, 10_000_000_000_001]),
)


def mostly(surname: str) -> st.SearchStrategy[str]:
    """Whoever may do it most of the time, and now and then somebody else."""
    return st.sampled_from([surname] * len(OTHERS) + OTHERS)


class Walk(RuleBasedStateMachine):
    """What anybody may try, with the books proved after each deed. `gate` is put there by the test."""

    gate: ClassVar[Gate]
    made: ClassVar[set[str]]

    vouchers = Bundle("vouchers")
    holds = Bundle("holds")

    def __init__(self) -> None:
        super().__init__()
        self._whole = transaction.atomic()
        self._whole.__enter__()
        self.purse = Purse(self.gate)
        self.is_changed = True

    def teardown(self) -> None:
        """Prove the record of the walk, and undo it."""
        try:
            assert verify(checks=CHECKS).findings == ()
        finally:
            transaction.set_rollback(True)
            self._whole.__exit__(None, None, None)

    def attempt(self, deed: Callable[[], object], what: str) -> object:
        """Try something: it is done, or refused with a reason and nothing of it is there."""
        before = self.standing()
        try:
            with transaction.atomic():
                done = deed()
        except (Refused, FundingNotFound):
            assert self.standing() == before
            return None
        self.made.add(what)
        self.is_changed = True
        return done

    @staticmethod
    def is_waiting() -> bool:
        """Whether something waits for a second person."""
        return Voucher.objects.filter(state="waiting").exists()

    @staticmethod
    def pick(place: int, *, by: str = "-state") -> str:
        """Give the number of a voucher, those that wait first; by their state, those that are posted."""
        numbers = Voucher.objects.order_by(by, "pk").values_list("number", flat=True)
        return numbers[place % len(numbers)]

    @staticmethod
    def standing() -> tuple[object, ...]:
        totals = LedgerAccount.objects.aggregate(Sum("cap_fen"), Sum("posted_fen"), Sum("reserved_fen"))
        return (*totals.values(), Posting.objects.count(), Voucher.objects.count(), Reservation.objects.count())

    @initialize(target=holds, fen=st.integers(0, LIMIT))
    def begin(self, fen: int) -> Reservation:
        """Begin with money, a hold, and a payment on it that waits for a second person."""
        self.purse.fund(2 * LIMIT)
        hold = self.purse.reserve(LIMIT + fen)
        assert self.purse.pay(hold, LIMIT).state == "waiting"
        return hold

    @rule(target=vouchers, fen=AMOUNTS, who=mostly("田"))
    def appropriate(self, fen: int, who: str) -> object:
        voucher = self.attempt(lambda: self.purse.appropriate(fen, by=who), "appropriate")
        return voucher.number if isinstance(voucher, Voucher) else multiple()

    @rule(target=holds, fen=AMOUNTS, who=mostly("孙"), payee=st.sampled_from([COMMITTEE, OTHER_COMMITTEE]))
    def reserve(self, fen: int, who: str, payee: str) -> object:
        return self.attempt(lambda: self.purse.reserve(fen, payee, by=who), "reserve") or multiple()

    @rule(target=vouchers, hold=holds, fen=AMOUNTS, who=mostly("孙"))
    def pay(self, hold: Reservation, fen: int, who: str) -> object:
        voucher = self.attempt(lambda: self.purse.pay(hold, fen, by=who), "pay")
        return voucher.number if isinstance(voucher, Voucher) else multiple()

    @rule(target=vouchers, hold=holds)
    def pay_what_is_left(self, hold: Reservation) -> object:
        hold.refresh_from_db()
        voucher = self.attempt(lambda: self.purse.pay(hold, hold.held_fen), "pay")
        return voucher.number if isinstance(voucher, Voucher) else multiple()

    @precondition(lambda self: self.is_waiting())
    @rule(place=st.integers(0, 2), who=mostly("秦"))
    def sign(self, place: int, who: str) -> None:
        number = self.pick(place)
        self.attempt(lambda: self.purse.sign(number, by=who), "sign")

    @precondition(lambda self: self.is_waiting())
    @rule(place=st.integers(0, 2), who=mostly("秦"))
    def reject(self, place: int, who: str) -> None:
        number = self.pick(place)
        self.attempt(lambda: self.purse.reject(number, by=who), "reject")

    @rule(target=vouchers, place=st.integers(0, 5), who=mostly("田"))
    def reverse(self, place: int, who: str) -> object:
        number = self.pick(place, by="state")
        voucher = self.attempt(lambda: self.purse.reverse(number, by=who), "reverse")
        return voucher.number if isinstance(voucher, Voucher) else multiple()

    @rule(hold=holds)
    def release(self, hold: Reservation) -> None:
        self.attempt(lambda: self.purse.release(hold), "release")

    @rule(target=holds, hold=holds, unspent=st.one_of(st.just(0), AMOUNTS))
    def move(self, hold: Reservation, unspent: int) -> object:
        def deed() -> object:
            return moving.move_remainder(
                hold,
                payee=self.purse.account(OTHER_COMMITTEE),
                purpose_ref="task:990101-2026-T0002",
                unspent_fen=unspent,
                basis="示划〔2026〕1号",
                actor=SYSTEM,
                at=self.purse.now(),
            )

        moved = self.attempt(deed, "move")
        return moved[0] if isinstance(moved, tuple) else multiple()

    @rule(hold=holds, number=vouchers)
    def use_a_form_twice(self, hold: Reservation, number: str) -> None:
        client_id = self.purse.fresh_id()
        wish = {"payee": COMMITTEE, "client_id": client_id}
        first = self.attempt(lambda: self.purse.reserve(3, **wish), "reserve")  # type: ignore[arg-type]
        before = self.standing()
        again = self.attempt(lambda: self.purse.reserve(3, **wish), "reserve")  # type: ignore[arg-type]
        assert again == first
        assert self.standing() == before

    @rule(hurry=st.integers(0, 9))
    def time_goes_on(self, hurry: int) -> None:
        self.purse.at += timedelta(days=40 if hurry else 1)

    @rule(who=mostly("秦"), is_settled=st.sampled_from([False, False, True]))
    def close(self, who: str, is_settled: bool) -> None:
        """A year closes when it is over and nothing hangs; afterwards nothing above gets through any more."""
        if is_settled:
            for number in Voucher.objects.filter(state="waiting").values_list("number", flat=True):
                self.attempt(lambda number=number: self.purse.reject(number, by="秦"), "reject")
            for hold in Reservation.objects.filter(closed_at=None):
                self.attempt(lambda hold=hold: self.purse.release(hold), "release")
            self.purse.at = max(self.purse.at, NEW_YEAR)
            self.attempt(lambda: settle(self.purse), "settle")
        at = max(self.purse.at, NEW_YEAR)
        client_id = self.purse.fresh_id()
        hangs = self.is_waiting() or self.held_fen() > 0 or bool(drafted())
        is_closed = ClosedYear.objects.exists()
        closed = self.attempt(
            lambda: close_year(actor=self.purse.actor(who), at=at, client_id=client_id, year=2026), "close"
        )
        assert (closed is not None) == (who == "秦" and not hangs and not is_closed)

    @staticmethod
    def held_fen() -> int:
        """What is held on all accounts."""
        return sum(LedgerAccount.objects.values_list("reserved_fen", flat=True))

    @invariant()
    def nothing_is_overspent_doubled_or_lost(self) -> None:
        if not self.is_changed:  # what was refused left everything as it was
            return
        self.is_changed = False
        assert Posting.objects.aggregate(fen=Sum("amount_fen"))["fen"] in {None, 0}
        for account in LedgerAccount.objects.filter(body__isnull=False):
            assert account.posted_fen + account.reserved_fen <= account.cap_fen
        assert check_ledger().findings == ()


@pytest.mark.django_db
@pytest.mark.covers("R53", "R55")
def test_whatever_is_tried_the_books_balance(founded: Gate):
    Walk.gate = founded
    Walk.made = set()
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert {"reserve", "pay", "release"} <= Walk.made


@pytest.mark.django_db
def test_every_deed_of_a_walk_can_succeed(founded: Gate):
    """What no walk could do, no walk would test: the machine's own rules, one after another."""
    Walk.gate = founded
    Walk.made = set()
    walk = Walk()
    try:
        hold = walk.begin(900)
        assert Walk.made == set()
        walk.sign(0, "秦")
        walk.reverse(1, "田")
        assert walk.appropriate(LIMIT, "田")
        walk.reject(0, "秦")
        other = walk.reserve(7, "孙", COMMITTEE)
        assert isinstance(other, Reservation)
        walk.release(other)
        walk.move(hold, 20)
        walk.pay_what_is_left(walk.reserve(3, "孙", COMMITTEE))  # type: ignore[arg-type]
        walk.use_a_form_twice(hold, "")
        walk.close("秦", is_settled=True)
        walk.nothing_is_overspent_doubled_or_lost()
        every = {"appropriate", "reserve", "pay", "sign", "reject", "reverse", "release", "move", "settle", "close"}
        assert Walk.made == every
    finally:
        walk.teardown()
