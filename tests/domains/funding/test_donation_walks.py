"""Whatever happens to donations, in whatever order: what each donor reads adds up to the ledger at every step."""

from collections.abc import Callable
from typing import ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from sanhu.domains.funding.donation_queries import public_donations, published_sums
from sanhu.domains.funding.donation_way import DonationSums, published_way_of, sums_of, way_of
from sanhu.domains.funding.earmark_queries import left_fen, received_fen
from sanhu.domains.funding.models import Donation, LedgerAccount, Posting, Voucher
from sanhu.domains.funding.terms import FundSource, VoucherState
from sanhu.domains.funding.verification import check_ledger
from sanhu.engines.decisions import Refused
from tests.cast import DISTRICT
from tests.domains.funding.giving import Giving
from tests.domains.funding.money import Purse

AMOUNTS = st.integers(min_value=1, max_value=200_000)
WHICH = st.integers(min_value=0, max_value=9)


class Walk(RuleBasedStateMachine):
    """Two donations in one account; a model by hand of what each holds."""

    giving: ClassVar[Giving]

    @initialize()
    def begin(self) -> None:
        """Begin each walk anew."""
        self.mark = transaction.savepoint()
        self.donations = [self.giving.register().donation, self.giving.register().donation]
        self.came, self.went = [0, 0], [0, 0]
        self.moved: list[tuple[Voucher, int, int]] = []

    def teardown(self) -> None:
        """Re-prove the whole ledger, and leave nothing behind for the next walk."""
        assert check_ledger().is_clean
        transaction.savepoint_rollback(self.mark)

    @rule(which=WHICH, fen=AMOUNTS)
    def receive(self, which: int, fen: int) -> None:
        at = which % 2
        if self._done(lambda: self.giving.receive(self.donations[at], fen), at, fen):
            self.came[at] += fen

    @precondition(lambda self: any(self.came))
    @rule(which=WHICH, fen=AMOUNTS)
    def spend(self, which: int, fen: int) -> None:
        at = which % 2
        if not LedgerAccount.objects.filter(source=FundSource.SOCIAL_DONATION, body__isnull=False).exists():
            return
        if self._done(lambda: self.giving.spend(self.donations[at], fen), at, -fen):
            self.went[at] += fen

    @precondition(lambda self: self.moved)
    @rule(which=WHICH)
    def take_back(self, which: int) -> None:
        voucher, at, fen = self.moved[which % len(self.moved)]
        try:
            with transaction.atomic():
                self.giving.purse.reverse(voucher.number)
        except Refused:
            return
        self.moved.remove((voucher, at, fen))
        if fen > 0:
            self.came[at] -= fen
        else:
            self.went[at] += fen

    @rule(which=WHICH)
    def publish(self, which: int) -> None:
        try:
            with transaction.atomic():
                self.giving.publish(self.donations[which % 2])
        except Refused:
            return
        steps = published_way_of(self.donations[which % 2])
        assert steps == way_of(self.donations[which % 2])

    def _done(self, move: Callable[[], Voucher], at: int, fen: int) -> bool:
        try:
            with transaction.atomic():
                voucher = move()
        except Refused:
            return False
        assert voucher.state == VoucherState.POSTED
        self.moved.append((voucher, at, fen))
        return True

    @invariant()
    def what_each_donor_reads_adds_up_to_the_ledger(self) -> None:
        for at, donation in enumerate(self.donations):
            sums, steps = sums_of(donation.earmark), way_of(donation)
            assert sums == DonationSums(received_fen=self.came[at], spent_fen=self.went[at])
            assert sum(step.in_fen - step.out_fen for step in steps) == sums.left_fen == left_fen(donation.earmark)
            assert received_fen(donation.earmark) == self.came[at]
            assert all(step.left_fen >= 0 for step in steps)
            assert not steps or steps[-1].left_fen == sums.left_fen
            shown = published_way_of(donation)
            assert shown == steps[: len(shown)]
        told = published_sums(public_donations(DISTRICT))
        assert told.left_fen == sum(sum(step.fen for step in published_way_of(one)) for one in self.donations)
        held = LedgerAccount.objects.filter(source=FundSource.SOCIAL_DONATION, body__isnull=False).first()
        if held is not None:
            assert held.available_fen == sum(self.came) - sum(self.went)
            assert Posting.objects.filter(account=held).count() >= len(self.moved)


@pytest.mark.covers("R63")
def test_what_the_donor_reads_adds_up_at_every_step(purse: Purse):
    machine = type("Donated", (Walk,), {"giving": Giving(purse)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=10, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert Donation.objects.count() == 0
