"""A fen is altered in the database, and verifying names it: each invariant broken once, and what is then said."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DataError, connection, transaction
from django.db.models import CheckConstraint, F, Model

from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding.models import (
    ClosedYear,
    LedgerAccount,
    Posting,
    Reservation,
    StatementLine,
    Voucher,
)
from sanhu.domains.funding.services.statements import import_statement
from sanhu.domains.funding.services.years import close_year
from sanhu.domains.funding.verification import CHECKS, SourceTotals, check_ledger
from tests.domains.funding.money import COMMITTEE, LIMIT, NEW_YEAR, ORGAN, OTHER_COMMITTEE, Purse
from tests.domains.funding.settling import settle


@pytest.fixture
def books(purse: Purse) -> Purse:
    """Keep books with a bit of everything: V0001 in, V0002 and V0003 paid, V0003 back by V0004, V0005 signed."""
    purse.fund(LIMIT * 2)
    held = purse.reserve(LIMIT + 1_000)
    for fen in (700, 200):
        purse.pay(held, fen)
    purse.reverse("990101-2026-V0003")
    purse.sign(purse.pay(held, LIMIT).number)
    data = b"reference,booked_on,amount,voucher_number\na1,2026-11-09,7.00,990101-2026-V0002\n"
    import_statement(actor=purse.actor("田"), at=purse.now(), name="表", data=data)
    return purse


def voucher(number: int) -> Voucher:
    return Voucher.objects.get(number=f"990101-2026-V000{number}")


def account(body: str) -> LedgerAccount:
    return LedgerAccount.objects.get(body__name=body)


def alter(row: Model, **values: object) -> None:
    """Change a row behind everybody's back, where need be against its constraints."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for constraint in row._meta.constraints:
                if isinstance(constraint, CheckConstraint):
                    cursor.execute(f'ALTER TABLE "{row._meta.db_table}" DROP CONSTRAINT IF EXISTS "{constraint.name}"')
    type(row)._base_manager.filter(pk=row.pk).update(**values)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def said() -> list[tuple[str, str]]:
    """Give what checking the ledger finds: kind and detail, without the keys of postings."""
    findings = check_ledger().findings
    return [(finding.kind, re.sub(r" at posting \d+", " at a posting", finding.detail)) for finding in findings]


def test_honest_books_have_nothing_to_say_and_their_totals(books: Purse):
    report = check_ledger()
    assert report.findings == ()
    assert (report.accounts, report.reservations, report.vouchers, report.postings) == (3, 1, 5, 10)
    # Paid on by the organ, taken in by the committee: both count among what came in.
    assert report.sources == (SourceTotals("fee_follows_affair", LIMIT * 3 + 700, LIMIT + 700, 300),)
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.covers("R53")
def test_a_fen_more_in_a_posting_is_named_by_the_record_and_by_the_ledger(books: Purse):
    leg = Posting.objects.get(voucher=voucher(2), side="in")
    alter(leg, amount_fen=701)
    assert said() == [
        ("ledger_unbalanced", "1 fen at a posting"),
        ("ledger_total_wrong", f"cap_fen: stored {LIMIT + 700}, its postings sum to {LIMIT + 701}"),
        ("posting_wrong", "in 701 fen is no leg of 990101-2026-V0002"),
    ]
    found = {finding.kind: finding.ref for finding in verify(checks=CHECKS).findings}
    assert found["row_altered"] == leg.row_ref
    assert found["ledger_unbalanced"] == voucher(2).row_ref


Alter = Callable[[], None]


def cut(row: Model) -> None:
    type(row)._base_manager.filter(pk=row.pk).delete()


BROKEN: dict[str, tuple[Alter, list[tuple[str, str]]]] = {
    "a cap": (
        lambda: alter(account(ORGAN), cap_fen=LIMIT * 2 + 1),
        [("ledger_total_wrong", f"cap_fen: stored {LIMIT * 2 + 1}, its postings sum to {LIMIT * 2}")],
    ),
    "what is posted": (
        lambda: alter(account(ORGAN), posted_fen=LIMIT + 699),
        [("ledger_total_wrong", f"posted_fen: stored {LIMIT + 699}, its postings sum to {LIMIT + 700}")],
    ),
    "what is reserved": (
        lambda: alter(account(ORGAN), reserved_fen=299),
        [("ledger_total_wrong", "reserved_fen: stored 299, its reservations hold 300")],
    ),
    "a hold": (
        lambda: alter(Reservation.objects.get(), amount_fen=LIMIT + 1_001),
        [("ledger_total_wrong", "reserved_fen: stored 300, its reservations hold 301")],
    ),
    "what was paid on a hold": (
        lambda: alter(Reservation.objects.get(), paid_fen=LIMIT + 701),
        [
            ("ledger_total_wrong", "reserved_fen: stored 300, its reservations hold 299"),
            ("reservation_wrong", f"paid_fen: stored {LIMIT + 701}, its vouchers sum to {LIMIT + 700}"),
        ],
    ),
    "a hold that is closed and holds": (
        lambda: alter(Reservation.objects.get(), closed_at=NEW_YEAR),
        [("reservation_wrong", "closed with 300 fen held")],
    ),
    "a leg cut out": (
        lambda: cut(Posting.objects.get(voucher=voucher(2), side="in")),
        [
            ("ledger_unbalanced", "-700 fen at a posting"),
            ("ledger_total_wrong", f"cap_fen: stored {LIMIT + 700}, its postings sum to {LIMIT}"),
            ("voucher_wrong", "990101-2026-V0002 of 700 fen is posted with 1 legs"),
        ],
    ),
    "a voucher of another amount": (
        lambda: alter(voucher(3), amount_fen=201),
        [
            ("reservation_wrong", f"paid_fen: stored {LIMIT + 700}, its vouchers sum to {LIMIT + 701}"),
            ("posting_wrong", "out -200 fen is no leg of 990101-2026-V0003"),
            ("posting_wrong", "in 200 fen is no leg of 990101-2026-V0003"),
            ("reversal_wrong", "990101-2026-V0004 of 200 fen does not mirror 990101-2026-V0003"),
        ],
    ),
    "a posted voucher set back to waiting": (
        lambda: alter(voucher(5), state="waiting", settled_at=None, signed_by=None),
        [
            ("reservation_wrong", f"paid_fen: stored {LIMIT + 700}, its vouchers sum to 700"),
            ("reservation_wrong", f"300 fen are held, {LIMIT} wait for a second person"),
            ("posting_wrong", f"out -{LIMIT} fen is no leg of 990101-2026-V0005"),
            ("posting_wrong", f"in {LIMIT} fen is no leg of 990101-2026-V0005"),
        ],
    ),
    "another source": (
        lambda: alter(account(COMMITTEE), source="fiscal"),
        [
            ("ledger_unbalanced", "-700 fen at a posting"),
            ("ledger_unbalanced", "-200 fen at a posting"),
            ("ledger_unbalanced", "-200 fen at a posting"),
            ("ledger_unbalanced", f"-{LIMIT} fen at a posting"),
            ("source_changed", "990101-2026-V0002: 700 fen"),
            ("source_changed", "990101-2026-V0003: 200 fen"),
            ("source_changed", "990101-2026-V0004: 200 fen"),
            ("source_changed", f"990101-2026-V0005: {LIMIT} fen"),
            ("source_changed", f"{LIMIT + 1_000} fen"),
        ],
    ),
    "money from nowhere": (
        lambda: alter(voucher(1), kind="transfer"),
        [("voucher_wrong", f"990101-2026-V0001 of {LIMIT * 2} fen is between the wrong accounts")],
    ),
    "a payment on no hold": (
        lambda: alter(voucher(2), reservation=None),
        [
            ("reservation_wrong", f"paid_fen: stored {LIMIT + 700}, its vouchers sum to {LIMIT}"),
            ("voucher_wrong", "990101-2026-V0002 of 700 fen is between the wrong accounts"),
        ],
    ),
    "a reversal of something else": (
        lambda: alter(voucher(4), reverses=voucher(2).pk),
        [("reversal_wrong", "990101-2026-V0004 of 200 fen does not mirror 990101-2026-V0002")],
    ),
    "signed by oneself": (
        lambda: alter(voucher(5), signed_by=F("asked_by")),
        [("not_signed_by_another", f"990101-2026-V0005 of {LIMIT} fen")],
    ),
    "signed by nobody": (
        lambda: alter(voucher(5), signed_by=None),
        [("not_signed_by_another", f"990101-2026-V0005 of {LIMIT} fen")],
    ),
    "made as if nobody else were needed": (
        lambda: alter(voucher(5), signed_by=None, needs_second=False),
        [("second_person_missing", f"990101-2026-V0005 of {LIMIT} fen")],
    ),
    "a confirmed line": (
        lambda: alter(StatementLine.objects.get(), amount_fen=701),
        [("statement_line_wrong", "701 fen confirm 990101-2026-V0002")],
    ),
}


@pytest.mark.covers("R53")
@pytest.mark.parametrize("what", BROKEN)
def test_what_was_altered_is_named(books: Purse, what: str):
    change, expected = BROKEN[what]
    change()
    assert said() == expected


@pytest.mark.covers("R53")
def test_payments_split_behind_everybody_s_back_are_found(books: Purse):
    books.fund(LIMIT)
    held = books.reserve(LIMIT - 1, OTHER_COMMITTEE)
    books.pay(held, LIMIT - 2)
    small = books.pay(held, 1)
    assert small.state == "posted"
    alter(small, amount_fen=2)
    split = ("payment_split", f"{small.number} of 2 fen after {LIMIT - 2} fen by the same person to the same payee")
    assert split in said()


def test_a_limit_that_is_lowered_accuses_nobody(books: Purse, settings: object):
    settings.SANHU_TWO_PERSONS_FROM_FEN = 100  # type: ignore[attr-defined]
    assert said() == []
    alter(Entry.objects.get(subject_ref=voucher(2).ref), body='{"facts":{"limit_fen":700}}')
    assert ("second_person_missing", "990101-2026-V0002 of 700 fen") in said()


def test_what_moved_after_the_close_is_found(books: Purse):
    books.release(Reservation.objects.get())
    books.at = NEW_YEAR
    settle(books)
    close_year(actor=books.actor("秦"), at=books.now(), client_id=uuid4(), year=2026)
    assert said() == []
    last = voucher(5)
    alter(last, settled_at=ClosedYear.objects.get().closed_at + timedelta(seconds=1))
    assert said() == [
        ("closed_year_changed", f"990101-2026-V0005 of {LIMIT} fen in 2026, which is closed"),
    ]


def test_damage_that_cannot_be_computed_with_is_a_finding(books: Purse):
    alter(account(ORGAN), cap_fen=LIMIT * 2)
    damage = "UPDATE funding_posting SET amount_fen = 'x' WHERE id = %s", [voucher(2).postings.first().pk]
    if connection.vendor == "postgresql":  # it takes no words for numbers
        with pytest.raises(DataError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(*damage)
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute(*damage)
        cursor.execute("PRAGMA ignore_check_constraints = OFF")
    assert ("check_failed", "TypeError") in said()
