"""Years walked through: sources, appropriations, donations, spending, payments, reversals, settlements and closing.

After each deed every account is at least empty, no fen was made or lost or has crossed from one source to another, the
pages' and files' totals are the ledger's, and a closed year's totals stay what they were.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import ClassVar

import pytest
from django.db import connection, transaction
from django.db.models import Sum
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

from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding.account_tables import COLUMNS, as_csv, rows_of
from sanhu.domains.funding.disclosure_rules import Period
from sanhu.domains.funding.models import ClosedYear, LedgerAccount, Posting, Reservation, Voucher, YearSettlement
from sanhu.domains.funding.public_account import Sums, postings_in, totals_of
from sanhu.domains.funding.services import holding
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.sources_report import body_reports, district_report, report_of
from sanhu.domains.funding.terms import FundSource
from sanhu.domains.funding.verification import CHECKS, check_ledger
from sanhu.engines.actors import SYSTEM
from sanhu.engines.decisions import Refused
from tests.cast import COMMUNITY, DISTRICT
from tests.domains.funding.money import COMMITTEE, LIMIT, ORGAN, Purse
from tests.domains.funding.projects import spend
from tests.domains.funding.settling import (
    close,
    donated,
    drafted,
    let_go_over,
    propose,
    send_back,
    sign,
    to_new_year,
)
from tests.gate import Gate

EXAMPLES = 6 if connection.vendor == "sqlite" else 3
STEPS = 22
BODIES = (ORGAN, COMMITTEE)
WAYS = (("fiscal", "L7"), ("paid_service", "L7"), ("fee_follows_affair", "L9"))
SPENT = {"fiscal": "", "paid_service": "", "fee_follows_affair": "task:1"}
FENS = st.one_of(st.integers(1, 9_000), st.sampled_from([1, LIMIT - 1, LIMIT]))


class Years(RuleBasedStateMachine):
    """What may be tried in three years, one after another. `gate` is put there by the test."""

    gate: ClassVar[Gate]
    made: ClassVar[set[str]]

    def __init__(self) -> None:
        super().__init__()
        self._whole = transaction.atomic()
        self._whole.__enter__()
        self.purse, self.year, self.is_changed = Purse(self.gate), 2026, True
        self.frozen: dict[int, list[tuple[object, ...]]] = {}

    def teardown(self) -> None:
        """Prove the record of the walk, and undo it."""
        try:
            assert verify(checks=CHECKS).findings == ()
        finally:
            transaction.set_rollback(True)
            self._whole.__exit__(None, None, None)

    def attempt(self, deed: Callable[[], object], what: str) -> object:
        """Try something: it is done, or refused and nothing of it is there."""
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
    def standing() -> tuple[object, ...]:
        totals = LedgerAccount.objects.aggregate(Sum("cap_fen"), Sum("posted_fen"), Sum("reserved_fen"))
        return (*totals.values(), Posting.objects.count(), Voucher.objects.count(), YearSettlement.objects.count())

    def signed(self, voucher: object) -> None:
        """Let 秦 sign what waits for a second person."""
        if isinstance(voucher, Voucher) and voucher.state == "waiting":
            self.attempt(lambda: self.purse.sign(voucher.number, by="秦"), "sign")

    @initialize()
    def begin(self) -> None:
        """Begin with some of each kind."""
        for source, line in WAYS:
            for body in BODIES:
                self.purse.appropriate(2_000, body, source=source, line=line)
        donated(self.purse, 500)

    @rule(way=st.sampled_from(WAYS), body=st.sampled_from(BODIES), fen=FENS, is_signed=st.booleans())
    def appropriate(self, way: tuple[str, str], body: str, fen: int, *, is_signed: bool) -> None:
        source, line = way
        which = {"source": source, "line": line, "year": self.year}
        voucher = self.attempt(lambda: self.purse.appropriate(fen, body, **which), "appropriate")
        if is_signed:
            self.signed(voucher)

    @rule(fen=FENS)
    def donate(self, fen: int) -> None:
        self.attempt(lambda: donated(self.purse, min(fen, 900), year=self.year), "donate")

    @rule(way=st.sampled_from(WAYS), fen=FENS)
    def spend(self, way: tuple[str, str], fen: int) -> None:
        account = self.purse.account(COMMITTEE, source=way[0], line=way[1], year=self.year)
        self.attempt(lambda: spend(self.purse, account, fen, purpose_ref=SPENT[way[0]]), "spend")

    @rule(way=st.sampled_from(WAYS), fen=FENS, purpose=st.sampled_from(["project:1", "task:1"]), is_paid=st.booleans())
    def reserve(self, way: tuple[str, str], fen: int, purpose: str, *, is_paid: bool) -> None:
        which = {"source": way[0], "line": way[1], "year": self.year}
        payer, payee = self.purse.account(ORGAN, **which), self.purse.account(COMMITTEE, **which)  # type: ignore[arg-type]

        def hold() -> Reservation:
            pair = {"account_id": payer.pk, "payee_id": payee.pk}
            actor, at = self.purse.actor("孙"), self.purse.now()
            return holding.hold(**pair, amount_fen=fen, purpose_ref=purpose, actor=actor, at=at)

        held = self.attempt(hold, "reserve")
        if isinstance(held, Reservation) and is_paid:
            self.attempt(lambda: self.purse.pay(held, max(1, fen // 2)), "pay")

    @rule(place=st.integers(0, 40))
    def release(self, place: int) -> None:
        """Let go of what is set aside for something: a task that ended, a project that is over."""
        holds = list(Reservation.objects.filter(closed_at=None).order_by("pk"))
        if holds:
            hold = holds[place % len(holds)]
            self.attempt(lambda: holding.release(hold, actor=SYSTEM, at=self.purse.now()), "release")

    @rule(place=st.integers(0, 40))
    def reverse(self, place: int) -> None:
        numbers = list(Voucher.objects.order_by("-pk").values_list("number", flat=True))
        number = numbers[place % len(numbers)]
        self.signed(self.attempt(lambda: self.purse.reverse(number), "reverse"))

    @rule(body=st.sampled_from(BODIES))
    def let_go_over(self, body: str) -> None:
        account = self.purse.account(body, source="fiscal", line="L7", year=self.year)
        self.attempt(lambda: let_go_over(self.purse, account), "let_go_over")

    @rule(is_agreed=st.sampled_from([True, True, False]), year=st.sampled_from([2026, 2027]))
    @precondition(lambda self: self.year > 2026)
    def settle(self, year: int, *, is_agreed: bool) -> None:
        for number in list(Voucher.objects.filter(state="waiting").values_list("number", flat=True)):
            self.attempt(lambda number=number: self.purse.reject(number, by="秦"), "reject")
        before = self.inside()
        proposed = self.attempt(lambda: propose(self.purse, year=year), "propose")
        if not isinstance(proposed, YearSettlement):
            return
        if not is_agreed:
            assert self.attempt(lambda: send_back(self.purse, proposed), "send_back")
            assert self.inside() == before
            return
        assert self.attempt(lambda: sign(self.purse, proposed), "settle")
        returned = defaultdict[str, int](int)
        for line in proposed.lines.filter(action="return").select_related("account"):
            returned[line.account.source] += line.fen
        # what went over changes no sum over the years, source by source
        assert self.inside() == {source: fen - returned[source] for source, fen in before.items()}
        assert drafted(year) == []

    @rule(year=st.sampled_from([2026, 2027]))
    @precondition(lambda self: self.year > 2026)
    def close(self, year: int) -> None:
        left = [line for before in range(2026, year + 1) for line in self.left_open(before)]
        waiting = Voucher.objects.filter(debit__year=year, state="waiting").exists()
        is_closed = ClosedYear.objects.filter(year=year).exists()
        closed = self.attempt(lambda: close(self.purse, year=year), "close")
        is_due = self.year > year and not left and not waiting and not is_closed
        assert (closed is not None) == is_due
        if closed is not None:
            self.frozen[year] = self.book(year)

    @staticmethod
    def left_open(year: int) -> list[object]:
        return [] if ClosedYear.objects.filter(year=year).exists() else list(drafted(year))

    @rule()
    @precondition(lambda self: self.year < 2028)
    def a_year_goes_by(self) -> None:
        self.year += 1
        to_new_year(self.purse, year=self.year)

    # --- what holds

    @staticmethod
    def inside() -> dict[str, int]:
        """Give what bodies have, source by source, over all years."""
        found = dict.fromkeys(FundSource.values, 0)
        for source, cap, posted in LedgerAccount.objects.filter(body__isnull=False).values_list(
            "source", "cap_fen", "posted_fen"
        ):
            found[source] += cap - posted
        return found

    @staticmethod
    def book(year: int) -> list[tuple[object, ...]]:
        """Give what pages and files say of a year, to the fen."""
        accounts = LedgerAccount.objects.filter(year=year).order_by("pk")
        report = district_report(DISTRICT, year)
        return [
            *accounts.filter(posted_fen__gt=0).values_list("pk", "cap_fen", "posted_fen", "reserved_fen"),
            (sorted(report.by_source.items()), totals_of(postings_in(COMMUNITY, [Period(year)])).whole),
        ]

    @invariant()
    def nothing_is_made_lost_or_borrowed(self) -> None:
        if not self.is_changed:
            return
        self.is_changed = False
        assert check_ledger().findings == ()
        for account in LedgerAccount.objects.filter(body__isnull=False):
            assert account.available_fen >= 0
        for source, fen in self.inside().items():
            came = Posting.objects.filter(account__source=source, account__body=None).aggregate(fen=Sum("amount_fen"))
            assert fen == -(came["fen"] or 0)  # what is inside is what came from outside and did not go back
        for year, said in self.frozen.items():
            assert self.book(year) == said

    @invariant()
    def every_page_and_file_says_what_the_ledger_says(self) -> None:
        for year in (2026, self.year):
            postings = postings_in(COMMUNITY, [Period(year)])
            whole = totals_of(postings).whole
            left = LedgerAccount.objects.filter(body=self.purse.gate.bodies[COMMITTEE], year=year)
            assert whole.left_fen == sum(account.cap_fen - account.posted_fen for account in left)
            assert self.of_the_file(as_csv(rows_of(postings))) == whole
            report = report_of(postings)
            assert sum(share.part_fen for share in report.income.values()) == whole.income_fen
            inside = LedgerAccount.objects.filter(body__isnull=False, year=year)
            assert sum(
                sums.left_fen for body in body_reports(inside, year) for sums in body.report.by_source.values()
            ) == sum(account.cap_fen - account.posted_fen for account in inside)
            assert sum(sums.left_fen for sums in district_report(DISTRICT, year).by_source.values()) == sum(
                account.cap_fen - account.posted_fen for account in inside
            )

    @staticmethod
    def of_the_file(data: bytes) -> Sums:
        """Sum a file's columns of amounts up."""
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
        sums = [sum(int(Decimal(row[column]) * 100) for row in rows if row[column]) for column in COLUMNS[9:]]
        income, spending, less_income, less_spending, *settled = sums
        return Sums(income - less_income, spending - less_spending, *settled)


@pytest.mark.django_db
@pytest.mark.covers("R53", "R63")
def test_whatever_is_tried_over_years_no_fen_is_made_lost_or_borrowed(founded: Gate):
    Years.gate = founded
    Years.made = set()
    run_state_machine_as_test(
        Years,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Years.made  # which deeds, is chance; that each can succeed, is shown below


@pytest.mark.django_db
def test_every_deed_of_a_walk_over_years_can_succeed(founded: Gate):
    """What no walk could do, no walk would test: the machine's own rules, one after another."""
    Years.gate = founded
    Years.made = set()
    walk = Years()
    fiscal, fee = WAYS[0], WAYS[2]
    try:
        walk.begin()
        walk.appropriate(fiscal, COMMITTEE, LIMIT, is_signed=True)
        walk.donate(3)
        walk.spend(fiscal, 700)
        walk.reverse(0)
        walk.reserve(fee, 600, "task:1", is_paid=True)
        walk.reserve(fiscal, 70, "project:1", is_paid=False)
        walk.release(1)
        walk.let_go_over(COMMITTEE)
        walk.appropriate(fiscal, ORGAN, LIMIT, is_signed=False)
        walk.a_year_goes_by()
        walk.settle(2026, is_agreed=False)
        walk.settle(2026, is_agreed=True)
        walk.close(2026)
        walk.spend(fiscal, 800)
        walk.a_year_goes_by()
        walk.settle(2027, is_agreed=True)
        walk.close(2027)
        walk.nothing_is_made_lost_or_borrowed()
        walk.every_page_and_file_says_what_the_ledger_says()
        deeds = {"appropriate", "sign", "donate", "spend", "reverse", "reserve", "pay", "release", "let_go_over"}
        assert Years.made == deeds | {"reject", "propose", "send_back", "settle", "close"}
    finally:
        walk.teardown()
